"""Load and prepare a project's data in the background, and remember the last result."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from nnstudio.core.dataset import DataSpec, Examples, Prepared
from nnstudio.ui.worker import Worker


@dataclass(frozen=True, slots=True)
class Loaded:
    """Raw and prepared examples of one data specification."""

    spec: DataSpec
    examples: Examples
    prepared: Prepared


def load_both(spec: DataSpec, known: Loaded | None) -> Generator[Loaded, None, None]:
    """Yield the loaded data once; the raw examples are used again when the source is the same."""
    from nnstudio.data.prepare import prepare

    same = known is not None and known.spec.source == spec.source
    examples = known.examples if known is not None and same else spec.source.load()
    yield Loaded(spec, examples, prepare(examples, spec))


class DataLoader(QObject):
    """Keep `current` in step with the data specification asked for last."""

    started = Signal()
    loaded = Signal(object)
    """Loaded, for the specification asked for last."""
    failed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.current: Loaded | None = None
        self._wanted: DataSpec | None = None
        self._loading: DataSpec | None = None

    @property
    def busy(self) -> bool:
        """Whether data are being loaded."""
        return self._loading is not None

    def ask(self, spec: DataSpec) -> None:
        """Load these data unless they are there or on their way; the newest wish wins."""
        self._wanted = spec
        self._go_on()

    def adopt(self, loaded: Loaded) -> None:
        """Take data that somebody else has loaded."""
        self._wanted, self.current = loaded.spec, loaded

    def again(self, spec: DataSpec) -> None:
        """Load these data even if they are there: the file behind them may have changed."""
        self.current = None
        self.ask(spec)

    def close(self) -> None:
        """Give up what is being loaded."""
        self._wanted = self._loading = None
        for worker in self.findChildren(Worker):
            worker.cancel()

    def _go_on(self) -> None:
        """Load what is wanted, unless it is there or something is being loaded."""
        there = self.current is not None and self.current.spec == self._wanted
        if self._wanted is not None and self._loading is None and not there:
            self._start(self._wanted)

    def _start(self, spec: DataSpec) -> None:
        known, self._loading = self.current, spec
        worker = Worker(lambda: load_both(spec, known), self)
        worker.delivered.connect(self._take)
        worker.failed.connect(self._fail)
        worker.finished.connect(worker.deleteLater)
        self.started.emit()
        worker.start()

    def _take(self, results: list[Loaded]) -> None:
        (result,), self._loading = results, None
        if result.spec == self._wanted:
            self.current = result
            self.loaded.emit(result)
        else:
            if self.current is None or self.current.spec != self._wanted:
                self.current = result  # Its raw examples may serve the newer wish.
            self._go_on()

    def _fail(self, sentence: str, details: str) -> None:
        done, self._loading = self._loading, None
        if done == self._wanted:
            self.failed.emit(sentence, details)
        else:
            self._go_on()
