"""What a block says: title, summary, width in units, cost, error and tooltip. Plain values, no Qt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from nnstudio.core.network import INPUT, Layer, Network, Node
from nnstudio.core.shape import IMAGE, TOKENS, Shape
from nnstudio.core.trace import Row, Trace
from nnstudio.ui.canvas.folding import Folded
from nnstudio.ui.canvas.layout import LOSS, Edge
from nnstudio.ui.widgets.numbers import group_digits

Cost = Literal["learnables", "multiply_adds", "activations"]

COST_WORDS: dict[Cost, str] = {
    "learnables": "learnables",
    "multiply_adds": "multiply-adds",
    "activations": "activations",
}


@dataclass(frozen=True, slots=True)
class Block:
    """The words and numbers of one block."""

    id: str
    title: str
    summary: str
    family: str
    units: int | None = None
    """Width in units, None while unknown."""
    striped: bool = False
    is_output: bool = False
    costs: tuple[tuple[Cost, int], ...] = ()
    error: str = ""
    tooltip: str = ""
    remedy: Layer | None = None
    """The layer that would mend the error when put before this one."""
    frozen: bool = False
    layers: int = 0
    """How many layers a folded group stands for; 0 for a block that is a layer."""

    def cost(self, kind: Cost) -> int:
        """Return one cost, 0 where it is unknown."""
        return dict(self.costs).get(kind, 0)


def blocks(
    folded: Folded, trace: Trace | None, input_shape: Shape | None, loss_title: str
) -> dict[str, Block]:
    """Return every block by id: the input, the layers and folded groups in order, and LOSS."""
    rows = {row.id: row for row in trace.rows} if trace else {}
    nodes = {node.id: node for node in folded.network.nodes}
    output = next(reversed(nodes), None)
    found = {INPUT: _input_block(input_shape)}
    for id, members in folded.members.items():
        each = [_layer_block(nodes[member], rows.get(member), member == output) for member in members]
        last = rows.get(members[-1])
        name = folded.folded.get(id)
        found[id] = each[0] if name is None else _group_block(id, name, each, last.output if last else None)
    tip = "<b>Loss</b><br>What training makes small. Double click to choose another one."
    found[LOSS] = Block(LOSS, "Loss", loss_title, "", tooltip=tip)
    return found


def edge_texts(folded: Folded, trace: Trace | None, input_shape: Shape | None) -> dict[Edge, str]:
    """Return the shape that flows through every connection between blocks, where it is known."""
    shapes = {row.id: row.output for row in trace.rows} if trace else {}
    shapes[INPUT] = input_shape
    return {edge: shape.text() for edge, (source, _) in folded.real.items() if (shape := shapes.get(source))}


def describe(folded: Folded, trace: Trace | None, input_shape: Shape | None, loss_title: str) -> str:
    """Return the network as one line of text, as a screen reader reads it."""
    shown = blocks(folded, trace, input_shape, loss_title)
    begins = {ids[0]: f"group {name} of {_layers(len(ids))}: " for name, ids in folded.opened.items()}
    ends_of = {ids[-1]: f", end of {name}" for name, ids in folded.opened.items()}
    texts = []
    for id, members in folded.members.items():
        block = shown[id]
        kind = "folded group " if block.layers else ""
        words = " ".join(f"{kind}{block.title} {block.summary.replace(' · ', ' ')}".split())
        words += _taking(folded.network, members[0]) + (f" (error: {block.error})" if block.error else "")
        texts.append(begins.get(id, "") + words + ends_of.get(id, ""))
    ends = [f"Input {input_shape.text() if input_shape else 'unknown'}", *texts, f"Loss {loss_title}"]
    return ", ".join(" ".join(text.split()) for text in ends)


def _taking(network: Network, id: str) -> str:
    """Return in words what a layer takes where that is not simply the layer before."""
    position = network.index(id)
    sources = network.sources(position)
    if len(sources) == 1 and network.nodes[position].inputs is None:
        return ""
    return f" (takes {' and '.join(_place(network, source) for source in sources)})"


def _layers(count: int) -> str:
    return "1 layer" if count == 1 else f"{count} layers"


def _place(network: Network, id: str) -> str:
    return "the input" if id == INPUT else f"layer {network.index(id) + 1}"


def remedy_words(block: Block) -> str:
    """Return what a click on a block's error does, e.g. `Insert Flatten before it`; empty for nothing."""
    if block.layers:
        return "Show the layer"
    return f"Insert {block.remedy.title} before it" if block.remedy else ""


