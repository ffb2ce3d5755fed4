"""A thread that pulls any generator and hands its events over at the screen's rhythm."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Generator
from contextlib import closing
from threading import Condition
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

HAND_OVER = 1 / 20
"""Seconds between two deliveries: the screen need not show more, and each one interrupts the work."""

Source = Callable[[], Generator[Any, None, None]]


class Worker(QThread):
    """Iterate a generator in the background.

    Pausing is not pulling; stopping throws an exception into the generator, which may answer with
    last events; cancelling closes it. Events wait in a list until the screen takes them, so a busy
    screen gets fewer, larger deliveries instead of a queue.
    """

    delivered = Signal(object)
    """The list of events that have come since the last delivery."""
    failed = Signal(str, str)
    """A sentence for the person, and the details to fold away."""
    _ready = Signal()

    def __init__(self, source: Source, parent: QObject | None = None, paused: bool = False) -> None:
        super().__init__(parent)
        self._source = source
        self._wishes = Condition()
        self._paused = paused
        self._until: Callable[[Any], bool] | None = None
        self._stop: Exception | None = None
        self._cancelled = False
        self._waiting: list[Any] = []
        self._failure: tuple[str, str] | None = None
        self._announced = False
        self._ready.connect(self._deliver)

    # -- asked from the GUI thread -----------------------------------------------------------------

    @property
    def paused(self) -> bool:
        """Whether the generator rests, but for a step."""
        return self._paused

    @property
    def stepping(self) -> bool:
        """Whether a step is on its way."""
        return self._until is not None

    def pause(self) -> None:
        """Stop pulling after the event being made."""
        with self._wishes:
            self._paused = True

    def resume(self) -> None:
        """Go on pulling."""
        with self._wishes:
            self._paused, self._until = False, None
            self._wishes.notify()

    def step(self, until: Callable[[Any], bool]) -> None:
        """While paused, pull until an event satisfies `until`."""
        with self._wishes:
            self._until = until
            self._wishes.notify()

    def stop(self, reason: Exception) -> None:
        """Ask the generator to end well: `reason` is thrown into it, and its last words are pulled."""
        with self._wishes:
            self._stop, self._paused, self._until = reason, False, None
            self._wishes.notify()

    def finish(self) -> None:
        """Wait until the thread is gone, and hand over its last words now."""
        self.wait()
        self._deliver()

    def cancel(self) -> None:
        """End without last words and wait until the thread is gone; nothing is emitted any more."""
        with self._wishes:
            self._cancelled = True
            self._wishes.notify()
        self.wait()
        self._waiting, self._failure = [], None

    # -- the thread --------------------------------------------------------------------------------

    def run(self) -> None:
        try:
            with closing(self._source()) as generator:
                self._pull(generator)
        except Exception as problem:
            self._failure = in_words(problem), traceback.format_exc()
        self._announce(force=True)

    def _pull(self, generator: Generator[Any, None, None]) -> None:
        begun, last = False, 0.0
        while (wish := self._next_wish()) != "cancel":
            try:
                # Thrown into a generator that has not begun, a reason to stop would only bounce back.
                event = generator.throw(self._take_stop()) if wish == "stop" and begun else next(generator)
            except StopIteration:
                return
            begun = True
            self._keep(event)
            now = time.monotonic()
            if now - last >= HAND_OVER:
                self._announce()
                last = now

    def _next_wish(self) -> str:
        with self._wishes:
            while True:
                if self._cancelled:
                    return "cancel"
                if self._stop is not None:
                    return "stop"
                if self._until is not None or not self._paused:
                    return "pull"
                self._announce()
                self._wishes.wait()

    def _take_stop(self) -> Exception:
        reason, self._stop = self._stop, None
        assert reason is not None
        return reason

    def _keep(self, event: Any) -> None:
        with self._wishes:
            self._waiting.append(event)
            if self._until is not None and self._until(event):
                self._until = None

    def _announce(self, force: bool = False) -> None:
        with self._wishes:
            if (self._waiting or self._failure) and (force or not self._announced):
                self._announced = True
                self._ready.emit()

    def _deliver(self) -> None:
        """Run in the GUI thread: hand over all that waits."""
        with self._wishes:
            self._announced = False
            events, self._waiting = self._waiting, []
            failure, self._failure = self._failure, None
        if events:
            self.delivered.emit(events)
        if failure and not self._cancelled:
            self.failed.emit(*failure)


def in_words(problem: BaseException) -> str:
    """Return an exception as a sentence: our own problems speak for themselves."""
    text = str(problem).strip()
    if isinstance(problem, ValueError | OSError) and text:
        return text
    return f"Something unexpected happened: {type(problem).__name__}{': ' + text if text else ''}"
