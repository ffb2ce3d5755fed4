"""Ways into a new project, loaded in the background: a bundled example, or a file of one's own."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from nnstudio.core.dataset import Source
from nnstudio.ui.worker import Worker

if TYPE_CHECKING:
    from nnstudio.data.beginning import Beginning


def example_beginning(name: str) -> Generator[Beginning, None, None]:
    """Yield the project of a bundled example."""
    from nnstudio.data.beginning import begin_example

    yield begin_example(name)


def source_beginning(source: Source) -> Generator[Beginning, None, None]:
    """Yield the recommended project on a source."""
    from nnstudio.data.beginning import begin

    yield begin(source)


class Beginner(QObject):
    """Make one new project at a time; a newer wish replaces the one in work."""

    started = Signal(str)
    ready = Signal(object)
    """A Beginning."""
    failed = Signal(str, str)
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: Worker | None = None

    def example(self, name: str) -> None:
        """Begin with a bundled example."""
        self._begin("Opening the example…", lambda: example_beginning(name))

    def source(self, source: Source) -> None:
        """Begin with one's own data."""
        self._begin("Reading the data…", lambda: source_beginning(source))

    def cancel(self) -> None:
        """Give up; what is being read is thrown away when it arrives."""
        if self._worker is not None:
            self._worker.delivered.disconnect(self._take)
            self._worker.failed.disconnect(self._fail)
            self._worker = None
            self.ended.emit()

    def close(self) -> None:
        """Wait until nothing runs any more."""
        for worker in self.findChildren(Worker):
            worker.cancel()

    def _begin(self, text: str, source: Callable[[], Generator[Beginning, None, None]]) -> None:
        self.cancel()
        worker = Worker(source, self)
        worker.delivered.connect(self._take)
        worker.failed.connect(self._fail)
        worker.finished.connect(worker.deleteLater)
        self._worker = worker
        self.started.emit(text)
        worker.start()

    def _take(self, results: list[Beginning]) -> None:
        self._worker = None
        self.ended.emit()
        self.ready.emit(results[-1])

    def _fail(self, sentence: str, details: str) -> None:
        self._worker = None
        self.ended.emit()
        self.failed.emit(sentence, details)
