"""Rates are compared on the project itself, whatever its network."""

from __future__ import annotations

import math

import pytest

from nnstudio.catalog.activations import Linear, Softmax
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.catalog.optimizers import SGD
from nnstudio.core.run import Epoch
from nnstudio.engine.build import CannotBuild
from nnstudio.engine.sweep.rates import compare_rates, rates_between
from nnstudio.engine.train import train
from tests.engine.made import classes, numbers, project_for

RATES = (0.001, 0.03, 1.0)


def test_rates_lie_evenly_and_are_round() -> None:
    assert rates_between(0.001, 1.0, 4) == (0.001, 0.01, 0.1, 1.0)
    assert len(rates_between()) == 24


def test_a_dense_network_is_compared_in_one_program() -> None:
    prepared = classes(3)
    project = project_for(prepared, optimizer=SGD(rate=0.03))
    strips = list(compare_rates(project, prepared, RATES, epochs=6))
    assert sorted({round(strip.done * 6) for strip in strips}) == [0, 1, 2, 3, 4, 5, 6]
    last = strips[-1]
    assert last.together
    assert [outcome.rate for outcome in last.outcomes] == list(RATES)
    losses = [
        event.values["val_loss"]
        for event in train(project.set("training.epochs", 6), prepared)
        if isinstance(event, Epoch)
    ]
    assert last.outcomes[1].loss == pytest.approx(min(losses), rel=1e-4)
    assert last.outcomes[1].last == pytest.approx(losses[-1], rel=1e-4)
    assert last.best is not None
    assert last.best.loss == min(outcome.loss for outcome in last.outcomes)


def test_other_networks_one_rate_after_another() -> None:
    prepared = classes(3)
    layers = (Dense(units=8), Dropout(rate=0.2), Dense(units=3, activation=Softmax()))
    strips = list(compare_rates(project_for(prepared, *layers), prepared, RATES, epochs=3))
    assert len(strips) > len(RATES), "often enough to be given up at once"
    assert not strips[0].together
    assert math.isnan(strips[0].outcomes[2].loss)
    assert strips[-1].outcomes[2].epochs == 3


def test_a_rate_that_explodes_keeps_what_it_had() -> None:
    prepared = numbers()
    strips = list(compare_rates(project_for(prepared), prepared, (0.01, 10.0), epochs=6))
    calm, wild = strips[-1].outcomes
    assert calm.epochs == 6
    assert wild.epochs < 6
    assert math.isnan(wild.last)


def test_what_cannot_be_trained_is_refused() -> None:
    prepared = classes(3)
    project = project_for(prepared, Dense(units=8, activation=Linear()))
    with pytest.raises(CannotBuild):
        list(compare_rates(project, prepared, RATES, epochs=2))
