"""Convolution layers."""

from __future__ import annotations

from typing import Literal

from nnstudio.catalog.activations import ACTIVATIONS, Activation, ReLU
from nnstudio.catalog.layers.dense import as_image
from nnstudio.catalog.layers.weights import Weighted
from nnstudio.core.network import LAYERS, Misfit
from nnstudio.core.param import param
from nnstudio.core.registry import Call, one_of
from nnstudio.core.shape import IMAGE, Shape, image


@LAYERS.entry
class Conv2D(Weighted):
    """Slides small learnt filters over an image; each filter answers to one pattern wherever it is.

    The first layers find edges, later ones parts and objects. Far fewer learnables than a Dense
    layer on the same image.
    """

    kind = "conv2d"
    title = "Conv 2D"
    family = "convolution"
    filters: int = param(
        32, "Filters", "How many patterns the layer looks for.", low=1, high=1024, scale="power of two",
        step=1, typical=(16, 256), too_low="Misses patterns.", too_high="Slow; overfits small data.",
    )  # fmt: skip
    kernel: int = param(
        3,
        "Kernel",
        "Side of the square a filter sees.",
        low=1,
        high=15,
        step=1,
        unit="pixels",
        typical=(3, 7),
    )
    stride: int = param(
        1, "Stride", "Pixels between two looks; 2 halves the image.", low=1, high=8, step=1, typical=(1, 2)
    )
    padding: Literal["same", "none"] = param(
        "same",
        "Padding",
        "Same adds a border of zeros so that an odd kernel keeps the size; none lets it shrink.",
    )
    activation: one_of(ACTIVATIONS, Activation) = param(  # type: ignore[valid-type]
        ReLU(), "Activation", "What is done to each value."
    )

    def _border(self) -> int:
        return self.kernel // 2 if self.padding == "same" else 0

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if not shape.is_a(IMAGE):
            raise Misfit(
                f"Conv 2D needs an image, but gets {shape.noun} ({shape.text()}): put Reshape before it.",
                before=as_image(shape),
                then=image(self.filters, *as_image(shape).sizes[1:]),
            )
        _, height, width = shape.sizes
        sides = [(n + 2 * self._border() - self.kernel) // self.stride + 1 for n in (height, width)]
        if min(sides) < 1:
            raise Misfit(
                f"A kernel of {self.kernel} does not fit into {height}×{width} pixels: "
                "choose a smaller kernel or padding same.",
                then=image(self.filters, 1, 1),
            )
        return image(self.filters, *sides)

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        conv = Call(
            "Conv2d", inputs[0].sizes[0], self.filters, self.kernel,
            stride=self.stride, padding=self._border(), bias=self.bias,
        )  # fmt: skip
        after = self.activation.call(axis=1)
        return (conv, after) if after else (conv,)

    def learnables(self, *inputs: Shape) -> int:
        return self.filters * (inputs[0].sizes[0] * self.kernel**2 + self.bias)

    def multiply_adds(self, *inputs: Shape) -> int:
        return self.output(*inputs).count * inputs[0].sizes[0] * self.kernel**2

    def summary(self) -> str:
        return f"{self.filters} · {self.kernel}×{self.kernel}"
