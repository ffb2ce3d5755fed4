"""The search in progress, as the window sees it: start, skip, stop, and the trials so far."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QObject, Signal

from nnstudio.core.dataset import Prepared
from nnstudio.core.kept import KeptSearch
from nnstudio.core.project import Project
from nnstudio.tuning.events import (
    Best,
    SearchEvent,
    SkipTrial,
    StopSearch,
    TrialBegun,
    TrialDone,
    TrialGoesOn,
)
from nnstudio.tuning.wish import Search, Trial, best_of, kept, recalled
from nnstudio.ui.worker import Worker


def searched(project: Project, prepared: Prepared, wish: Search) -> Generator[SearchEvent, Any, None]:
    """Yield the events of a search; the engine is loaded in the thread that pulls."""
    from nnstudio.tuning.search import search

    yield from search(project, prepared, wish)


class Tuner(QObject):
    """Holds the last search; `changed` says that something of it is new."""

    changed = Signal()
    failed = Signal(str, str)
    """A sentence for the person, and the details to fold away."""
    searched = Signal(object)
    """KeptSearch, when a search with trials is over."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wish = Search()
        self.trials: list[Trial] = []
        self.begun: TrialBegun | None = None
        """The trial under way."""
        self.goes_on: TrialGoesOn | None = None
        self._worker: Worker | None = None

    @property
    def busy(self) -> bool:
        """Whether a search goes on."""
        return self._worker is not None

    @property
    def best(self) -> Trial | None:
        """The best trial so far."""
        return best_of(self.trials, self.wish.monitor)

    def start(self, project: Project, prepared: Prepared, wish: Search) -> None:
        """Begin a search; one under way is given up."""
        self.reset()
        self.wish = wish
        self._worker = Worker(lambda: searched(project, prepared, wish), self)
        self._worker.delivered.connect(self._take)
        self._worker.failed.connect(self.failed)
        self._worker.finished.connect(self._over)
        self._worker.start()
        self.changed.emit()

    def skip(self) -> None:
        """End the present trial and go on with the next."""
        if self._worker is not None and self.begun is not None:
            self._worker.stop(SkipTrial())

    def stop(self) -> None:
        """End the search; the trials done stay."""
        if self._worker is not None:
            self._worker.stop(StopSearch())

    def recall(self, past: KeptSearch, project: Project) -> None:
        """Show a search that the project file kept; one of another version is left unshown."""
        with suppress(ValueError):
            self.wish, self.trials = recalled(past, project)
            self.changed.emit()

    def reset(self) -> None:
        """End the search without last words and forget its trials."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.finished.disconnect(self._over)
            worker.cancel()
            worker.deleteLater()
        self.trials, self.begun, self.goes_on = [], None, None
        self.changed.emit()

    def _take(self, events: list[SearchEvent]) -> None:
        for event in events:
            if isinstance(event, TrialBegun):
                self.begun, self.goes_on = event, None
            elif isinstance(event, TrialGoesOn):
                self.goes_on = event
            elif isinstance(event, TrialDone):
                self.trials.append(event.trial)
                self.begun = self.goes_on = None
            elif isinstance(event, Best):
                self.begun = self.goes_on = None
        self.changed.emit()

    def _over(self) -> None:
        assert self._worker is not None
        self._worker.finish()
        self._worker.deleteLater()
        self._worker = self.begun = self.goes_on = None
        self.changed.emit()
        if self.trials:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self.searched.emit(kept(self.wish, self.trials, now))
