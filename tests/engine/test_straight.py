"""A chain run straight gives the same bits, forward and backward, as stage by stage."""

from __future__ import annotations

import torch
from torch import Tensor

from nnstudio.catalog.activations import Softmax, Tanh
from nnstudio.catalog.layers.conv import Conv2D
from nnstudio.catalog.layers.dense import ActivationLayer, Dense, Flatten
from nnstudio.catalog.layers.pool import AveragePool, MaxPool
from nnstudio.catalog.layers.regularise import BatchNorm
from nnstudio.core.network import Layer
from nnstudio.engine.build import Graph, build
from nnstudio.engine.flat import FlatParameters
from tests.engine.made import chain, images

TOP = (Flatten(), Dense(units=5), Dense(units=3, activation=Softmax()))


def gradients(graph: Graph, outputs: Tensor) -> list[Tensor]:
    graph.zero_grad()
    (outputs**2).sum().backward()
    return [p.grad.clone() for p in graph.parameters() if p.grad is not None]


def test_the_same_bits_as_stage_by_stage() -> None:
    shape = images(8).signature.input
    x = torch.randn(6, 1, 8, 8, generator=torch.Generator().manual_seed(0)).round(decimals=1)
    cases: list[tuple[Layer, ...]] = [
        (Conv2D(filters=4), MaxPool(), Conv2D(filters=3), MaxPool(), *TOP),
        (Conv2D(filters=4, activation=Tanh()), MaxPool(), *TOP),
        (Conv2D(filters=4), AveragePool(), *TOP),
        (Conv2D(filters=4), BatchNorm(), ActivationLayer(), MaxPool(), *TOP),
    ]
    for layers in cases:
        network = chain(*layers)
        graph = build(network, shape, seed=1)
        straight = gradients(graph, graph(x))
        by_stage = gradients(graph, graph.values(x)[network.nodes[-1].id])
        assert all(torch.equal(a, b) for a, b in zip(straight, by_stage, strict=True))
        graph.eval()
        assert torch.equal(graph(x), graph.values(x)[network.nodes[-1].id])


def test_filters_lie_channels_last_in_the_flat_tensor() -> None:
    network = chain(Conv2D(filters=4), Conv2D(filters=6), *TOP)
    graph = build(network, images(8).signature.input, seed=1)
    before = [p.detach().clone() for p in graph.parameters()]
    flat = FlatParameters(graph)
    filters = graph.part("n2").get_parameter("0.weight")
    assert filters.is_contiguous(memory_format=torch.channels_last)
    assert all(torch.equal(p, old) for p, old in zip(graph.parameters(), before, strict=True))
    flat.values.zero_()
    assert not any(p.any() for p in graph.parameters())


def test_all_parts_change_their_mode_together() -> None:
    layers = (Flatten(), Dense(units=4), BatchNorm(), Dense(units=3))
    graph = build(chain(*layers), images(8).signature.input, 1)
    for mode in (False, True, False):
        graph.train(mode)
        assert {module.training for module in graph.modules()} == {mode}
