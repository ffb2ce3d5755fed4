"""First weights have the spread that their initialisation promises."""

from __future__ import annotations

import math

import pytest
import torch

from nnstudio.catalog.activations import SELU, Activation, Linear, ReLU, Sigmoid
from nnstudio.catalog.layers.conv import Conv2D
from nnstudio.catalog.layers.dense import ActivationLayer, Dense
from nnstudio.catalog.layers.merge import Concat
from nnstudio.catalog.layers.regularise import BatchNorm, Dropout
from nnstudio.core.shape import features, image
from nnstudio.engine.build import build
from nnstudio.engine.initialise import activation_behind
from tests.engine.made import chain

IN, OUT = 300, 200

STD = {
    "he": math.sqrt(2 / IN),
    "glorot": math.sqrt(2 / (IN + OUT)),
    "lecun": math.sqrt(1 / IN),
    "normal": 0.3,
    "uniform": 0.3 / math.sqrt(3),
    "zeros": 0.0,
    "constant": 0.0,
}


@pytest.mark.parametrize("name", STD)
def test_spread(name: str) -> None:
    layer = Dense(units=OUT, init=name, init_value=0.3)  # type: ignore[arg-type]
    graph = build(chain(layer), features(IN), 0)
    weight, bias = graph.part("n1").parameters()
    assert weight.std().item() == pytest.approx(STD[name], rel=0.02, abs=1e-7)
    assert weight.mean().item() == pytest.approx(0.3 if name == "constant" else 0.0, abs=0.01)
    assert not bias.any()
    if name in ("uniform", "glorot"):
        assert weight.abs().max() <= STD[name] * math.sqrt(3) + 1e-6


@pytest.mark.parametrize(
    ("activation", "std"), [(ReLU(), STD["he"]), (SELU(), STD["lecun"]), (Sigmoid(), STD["glorot"])]
)
def test_auto_follows_the_activation(activation: Activation, std: float) -> None:
    graph = build(chain(Dense(units=OUT, activation=activation)), features(IN), 0)
    weight, _ = graph.part("n1").parameters()
    assert weight.std().item() == pytest.approx(std, rel=0.02)


def test_the_activation_may_stand_behind_normalisation_and_dropout() -> None:
    linear = Dense(units=8, activation=Linear())
    network = chain(linear, BatchNorm(), Dropout(), ActivationLayer(activation=ReLU()), linear)
    assert activation_behind(network, network["n1"]) == ReLU()
    assert activation_behind(network, network["n5"]) == Linear()
    split = chain(linear, ActivationLayer(activation=ReLU()), Concat()).wire("n1", "n3")
    assert activation_behind(split, split["n1"]) == Linear()


def test_the_fan_in_of_a_convolution_counts_its_window() -> None:
    graph = build(chain(Conv2D(filters=64, kernel=3)), image(32, 8, 8), 0)
    weight, bias = graph.part("n1").parameters()
    assert weight.std().item() == pytest.approx(math.sqrt(2 / (32 * 9)), rel=0.02)
    assert not bias.any()


def test_norms_begin_as_identity() -> None:
    graph = build(chain(BatchNorm()), features(5), 0)
    scale, offset = graph.part("n1").parameters()
    assert torch.equal(scale, torch.ones(5))
    assert torch.equal(offset, torch.zeros(5))
