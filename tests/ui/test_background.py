"""Work beside the window: begun, heard to the end, or given up without last words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

from pytestqt.qtbot import QtBot

from nnstudio.ui.background import Background


class Counted(Background):
    """Keeps what it hears."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[int] = []
        self.rests = 0

    def begin(self, numbers: Iterator[int]) -> None:
        self._begin(lambda: (number for number in numbers))

    def _take(self, events: list[Any]) -> None:
        self.heard += events
        self.changed.emit()

    def _rest(self) -> None:
        self.rests += 1


def test_everything_is_heard_before_it_rests(qtbot: QtBot) -> None:
    work = Counted()
    work.begin(iter(range(50)))
    assert work.busy
    qtbot.waitUntil(lambda: not work.busy)
    assert work.heard == list(range(50))
    assert work.rests == 1


def test_given_up_it_says_no_more_and_can_begin_anew(qtbot: QtBot) -> None:
    work = Counted()
    work.begin(count())
    qtbot.waitUntil(lambda: bool(work.heard))
    with qtbot.waitSignal(work.changed):
        work.cancel()
    assert not work.busy
    seen = len(work.heard)
    work.begin(iter([-1]))
    qtbot.waitUntil(lambda: not work.busy)
    assert work.heard[seen:] == [-1]
    assert work.rests == 2
    work.cancel()
    assert work.rests == 2, "nothing is under way"
