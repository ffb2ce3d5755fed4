"""Layers that bring several branches together."""

from __future__ import annotations

from nnstudio.catalog.layers.needs import need_numbers
from nnstudio.core.network import LAYERS, Layer, Misfit
from nnstudio.core.registry import Call
from nnstudio.core.shape import Shape


@LAYERS.entry
class Add(Layer):
    """Adds its inputs value by value; with a skip connection it makes a residual block.

    The gradient flows back through the sum undiminished, which lets very deep networks train.
    """

    kind = "add"
    title = "Add"
    family = "merge"
    merges = True

    def output(self, *inputs: Shape) -> Shape:
        return _one_shape(self, inputs)

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        return (Call("Add"),)


@LAYERS.entry
class Multiply(Layer):
    """Multiplies its inputs value by value: one branch decides how much of the other passes.

    With a sigmoid at the end of one branch it is a gate, as inside an LSTM or a squeeze-and-excite block.
    """

    kind = "multiply"
    title = "Multiply"
    family = "merge"
    merges = True

    def output(self, *inputs: Shape) -> Shape:
        return _one_shape(self, inputs)

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        return (Call("Multiply"),)


@LAYERS.entry
class Concat(Layer):
    """Lays its inputs side by side: features after features, channels after channels."""

    kind = "concat"
    title = "Concat"
    family = "merge"
    merges = True

    def output(self, *inputs: Shape) -> Shape:
        need_numbers(self, inputs)
        first = inputs[0]
        axis = self._axis(first)
        for shape in inputs[1:]:
            if shape.axes != first.axes or _without(shape.sizes, axis) != _without(first.sizes, axis):
                raise Misfit(
                    f"Concat needs inputs that agree in all but the {first.axes[axis]}, "
                    f"but gets {first.text()} and {shape.text()}.",
                    then=first,
                )
        sizes = list(first.sizes)
        sizes[axis] = sum(shape.sizes[axis] for shape in inputs)
        return Shape(sizes=tuple(sizes), axes=first.axes)

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        return (Call("Concat", self._axis(inputs[0]) + 1),)

    @staticmethod
    def _axis(shape: Shape) -> int:
        """The axis that grows: channels of an image, features of everything else."""
        return 0 if shape.axes[0] == "channels" else len(shape.sizes) - 1


def _without(sizes: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return sizes[:axis] + sizes[axis + 1 :]


def _one_shape(layer: Layer, inputs: tuple[Shape, ...]) -> Shape:
    need_numbers(layer, inputs)
    first = inputs[0]
    if any(shape != first for shape in inputs[1:]):
        sizes = " and ".join(shape.text() for shape in inputs)
        text = f"{layer.title} needs inputs of one shape, not {sizes}: use Concat or change a layer."
        raise Misfit(text, then=first)
    return first
