"""Pictures of a network's answers, drawn in the order of the wishes by a thread of their own."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnstudio.core.controls import Controls
from nnstudio.core.run import Finished
from nnstudio.data.beginning import Beginning
from nnstudio.ui import pictures
from nnstudio.ui.pictures import CURVE, GRID, MOST_DOTS, Picture, PictureMaker, draw, ranges, to_network
from tests.ui.begun import circles, curve


def weights(begun: Beginning) -> bytes:
    """Return the weights that the project learns."""
    from nnstudio.engine.train import train

    last = list(train(begun.project, begun.prepared, Controls(rhythm="epoch")))[-1]
    assert isinstance(last, Finished)
    return last.best


def test_the_boundary_shows_shares_of_all_classes_over_the_range_of_the_data() -> None:
    begun = circles()
    picture = draw("boundary", begun.project, begun.prepared, weights(begun))
    assert picture.grid is not None
    assert picture.grid.shape == (GRID, GRID, 2)
    assert np.allclose(picture.grid.sum(axis=2), 1)
    x0, x1, _y0, _y1 = picture.extent
    column = begun.examples.columns[0].values
    used = np.concatenate([begun.prepared.train.rows, begun.prepared.validation.rows])
    assert x0 < column[used].min()
    assert x1 > column[used].max()


def test_the_fitted_curve_is_in_the_units_of_the_source() -> None:
    begun = curve()
    picture = draw("fit", begun.project, begun.prepared, weights(begun))
    assert picture.grid is not None
    assert picture.grid.shape == (CURVE, 2)
    assert picture.grid[0, 0] < -2.5
    assert picture.grid[-1, 0] > 2.5


def test_residuals_hold_true_values_as_they_stand_in_the_source() -> None:
    begun = curve()
    picture = draw("residuals", begun.project, begun.prepared, weights(begun))
    assert picture.pairs is not None
    true, predicted = picture.pairs["train"]
    assert true.shape == predicted.shape
    assert len(true) <= 2 * MOST_DOTS
    assert np.allclose(true[:, 0], begun.examples.target.values[begun.prepared.train.rows], atol=1e-5)


def test_raw_values_become_what_the_network_takes() -> None:
    begun = circles()
    rows = begun.prepared.train.rows
    columns = [column.values[rows] for column in begun.examples.columns]
    assert np.allclose(to_network(begun.prepared, columns), begun.prepared.train.x, atol=1e-5)
    for (low, high), values in zip(ranges(begun.prepared), columns, strict=True):
        assert low < values.min() < values.max() < high


@pytest.fixture
def maker(qtbot: QtBot) -> Iterator[PictureMaker]:
    """A maker that is closed in the end."""
    made = PictureMaker()
    yield made
    made.close()


class Slow:
    """Draws what it is told when it is told."""

    def __init__(self) -> None:
        self.go = Event()
        self.drawn: list[str] = []

    def __call__(self, view: Any, *_rest: Any) -> Picture:
        self.go.wait(10)
        self.drawn.append(view)
        if view == "fit":
            raise ValueError("no curve")
        return Picture(view)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    """Drawing that waits."""
    made = Slow()
    monkeypatch.setattr(pictures, "draw", made)
    yield made
    made.go.set()


def ask(maker: PictureMaker, view: Any) -> None:
    """Ask for a picture of the circles."""
    maker.ask(view, circles().project, circles().prepared, b"")


def test_the_newest_wish_wins(qtbot: QtBot, maker: PictureMaker, slow: Slow) -> None:
    made: list[Picture] = []
    maker.made.connect(made.append)
    for view in ("boundary", "boundary", "residuals"):
        ask(maker, view)
    slow.go.set()
    qtbot.waitUntil(lambda: len(made) == 2)
    assert slow.drawn == ["boundary", "residuals"]
    assert not maker.busy


def test_a_picture_that_fails_is_told_and_the_next_is_drawn(
    qtbot: QtBot, maker: PictureMaker, slow: Slow
) -> None:
    made: list[Picture] = []
    failures: list[str] = []
    maker.made.connect(made.append)
    maker.failed.connect(failures.append)
    ask(maker, "fit")
    ask(maker, "boundary")
    slow.go.set()
    qtbot.waitUntil(lambda: bool(made))
    assert failures == ["no curve"]


def test_forgotten_pictures_do_not_arrive(qtbot: QtBot, maker: PictureMaker, slow: Slow) -> None:
    made: list[Picture] = []
    maker.made.connect(made.append)
    ask(maker, "boundary")
    ask(maker, "residuals")
    maker.forget()
    slow.go.set()
    qtbot.waitUntil(lambda: not maker.busy)
    assert (made, slow.drawn) == ([], ["boundary"])
    ask(maker, "residuals")
    qtbot.waitUntil(lambda: len(made) == 1)


def test_closing_while_drawing_ends_the_thread(qtbot: QtBot, slow: Slow) -> None:
    maker = PictureMaker()
    ask(maker, "boundary")
    slow.go.set()
    maker.close()
