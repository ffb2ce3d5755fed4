"""Rows that stay in their order, and what every bias starts at."""

from __future__ import annotations

import torch

from nnstudio.catalog.layers.dense import Dense
from nnstudio.core.network import Network
from nnstudio.core.shape import features
from nnstudio.engine.batches import Batches
from nnstudio.engine.build import build


def test_unshuffled_batches_come_in_the_given_order() -> None:
    x = torch.arange(10.0)[:, None]
    batches = Batches(x, x, None, 4, torch.Generator(), shuffled=False)
    for _epoch in range(2):
        batches.shuffle()
        assert torch.equal(torch.cat([batches[i][0] for i in range(len(batches))]), x)


def test_biases_start_where_they_are_told() -> None:
    graph = build(Network().insert(Dense(units=3, bias_value=0.5)), features(2), seed=0)
    bias = graph.part("n1").get_parameter("0.bias")
    assert bias.tolist() == [0.5, 0.5, 0.5]
