"""The chart board: curves of a run, views that fit the data, nothing left of the run before."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnstudio.core.finding import Finding
from nnstudio.core.run import Changed, Epoch, History, LayerHealth, Started, Steps
from nnstudio.data.beginning import Beginning
from nnstudio.ui.panels.chart_board import ChartBoard, health_rows
from nnstudio.ui.pictures import Picture
from tests.ui.begun import circles, curve

NETWORK = circles().project.network


@pytest.fixture
def board(qtbot: QtBot) -> ChartBoard:
    """A board for the circles."""
    made = ChartBoard()
    qtbot.addWidget(made)
    made.resize(1000, 320)
    offer(made, circles())
    return made


def offer(board: ChartBoard, begun: Beginning) -> None:
    """Show other data."""
    board.show_signature(begun.prepared.signature, begun.prepared)


def history(epochs: int, classes: int = 2) -> History:
    """Return a history that gets better and better."""
    made = History()
    made.add(Started("cpu", "", epochs, 4, circles().prepared.facts))
    for number in range(1, epochs + 1):
        made.add(Steps(4 * number, float(number), np.full(4, 1 / number, np.float32), 100.0))
        values = {f"{part}_loss": 1 / number for part in ("train", "val")}
        values |= {f"{part}_accuracy": 1 - 0.5 / number for part in ("train", "val")}
        seen = (LayerHealth(id="n1", mean=0.0, std=1.0, dead=0.5), LayerHealth(id="n3", mean=0.0, std=1.0))
        looked = seen if number == 1 else ()
        made.add(Epoch(number, values, looked, np.eye(classes, dtype=np.int64) * number))
    return made


def titles(board: ChartBoard) -> tuple[str, ...]:
    """Return the views on offer."""
    return board.slot.title.keys


def test_it_can_be_painted(board: ChartBoard) -> None:
    board.start(history(3), NETWORK)
    picture = board.grab()
    assert picture.width() >= 1000


def test_views_fit_the_data(board: ChartBoard) -> None:
    assert titles(board) == ("boundary", "confusion", "health")
    seen = [board.view]
    offer(board, curve())
    assert titles(board) == ("fit", "residuals", "health")
    assert [*seen, board.view] == ["boundary", "fit"]


def test_a_run_is_drawn_epoch_by_epoch(qtbot: QtBot, board: ChartBoard) -> None:
    growing = history(2)
    board.start(growing, NETWORK)
    assert len(board.loss.lines.train.x) == len(board.score.lines.validation.x) == 2
    event = Epoch(3, {"train_loss": 0.1, "val_loss": 0.2, "val_accuracy": 0.9})
    growing.add(event)
    growing.add(Changed(2.5, "training.optimizer.rate", 0.001, 0.01))
    board.progress([event])
    qtbot.waitUntil(lambda: len(board.loss.lines.train.x) == 3)
    assert board.loss.notes.best == 3
    assert board.loss.notes.marks == ((2.5, "rate 0.001 → 0.01"),)


def test_the_first_steps_are_drawn_before_an_epoch_is_over(qtbot: QtBot, board: ChartBoard) -> None:
    run = history(0)
    board.start(run, NETWORK)
    event = Steps(3, 0.75, np.array([1, 0.9, 0.8], np.float32), 100.0)
    run.add(event)
    board.progress([event])
    qtbot.waitUntil(lambda: list(board.loss.lines.train.x) == [0.25, 0.5, 0.75])


def test_confusion_and_health_show_when_they_are_looked_at(board: ChartBoard) -> None:
    board.start(history(3), NETWORK)
    board.slot.choose("confusion")
    board.refresh()
    assert not board.confusion.is_empty
    board.slot.choose("health")
    board.refresh()
    assert [row.hint for row in board.health.rows.rows] == ["50 % dead", "ok"], (
        "the last look, not the last epoch"
    )


def test_a_new_run_begins_with_nothing_of_the_one_before(board: ChartBoard) -> None:
    board.start(history(3), NETWORK)
    for view in ("confusion", "health"):
        board.slot.choose(view)
        board.refresh()
    before = board.boundary.answer(0.5, 0.5)
    board.show_picture(Picture("boundary", (0, 1, 0, 1), np.full((4, 4, 2), 0.5)))
    assert board.boundary.answer(0.5, 0.5) != before
    board.show_findings((Finding("overfit", "", {}, "", since_epoch=2, primary=True),))
    board.start(History(), NETWORK)
    assert board.loss.is_empty
    assert board.confusion.is_empty
    assert board.health.is_empty
    assert board.boundary.answer(0.5, 0.5) == before
    assert board.loss.notes.span is None
    assert board.loss.notes.best is None


def test_a_confusion_of_other_classes_is_left_out(board: ChartBoard) -> None:
    board.slot.choose("confusion")
    board.start(history(2, classes=3), NETWORK)
    assert board.confusion.is_empty


def test_the_primary_finding_is_shaded_and_a_good_one_is_not(board: ChartBoard) -> None:
    board.start(history(5), NETWORK)
    bad = Finding("overfit", "", {}, "", "error", since_epoch=3, primary=True)
    board.show_findings((bad,))
    assert board.loss.notes.span == (3.0, None, "overfit since here", "bad")
    board.show_findings((Finding("fine", "", {}, "", "ok", since_epoch=3, primary=True),))
    assert board.loss.notes.span is None


def test_pictures_are_asked_for_when_their_view_is_shown(board: ChartBoard) -> None:
    wanted: list[str] = []
    board.picture_wanted.connect(wanted.append)
    board.slot.title.chosen.emit("boundary")
    assert wanted == ["boundary"]
    board.slot.choose("health")
    board.progress([])
    assert wanted == ["boundary"]


def test_pictures_land_in_their_charts(board: ChartBoard) -> None:
    offer(board, curve())
    board.show_picture(Picture("fit", grid=np.array([[0.0, 1.0], [1.0, 2.0]])))
    assert not board.fit.is_empty
    pair = (np.array([1.0, 2.0]), np.array([1.5, 2.5]))
    board.show_picture(Picture("residuals", pairs={"train": pair, "validation": pair}))
    assert not board.residuals.is_empty


def test_another_metric_is_drawn_when_chosen(board: ChartBoard) -> None:
    run = history(2)
    run.add(Epoch(3, {"train_loss": 0.1, "val_f1": 0.5}))
    board.start(run, NETWORK)
    board.score.metric_chosen.emit("f1")
    values: Any = board.score.lines.validation.y
    assert values[-1] == 0.5


def test_health_rows_name_the_layers_that_are_there() -> None:
    seen = [LayerHealth(id=id, mean=0.0, std=1.0, dead=1.0) for id in ("n1", "n77", "n3")]
    row, output = health_rows(seen, NETWORK)
    assert output.hint == "ok", "a sure answer is no flaw"
    assert row.name.startswith("Dense")
    assert (row.status, row.hint) == ("bad", "100 % dead")
