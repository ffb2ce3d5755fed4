"""The worker: a generator in a thread that rests, steps, ends well, ends at once and fails in words."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from threading import Event, get_ident
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from nnstudio.ui.worker import Worker, in_words


class Enough(Exception):
    """Asks the generator to end."""


class Source:
    """A generator of numbers that notes what happens to it."""

    def __init__(self, last: int | None = None, fails_at: int | None = None) -> None:
        self.last, self.fails_at = last, fails_at
        self.made = 0
        self.closed = Event()
        self.thread = 0

    def __call__(self) -> Generator[Any, None, None]:
        self.thread = get_ident()
        try:
            while self.last is None or self.made < self.last:
                if self.made == self.fails_at:
                    raise ValueError("The table has no rows.")
                self.made += 1
                yield self.made
        except Enough:
            yield "last words"
        finally:
            self.closed.set()


class Heard:
    """What a worker has told."""

    def __init__(self, worker: Worker) -> None:
        self.deliveries: list[list[Any]] = []
        self.failures: list[tuple[str, str]] = []
        worker.delivered.connect(self.deliveries.append)
        worker.failed.connect(lambda text, details: self.failures.append((text, details)))

    @property
    def events(self) -> list[Any]:
        return [event for delivery in self.deliveries for event in delivery]


@contextmanager
def working(source: Any, paused: bool = False) -> Iterator[tuple[Worker, Heard]]:
    """Start a worker and cancel it in the end."""
    worker = Worker(source, paused=paused)
    heard = Heard(worker)
    worker.start()
    try:
        yield worker, heard
    finally:
        worker.cancel()


def deliver() -> None:
    """Let the GUI thread take what has been posted to it."""
    QCoreApplication.processEvents()


def test_all_events_arrive_in_order_made_in_another_thread(qtbot: QtBot) -> None:
    source = Source(last=1000)
    with working(source) as (worker, heard):
        qtbot.waitUntil(lambda: len(heard.events) == 1000)
        assert heard.events == list(range(1, 1001))
        assert worker.wait(1000)
    assert source.closed.is_set()
    assert source.thread != get_ident()


def test_pausing_is_not_pulling_and_shows_all_there_is(qtbot: QtBot) -> None:
    source = Source()
    with working(source) as (worker, heard):
        qtbot.waitUntil(lambda: len(heard.events) > 5)
        worker.pause()
        qtbot.waitUntil(lambda: heard.events[-1] == source.made)
        made = source.made
        for _ in range(5):
            deliver()
        assert (source.made, heard.events[-1]) == (made, made)
        worker.resume()
        qtbot.waitUntil(lambda: source.made > made)


def test_a_step_pulls_until_the_event_and_rests(qtbot: QtBot) -> None:
    source = Source()
    with working(source, paused=True) as (worker, heard):
        worker.step(until=lambda number: number % 3 == 0)
        qtbot.waitUntil(lambda: heard.events == [1, 2, 3])
        assert not worker.stepping
        worker.step(until=lambda number: number % 3 == 0)
        qtbot.waitUntil(lambda: heard.events == [1, 2, 3, 4, 5, 6])
        assert worker.paused


def test_resuming_forgets_a_step_that_is_not_done(qtbot: QtBot) -> None:
    source = Source()
    with working(source, paused=True) as (worker, heard):
        worker.step(until=lambda _number: False)
        qtbot.waitUntil(lambda: source.made > 3)
        worker.resume()
        worker.pause()
        qtbot.waitUntil(lambda: bool(heard.events) and heard.events[-1] == source.made)
        assert not worker.stepping


@pytest.mark.parametrize("paused", [True, False])
def test_stopping_delivers_the_last_words(qtbot: QtBot, paused: bool) -> None:
    with working(Source(), paused=paused) as (worker, heard):
        worker.stop(Enough())  # Perhaps before the first event: it is made first, then the last words.
        qtbot.waitUntil(lambda: bool(heard.events) and heard.events[-1] == "last words")
        assert worker.wait(1000)
        assert heard.events[0] == 1
        assert not heard.failures


def test_finishing_delivers_before_it_returns(qtbot: QtBot) -> None:
    with working(Source()) as (worker, heard):
        worker.stop(Enough())
        worker.finish()
        assert heard.events[-1] == "last words"


@pytest.mark.parametrize("paused", [True, False])
def test_cancelling_leaves_no_thread_and_no_word(qtbot: QtBot, paused: bool) -> None:
    source = Source()
    with working(source, paused=paused) as (worker, heard):
        worker.cancel()
        assert not worker.isRunning()
        deliver()
        assert not heard.failures
        assert "last words" not in heard.events
        told = len(heard.events)
        deliver()
        assert len(heard.events) == told


def test_a_failure_that_was_on_its_way_is_not_told_after_cancelling(qtbot: QtBot) -> None:
    with working(Source(fails_at=0)) as (worker, heard):
        assert worker.wait(1000)
        worker.cancel()
        deliver()
        assert not heard.failures


def test_a_failing_generator_is_told_in_a_sentence_after_its_events(qtbot: QtBot) -> None:
    with working(Source(fails_at=3)) as (worker, heard):
        qtbot.waitUntil(lambda: bool(heard.failures))
        assert heard.events == [1, 2, 3]
        sentence, details = heard.failures[0]
        assert sentence == "The table has no rows."
        assert "Traceback" in details
        assert worker.wait(1000)


def test_a_source_that_cannot_even_begin_is_told_too(qtbot: QtBot) -> None:
    def broken() -> Generator[Any, None, None]:
        raise RuntimeError("no room")

    with working(broken) as (_worker, heard):
        qtbot.waitUntil(lambda: bool(heard.failures))
    assert heard.failures[0][0] == "Something unexpected happened: RuntimeError: no room"


def test_events_wait_together_while_the_screen_is_busy(qtbot: QtBot) -> None:
    source = Source(last=5000)
    with working(source) as (worker, heard):
        assert worker.wait(5000)  # The GUI thread does nothing else meanwhile.
        deliver()
        assert len(heard.events) == 5000
        assert len(heard.deliveries) == 1


def test_events_arrive_as_they_are(qtbot: QtBot) -> None:
    event = [(1, 2), {"a": 1}]
    with working(lambda: iter_of(event)) as (_worker, heard):
        qtbot.waitUntil(lambda: bool(heard.events))
    assert heard.events[0] is event


def iter_of(event: Any) -> Generator[Any, None, None]:
    """Yield one event."""
    yield event


def test_only_our_own_problems_speak_for_themselves() -> None:
    assert in_words(ValueError("Row 3 is empty.")) == "Row 3 is empty."
    assert in_words(OSError("disk full")) == "disk full"
    assert in_words(KeyError()) == "Something unexpected happened: KeyError"
