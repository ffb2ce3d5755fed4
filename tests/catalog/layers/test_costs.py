"""Learnables of well-known networks, counted by hand or taken from their papers."""

from __future__ import annotations

from nnstudio.catalog.activations import Linear
from nnstudio.catalog.layers.attention import ClassToken, EncoderBlock, PatchEmbedding, Positions
from nnstudio.catalog.layers.blocks import ResidualBlock
from nnstudio.catalog.layers.conv import Conv1D, Conv2D
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.pool import GlobalPool, MaxPool
from nnstudio.catalog.layers.regularise import BatchNorm, LayerNorm
from nnstudio.catalog.layers.sequence import GRU, LSTM, Embedding, TakeStep
from nnstudio.core.network import LAYERS, Layer
from nnstudio.core.shape import image, sequence, tokens
from nnstudio.core.trace import trace
from tests.engine.made import chain


def test_resnet_50() -> None:
    layers: list[Layer] = [
        Conv2D(filters=64, kernel=7, stride=2, bias=False), BatchNorm(), MaxPool(size=2, stride=2),
    ]  # fmt: skip
    for stage, count in enumerate((3, 4, 6, 3)):
        filters = 256 * 2**stage
        stride = 1 if stage == 0 else 2
        for at in range(count):
            layers.append(ResidualBlock(filters=filters, form="bottleneck", stride=stride if at == 0 else 1))
    network = chain(*layers, GlobalPool(), Dense(units=1000, activation=Linear()))
    table = trace(network, image(3, 224, 224))
    assert table.valid
    # 25.557 million in torchvision's resnet50, about 4.09 G multiply-adds.
    assert table.learnables == 25_557_032
    assert 4.0e9 < table.multiply_adds < 4.2e9


def test_vit_base() -> None:
    blocks = [EncoderBlock(heads=12, hidden=3072) for _ in range(12)]
    network = chain(
        PatchEmbedding(units=768, size=16), ClassToken(), Positions(how="learnt"), *blocks, LayerNorm(),
        TakeStep(which="first"), Dense(units=1000, activation=Linear()),
    )  # fmt: skip
    # 86.6 million in torchvision's vit_b_16.
    assert trace(network, image(3, 224, 224)).learnables == 86_567_656


def test_recurrent_layers_by_hand() -> None:
    assert LSTM(units=64).learnables(sequence(50, 8)) == 4 * (8 * 64 + 64 * 64 + 2 * 64)
    assert GRU(units=5, both_ways=True).learnables(sequence(50, 8)) == 2 * 3 * (8 * 5 + 5 * 5 + 2 * 5)
    assert Embedding(units=16).learnables(tokens(9, 1000)) == 16_000


def test_a_grouped_convolution_costs_less() -> None:
    shape = sequence(20, 8)
    assert Conv1D(filters=8, groups=8, bias=False).learnables(shape) == 8 * 3
    assert Conv1D(filters=8, groups=8).multiply_adds(shape) * 8 == Conv1D(filters=8).multiply_adds(shape)


def test_families_come_in_the_order_in_which_they_are_taught() -> None:
    assert list(LAYERS.families()) == [
        "core", "convolution", "sequence", "attention", "regularise", "normalise", "merge", "shape",
    ]  # fmt: skip
