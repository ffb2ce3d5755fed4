"""A history folds events into columns that stay in step with each other."""

from __future__ import annotations

import math

import numpy as np

from nnstudio.core.run import (
    Changed,
    Compared,
    Epoch,
    Finished,
    History,
    LayerHealth,
    Snapshot,
    Started,
    Steps,
    fold,
)
from tests.core import samples

NAN = math.nan


def epochs(*rows: dict[str, float]) -> History:
    return fold(Epoch(number, row) for number, row in enumerate(rows, start=1))


def test_columns() -> None:
    history = epochs({"val_loss": 1.0}, {"val_loss": 0.5})
    assert history.epochs == 2
    assert history["epoch"] == [1.0, 2.0]
    assert history["val_loss"] == [1.0, 0.5]
    assert history["nothing"] == []
    assert History().epochs == 0


def test_a_value_that_comes_and_goes_leaves_gaps() -> None:
    history = epochs({"a": 1}, {"b": 2}, {"a": 3}, {"a": 4, "b": 5, "c": 6})
    expected = {"epoch": [1, 2, 3, 4], "a": [1, NAN, 3, 4], "b": [NAN, 2, NAN, 5], "c": [NAN, NAN, NAN, 6]}
    assert list(history.columns) == ["epoch", "a", "b", "c"]
    for name, values in expected.items():
        np.testing.assert_array_equal(history[name], values)


def test_what_is_not_finite_is_a_gap() -> None:
    np.testing.assert_array_equal(
        epochs({"train_loss": math.inf}, {"train_loss": -math.inf})["train_loss"], [NAN, NAN]
    )


def test_step_losses_are_joined_in_order() -> None:
    parts = [np.arange(3, dtype=np.float32), np.empty(0, np.float32), np.arange(2, dtype=np.float32)]
    history = fold(Steps(0, 0.0, part, 1.0) for part in parts)
    assert history.step_losses.tolist() == [0, 1, 2, 0, 1]
    history.add(Steps(0, 0.0, np.ones(1, np.float32), 1.0))
    assert history.step_losses.tolist() == [0, 1, 2, 0, 1, 1]
    assert History().step_losses.dtype == np.float32


def test_best_epoch() -> None:
    history = epochs(
        {"val_loss": NAN, "val_accuracy": 0.1, "train_loss": 3},
        {"val_loss": 0.2, "val_accuracy": 0.9, "train_loss": 2},
        {"val_loss": 0.1, "val_accuracy": 0.5, "train_loss": 5},
        {"val_loss": 0.1, "val_accuracy": 0.9, "train_loss": 4},
    )
    assert history.best_epoch() == 3
    assert history.best_epoch("val_accuracy") == 2
    assert history.best_epoch("train_loss") == 2
    assert History().best_epoch() == 0
    assert epochs({"val_loss": NAN}).best_epoch() == 0


def test_without_the_column_the_training_loss_decides() -> None:
    history = epochs({"train_loss": 3}, {"train_loss": 1}, {"train_loss": 2})
    assert history.best_epoch("val_accuracy") == history.best_epoch("val_loss") == 2


def test_marks_health_and_confusion() -> None:
    mark = Changed(1.5, "training.optimizer.rate", 0.1, 0.01)
    health = (LayerHealth(id="n1", dead=0.5),)
    history = fold([Epoch(1, {}, health, np.eye(2, dtype=np.int64)), mark, Epoch(2, {})])
    assert history.marks == [mark]
    assert history.layers == [health, ()]
    assert history.confusion is not None
    assert history.confusion.trace() == 2


def test_what_history_does_not_keep() -> None:
    history = fold([Snapshot(1.0, {}), Finished("done", "", 1, 1.0, b"", b"")])
    assert history == History()


def test_a_run_is_closed_by_its_last_event() -> None:
    run = samples.run().with_record(status="running", best_epoch=0, seconds=0.0)
    done = run.finished(Finished("early stopped", "no better", 7, 2.5, b"best", b""))
    assert (done.record.status, done.record.message) == ("early stopped", "no better")
    assert (done.record.best_epoch, done.record.seconds) == (7, 2.5)
    assert done.weights == {"best": b"best"}
    assert run.record.status == "running"
    assert done.history is run.history


def test_facts_that_come_later_take_the_place_of_the_first() -> None:
    later = samples.FACTS.model_copy(update={"duplicates": 7})
    history = fold([Started("cpu", "", 1, 1, samples.FACTS), Compared(later)])
    assert history.facts is later
