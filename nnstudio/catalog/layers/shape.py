"""Layers that give the same values another shape or order."""

from __future__ import annotations

from math import prod
from typing import Literal

from pydantic import Field

from nnstudio.catalog.layers.needs import need_numbers
from nnstudio.core.network import LAYERS, Layer, Misfit
from nnstudio.core.param import param
from nnstudio.core.registry import Call
from nnstudio.core.shape import FEATURES, Shape, features, image, sequence

Swap = Literal["steps, features", "height, width", "channels, height", "channels, width"]


@LAYERS.entry
class Reshape(Layer):
    """Gives the same values another shape: a list becomes an image, an image a sequence, and so on."""

    kind = "reshape"
    title = "Reshape"
    family = "shape"
    to: Literal["image", "sequence", "features"] = param("image", "Into", "What the values become.")
    sizes: tuple[int, ...] = Field(
        (1, 8, 8),
        description="Channels, height, width of an image; steps, features of a sequence; or one number.",
        max_length=3,
    )

    def output(self, *inputs: Shape) -> Shape:
        need_numbers(self, inputs)
        (shape,) = inputs
        wanted = {"image": 3, "sequence": 2, "features": 1}[self.to]
        if len(self.sizes) != wanted or min(self.sizes) < 1:
            raise Misfit(
                f"Reshape into {self.to} needs {wanted} positive sizes, not {self.sizes}.", then=shape
            )
        made = {"image": image, "sequence": sequence, "features": features}[self.to]
        then: Shape = made(*self.sizes)  # type: ignore[operator]
        if prod(self.sizes) != shape.count:
            raise Misfit(
                f"Reshape makes {then.text()} = {then.count} values, but gets {shape.text()} = {shape.count}:"
                f" choose sizes whose product is {shape.count}.",
                then=then,
            )
        return then

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        return (Call("Unflatten", 1, self.sizes),) if inputs[0].is_a(FEATURES) else self._through_flat()

    def _through_flat(self) -> tuple[Call, ...]:
        return (Call("Flatten"), Call("Unflatten", 1, self.sizes))

    def summary(self) -> str:
        return "×".join(str(n) for n in self.sizes)


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
