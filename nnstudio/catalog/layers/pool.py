"""Layers that make images and sequences smaller or larger without learning anything."""

from __future__ import annotations

from typing import ClassVar, Literal

from nnstudio.catalog.layers.conv import window
from nnstudio.catalog.layers.needs import as_sequence, need_image, need_numbers
from nnstudio.core.network import LAYERS, Layer, Misfit
from nnstudio.core.param import param
from nnstudio.core.registry import Call
from nnstudio.core.shape import IMAGE, SEQUENCE, Shape, features, image, sequence


def _need_places(layer: Layer, shape: Shape) -> None:
    """Raise Misfit for what has neither pixels nor steps."""
    need_numbers(layer, (shape,))
    if shape.axes not in (IMAGE, SEQUENCE):
        before = as_sequence(shape)
        raise Misfit(
            f"{layer.title} needs an image or a sequence, but gets {shape.noun} ({shape.text()}): "
            f"take it out or put {before.title} before it.",
            before=before,
        )


class Pool(Layer):
    """Base of pools over windows."""

    family = "convolution"
    over_images: ClassVar[str]
    """The module for images."""
    over_steps: ClassVar[str]
    """The module for sequences."""
    size: int = param(
        2, "Size", "How many pixels or steps, along each axis, become one.", low=1, high=15, step=1,
        typical=(2, 3), too_high="Throws away where things are.",
    )  # fmt: skip
    stride: int = param(
        2, "Stride", "Pixels or steps between two windows; the size lays them edge to edge.",
        low=1, high=15, step=1, typical=(2, 3),
    )  # fmt: skip

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        _need_places(self, shape)
        places = shape.sizes[1:] if shape.is_a(IMAGE) else shape.sizes[:1]
        found = [window(n, self.size, self.stride) for n in places]
        fits = min(found) >= 1
        found = [max(n, 1) for n in found]
        then = image(shape.sizes[0], *found) if shape.is_a(IMAGE) else sequence(found[0], shape.sizes[1])
        if not fits:
            room = "×".join(str(n) for n in places)
            raise Misfit(
                f"A window of {self.size} does not fit into {room}: choose a smaller size, "
                "or take this layer out.",
                then=then,
            )
        return then

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        name = self.over_images if inputs[0].is_a(IMAGE) else self.over_steps
        return (Call(name, self.size, self.stride),)

    def summary(self) -> str:
        return str(self.size) if self.size == self.stride else f"{self.size} every {self.stride}"


@LAYERS.entry
class MaxPool(Pool):
    """Keeps the largest value of every small window: whether a pattern was there, not exactly where.

    Halves an image (or shortens a sequence), which saves work and lets later filters see further.
    """

    kind = "max_pool"
    title = "Max pool"
    over_images = "MaxPool2d"
    over_steps = "MaxPoolOverSteps"


@LAYERS.entry
class AveragePool(Pool):
    """Replaces every small window by its mean: smoother than Max pool, and every value counts."""

    kind = "average_pool"
    title = "Average pool"
    over_images = "AvgPool2d"
    over_steps = "AvgPoolOverSteps"


@LAYERS.entry
class GlobalPool(Layer):
    """Boils each channel of an image, or each feature over all steps of a sequence, down to one number.

    Mean or maximum. Turns feature maps or steps into a list for the last Dense layer with no learnables
    of its own, whatever the size; padded steps of a text are left out.
    """

    kind = "global_pool"
    title = "Global pool"
    family = "convolution"
    how: Literal["mean", "maximum"] = param(
        "mean", "Keep", "The mean asks how much of a pattern there is, the maximum whether it is there."
    )

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        _need_places(self, shape)
        return features(shape.sizes[0] if shape.is_a(IMAGE) else shape.sizes[1])

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        mean = self.how == "mean"
        if inputs[0].is_a(IMAGE):
            return (Call("AdaptiveAvgPool2d" if mean else "AdaptiveMaxPool2d", 1), Call("Flatten"))
        return (Call("MeanOverSteps" if mean else "MaxOverSteps"),)

    def summary(self) -> str:
        return self.how


@LAYERS.entry
class Upsample(Layer):
    """Makes an image larger: repeats its pixels, or draws smooth ramps between them.

    The way back up in an autoencoder: a convolution behind it sharpens what has been stretched.
    """

    kind = "upsample"
    title = "Upsample"
    family = "convolution"
    factor: int = param(
        2, "Factor", "How many times as high and wide.", low=1, high=8, step=1, typical=(2, 2)
    )
    mode: Literal["nearest", "bilinear"] = param(
        "nearest", "Between pixels", "Nearest repeats each pixel; bilinear blends neighbours."
    )

    def output(self, *inputs: Shape) -> Shape:
        channels, height, width = need_image(self, inputs[0])
        return image(channels, height * self.factor, width * self.factor)

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        return (Call("Upsample", scale_factor=self.factor, mode=self.mode),)

    def summary(self) -> str:
        return f"×{self.factor}"
