"""Layers that only act to keep training healthy: dropout, noise, normalisation."""

from __future__ import annotations

from math import inf

from nnstudio.catalog.layers.needs import need_numbers
from nnstudio.core.network import LAYERS, Layer, Misfit
from nnstudio.core.param import param
from nnstudio.core.registry import Call
from nnstudio.core.shape import FEATURES, IMAGE, SEQUENCE, Shape


class SameShape(Layer):
    """Base of layers that leave the shape as it is; token ids are no numbers to work on."""

    def output(self, *inputs: Shape) -> Shape:
        need_numbers(self, inputs)
        return inputs[0]


@LAYERS.entry
class Dropout(SameShape):
    """Switches off a random share of the units at every training step, none when predicting.

    The network cannot rely on any single unit, so it overfits less. Put it after large hidden
    layers; never after the output layer.
    """

    kind = "dropout"
    title = "Dropout"
    family = "regularise"
    rate: float = param(
        0.3, "Rate", "The share of units that is switched off.", low=0.0, high=0.95, most=0.999, step=0.05,
        typical=(0.1, 0.5), live=True, too_low="No help against overfitting.",
        too_high="Too little of the signal is left: underfits.",
        source="Light 0.2, standard for large layers 0.5, very strong 0.6.",
    )  # fmt: skip

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        return (Call("Dropout", self.rate),)

    def summary(self) -> str:
        return f"{self.rate:.2f}"


@LAYERS.entry
class GaussianNoise(SameShape):
    """Adds random noise to every value during training: blurs the examples so none is memorised."""

    kind = "gaussian_noise"
    title = "Noise"
    family = "regularise"
    std: float = param(
        0.1, "Spread", "Standard deviation of the noise.", low=0.0, high=2.0, most=inf, step=0.01,
        typical=(0.05, 0.3), too_high="The signal drowns.",
    )  # fmt: skip

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        return (Call("GaussianNoise", self.std),)

    def summary(self) -> str:
        return f"σ {self.std:.2f}"


@LAYERS.entry
class SpatialDropout(SameShape):
    """Switches off whole channels of an image, or whole features of a sequence, at every training step.

    Neighbouring pixels say nearly the same, so dropping single ones hides little; dropping the channel
    does. Put it between convolutions.
    """

    kind = "spatial_dropout"
    title = "Spatial dropout"
    family = "regularise"
    rate: float = param(
        0.2, "Rate", "The share of channels that is switched off.", low=0.0, high=0.95, most=0.999, step=0.05,
        typical=(0.1, 0.3), live=True, too_low="No help against overfitting.",
        too_high="Too few channels are left: underfits.",
    )  # fmt: skip

    def output(self, *inputs: Shape) -> Shape:
        shape = super().output(*inputs)
        if shape.is_a(FEATURES):
            raise Misfit(
                "Spatial dropout needs channels, but gets a list of features: use Dropout.", then=shape
            )
        return shape

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        return (Call("SpatialDropout", self.rate, 1 if inputs[0].is_a(IMAGE) else 2),)

    def summary(self) -> str:
        return f"{self.rate:.2f}"


@LAYERS.entry
class BatchNorm(SameShape):
    """Brings every unit (or channel) to mean 0 and spread 1 over the batch, then learns its own scale.

    Training gets faster and steadier and allows a higher rate; most useful in deep networks. Needs
    batches of at least two examples. In a sequence, each feature over all real steps of the batch.
    """

    kind = "batch_norm"
    title = "Batch norm"
    family = "normalise"
    momentum: float = param(
        0.1, "Momentum", "How fast the running mean and spread follow.", low=0.01, high=1.0, scale="log",
        typical=(0.01, 0.1), advanced=True,
    )  # fmt: skip

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        name = {IMAGE: "BatchNorm2d", SEQUENCE: "BatchNormOverSteps"}.get(inputs[0].axes, "BatchNorm1d")
        return (Call(name, self._channels(inputs[0]), momentum=self.momentum),)

    def _channels(self, shape: Shape) -> int:
        return shape.sizes[-1 if shape.is_a(SEQUENCE) else 0]

    def learnables(self, *inputs: Shape) -> int:
        return 2 * self._channels(inputs[0])

    def multiply_adds(self, *inputs: Shape) -> int:
        return inputs[0].count


@LAYERS.entry
class LayerNorm(SameShape):
    """Brings the values of each single example to mean 0 and spread 1, then learns a scale per value.

    Works with any batch size; the standard in Transformers and recurrent networks.
    """

    kind = "layer_norm"
    title = "Layer norm"
    family = "normalise"

    def _axes(self, shape: Shape) -> tuple[int, ...]:
        return shape.sizes if shape.axes in (FEATURES, IMAGE) else shape.sizes[-1:]

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        return (Call("LayerNorm", self._axes(inputs[0])),)

    def learnables(self, *inputs: Shape) -> int:
        count = 1
        for size in self._axes(inputs[0]):
            count *= size
        return 2 * count

    def multiply_adds(self, *inputs: Shape) -> int:
        return inputs[0].count
