"""Work in the background that can be given up without waiting for it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Signal

from nnstudio.ui.worker import Source, Worker


class GivenUp(Exception):
    """Nobody waits for the answer any more."""


class Job(QObject):
    """Run a generator in a thread of its own and pass its events on until it is abandoned.

    It belongs to the application and not to the page that asked, so a page may go while a large file
    is still being read.
    """

    delivered = Signal(list)
    failed = Signal(str, str)
    """A sentence for the person, and the details to fold away."""
    finished = Signal()
    """After the last event or the failure; not sent once abandoned."""

    def __init__(self, source: Source) -> None:
        app = QCoreApplication.instance()
        super().__init__(app)
        self._wanted = True
        self._worker = Worker(source, self)
        self._worker.delivered.connect(self._pass_on)
        self._worker.failed.connect(self._fail)
        self._worker.finished.connect(self._over)
        if app is not None:
            app.aboutToQuit.connect(self._worker.cancel)
        self._worker.start()

    def abandon(self) -> None:
        """Hear nothing more of it; the thread ends at its next event."""
        self._wanted = False
        self._worker.stop(GivenUp())

    def _pass_on(self, events: list[object]) -> None:
        if self._wanted:
            self.delivered.emit(events)

    def _fail(self, sentence: str, details: str) -> None:
        if self._wanted:
            self.failed.emit(sentence, details)

    def _over(self) -> None:
        if self._wanted:
            self.finished.emit()
        self.deleteLater()
