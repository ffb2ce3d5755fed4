"""Layers that give the same values another order."""

from __future__ import annotations

from typing import Literal

from nnstudio.catalog.layers.needs import need_numbers
from nnstudio.core.network import LAYERS, Layer, Misfit
from nnstudio.core.param import param
from nnstudio.core.registry import Call
from nnstudio.core.shape import Shape

Swap = Literal["steps, features", "height, width", "channels, height", "channels, width"]


@LAYERS.entry
class Permute(Layer):
    """Swaps two axes, as when a table is turned on its side: steps become features, rows columns.

    No value changes. Behind it, Conv 1D or attention works across what were the features.
    """

    kind = "permute"
    title = "Permute"
    family = "shape"
    swap: Swap = param("steps, features", "Swap", "Which two axes change places.")

    def output(self, *inputs: Shape) -> Shape:
        need_numbers(self, inputs)
        (shape,) = inputs
        if not set(self._names()) <= set(shape.axes):
            raise Misfit(
                f"Permute is to swap {' and '.join(self._names())}, but gets {shape.noun} with "
                f"{', '.join(shape.axes)}: choose axes that are there.",
                then=shape,
            )
        sizes = list(shape.sizes)
        first, second = self._places(shape)
        sizes[first], sizes[second] = sizes[second], sizes[first]
        return Shape.model_construct(sizes=tuple(sizes), axes=shape.axes)

    def _names(self) -> list[str]:
        return self.swap.split(", ")

    def _places(self, shape: Shape) -> list[int]:
        return [shape.axes.index(name) for name in self._names()]

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        return (Call("SwapAxes", *(place + 1 for place in self._places(inputs[0]))),)

    def summary(self) -> str:
        return self.swap.replace(", ", " ↔ ")
