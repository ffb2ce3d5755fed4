"""Ready blocks of famous image networks: VGG, ResNet, EfficientNet."""

from __future__ import annotations

from typing import Any, Literal

from nnstudio.catalog.activations import ACTIVATIONS, Activation, ReLU, Swish
from nnstudio.catalog.layers.conv import window
from nnstudio.catalog.layers.needs import need_image
from nnstudio.catalog.layers.weights import Initialised
from nnstudio.core.network import LAYERS, Misfit
from nnstudio.core.param import param
from nnstudio.core.registry import Call, one_of
from nnstudio.core.shape import Shape, image


def named(activation: Activation, axis: int = -1) -> tuple[Any, ...]:
    """Return an activation as the name and arguments of its module, for blocks that hold one inside."""
    call = activation.call(axis)
    if call is None:
        return ("Identity",)
    return (call.name, *call.args, *(value for _, value in call.kwargs))


def _filters(default: int) -> Any:
    return param(
        default, "Filters", "How many channels come out.", low=1, high=2048, scale="power of two", step=1,
        typical=(16, 512), too_low="Misses patterns.", too_high="Slow; overfits small data.",
    )  # fmt: skip


def _stride() -> Any:
    return param(
        1, "Stride", "2 halves the image, as the first block of each stage does.", low=1, high=4, step=1,
        typical=(1, 2),
    )  # fmt: skip


def _norms(*channels: int) -> int:
    """Learnables of the batch norms of so many channels."""
    return 2 * sum(channels)


