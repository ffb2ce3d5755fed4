"""What a block says: title, summary, width in units, cost, error and tooltip. Plain values, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Literal

from nnstudio.core.network import INPUT, Layer, Network, Node
from nnstudio.core.shape import IMAGE, TOKENS, Shape
from nnstudio.core.trace import Row, Trace
from nnstudio.ui.canvas.layout import LOSS, Edge, edges_with_ends
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

    def cost(self, kind: Cost) -> int:
        """Return one cost, 0 where it is unknown."""
        return dict(self.costs).get(kind, 0)


def blocks(
    network: Network, trace: Trace | None, input_shape: Shape | None, loss_title: str
) -> dict[str, Block]:
    """Return every block by id: the input, the layers in order, and LOSS."""
    rows = {row.id: row for row in trace.rows} if trace else {}
    found = {INPUT: _input_block(input_shape)}
    for position, node in enumerate(network.nodes):
        last = position == len(network.nodes) - 1
        found[node.id] = _layer_block(node, rows.get(node.id), last)
    tip = "<b>Loss</b><br>What training makes small. Double click to choose another one."
    found[LOSS] = Block(LOSS, "Loss", loss_title, "", tooltip=tip)
    return found


def edge_texts(network: Network, trace: Trace | None, input_shape: Shape | None) -> dict[Edge, str]:
    """Return the shape that flows through every connection, where it is known."""
    shapes = {row.id: row.output for row in trace.rows} if trace else {}
    shapes[INPUT] = input_shape
    return {(s, t): shape.text() for s, t in edges_with_ends(network) if (shape := shapes.get(s))}


def describe(network: Network, trace: Trace | None, input_shape: Shape | None, loss_title: str) -> str:
    """Return the network as one line of text, as a screen reader reads it."""
    shown = blocks(network, trace, input_shape, loss_title)
    texts = []
    for position, node in enumerate(network.nodes):
        block = shown[node.id]
        words = " ".join(f"{block.title} {block.summary.replace(' · ', ' ')}".split())
        sources = network.sources(position)
        if len(sources) > 1 or node.inputs is not None:
            places = " and ".join(_place(network, source) for source in sources)
            words += f" (takes {places})"
        texts.append(words + (f" (error: {block.error})" if block.error else ""))
    ends = [f"Input {input_shape.text() if input_shape else 'unknown'}", *texts, f"Loss {loss_title}"]
    return ", ".join(" ".join(text.split()) for text in ends)


def _place(network: Network, id: str) -> str:
    return "the input" if id == INPUT else f"layer {network.index(id) + 1}"


def remedy_words(block: Block) -> str:
    """Return what would mend a block's error, e.g. `Insert Flatten before it`; empty when unknown."""
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
        row.error.before if row and row.error else None,
    )  # fmt: skip


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
    about = "</p><p>".join(escape(text) for text in type(node.layer).about().split("\n\n"))
    return "<p>" + "</p><p>".join([*parts, about]) + "</p>"
