"""Presets for images: LeNet, VGG, ResNet, EfficientNet and Vision Transformer styles, sized to the data."""

from __future__ import annotations

from nnstudio.catalog.activations import Swish, Tanh
from nnstudio.catalog.layers.attention import ClassToken, EncoderBlock, PatchEmbedding, Positions
from nnstudio.catalog.layers.blocks import MBConvBlock, ResidualBlock, VGGBlock
from nnstudio.catalog.layers.conv import Conv2D
from nnstudio.catalog.layers.dense import Dense, Flatten
from nnstudio.catalog.layers.pool import AveragePool, GlobalPool
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.catalog.layers.sequence import TakeStep
from nnstudio.catalog.presets.shapes import Part, chain, output_layer
from nnstudio.core.network import Layer, Network
from nnstudio.core.param import param
from nnstudio.core.project import PRESETS, Preset
from nnstudio.core.shape import IMAGE
from nnstudio.core.trace import Signature

SMALLEST_SIDE = 2
"""Halving stops when the shorter side would fall below this: nothing is left to look at."""


def halvings(signature: Signature, wanted: int) -> int:
    """Return how many of the wanted halvings the images allow."""
    side, count = min(signature.input.sizes[1:]), 0
    while count < wanted and side // 2 >= SMALLEST_SIDE:
        side, count = side // 2, count + 1
    return count


class ForImages(Preset):
    """Base of presets that need images."""

    family = "images"
    filters: int = param(
        16, "First filters", "Filters of the first stage; every later one has twice as many.",
        low=2, high=256, scale="power of two", step=1, typical=(16, 64), too_low="Misses patterns.",
        too_high="Slow; overfits small data.",
    )  # fmt: skip

    def unfit(self, signature: Signature) -> str:
        if signature.input.is_a(IMAGE):
            return ""
        return f"{self.title} looks at images, but these data are {signature.input.noun}."


@PRESETS.entry
class LeNet(ForImages):
    """The first famous convolutional network (1998, for handwritten digits): small, clear, quick.

    Two rounds of convolution and pooling, then three dense layers.
    """

    kind = "lenet"
    title = "LeNet"
    filters: int = param(
        6, "First filters", "Filters of the first convolution; the second has nearly three times as many.",
        low=2, high=64, scale="log", step=1, typical=(6, 32),
    )  # fmt: skip

    def build(self, signature: Signature) -> Network:
        layers: list[Layer] = []
        rounds = (self.filters, round(self.filters * 8 / 3))
        pools = halvings(signature, len(rounds))
        for index, filters in enumerate(rounds):
            layers.append(Conv2D(filters=filters, kernel=5, activation=Tanh()))
            layers += [AveragePool()] * (index < pools)
        dense = (Flatten(), Dense(units=120, activation=Tanh()), Dense(units=84, activation=Tanh()))
        return chain(Part("Convolutions", layers), *dense, output_layer(signature.target))


class Staged(ForImages):
    """Base of presets whose stages halve the image and double the filters."""

    stages: int = param(
        2, "Stages", "Halvings of the image; each stage sees larger patterns.", low=1, high=5, step=1,
        typical=(2, 4), too_low="Sees only small patterns.", too_high="Slow; small images run out of pixels.",
    )  # fmt: skip
    dropout: float = param(
        0.2, "Dropout", "Switched-off share before the output layer.", low=0.0, high=0.9, step=0.05,
        typical=(0.2, 0.5),
    )  # fmt: skip

    def widths(self) -> list[int]:
        """Return the filters of every stage."""
        return [self.filters << i for i in range(self.stages)]

    def end(self, signature: Signature) -> list[Layer]:
        """Return dropout (if any) and the output layer."""
        last: list[Layer] = [Dropout(rate=self.dropout)] if self.dropout else []
        return [*last, output_layer(signature.target)]