@LAYERS.entry
class VGGBlock(Initialised):
    """Several 3×3 convolutions in a row, then a max pool that halves the image.

    The plain recipe of VGG: two or three small kernels in a row see as far as one large kernel, with
    fewer learnables and more bends. Double the filters from block to block.
    """

    kind = "vgg_block"
    title = "VGG block"
    family = "convolution"
    filters: int = _filters(32)
    convolutions: int = param(
        2, "Convolutions", "How many before the pool.", low=1, high=4, step=1, typical=(2, 3)
    )
    batch_norm: bool = param(True, "Batch norm", "Normalise after each convolution: trains faster.")
    pool: bool = param(True, "Max pool", "Halve the image at the end.")
    activation: one_of(ACTIVATIONS, Activation) = param(  # type: ignore[valid-type]
        ReLU(), "Activation", "What is done to each value after each convolution."
    )

    def output(self, *inputs: Shape) -> Shape:
        _, height, width = need_image(self, inputs[0])
        if not self.pool:
            return image(self.filters, height, width)
        if min(height, width) < 2:
            raise Misfit(
                f"The image is only {height}×{width} here and cannot be halved: switch the max pool off "
                "or use fewer blocks.",
                then=image(self.filters, height, width),
            )
        return image(self.filters, height // 2, width // 2)

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        found: list[Call] = []
        after = self.activation.call(axis=1)
        for channels in self._channels(inputs[0]):
            found.append(Call("Conv2d", channels, self.filters, 3, padding=1, bias=not self.batch_norm))
            found += [Call("BatchNorm2d", self.filters)] if self.batch_norm else []
            found += [after] if after else []
        return (*found, *([Call("MaxPool2d", 2)] if self.pool else []))

    def _channels(self, shape: Shape) -> list[int]:
        return [shape.sizes[0]] + [self.filters] * (self.convolutions - 1)

    def learnables(self, *inputs: Shape) -> int:
        rest = 2 if self.batch_norm else 1
        return sum(self.filters * (9 * channels + rest) for channels in self._channels(inputs[0]))

    def multiply_adds(self, *inputs: Shape) -> int:
        _, height, width = inputs[0].sizes
        return height * width * self.filters * 9 * sum(self._channels(inputs[0]))

    def summary(self) -> str:
        return f"{self.filters} · {self.convolutions} × 3×3"


@LAYERS.entry
class ResidualBlock(Initialised):
    """Two or three convolutions with batch norm whose result is ADDED to what came in, as in ResNet.

    The shortcut lets the gradient pass undiminished, so dozens of blocks in a row still learn. Where
    the size or the channels change, a 1×1 convolution fits the shortcut.
    """

    kind = "residual_block"
    title = "Residual"
    family = "convolution"
    filters: int = _filters(32)
    form: Literal["basic", "bottleneck"] = param(
        "basic", "Form", "Basic: two 3×3. Bottleneck: 1×1 to a quarter of the filters, 3×3, 1×1 back; "
        "cheaper with many filters.",
    )  # fmt: skip
    stride: int = _stride()
    activation: one_of(ACTIVATIONS, Activation) = param(  # type: ignore[valid-type]
        ReLU(), "Activation", "What is done between the convolutions and after the sum."
    )

    def output(self, *inputs: Shape) -> Shape:
        _, height, width = need_image(self, inputs[0])
        return image(self.filters, *(window(n, 3, self.stride, 1) for n in (height, width)))

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        block = Call(
            "Residual", inputs[0].sizes[0], self.filters, self.stride, self.form == "bottleneck",
            named(self.activation, 1),
        )  # fmt: skip
        after = self.activation.call(axis=1)
        return (block, after) if after else (block,)

    def _weights(self, channels: int) -> tuple[tuple[int, bool], ...]:
        """Return (weights per pixel, whether at the larger size) of each convolution."""
        found: tuple[tuple[int, bool], ...]
        if self.form == "basic":
            found = ((channels * self.filters * 9, False), (self.filters**2 * 9, False))
        else:
            inner = self._inner()
            found = (
                (channels * inner, True),
                (inner**2 * 9, False),
                (inner * self.filters, False),
            )
        return (*found, (channels * self.filters, False)) if self._changes(channels) else found

    def _inner(self) -> int:
        return max(1, self.filters // 4)

    def _changes(self, channels: int) -> bool:
        return self.stride > 1 or channels != self.filters

    def learnables(self, *inputs: Shape) -> int:
        channels = inputs[0].sizes[0]
        inner = (self.filters,) if self.form == "basic" else (self._inner(), self._inner())
        norms = _norms(*inner, self.filters, self.filters * self._changes(channels))
        return sum(weights for weights, _ in self._weights(channels)) + norms

    def multiply_adds(self, *inputs: Shape) -> int:
        channels, height, width = inputs[0].sizes
        small = self.output(*inputs).count // self.filters
        return sum(w * (height * width if large else small) for w, large in self._weights(channels))

    def summary(self) -> str:
        return f"{self.filters}" + (" · bottleneck" if self.form == "bottleneck" else " · 3×3")


@LAYERS.entry
class MBConvBlock(Initialised):
    """EfficientNet's block: widen, filter each channel alone, weigh the channels, narrow again.

    Much ability for few learnables. Squeeze and excite lets the block turn single channels up or down
    by what it sees in the whole image. What came in is added where the shape stays.
    """

    kind = "mbconv"
    title = "MBConv"
    family = "convolution"
    filters: int = _filters(32)
    expansion: int = param(
        4, "Expansion", "How many times as many channels inside.", low=1, high=8, step=1, typical=(4, 6),
        too_high="Slow, and much memory.",
    )  # fmt: skip
    kernel: int = param(
        3, "Kernel", "Side of the square that each channel's filter sees; odd.", low=3, high=7, step=2,
        unit="pixels", typical=(3, 5),
    )  # fmt: skip
    stride: int = _stride()
    squeeze: float = param(
        0.25, "Squeeze", "Size of the squeeze-and-excite part, as a share of the channels that come in; "
        "0 leaves it out.", low=0.0, high=1.0, step=0.05, typical=(0.25, 0.25),
    )  # fmt: skip
    activation: one_of(ACTIVATIONS, Activation) = param(  # type: ignore[valid-type]
        Swish(), "Activation", "What is done to each value inside the block."
    )

    def output(self, *inputs: Shape) -> Shape:
        _, height, width = need_image(self, inputs[0])
        sides = (window(n, self.kernel, self.stride, self.kernel // 2) for n in (height, width))
        return image(self.filters, *sides)

    def _squeezed(self, channels: int) -> int:
        return max(1, int(channels * self.squeeze)) if self.squeeze else 0

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        channels = inputs[0].sizes[0]
        block = Call(
            "MBConv", channels, self.filters, self.expansion, self.kernel, self.stride,
            self._squeezed(channels), named(self.activation, 1),
        )  # fmt: skip
        return (block,)

    def learnables(self, *inputs: Shape) -> int:
        channels = inputs[0].sizes[0]
        wide, squeezed = channels * self.expansion, self._squeezed(channels)
        weights = wide * (self.kernel**2 + self.filters) + channels * wide * (self.expansion > 1)
        excite = 2 * wide * squeezed + squeezed + wide * bool(squeezed)
        return weights + excite + _norms(wide, self.filters, wide * (self.expansion > 1))

    def multiply_adds(self, *inputs: Shape) -> int:
        channels, height, width = inputs[0].sizes
        wide, small = channels * self.expansion, self.output(*inputs).count // self.filters
        widen = channels * wide * height * width * (self.expansion > 1)
        excite = 2 * wide * self._squeezed(channels)
        return widen + small * wide * (self.kernel**2 + self.filters) + excite

    def summary(self) -> str:
        return f"{self.filters} · {self.kernel}×{self.kernel} · ×{self.expansion}"
