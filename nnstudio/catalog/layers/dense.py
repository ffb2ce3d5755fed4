"""Core layers: dense, activation, flatten, reshape."""

from __future__ import annotations

from math import prod
from typing import Literal

from pydantic import Field

from nnstudio.catalog.activations import ACTIVATIONS, Activation, ReLU
from nnstudio.catalog.layers.needs import need_numbers
from nnstudio.catalog.layers.weights import Weighted
from nnstudio.core.network import LAYERS, Layer, Misfit
from nnstudio.core.param import param
from nnstudio.core.registry import Call, one_of
from nnstudio.core.shape import FEATURES, IMAGE, SEQUENCE, Shape, features, image, sequence


@LAYERS.entry
class Dense(Weighted):
    """A fully connected layer: every unit weighs every input, adds a bias and applies its activation.

    The workhorse for tables and the end of nearly every network. More units can hold more detail,
    but overfit sooner and cost more. On a sequence it acts on each step.
    """

    kind = "dense"
    title = "Dense"
    family = "core"
    units: int = param(
        64, "Units", "How many neurons the layer has.", low=1, high=4096, scale="power of two", step=1,
        typical=(32, 512), too_low="Too simple: underfits.", too_high="Memorises the training rows; slow.",
        source="Common sizes are 64, 128, 256, 512; 50 to 200 for complex relations in small data.",
    )  # fmt: skip
    activation: one_of(ACTIVATIONS, Activation) = param(  # type: ignore[valid-type]
        ReLU(), "Activation", "What is done to each unit's value."
    )

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if shape.is_a(FEATURES):
            return features(self.units)
        if shape.is_a(SEQUENCE):
            return sequence(shape.sizes[0], self.units)
        need_numbers(self, inputs)
        before = Flatten()
        raise Misfit(
            f"Dense needs a list of features, but gets {shape.noun} ({shape.text()}): "
            f"put {before.title} before it.",
            before=before,
            then=features(self.units),
        )

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        linear = Call("Linear", inputs[0].sizes[-1], self.units, bias=self.bias)
        after = self.activation.call()
        return (linear, after) if after else (linear,)

    def learnables(self, *inputs: Shape) -> int:
        return (inputs[0].sizes[-1] + self.bias) * self.units

    def multiply_adds(self, *inputs: Shape) -> int:
        return inputs[0].count * self.units

    def summary(self) -> str:
        return f"{self.units} · {self.activation.title}"


@LAYERS.entry
class ActivationLayer(Layer):
    """An activation as a block of its own, for example after a normalisation layer."""

    kind = "activation"
    title = "Activation"
    family = "core"
    activation: one_of(ACTIVATIONS, Activation) = param(  # type: ignore[valid-type]
        ReLU(), "Activation", "What is done to each value."
    )

    def output(self, *inputs: Shape) -> Shape:
        need_numbers(self, inputs)
        return inputs[0]

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        call = self.activation.call(axis=1 if inputs[0].is_a(IMAGE) else -1)
        return (call,) if call else ()

    def summary(self) -> str:
        return str(self.activation.title)


@LAYERS.entry
class Flatten(Layer):
    """Lays all values of an image or a sequence out in one long list, as a Dense layer needs it."""

    kind = "flatten"
    title = "Flatten"
    family = "core"

    def output(self, *inputs: Shape) -> Shape:
        need_numbers(self, inputs)
        return features(inputs[0].count)

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        return (Call("Flatten"),)


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
