"""Ways into a new project: an example, one's own data, a change of mind, a failure."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from nnstudio.catalog.datasets.playground import Circles
from nnstudio.core.dataset import DataProblem, Examples
from nnstudio.data.beginning import Beginning
from nnstudio.ui.beginnings import Beginner
from nnstudio.ui.worker import Worker


@pytest.fixture
def beginner(qtbot: QtBot) -> Iterator[Beginner]:
    """A beginner that is closed in the end."""
    made = Beginner()
    yield made
    made.close()


class Heard:
    """What a beginner has told."""

    def __init__(self, beginner: Beginner) -> None:
        self.order: list[str] = []
        self.begun: list[Beginning] = []
        self.failures: list[str] = []
        beginner.started.connect(lambda _text: self.order.append("started"))
        beginner.ended.connect(lambda: self.order.append("ended"))
        beginner.ready.connect(self.begun.append)
        beginner.failed.connect(lambda text, _details: self.failures.append(text))


def test_an_example_is_ready_to_train(qtbot: QtBot, beginner: Beginner) -> None:
    heard = Heard(beginner)
    beginner.example("circles")
    qtbot.waitUntil(lambda: bool(heard.begun), timeout=20_000)
    assert heard.order == ["started", "ended"]
    trace = heard.begun[0].project.trace()
    assert trace is not None
    assert trace.valid


def test_the_newer_wish_replaces_the_older(
    qtbot: QtBot, beginner: Beginner, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, gate, load = Heard(beginner), Event(), Circles.load

    def slow(self: Circles) -> Examples:
        if self.seed == 1:
            gate.wait(10)
        return load(self)

    monkeypatch.setattr(Circles, "load", slow)
    beginner.source(Circles(samples=60, seed=1))
    beginner.source(Circles(samples=60, seed=2))
    gate.set()
    qtbot.waitUntil(lambda: bool(heard.begun) and not beginner.findChildren(Worker))
    assert [begun.project.get("data.source.seed") for begun in heard.begun] == [2]
    assert heard.order == ["started", "ended", "started", "ended"]


def test_giving_up_tells_nothing_more(qtbot: QtBot, beginner: Beginner) -> None:
    heard = Heard(beginner)
    beginner.source(Circles(samples=60))
    beginner.cancel()
    beginner.cancel()
    qtbot.waitUntil(lambda: not beginner.findChildren(Worker))
    assert (heard.order, heard.begun) == (["started", "ended"], [])


def test_data_that_cannot_be_read_are_told(
    qtbot: QtBot, beginner: Beginner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Circles) -> Examples:
        raise DataProblem("points.csv has no rows.")

    heard = Heard(beginner)
    monkeypatch.setattr(Circles, "load", broken)
    beginner.source(Circles(samples=60))
    qtbot.waitUntil(lambda: bool(heard.failures))
    assert heard.failures == ["points.csv has no rows."]
    assert heard.order == ["started", "ended"]


def test_closing_leaves_no_thread(beginner: Beginner) -> None:
    heard = Heard(beginner)
    beginner.source(Circles(samples=60))
    beginner.close()
    assert heard.begun == []
