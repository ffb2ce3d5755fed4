"""Checks on demand, as the window sees them: one after another in the background, beside a run that rests."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

from nnstudio.core.check import Check, CheckProgress, CheckResult
from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.ui.background import Background

if TYPE_CHECKING:
    from nnstudio.ui.session import Session


def checked(
    wanted: Sequence[Check], project: Project, prepared: Prepared
) -> Generator[CheckProgress | CheckResult, Any, None]:
    """Yield what the checks do and find; the engine is loaded here, off the GUI thread."""
    from nnstudio.engine.checks import run_checks

    yield from run_checks(wanted, project, prepared)


class Checker(Background):
    """Runs checks on the session's project; what they find is kept with the run they are about."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.progress: CheckProgress | None = None
        """Of the check under way."""
        self._found: dict[str, CheckResult] = {}
        self._about: Project | None = None
        session.trainer.state_changed.connect(self._yield_to_training)

    @property
    def results(self) -> dict[str, CheckResult]:
        """What is known of the project as it is now, by check."""
        project, subject = self._session.project, self._session.subject
        kept = subject.record.checks if subject and _same(subject.record.project, project) else ()
        own = self._found if self._about is not None and _same(self._about, project) else {}
        return {result.id: result for result in kept} | own

    def why_not(self) -> str:
        """Return why no check can begin now, or an empty text."""
        session = self._session
        if session.trainer.state == "running":
            return "Pause or stop the training first: both would slow each other down."
        fixing = "A fix is being tried: wait, or cancel it." if session.mending.fixer.busy else ""
        # While checks go on, they are themselves why nothing else may train.
        return (
            fixing
            or ("" if self.busy else session.why_not_train())
            or ("" if session.loaded else "The data are not loaded yet.")
        )

    def start(self, wanted: Sequence[Check]) -> None:
        """Begin; checks under way are given up."""
        self.cancel()
        session = self._session
        if self.why_not() or session.loaded is None:
            return
        project, prepared = session.project, session.loaded.prepared
        if self._about is None or not _same(self._about, project):
            self._found = {}
        self._about = project
        self._begin(lambda: checked(wanted, project, prepared))

    def forget(self) -> None:
        """Give up, and forget what was found: another project is worked on."""
        self.cancel()
        self._found, self._about = {}, None
        self.changed.emit()

    def _take(self, events: list[CheckProgress | CheckResult]) -> None:
        found = [event for event in events if isinstance(event, CheckResult)]
        self.progress = next((e for e in reversed(events) if isinstance(e, CheckProgress)), self.progress)
        self._found |= {result.id: result for result in found}
        about = self._about
        if found and about is not None:
            self._session.take_checks(about, found)
        self.changed.emit()

    def _rest(self) -> None:
        self.progress = None

    def _yield_to_training(self, state: str) -> None:
        if state == "running":
            self.cancel()


def _same(a: Project, b: Project) -> bool:
    """Tell whether what is known of one project holds for another."""
    plain = {"name": "", "notes": ""}
    return a.model_copy(update=plain) == b.model_copy(update=plain)
