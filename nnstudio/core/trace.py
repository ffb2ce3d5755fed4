"""Walk a network on paper: shapes, learnables, multiply-adds, memory and every error at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from nnstudio.core.network import INPUT, Layer, Misfit, Network
from nnstudio.core.registry import Frozen
from nnstudio.core.shape import FEATURES, Shape

Task = Literal["classification", "ordinal", "multilabel", "regression"]
Asks = Literal["class", "labels", "numbers"]
ASKED: dict[Task, Asks] = {
    "classification": "class",
    "ordinal": "class",
    "multilabel": "labels",
    "regression": "numbers",
}
"""What a task asks of every row: one class (ordered or not), all the labels that are true, or numbers."""


class Target(Frozen):
    """What is to be predicted: one of several classes, any of several labels, or one or more numbers."""

    task: Task
    names: tuple[str, ...]
    """Class names (ordinal: the lowest first), labels, or names of the numbers."""
    column: str = "target"

    @property
    def count(self) -> int:
        """Number of classes, of labels or of numbers."""
        return len(self.names)

    @property
    def asks(self) -> Asks:
        """What is asked of every row."""
        return ASKED[self.task]

    @property
    def units(self) -> int:
        """Outputs of the network made for it: classes in order need one for each border between two."""
        borders = self.task == "ordinal" or (self.task == "classification" and self.count == 2)
        return self.count - borders

    @property
    def activation(self) -> Literal["linear", "sigmoid", "softmax"]:
        """Kind of the activation that fits behind these outputs."""
        if self.asks == "numbers":
            return "linear"
        return "softmax" if self.task == "classification" and self.count > 2 else "sigmoid"

    def noun(self, several: bool = True) -> str:
        """Return what the names are names of."""
        words = {"class": ("class", "classes"), "labels": ("label", "labels"),
                 "numbers": ("target value", "target values")}  # fmt: skip
        return words[self.asks][several]


class Signature(Frozen):
    """What a network must fit: the shape that comes in and the target that goes out."""

    input: Shape
    target: Target


@dataclass(frozen=True, slots=True)
class Row:
    """One node of the layer table; `output` is None where an unmended error hides it."""

    id: str
    title: str
    inputs: tuple[Shape, ...]
    output: Shape | None
    learnables: int = 0
    multiply_adds: int = 0
    error: Misfit | None = None

    @property
    def activations(self) -> int:
        """Values kept for the backward pass, per example."""
        return self.output.count if self.output else 0


@dataclass(frozen=True, slots=True)
class Trace:
    """The layer table of a network on a given input."""

    input: Shape
    rows: tuple[Row, ...]
    problem: Misfit | None = None
    """What is wrong with the network as a whole (it has no layers)."""

    def __getitem__(self, id: str) -> Row:
        return next(row for row in self.rows if row.id == id)

    @property
    def errors(self) -> dict[str, str]:
        """Every error by node id (the whole network's under `input`)."""
        found = {INPUT: str(self.problem)} if self.problem else {}
        return found | {row.id: str(row.error) for row in self.rows if row.error}

    @property
    def valid(self) -> bool:
        """Whether the network can be trained."""
        return not self.errors

    @property
    def learnables(self) -> int:
        """Total of learnable values."""
        return sum(row.learnables for row in self.rows)

    @property
    def multiply_adds(self) -> int:
        """Total multiply-adds per example, forward."""
        return sum(row.multiply_adds for row in self.rows)

    @property
    def waist(self) -> int:
        """Values that the narrowest layer before the last hands on, 0 where there is none."""
        outputs = [row.activations for row in self.rows[:-1] if row.output is not None]
        return min(outputs, default=0)

    def memory(self, batch: int) -> int:
        """Return the bytes that training needs in float32: weights, gradients, Adam's two moments,
        and the activations of one batch with their gradients."""
        activations = self.input.count + sum(row.activations for row in self.rows)
        return 4 * (4 * self.learnables + 2 * batch * activations)


def trace(network: Network, input: Shape, target: Target | None = None) -> Trace:
    """Return the layer table; with a target the last layer must produce it.

    Raises nothing: every misfit stands on its row.
    """
    if not network.nodes:
        return Trace(input, (), Misfit("The network has no layers yet: drag one from the palette."))
    shapes: dict[str, Shape | None] = {INPUT: input}
    used = {source for source, _ in network.edges()}
    rows = []
    for position, node in enumerate(network.nodes):
        inputs = [shapes[s] for s in network.sources(position)]
        known = tuple(s for s in inputs if s is not None)
        row, then = _row(node.id, node.title, node.layer, known if len(known) == len(inputs) else None)
        last = position == len(network.nodes) - 1
        if row.error is None and not last and node.id not in used:
            unused = f"Nothing takes the output of this {node.title}: connect or delete it."
            row = replace(row, error=Misfit(unused))
        if last and row.error is None and target is not None and row.output is not None:
            row = replace(row, error=_misfit_of_output(row.output, target))
        shapes[node.id] = then
        rows.append(row)
    return Trace(input, tuple(rows))


def _row(id: str, title: str, layer: Layer, inputs: tuple[Shape, ...] | None) -> tuple[Row, Shape | None]:
    """Return the table row and the shape that the layers behind should be checked with."""
    if inputs is None:
        return Row(id, title, (), None), None
    try:
        if len(inputs) > 1 and not layer.merges:
            raise Misfit(
                f"{layer.title} takes one input, but has {len(inputs)}: cut the others.", then=inputs[0]
            )
        if layer.merges and len(inputs) < 2:
            raise Misfit(
                f"{layer.title} needs at least two inputs: drag from the port of an earlier layer to it.",
                then=inputs[0],
            )
        output = layer.output(*inputs)
    except Misfit as error:
        return Row(id, title, inputs, None, error=error), error.then
    row = Row(id, title, inputs, output, layer.learnables(*inputs), layer.multiply_adds(*inputs))
    return row, output


def _misfit_of_output(output: Shape, target: Target) -> Misfit | None:
    """Tell what is wrong when the last layer cannot produce the target."""
    if not output.is_a(FEATURES):
        return Misfit(
            f"The last layer gives {output.noun} ({output.text()}), but the target needs "
            f"{target.units} number{'s' * (target.units > 1)}: end with Flatten and Dense.",
        )
    fits = {target.units} | ({target.count} if target.task == "classification" else set())
    if output.count in fits:
        return None
    what = f"The data have {target.count} {target.noun(target.count > 1)}"
    if target.task == "ordinal":
        return Misfit(
            f"{what} in order, so the last layer needs {target.units} units, one for each border between "
            f"two of them, not {output.count}."
        )
    return Misfit(f"{what}, so the last layer needs {target.count} units, not {output.count}.")
