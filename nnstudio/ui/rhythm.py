"""When to draw again while something runs: seldom enough that the work goes on undisturbed."""

from __future__ import annotations

from time import monotonic, thread_time

from PySide6.QtCore import QObject, QTimer

SHARE = 0.07
"""Share of a processor that the window's thread may take while a network trains."""


class Rhythm(QTimer):
    """A single-shot timer that rests the longer, the more its thread has worked since it last fired.

    A fast machine draws every `least` milliseconds, a slow one, or a rich picture, up to every `most`.
    """

    def __init__(self, least: int, most: int, parent: QObject) -> None:
        super().__init__(parent, singleShot=True)
        self._least, self._most = least, most
        self._fired, self._worked, self._rest = 0.0, thread_time(), 0.0
        self.timeout.connect(self._note)

    def ask(self) -> None:
        """Fire when it is time; asking again meanwhile changes nothing."""
        if not self.isActive():
            still = 1000 * (self._fired + self._rest - monotonic())
            self.start(round(min(max(still, self._least), self._most)))

    def _note(self) -> None:
        worked, self._worked = self._worked, thread_time()
        self._fired, self._rest = monotonic(), (self._worked - worked) / SHARE
