"""Garbage is collected in the window's thread only."""

import gc
from collections.abc import Iterator
from weakref import ref

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from nnstudio.ui.garbage import collect_due, collect_here_only


class Knot:
    """Garbage that only a collection can find."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    enabled, thresholds = gc.isenabled(), gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    (gc.enable if enabled else gc.disable)()


def test_python_no_longer_collects_by_itself_but_the_owner_s_timer_does(qtbot: QtBot) -> None:
    gc.enable()
    gc.collect()
    owner = QObject()
    collect_here_only(owner)
    assert not gc.isenabled()
    gc.set_threshold(10, 10, 10)
    knot = ref(Knot())
    kept: list[list[int]] = [[] for _ in range(200)]
    assert knot() is not None
    timer = owner.findChild(QTimer)
    assert timer is not None
    assert timer.isActive()
    timer.timeout.emit()
    assert knot() is None
    assert len(kept) == 200


def test_what_is_not_due_waits() -> None:
    gc.disable()
    gc.collect()
    gc.set_threshold(100_000, 10, 10)
    knot = ref(Knot())
    collect_due()
    assert knot() is not None
    gc.set_threshold(1, 10, 10)
    kept: list[list[int]] = [[] for _ in range(10)]
    collect_due()
    assert knot() is None
    assert len(kept) == 10
