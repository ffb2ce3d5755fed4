"""Networks built from their layers: names, wiring, the value before the last activation, the seed."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from nnstudio.catalog.activations import Linear, ReLU, Softmax, Tanh
from nnstudio.catalog.layers.dense import ActivationLayer, Dense
from nnstudio.catalog.layers.merge import Add
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.core.network import INPUT, Network, Node
from nnstudio.core.registry import Call
from nnstudio.core.shape import features
from nnstudio.engine.build import CannotBuild, build, module_of
from nnstudio.engine.modules.noise import Dropout as DropoutModule
from tests.engine.made import chain


def test_children_bear_the_node_ids() -> None:
    graph = build(chain(Dense(units=4), Dense(units=2)), features(3), 0)
    assert list(graph.state_dict()) == ["n1.0.weight", "n1.0.bias", "n2.0.weight", "n2.0.bias"]


def test_a_node_may_be_called_like_a_method() -> None:
    nodes = tuple(Node(id=id, layer=Dense(units=2)) for id in ("half", "train", "forward"))
    graph = build(Network(nodes=nodes), features(3), 0).train().eval()
    assert graph(torch.zeros(5, 3)).shape == (5, 2)


def test_the_last_activation_can_be_left_out() -> None:
    graph = build(chain(Dense(units=4), Dense(units=3, activation=Softmax())), features(3), 0)
    x = torch.randn(6, 3)
    scores = graph.scores(x)
    torch.testing.assert_close(graph(x), scores.softmax(1))
    torch.testing.assert_close(graph.finish(scores), graph(x))
    apart = chain(Dense(units=3, activation=Linear()), ActivationLayer(activation=Softmax()))
    graph = build(apart, features(3), 0)
    torch.testing.assert_close(graph(x), graph.scores(x).softmax(1))


def test_without_an_activation_at_the_end_the_scores_are_the_outputs() -> None:
    graph = build(chain(Dense(units=3, activation=Linear()), Dropout(rate=0.5)), features(3), 0).eval()
    x = torch.randn(6, 3)
    assert torch.equal(graph.scores(x), graph(x))


def test_the_values_of_all_nodes() -> None:
    network = chain(Dense(units=3), Dense(units=3, activation=Tanh()), Add()).wire("n1", "n3")
    graph = build(network, features(3), 0)
    x = torch.randn(6, 3)
    values = graph.values(x)
    assert list(values) == [INPUT, "n1", "n2", "n3"]
    torch.testing.assert_close(values["n3"], values["n1"] + values["n2"])
    torch.testing.assert_close(values["n3"], graph(x))


def test_an_activation_that_does_nothing_passes_the_value() -> None:
    graph = build(chain(Dense(units=3), ActivationLayer(activation=Linear())), features(3), 0)
    x = torch.randn(2, 3)
    assert torch.equal(graph(x), graph.values(x)["n1"])


def test_the_seed_alone_decides_the_weights() -> None:
    network = chain(Dense(units=4), Dense(units=2))
    first = build(network, features(3), 7)
    torch.rand(3)
    again, other = build(network, features(3), 7), build(network, features(3), 8)
    for name, weight in first.state_dict().items():
        assert torch.equal(weight, again.state_dict()[name])
    assert not torch.equal(first.state_dict()["n1.0.weight"], other.state_dict()["n1.0.weight"])


def test_what_does_not_fit_is_said_for_every_layer() -> None:
    with pytest.raises(CannotBuild, match="at least two inputs"):
        build(chain(Dense(units=3), Add()), features(3), 0)


def test_our_modules_come_before_torchs() -> None:
    assert isinstance(module_of(Call("Dropout", 0.3)), DropoutModule)
    assert isinstance(module_of(Call("ReLU")), nn.ReLU)
    assert ReLU().call().source() == "nn.ReLU()"
