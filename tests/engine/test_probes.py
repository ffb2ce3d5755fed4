"""What a probe reports is what the layers do."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from nnstudio.catalog.activations import Linear, ReLU, Sigmoid, Softmax, Tanh
from nnstudio.catalog.layers.conv import Conv2D
from nnstudio.catalog.layers.dense import ActivationLayer, Dense, Flatten
from nnstudio.core.network import Network
from nnstudio.core.run import Epoch, LayerHealth
from nnstudio.core.shape import Shape, features, image
from nnstudio.engine import probes
from nnstudio.engine.build import Graph, build
from nnstudio.engine.flat import FlatParameters
from nnstudio.engine.probes import PROBE_ROWS, Probe
from nnstudio.engine.train import train
from tests.engine.made import chain, classes, project_for
from tests.engine.plain import first_weights


def looked(
    network: Network, shape: Shape, x: torch.Tensor, weights: dict[str, torch.Tensor]
) -> list[LayerHealth]:
    """Return the health of a network with given weights."""
    graph: Graph = build(network, shape, 0)
    with torch.no_grad():
        for name, value in weights.items():
            graph.state_dict()[name].copy_(value)
    flat = FlatParameters(graph)
    return list(Probe(graph, flat, network, x, flat.gradient).look()[0])


def test_dead_units_are_counted() -> None:
    weights = {"n1.0.weight": torch.eye(4), "n1.0.bias": torch.tensor([0.0, 0.0, -100.0, -100.0])}
    health = looked(chain(Dense(units=4)), features(4), torch.randn(50, 4), weights)
    assert health[0].dead == 0.5
    assert health[0].saturated is None


def test_a_channel_is_a_unit_of_an_image() -> None:
    weights = {"n1.0.bias": torch.tensor([100.0, -100.0, -100.0, -100.0])}
    network = chain(Conv2D(filters=4), Flatten())
    health = looked(network, image(1, 5, 5), torch.rand(7, 1, 5, 5), weights)
    assert health[0].dead == 0.75
    assert health[1].dead is None
    assert health[1].weight_norm is None


@pytest.mark.parametrize(
    ("activation", "edge"), [(Sigmoid(), np.log(0.98 / 0.02)), (Tanh(), np.arctanh(0.96))]
)
def test_saturated_values_are_counted(activation: Sigmoid | Tanh, edge: float) -> None:
    x = torch.tensor([[0.0, edge * 1.01], [edge * 0.99, -edge * 1.01]], dtype=torch.float32)
    network = chain(Dense(units=2, activation=Linear()), ActivationLayer(activation=activation))
    weights = {"n1.0.weight": torch.eye(2)}
    health = looked(network, features(2), x, weights)
    assert health[1].saturated == 0.5
    assert health[1].dead is None


def test_softmax_does_not_count_as_saturated() -> None:
    health = looked(chain(Dense(units=2, activation=Softmax())), features(2), torch.randn(5, 2), {})
    assert health[0].saturated is None


def test_gradients_and_updates_are_those_of_the_last_step() -> None:
    prepared = classes(3)
    project = project_for(prepared, epochs=1, batch_size=64)
    event = next(event for event in train(project, prepared) if isinstance(event, Epoch))
    module = first_weights(project, prepared, nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3)))
    x, y = torch.tensor(prepared.train.x), torch.tensor(prepared.train.y)
    nn.functional.cross_entropy(module(x), y).backward()
    for health, layer in zip(event.layers, (module[0], module[2]), strict=True):  # type: ignore[index]
        gradients = torch.cat([p.grad.flatten() for p in layer.parameters()])
        before = torch.cat([p.detach().flatten() for p in layer.parameters()])
        after = before - 0.1 * gradients
        assert health.gradient_norm == pytest.approx(gradients.norm().item(), rel=1e-4)
        assert health.weight_norm == pytest.approx(after.norm().item(), rel=1e-5)
        ratio = (0.1 * gradients.norm() / after.norm()).item()
        assert health.update_ratio == pytest.approx(ratio, rel=1e-3)


def test_penalties_and_clipping_do_not_hide_the_gradient() -> None:
    prepared = classes(3)
    norms = []
    for decay, clip in ((0.0, 0.0), (1.0, 0.0), (0.0, 0.01)):
        project = project_for(
            prepared, epochs=1, batch_size=64, weight_decay=decay, l1=decay / 10, clip_norm=clip
        )
        event = next(event for event in train(project, prepared) if isinstance(event, Epoch))
        norms.append([health.gradient_norm for health in event.layers])
    assert norms[0] == norms[1] == norms[2]


def test_mean_and_spread_of_the_activations() -> None:
    x = torch.randn(300, 4)
    weights = {"n1.0.weight": torch.eye(4)}
    health = looked(chain(Dense(units=4, activation=Linear())), features(4), x, weights)
    watched = x[torch.linspace(0, 299, PROBE_ROWS).long()]
    assert health[0].mean == pytest.approx(watched.mean().item(), abs=1e-6)
    assert health[0].std == pytest.approx(watched.std(correction=0).item(), rel=1e-5)


def test_what_is_not_finite_is_left_out() -> None:
    weights = {"n1.0.weight": torch.full((4, 4), float("nan"))}
    health = looked(chain(Dense(units=4, activation=ReLU())), features(4), torch.randn(5, 4), weights)
    assert health[0].mean is None
    assert health[0].weight_norm is None


def test_the_interval_stretches_but_the_ends_are_always_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "BUDGET", 0.0)
    prepared = classes(3)
    events = [e for e in train(project_for(prepared, epochs=5), prepared) if isinstance(e, Epoch)]
    assert [bool(event.layers) for event in events] == [True, False, False, False, True]


def test_weights_are_remembered_only_where_a_look_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = build(chain(Dense(units=4)), features(4), 0)
    flat = FlatParameters(graph)
    probe = Probe(graph, flat, chain(Dense(units=4)), torch.randn(9, 4), flat.gradient)
    (unknown,), _ = probe.look()
    assert unknown.update_ratio is None, "nobody has looked at the weights before the step"
    monkeypatch.setattr(probes, "BUDGET", 0.0)
    for outer in (False, True):
        probe.before_last_step(outer)
        assert probe.wanted is outer
    flat.values.mul_(1.5)
    (known,), _ = probe.look()
    assert known.update_ratio == pytest.approx(1 / 3, rel=1e-4)


def test_the_size_of_the_weights_is_set_against_its_beginning() -> None:
    graph = build(chain(Dense(units=4)), features(4), 0)
    flat = FlatParameters(graph)
    probe = Probe(graph, flat, chain(Dense(units=4)), torch.randn(9, 4), flat.gradient)
    weight = graph.state_dict()["n1.0.weight"]
    before = weight.abs().mean().item()
    weight.mul_(3.0)
    (health,), _ = probe.look()
    assert health.weight_size == pytest.approx(3 * before, rel=1e-5)
    assert health.weight_growth == pytest.approx(3.0, rel=1e-5)


def test_the_output_says_how_its_answers_are_spread() -> None:
    network = chain(Dense(units=3, activation=Softmax()))
    graph = build(network, features(3), 0)
    graph.state_dict()["n1.0.weight"].copy_(torch.eye(3) * 50)
    flat = FlatParameters(graph)
    x = torch.eye(3)[torch.tensor([0, 0, 0, 1, 1, 2])]
    _, output = Probe(graph, flat, network, x, flat.gradient, classes=3).look()
    assert output.predicted == (3, 2, 1)
    assert output.mean == pytest.approx(1 / 3)
    assert output.entropy == pytest.approx(0.0, abs=1e-5)
    assert output.between is not None
    assert output.between > 0.3
    graph.state_dict()["n1.0.weight"].zero_()
    _, output = Probe(graph, flat, network, x, flat.gradient, classes=3).look()
    assert output.entropy == pytest.approx(1.0)
    assert output.between == pytest.approx(0.0, abs=1e-7)


def test_numbers_have_no_entropy_and_no_classes() -> None:
    network = chain(Dense(units=2, activation=Linear()))
    graph = build(network, features(3), 0)
    flat = FlatParameters(graph)
    _, output = Probe(graph, flat, network, torch.randn(7, 3), flat.gradient).look()
    assert output.entropy is None
    assert output.predicted == ()


def test_the_first_loss_is_that_of_an_untrained_network() -> None:
    prepared = classes(3)
    started = next(
        iter(train(project_for(prepared, Dense(units=3, init="zeros", activation=Softmax())), prepared))
    )
    assert started.initial_loss == pytest.approx(np.log(3), rel=1e-5)  # type: ignore[union-attr]
