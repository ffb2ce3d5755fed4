"""Weights survive the way to bytes and back, and wrong ones are refused in words."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.regularise import BatchNorm
from nnstudio.core.shape import features
from nnstudio.engine.build import Graph, build
from nnstudio.engine.checkpoint import (
    WeightsProblem,
    all_finite,
    arrays,
    load_into,
    pack,
    state,
    unpack,
)
from nnstudio.engine.flat import FlatParameters
from tests.engine.made import chain


def graph(units: int = 4, seed: int = 0) -> Graph:
    return build(chain(Dense(units=units), BatchNorm()), features(3), seed)


@pytest.mark.parametrize("flat", [False, True])
def test_round_trip(flat: bool) -> None:
    first, second = graph(), graph(seed=1)
    if flat:
        FlatParameters(first)
        FlatParameters(second)
    load_into(second, pack(first))
    assert pack(second) == pack(first)
    for name, value in unpack(pack(first)).items():
        assert torch.equal(value, second.state_dict()[name])


def test_loading_keeps_the_learnables_flat() -> None:
    module = graph()
    flat = FlatParameters(module)
    load_into(module, pack(graph(seed=5)))
    weight = next(module.parameters())
    assert torch.equal(flat.view(flat.values, weight), graph(seed=5).state_dict()["n1.0.weight"])


def test_from_arrays() -> None:
    first, second = graph(), graph(seed=1)
    load_into(second, arrays(first))
    assert pack(second) == pack(first)


def test_copies_do_not_follow() -> None:
    module = graph()
    kept, table = state(module), arrays(module)
    with torch.no_grad():
        next(module.parameters()).add_(1)
    assert not torch.equal(kept["n1.0.weight"], module.state_dict()["n1.0.weight"])
    np.testing.assert_array_equal(kept["n1.0.weight"].numpy(), table["n1.0.weight"])


def test_damage_is_said() -> None:
    data = pack(graph())
    for broken in (b"", b"nonsense", data[:-5]):
        with pytest.raises(WeightsProblem, match="damaged"):
            load_into(graph(), broken)


def test_another_size_is_said() -> None:
    with pytest.raises(WeightsProblem, match=r"n1\.0\.weight is 5×3, but the network has 4×3"):
        load_into(graph(4), pack(graph(5)))


def test_other_layers_are_said_and_nothing_is_changed() -> None:
    module = build(chain(Dense(units=4)), features(3), 0)
    before = pack(module)
    with pytest.raises(WeightsProblem, match=r"not in the network: n2\.0\.bias"):
        load_into(module, pack(graph()))
    with pytest.raises(WeightsProblem, match=r"without a weight: n2\.0\.bias"):
        load_into(graph(), before)
    assert pack(module) == before


def test_finite() -> None:
    assert all_finite(state(graph()))
    assert not all_finite({"w": torch.tensor([1.0, float("nan")])})
