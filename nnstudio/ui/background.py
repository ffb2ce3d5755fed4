"""Work beside the window that is begun, heard and given up: one generator at a time."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from nnstudio.ui.worker import Source, Worker


class Background(QObject):
    """Runs one generator in a thread; `changed` says that something of it is new."""

    changed = Signal()
    failed = Signal(str, str)
    """A sentence for the person, and the details to fold away."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: Worker | None = None

    @property
    def busy(self) -> bool:
        """Whether the work goes on."""
        return self._worker is not None

    def cancel(self) -> None:
        """Give up what is under way, without last words; what is known stays."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.finished.disconnect(self._over)
            worker.cancel()
            worker.deleteLater()
            self._rest()
            self.changed.emit()

    def _begin(self, source: Source) -> None:
        """Begin; what is under way is given up."""
        self.cancel()
        self._worker = Worker(source, self)
        self._worker.delivered.connect(self._take)
        self._worker.failed.connect(self.failed)
        self._worker.finished.connect(self._over)
        self._worker.start()
        self.changed.emit()

    def _take(self, events: list[Any]) -> None:
        """Hear what has happened since the last time."""
        raise NotImplementedError

    def _rest(self) -> None:
        """Forget what was under way: it is over or given up."""

    def _over(self) -> None:
        assert self._worker is not None
        self._worker.finish()
        self._worker.deleteLater()
        self._worker = None
        self._rest()
        self.changed.emit()
