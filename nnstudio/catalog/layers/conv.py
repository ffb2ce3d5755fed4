"""Convolution layers: filters that slide over an image or along a sequence."""

from __future__ import annotations

from typing import Any, Literal

from nnstudio.catalog.activations import ACTIVATIONS, Activation, ReLU
from nnstudio.catalog.layers.needs import need_image, need_sequence
from nnstudio.catalog.layers.weights import Weighted
from nnstudio.core.network import LAYERS, Misfit
from nnstudio.core.param import param
from nnstudio.core.registry import Call, one_of
from nnstudio.core.shape import Shape, image, sequence


def window(size: int, kernel: int, stride: int = 1, border: int = 0, dilation: int = 1) -> int:
    """Return how many places a sliding window finds along an axis; below 1: it does not fit."""
    return (size + 2 * border - dilation * (kernel - 1) - 1) // stride + 1


class Filters(Weighted):
    """Base of plain convolutions."""

    filters: int = param(
        32, "Filters", "How many patterns the layer looks for.", low=1, high=1024, scale="power of two",
        step=1, typical=(16, 256), too_low="Misses patterns.", too_high="Slow; overfits small data.",
    )  # fmt: skip
    kernel: int = param(
        3, "Kernel", "How many pixels or steps a filter sees at once, along each axis.", low=1, high=15,
        step=1, typical=(3, 7), too_low="1 mixes channels only: neighbours are not seen.",
        too_high="Slow; two small kernels in a row see as much with fewer learnables.",
    )  # fmt: skip
    stride: int = param(
        1, "Stride", "Pixels or steps between two looks; 2 halves the size.", low=1, high=8, step=1,
        typical=(1, 2), too_high="Small details fall between two looks.",
    )  # fmt: skip
    padding: Literal["same", "none"] = param(
        "same",
        "Padding",
        "Same adds a border of zeros so that an odd kernel keeps the size; none lets it shrink.",
    )
    groups: int = param(
        1, "Groups", "Splits the channels into groups that do not see each other; must divide the channels "
        "and the filters.", low=1, high=1024, scale="power of two", step=1, advanced=True,
    )  # fmt: skip
    dilation: int = param(
        1, "Dilation", "Gaps between the places a filter sees: 2 sees every other one, and twice as far.",
        low=1, high=16, step=1, typical=(1, 4), advanced=True,
    )  # fmt: skip
    activation: one_of(ACTIVATIONS, Activation) = param(  # type: ignore[valid-type]
        ReLU(), "Activation", "What is done to each value."
    )

    def _border(self) -> int:
        return self.dilation * (self.kernel // 2) if self.padding == "same" else 0

    def _sides(self, sizes: tuple[int, ...], then: Shape) -> list[int]:
        """Return the sizes of the output; raises Misfit where the kernel does not fit."""
        sides = [window(n, self.kernel, self.stride, self._border(), self.dilation) for n in sizes]
        if min(sides) < 1:
            seen, room = self.dilation * (self.kernel - 1) + 1, "×".join(str(n) for n in sizes)
            what = "pixels" if len(sizes) > 1 else "steps"
            raise Misfit(
                f"A kernel of {seen} does not fit into {room} {what}: "
                "choose a smaller kernel or padding same.",
                then=then,
            )
        return sides

    def _check_groups(self, channels: int, then: Shape) -> None:
        if channels % self.groups or self.filters % self.groups:
            raise Misfit(
                f"{self.groups} groups must divide both the {channels} channels that come in and the "
                f"{self.filters} filters: choose other groups, e.g. 1.",
                then=then,
            )

    def _convolution(self, name: str, channels: int) -> Call:
        rare: dict[str, Any] = {"groups": self.groups, "dilation": self.dilation}
        return Call(
            name, channels, self.filters, self.kernel, stride=self.stride, padding=self._border(),
            **{k: v for k, v in rare.items() if v != 1}, bias=self.bias,
        )  # fmt: skip

    def _weights(self, channels: int, axes: int) -> int:
        weights: int = channels // self.groups * self.kernel**axes
        return weights

    def summary(self) -> str:
        return f"{self.filters} · {self.kernel}"


@LAYERS.entry
class Conv2D(Filters):
    """Slides small learnt filters over an image; each filter answers to one pattern wherever it is.

    The first layers find edges, later ones parts and objects. Far fewer learnables than a Dense
    layer on the same image.
    """

    kind = "conv2d"
    title = "Conv 2D"
    family = "convolution"

    def output(self, *inputs: Shape) -> Shape:
        channels, *sizes = need_image(self, inputs[0])
        sides = self._sides(tuple(sizes), image(self.filters, 1, 1))
        output = image(self.filters, *sides)
        self._check_groups(channels, output)
        return output

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        conv = self._convolution("Conv2d", inputs[0].sizes[0])
        after = self.activation.call(axis=1)
        return (conv, after) if after else (conv,)

    def learnables(self, *inputs: Shape) -> int:
        return self.filters * (self._weights(inputs[0].sizes[0], 2) + self.bias)

    def multiply_adds(self, *inputs: Shape) -> int:
        return self.output(*inputs).count * self._weights(inputs[0].sizes[0], 2)

    def summary(self) -> str:
        return f"{self.filters} · {self.kernel}×{self.kernel}"


@LAYERS.entry
class Conv1D(Filters):
    """Slides small learnt filters along a sequence; each answers to one pattern at whatever step it is.

    For series and texts whose meaning lies in short stretches: a few neighbouring words, a bump in a
    curve. Quicker than a recurrent layer, as it reads all steps at once.
    """

    kind = "conv1d"
    title = "Conv 1D"
    family = "convolution"
    padding: Literal["same", "none", "causal"] = param(  # type: ignore[assignment]
        "same", "Padding",
        "Same adds zeros at both ends so that an odd kernel keeps the length; none lets it shrink; causal "
        "adds them in front only, so that a step sees itself and the past, never the future.",
    )  # fmt: skip

    def output(self, *inputs: Shape) -> Shape:
        steps, channels = need_sequence(self, inputs[0])
        if self.padding == "causal":
            found = window(steps, 1, self.stride)
        else:
            (found,) = self._sides((steps,), sequence(1, self.filters))
        output = sequence(found, self.filters)
        self._check_groups(channels, output)
        return output

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        name = "CausalConv1dOverSteps" if self.padding == "causal" else "Conv1dOverSteps"
        conv = self._convolution(name, inputs[0].sizes[1])
        after = self.activation.call()
        return (conv, after) if after else (conv,)

    def learnables(self, *inputs: Shape) -> int:
        return self.filters * (self._weights(inputs[0].sizes[1], 1) + self.bias)

    def multiply_adds(self, *inputs: Shape) -> int:
        return self.output(*inputs).count * self._weights(inputs[0].sizes[1], 1)


@LAYERS.entry
class SeparableConv(Weighted):
    """A convolution in two cheap halves: filter each channel alone, then mix the channels pixel by pixel.

    Nearly as able as Conv 2D with a fraction of its learnables and work; made for small devices.
    """

    kind = "separable_conv"
    title = "Separable conv"
    family = "convolution"
    filters: int = param(
        32, "Filters", "How many patterns come out of the mixing.", low=1, high=1024, scale="power of two",
        step=1, typical=(16, 256), too_low="Misses patterns.", too_high="Slow; overfits small data.",
    )  # fmt: skip
    kernel: int = param(
        3, "Kernel", "Side of the square that each channel's filter sees.", low=1, high=15, step=1,
        unit="pixels", typical=(3, 5),
    )  # fmt: skip
    stride: int = param(
        1, "Stride", "Pixels between two looks; 2 halves the image.", low=1, high=8, step=1, typical=(1, 2)
    )
    activation: one_of(ACTIVATIONS, Activation) = param(  # type: ignore[valid-type]
        ReLU(), "Activation", "What is done to each value after the mixing."
    )

    def output(self, *inputs: Shape) -> Shape:
        _, *sizes = need_image(self, inputs[0])
        return image(self.filters, *(window(n, self.kernel, self.stride, self.kernel // 2) for n in sizes))

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        channels = inputs[0].sizes[0]
        each = Call(
            "Conv2d", channels, channels, self.kernel,
            stride=self.stride, padding=self.kernel // 2, groups=channels, bias=False,
        )  # fmt: skip
        mix = Call("Conv2d", channels, self.filters, 1, bias=self.bias)
        after = self.activation.call(axis=1)
        return (each, mix, after) if after else (each, mix)

    def learnables(self, *inputs: Shape) -> int:
        channels = inputs[0].sizes[0]
        return channels * self.kernel**2 + self.filters * (channels + self.bias)

    def multiply_adds(self, *inputs: Shape) -> int:
        channels, output = inputs[0].sizes[0], self.output(*inputs)
        return output.count // self.filters * channels * (self.kernel**2 + self.filters)

    def summary(self) -> str:
        return f"{self.filters} · {self.kernel}×{self.kernel}"