def width_in_units(shape: Shape) -> int:
    """Return what a block's height stands for: features, channels of an image, steps of a text."""
    return shape.sizes[0] if shape.axes in (IMAGE, TOKENS) else shape.sizes[-1]


def _input_block(shape: Shape | None) -> Block:
    if shape is None:
        return Block(INPUT, "Input", "no data yet", "", tooltip="<b>Input</b><br>Choose data first.")
    tip = f"<b>Input</b><br>{shape.named()}<br>{group_digits(shape.count)} values per example"
    return Block(INPUT, "Input", _input_summary(shape), "", shape.count, tooltip=tip)


def _input_summary(shape: Shape) -> str:
    if len(shape.sizes) == 1:
        return group_digits(shape.count)
    sizes = shape.sizes[1:] if shape.is_a(IMAGE) and shape.sizes[0] == 1 else shape.sizes
    return f"{'×'.join(map(str, sizes))} · {group_digits(shape.count)}"


def _layer_block(node: Node, row: Row | None, last: bool) -> Block:
    layer = node.layer
    error = str(row.error) if row and row.error else ""
    costs: tuple[tuple[Cost, int], ...] = ()
    if row and row.output:
        costs = (
            ("learnables", row.learnables),
            ("multiply_adds", row.multiply_adds),
            ("activations", row.activations),
        )
    return Block(
        node.id, node.title, layer.summary(), layer.family, _units(node, row), layer.has_units,
        last and layer.has_units, costs, error, _tooltip(node, row, error),
        row.error.before if row and row.error else None, node.frozen,
    )  # fmt: skip


def _group_block(id: str, name: str, members: Sequence[Block], output: Shape | None) -> Block:
    """Return the block of a folded group: as high as its output is wide, with the costs of all its layers."""
    summary = _layers(len(members)) + (f" · {output.text()}" if output else "")
    kinds: tuple[Cost, ...] = tuple(COST_WORDS)
    costs = tuple((kind, sum(block.cost(kind) for block in members)) for kind in kinds)
    wrong = [_of(block) for block in members if block.error]
    own = [block for block in members if block.striped]
    return Block(
        id, name, summary, Counter(block.family for block in own or members).most_common(1)[0][0],
        width_in_units(output) if output else None, is_output=members[-1].is_output,
        costs=costs if any(block.costs for block in members) else (),
        error=wrong[0] if wrong else "", tooltip=_group_tooltip(name, members, costs, wrong),
        frozen=bool(own) and all(block.frozen for block in own), layers=len(members),
    )  # fmt: skip


def _of(block: Block) -> str:
    """Return a layer's error with the name of the layer in it."""
    return block.error if block.title in block.error else f"{block.title}: {block.error}"


def _group_tooltip(
    name: str, members: Sequence[Block], costs: Sequence[tuple[Cost, int]], wrong: Sequence[str]
) -> str:
    parts = [f"<b>{escape(name)}</b>, a group of {_layers(len(members))}"]
    parts += [f"<b>Problem:</b> {escape(text)}" for text in wrong]
    parts.append("<br>".join(escape(f"{block.title} {block.summary}") for block in members))
    parts.append(" · ".join(f"{group_digits(count)} {COST_WORDS[kind]}" for kind, count in costs))
    return "<p>" + "</p><p>".join([*parts, "Double click to see its layers."]) + "</p>"


def _units(node: Node, row: Row | None) -> int | None:
    """Return the width of the output; of an erring layer its own units, else the width of its input."""
    if row and row.output:
        return width_in_units(row.output)
    own = getattr(node.layer, "units", None) or getattr(node.layer, "filters", None)
    if own is None and row and row.inputs:
        return width_in_units(row.inputs[0])
    return own


def _tooltip(node: Node, row: Row | None, error: str) -> str:
    parts = [f"<b>{escape(node.title)}</b> {escape(node.layer.summary())}"]
    if error:
        parts.append(f"<b>Problem:</b> {escape(error)}")
    if row and row.output:
        parts.append(
            f"{row.output.named()}<br>{group_digits(row.learnables)} learnables · "
            f"{group_digits(row.multiply_adds)} multiply-adds per example"
        )
    if node.frozen:
        parts.append("<b>Frozen:</b> training leaves its weights as they are.")
    about = "</p><p>".join(escape(text) for text in type(node.layer).about().split("\n\n"))
    return "<p>" + "</p><p>".join([*parts, about]) + "</p>"
