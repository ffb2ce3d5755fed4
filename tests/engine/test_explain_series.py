"""Explanations of forecasts and of autoencoders say what is known to be true."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from nnstudio.catalog.activations import Linear
from nnstudio.catalog.datasets.series import Seasons
from nnstudio.catalog.datasets.sklearn_sets import Digits, Iris
from nnstudio.catalog.layers.dense import Dense, Flatten
from nnstudio.catalog.presets import Autoencoder
from nnstudio.core.run import Finished
from nnstudio.data.beginning import begin, changed
from nnstudio.engine.checkpoint import unpack
from nnstudio.engine.evaluate import predict
from nnstudio.engine.explain.explain import explain
from nnstudio.engine.explain.explanation import methods_for
from nnstudio.engine.train import train
from tests.engine.explain_cases import Case, trained


@lru_cache
def seasons() -> Case:
    """Return a linear forecast of two variables."""
    source = Seasons(samples=200)
    return trained(source, source.load(), Flatten(), Dense(units=1, activation=Linear()), epochs=20)


@lru_cache
def rebuilding(of_images: bool) -> Case:
    """Return an autoencoder of flowers or of digits."""
    begun = begin(Digits() if of_images else Iris(), preset=Autoencoder())
    project = begun.project.set("data.goal", "reconstruct").set("training.epochs", 3)
    begun = changed(begun, project.set("training.device", "cpu"))
    *_, end = train(begun.project, begun.prepared)
    assert isinstance(end, Finished)
    return Case(begun.project, begun.prepared, end.best)


def test_of_a_linear_forecast_both_ways_give_weight_times_distance_from_the_mean() -> None:
    case = seasons()
    x = case.prepared.validation.x[3]
    mean = case.prepared.train.x.mean(axis=(0, 1))
    weights = unpack(case.weights)["n2.0.weight"].numpy().reshape(x.shape) * case.prepared.units.tail[1]
    for kind in ("gradients", "occlusion"):
        found = explain(case.project, case.prepared, case.weights, kind, "validation", 3)
        np.testing.assert_allclose(found.values, weights * (x - mean), atol=1e-4)
        assert found.names == ("value", "warmth")
        assert found.curve is not None
        rows = case.prepared.validation.rows[3] - np.arange(12, 0, -1)
        assert found.curve[:, 0] == pytest.approx(Seasons(samples=200).load().target.values[rows], abs=1e-4)
        assert found.answer == pytest.approx(float(found.predicted), rel=1e-3)


@pytest.mark.parametrize("of_images", [False, True])
def test_reconstruction_errors_are_those_of_the_network(of_images: bool) -> None:
    case = rebuilding(of_images)
    signature = case.prepared.signature
    assert [m.kind for m in methods_for(case.project.network, signature)] == ["rebuilt", "worst"]
    part = case.prepared.validation
    out = predict(case.project, signature, case.weights, part.x)
    errors = ((out - part.x.reshape(len(out), -1)) ** 2).mean(axis=1)
    found = explain(case.project, case.prepared, case.weights, "rebuilt", "validation", 5)
    assert found.answer == pytest.approx(float(errors[5]), rel=1e-4)
    assert float(found.values.mean()) == pytest.approx(float(errors[5]), rel=1e-4)
    if of_images:
        assert found.picture is not None
        assert found.rebuilt is not None
        assert found.picture.shape == found.rebuilt.shape == signature.input.sizes
    else:
        assert all("rebuilt" in name for name in found.names)
    worst = explain(case.project, case.prepared, case.weights, "worst", "validation")
    assert worst.names[0] == f"row {int(part.rows[errors.argmax()]) + 1}"
    assert list(worst.values) == sorted(worst.values, reverse=True)
