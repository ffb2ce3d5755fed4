"""Core layers: dense, activation, flatten."""

from __future__ import annotations

from nnstudio.catalog.activations import ACTIVATIONS, Activation, ReLU
from nnstudio.catalog.layers.needs import need_numbers
from nnstudio.catalog.layers.weights import Weighted
from nnstudio.core.network import LAYERS, Layer, Misfit
from nnstudio.core.param import param
from nnstudio.core.registry import Call, one_of
from nnstudio.core.shape import FEATURES, IMAGE, SEQUENCE, Shape, features, sequence


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
