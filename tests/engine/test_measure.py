"""The metrics that a run reports equal scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from nnstudio.core.answers import classes_of
from nnstudio.core.run import Epoch
from nnstudio.engine.evaluate import evaluate
from nnstudio.engine.measure import chunk_rows
from nnstudio.engine.train import train
from tests.engine.made import classes, numbers, project_for


@pytest.mark.parametrize("count", [2, 3, 6])
def test_class_metrics_equal_scikit_learn(count: int) -> None:
    prepared = classes(count)
    project = project_for(prepared)
    *_, event, end = train(project, prepared)
    assert isinstance(event, Epoch)
    found = evaluate(project, prepared, end.last, "validation")  # type: ignore[union-attr]
    true, predicted = prepared.validation.y, found.predicted
    expected = {
        "accuracy": metrics.accuracy_score(true, predicted),
        "f1": metrics.f1_score(true, predicted, average="macro", zero_division=0),
        "precision": metrics.precision_score(true, predicted, average="macro", zero_division=0),
        "recall": metrics.recall_score(true, predicted, average="macro", zero_division=0),
    }
    for name, value in expected.items():
        assert found.values[name] == pytest.approx(value)
        assert event.values[f"val_{name}"] == pytest.approx(value)
    assert found.confusion is not None
    np.testing.assert_array_equal(
        found.confusion, metrics.confusion_matrix(true, predicted, labels=range(count))
    )
    np.testing.assert_array_equal(event.confusion, found.confusion)


@pytest.mark.parametrize("outputs", [1, 3])
def test_number_metrics_equal_scikit_learn(outputs: int) -> None:
    prepared = numbers(outputs, scale=(50.0, 7.0))
    project = project_for(prepared)
    *_, event, end = train(project, prepared)
    assert isinstance(event, Epoch)
    found = evaluate(project, prepared, end.last, "validation")  # type: ignore[union-attr]
    true = prepared.validation.y * 7.0 + 50.0
    np.testing.assert_allclose(found.true, true, rtol=1e-6)
    np.testing.assert_allclose(found.predicted, found.outputs * 7.0 + 50.0, rtol=1e-6)
    expected = {
        "r2": metrics.r2_score(true, found.predicted),
        "rmse": metrics.root_mean_squared_error(true, found.predicted),
        "mae": metrics.mean_absolute_error(true, found.predicted),
    }
    for name, value in expected.items():
        assert event.values[f"val_{name}"] == pytest.approx(value, rel=1e-5)


def test_training_metrics_are_those_of_the_outputs_during_the_epoch() -> None:
    prepared = classes(3)
    # With one step per epoch, the outputs during the epoch are those of the weights before it.
    project = project_for(prepared, batch_size=64, epochs=1)
    *_, end = train(project, prepared)
    following = project_for(prepared, batch_size=64, epochs=1)
    *_, event, _ = train(following, prepared, start=end.last)  # type: ignore[union-attr]
    before = evaluate(project, prepared, end.last, "train")  # type: ignore[union-attr]
    assert isinstance(event, Epoch)
    assert event.values["train_accuracy"] == pytest.approx(before.values["accuracy"])
    assert event.values["train_loss"] == pytest.approx(before.values["loss"], rel=1e-5)


def test_a_single_output_is_the_probability_of_the_second_class() -> None:
    outputs = np.array([[0.2], [0.5], [0.51]], np.float32)
    assert classes_of(outputs).tolist() == [0, 0, 1]


def test_wide_networks_go_forward_in_smaller_chunks() -> None:
    assert chunk_rows(10) > chunk_rows(10_000) > chunk_rows(10**9) == 64
