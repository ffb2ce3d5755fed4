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
        self._worker: Worker | None = None

    @property
    def busy(self) -> bool:
        """Whether data are being loaded."""
        return self._loading is not None

    def ask(self, spec: DataSpec) -> None:
        """Load these data unless they are there or on their way; the newest wish wins."""
        self._wanted = spec
        if self._loading is None and (self.current is None or self.current.spec != spec):
            self._start(spec)

    def adopt(self, loaded: Loaded) -> None:
        """Take data that somebody else has loaded."""
        self._wanted, self.current = loaded.spec, loaded

    def again(self, spec: DataSpec) -> None:
        """Load these data even if they are there: the file behind them may have changed."""
        self.current = None
        self.ask(spec)

    def _start(self, spec: DataSpec) -> None:
        known = self.current
        self._loading = spec
        self._worker = Worker(lambda: load_both(spec, known), self)
        self._worker.delivered.connect(self._take)
        self._worker.failed.connect(self._fail)
        self._worker.finished.connect(self._over)
        self.started.emit()
        self._worker.start()

    def _take(self, results: list[Loaded]) -> None:
        self.current = results[-1]
        if self.current.spec == self._wanted:
            self.loaded.emit(self.current)

    def _fail(self, sentence: str, details: str) -> None:
        if self._loading == self._wanted:
            self.failed.emit(sentence, details)

    def _over(self) -> None:
        done, self._loading = self._loading, None
        if self._worker is not None:
            self._worker.deleteLater()
            self._worker = None
        if self._wanted is not None and self._wanted != done:
            self._start(self._wanted)

    def close(self) -> None:
        """Give up what is being loaded."""
        self._wanted = None
        if self._worker is not None:
            self._worker.cancel()
