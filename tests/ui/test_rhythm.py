"""A redraw waits at least its shortest time, longer after work, and never beyond its longest."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from nnstudio.ui import rhythm
from nnstudio.ui.rhythm import SHARE, Rhythm


class Clocks:
    """The time of day and the time worked, in seconds, set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = self.worked = 100.0
        monkeypatch.setattr(rhythm, "monotonic", lambda: self.now)
        monkeypatch.setattr(rhythm, "thread_time", lambda: self.worked)


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    return Clocks(monkeypatch)


def test_the_first_wish_is_met_soon(qtbot: QtBot, clocks: Clocks) -> None:
    owner = QObject()
    beat = Rhythm(50, 250, owner)
    beat.ask()
    assert beat.isActive()
    assert beat.interval() == 50


def test_after_work_it_rests_in_proportion(qtbot: QtBot, clocks: Clocks) -> None:
    owner = QObject()
    beat = Rhythm(50, 250, owner)
    clocks.worked += 0.2 * SHARE
    beat.timeout.emit()
    beat.ask()
    assert beat.interval() == 200


def test_the_time_that_has_passed_counts_as_rest(qtbot: QtBot, clocks: Clocks) -> None:
    owner = QObject()
    beat = Rhythm(50, 250, owner)
    clocks.worked += 0.2 * SHARE
    beat.timeout.emit()
    clocks.now += 1.0
    beat.ask()
    assert beat.interval() == 50


def test_however_much_work_it_does_not_rest_for_ever(qtbot: QtBot, clocks: Clocks) -> None:
    owner = QObject()
    beat = Rhythm(50, 250, owner)
    clocks.worked += 5.0
    beat.timeout.emit()
    beat.ask()
    assert beat.interval() == 250


def test_asking_again_does_not_put_it_off(qtbot: QtBot) -> None:
    owner = QObject()
    beat = Rhythm(10, 20, owner)
    with qtbot.waitSignal(beat.timeout):
        beat.ask()
        beat.ask()
    assert not beat.isActive()
