"""Blocks of image networks: residual, squeeze and excite, mobile inverted bottleneck."""

from __future__ import annotations

from torch import Tensor, nn

from nnstudio.engine.modules.activation import Activation, activation


def normed(channels: int, filters: int, kernel: int, stride: int = 1, groups: int = 1) -> nn.Sequential:
    """Return a convolution that keeps the size (divided by the stride) and its batch norm."""
    conv = nn.Conv2d(channels, filters, kernel, stride, kernel // 2, groups=groups, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(filters))


class Residual(nn.Module):
    """Convolutions whose result is added to what came in (He et al. 2016); the activation follows apart.

    Basic: 3x3, 3x3. Bottleneck: 1x1 to a quarter of the filters, 3x3, 1x1. Where the shape changes,
    what came in passes a 1x1 convolution.
    """

    def __init__(
        self, channels: int, filters: int, stride: int = 1, bottleneck: bool = False,
        activate: Activation = ("ReLU",),
    ) -> None:  # fmt: skip
        super().__init__()
        inner = max(1, filters // 4) if bottleneck else filters
        kernels = (1, 3, 1) if bottleneck else (3, 3)
        widths = (channels, *[inner] * (len(kernels) - 1), filters)
        striding = len(kernels) // 2 if bottleneck else 0
        parts: list[nn.Module] = []
        for at, kernel in enumerate(kernels):
            parts += [activation(activate)] if at else []
            parts.append(normed(widths[at], widths[at + 1], kernel, stride if at == striding else 1))
        self.body = nn.Sequential(*parts)
        changes = stride > 1 or channels != filters
        self.shortcut = normed(channels, filters, 1, stride) if changes else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x) + self.shortcut(x)  # type: ignore[no-any-return]


class SqueezeExcite(nn.Module):
    """Weighs each channel by what all channels show on average (Hu et al. 2018)."""

    def __init__(self, channels: int, squeezed: int, activate: Activation = ("SiLU",)) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, squeezed, 1)
        self.activate = activation(activate)
        self.excite = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        seen = self.activate(self.squeeze(x.mean((2, 3), keepdim=True)))
        return x * self.excite(seen).sigmoid()  # type: ignore[no-any-return]


class MBConv(nn.Module):
    """Widens with 1x1, filters each channel alone, weighs the channels, narrows with 1x1.

    The block of EfficientNet (Tan and Le 2019); what came in is added where the shape stays.
    """

    def __init__(
        self, channels: int, filters: int, expansion: int = 6, kernel: int = 3, stride: int = 1,
        squeezed: int = 0, activate: Activation = ("SiLU",),
    ) -> None:  # fmt: skip
        super().__init__()
        wide = channels * expansion
        parts: list[nn.Module] = []
        if expansion > 1:
            parts += [normed(channels, wide, 1), activation(activate)]
        parts += [normed(wide, wide, kernel, stride, groups=wide), activation(activate)]
        if squeezed:
            parts.append(SqueezeExcite(wide, squeezed, activate))
        parts.append(normed(wide, filters, 1))
        self.body = nn.Sequential(*parts)
        # An even kernel makes the image a pixel larger.
        self.adds = stride == 1 and channels == filters and kernel % 2 == 1

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.body(x)
        return x + out if self.adds else out
