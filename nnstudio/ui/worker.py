"""A thread that pulls any generator and hands its events over at the screen's rhythm."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Generator
from typing import Any

from PySide6.QtCore import QMutex, QMutexLocker, QObject, QThread, QWaitCondition, Signal

HAND_OVER = 1 / 30
"""Seconds between two deliveries: the screen cannot show more."""

Source = Callable[[], Generator[Any, None, None]]


class Worker(QThread):
    """Iterate a generator in the background.

    Pausing is not pulling; stopping throws an exception into the generator, which may answer with
    last events; cancelling closes it. Events wait in a list until the screen takes them, so a busy
    screen gets fewer, larger deliveries instead of a queue.
    """

    delivered = Signal(list)
    failed = Signal(str, str)
    """A sentence for the person, and the details to fold away."""
    paused_changed = Signal(bool)

    def __init__(self, source: Source, parent: QObject | None = None, paused: bool = False) -> None:
        super().__init__(parent)
        self._source = source
        self._mutex = QMutex()
        self._wake = QWaitCondition()
        self._paused = paused
        self._until: Callable[[Any], bool] | None = None
        self._stop: Exception | None = None
        self._cancelled = False
        self._waiting: list[Any] = []
        self._announced = False
        self._ready.connect(self._deliver)

    _ready = Signal()

    # -- asked from the GUI thread -----------------------------------------------------------------

    @property
    def paused(self) -> bool:
        """Whether the generator rests."""
        return self._paused

    def pause(self) -> None:
        """Stop pulling after the event being made."""
        self._set_paused(True)

    def resume(self) -> None:
        """Go on pulling."""
        self._set_paused(False)

    def step(self, until: Callable[[Any], bool]) -> None:
        """While paused, pull until an event satisfies `until`."""
        with QMutexLocker(self._mutex):
            self._until = until
            self._wake.wakeAll()

    def stop(self, reason: Exception) -> None:
        """Ask the generator to end well: `reason` is thrown into it."""
        with QMutexLocker(self._mutex):
            self._stop = reason
            self._wake.wakeAll()

    def cancel(self) -> None:
        """End without last words and wait until the thread is gone."""
        with QMutexLocker(self._mutex):
            self._cancelled = True
            self._wake.wakeAll()
        self.wait()
        self._waiting.clear()

    def _set_paused(self, paused: bool) -> None:
        with QMutexLocker(self._mutex):
            self._paused = paused
            self._wake.wakeAll()
        self.paused_changed.emit(paused)

    # -- the thread --------------------------------------------------------------------------------

    def run(self) -> None:
        generator: Generator[Any, None, None] | None = None
        try:
            generator = self._source()
            self._pull(generator)
        except Exception as problem:
            self._announce(force=True)
            self.failed.emit(in_words(problem), traceback.format_exc())
        finally:
            if generator is not None:
                generator.close()
            self._announce(force=True)

    def _pull(self, generator: Generator[Any, None, None]) -> None:
        last = 0.0
        while True:
            wish = self._next_wish()
            if wish == "cancel":
                return
            try:
                event = generator.throw(self._take_stop()) if wish == "stop" else next(generator)
            except StopIteration:
                return
            self._waiting.append(event)
            if self._until is not None and self._until(event):
                self._until = None
            now = time.monotonic()
            if now - last >= HAND_OVER or self._paused:
                self._announce()
                last = now

    def _next_wish(self) -> str:
        with QMutexLocker(self._mutex):
            while True:
                if self._cancelled:
                    return "cancel"
                if self._stop is not None:
                    return "stop"
                if self._until is not None or not self._paused:
                    return "pull"
                self._wake.wait(self._mutex)

    def _take_stop(self) -> Exception:
        reason, self._stop = self._stop, None
        assert reason is not None
        return reason

    def _announce(self, force: bool = False) -> None:
        if self._waiting and (force or not self._announced):
            self._announced = True
            self._ready.emit()

    def take(self) -> list[Any]:
        """Return the events that wait, and empty the list (a swap is atomic)."""
        self._announced = False
        events, self._waiting = self._waiting, []
        return events

    def _deliver(self) -> None:
        """Run in the GUI thread: hand over all that waits."""
        events = self.take()
        if events:
            self.delivered.emit(events)


def in_words(problem: BaseException) -> str:
    """Return an exception as a sentence: our own problems speak for themselves."""
    text = str(problem).strip()
    if isinstance(problem, ValueError | OSError) and text:
        return text
    return f"Something unexpected happened: {type(problem).__name__}{': ' + text if text else ''}"
