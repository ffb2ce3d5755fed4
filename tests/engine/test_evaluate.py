"""Predictions of trained weights, for pictures and tests."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import torch

from nnstudio.catalog.activations import Softmax
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.regularise import BatchNorm, Dropout
from nnstudio.core.controls import Controls
from nnstudio.core.run import Finished, Snapshot
from nnstudio.engine import evaluate as module
from nnstudio.engine.checkpoint import WeightsProblem, unpack
from nnstudio.engine.evaluate import evaluate, predict
from nnstudio.engine.train import train
from tests.engine.made import classes, project_for


def test_outputs_are_those_of_the_network_in_eval_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = classes(3)
    project = project_for(
        prepared, Dense(units=8), BatchNorm(), Dropout(), Dense(units=3, activation=Softmax())
    )
    *_, end = train(project, prepared)
    assert isinstance(end, Finished)
    weights = {name: value.numpy() for name, value in unpack(end.last).items()}
    monkeypatch.setattr(module, "chunk_rows", lambda values: 7)
    outputs = predict(project, prepared.signature, end.last, prepared.test.x)
    hidden = np.maximum(prepared.test.x @ weights["n1.0.weight"].T + weights["n1.0.bias"], 0)
    normed = (hidden - weights["n2.0.running_mean"]) / np.sqrt(weights["n2.0.running_var"] + 1e-5)
    normed = normed * weights["n2.0.weight"] + weights["n2.0.bias"]
    scores = normed @ weights["n4.0.weight"].T + weights["n4.0.bias"]
    expected = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-6)


def test_a_snapshot_can_be_predicted_from_another_thread_while_training_goes_on() -> None:
    prepared = classes(3)
    project = project_for(prepared)
    run = train(project, prepared, Controls(snapshot=True, rhythm="step"))
    snapshot = next(event for event in run if isinstance(event, Snapshot))
    found: list[np.ndarray] = []
    thread = threading.Thread(
        target=lambda: found.append(predict(project, prepared.signature, snapshot.weights, prepared.test.x))
    )
    thread.start()
    *_, end = run
    thread.join()
    assert isinstance(end, Finished)
    assert found[0].shape == (10, 3)
    again = predict(project, prepared.signature, snapshot.weights, prepared.test.x)
    np.testing.assert_array_equal(found[0], again)


def test_evaluating_does_not_touch_the_random_stream_or_the_weights() -> None:
    prepared = classes(3)
    project = project_for(prepared)
    *_, end = train(project, prepared)
    assert isinstance(end, Finished)
    before = torch.get_rng_state()
    first = evaluate(project, prepared, end.best, "test")
    assert torch.equal(torch.get_rng_state(), before)
    assert first.values == evaluate(project, prepared, end.best, "test").values
    assert first.outputs.shape == (10, 3)


def test_an_empty_split_is_said() -> None:
    prepared = classes(3, test=0)
    project = project_for(prepared)
    *_, end = train(project, prepared)
    assert isinstance(end, Finished)
    with pytest.raises(ValueError, match="no test rows"):
        evaluate(project, prepared, end.best, "test")


def test_weights_of_another_network_are_refused() -> None:
    prepared = classes(3)
    *_, end = train(project_for(prepared), prepared)
    assert isinstance(end, Finished)
    other = project_for(prepared, Dense(units=3))
    with pytest.raises(WeightsProblem, match="another network"):
        predict(other, prepared.signature, end.last, prepared.test.x)
