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
from nnstudio.ui.background import Background


def searched(project: Project, prepared: Prepared, wish: Search) -> Generator[SearchEvent, Any, None]:
    """Yield the events of a search; the engine is loaded in the thread that pulls."""
    from nnstudio.tuning.search import search

    yield from search(project, prepared, wish)


class Tuner(Background):
    """Holds the last search; `changed` says that something of it is new."""

    searched = Signal(object)
    """KeptSearch, when a search with trials is over."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wish = Search()
        self.trials: list[Trial] = []
        self.begun: TrialBegun | None = None
        """The trial under way."""
        self.goes_on: TrialGoesOn | None = None

    @property
    def best(self) -> Trial | None:
        """The best trial so far."""
        return best_of(self.trials, self.wish.monitor)

    def start(self, project: Project, prepared: Prepared, wish: Search) -> None:
        """Begin a search; one under way is given up."""
        self.reset()
        self.wish = wish
        self._begin(lambda: searched(project, prepared, wish))

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
        self.cancel()
        self.trials = []
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

    def _rest(self) -> None:
        self.begun = self.goes_on = None

    def _over(self) -> None:
        super()._over()
        if self.trials:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self.searched.emit(kept(self.wish, self.trials, now))