@PRESETS.entry
class VGGStyle(Staged):
    """Stacks of plain 3×3 convolutions, halved by pooling: simple and strong, but heavy at the end."""

    kind = "vgg"
    title = "VGG"
    convolutions: int = param(2, "Convolutions", "Per stage.", low=1, high=4, step=1, typical=(2, 3))

    def build(self, signature: Signature) -> Network:
        pools = halvings(signature, self.stages)
        blocks = [
            VGGBlock(filters=filters, convolutions=self.convolutions, pool=index < pools)
            for index, filters in enumerate(self.widths())
        ]
        return chain(Part("Convolutions", blocks), Flatten(), Dense(units=128), *self.end(signature))


@PRESETS.entry
class ResNetStyle(Staged):
    """Residual blocks: each adds its correction to what came in, so even very deep networks train."""

    kind = "resnet"
    title = "ResNet"
    blocks: int = param(
        1, "Blocks", "Residual blocks per stage.", low=1, high=6, step=1, typical=(1, 3),
        too_high="Slow on a processor without a GPU.",
    )  # fmt: skip

    def build(self, signature: Signature) -> Network:
        room = halvings(signature, self.stages - 1)
        stages = []
        for stage, filters in enumerate(self.widths()):
            strides = (2 if 0 < stage <= room and block == 0 else 1 for block in range(self.blocks))
            blocks = [ResidualBlock(filters=filters, stride=stride) for stride in strides]
            stages.append(Part(f"Stage {stage + 1}", blocks))
        return chain(Conv2D(filters=self.filters), *stages, GlobalPool(), *self.end(signature))


@PRESETS.entry
class EfficientNetStyle(Staged):
    """MBConv blocks with squeeze-and-excite: high accuracy for few learnables."""

    kind = "efficientnet"
    title = "EfficientNet"
    expansion: int = param(
        4,
        "Expansion",
        "How much wider a block is inside than outside.",
        low=1,
        high=8,
        step=1,
        typical=(4, 6),
    )

    def build(self, signature: Signature) -> Network:
        room = halvings(signature, self.stages - 1)
        stages = []
        for stage, filters in enumerate(self.widths()):
            stride = 2 if 0 < stage <= room else 1
            stages.append(MBConvBlock(filters=filters, expansion=self.expansion, stride=stride))
        first = Conv2D(filters=self.filters, activation=Swish())
        return chain(first, Part("Stages", stages), GlobalPool(), *self.end(signature))


@PRESETS.entry
class ViT(Preset):
    """A Vision Transformer: cuts the image into patches and lets all of them look at one another.

    Needs more data than a convolutional network to be as good.
    """

    kind = "vit"
    title = "ViT"
    family = "images"
    patch: int = param(
        4, "Patch size", "Side of a patch; the image's sides must be multiples of it.", low=1, high=32,
        scale="power of two", step=1, unit="pixels", typical=(4, 16), too_low="Many patches: slow.",
        too_high="Details inside a patch are lost.",
    )  # fmt: skip
    units: int = param(
        64, "Width", "Numbers that describe a patch.", low=8, high=1024, scale="power of two", step=8,
        typical=(32, 256),
    )  # fmt: skip
    blocks: int = param(2, "Blocks", "Encoder blocks.", low=1, high=12, step=1, typical=(2, 6))
    dropout: float = param(
        0.1, "Dropout", "Inside every block.", low=0.0, high=0.9, step=0.05, typical=(0.0, 0.3)
    )

    def unfit(self, signature: Signature) -> str:
        if signature.input.is_a(IMAGE):
            return ""
        return f"ViT looks at images, but these data are {signature.input.noun}."

    def build(self, signature: Signature) -> Network:
        sides = signature.input.sizes[1:]
        # The largest patch up to the chosen one that divides both sides.
        size = next(n for n in range(self.patch, 0, -1) if all(side % n == 0 for side in sides))
        start = (PatchEmbedding(units=self.units, size=size), ClassToken(), Positions(how="learnt"))
        blocks = [
            EncoderBlock(heads=4, hidden=2 * self.units, dropout=self.dropout) for _ in range(self.blocks)
        ]
        last = (TakeStep(which="first"), output_layer(signature.target))
        return chain(Part("Embeddings", start), Part("Encoder blocks", blocks), *last)
