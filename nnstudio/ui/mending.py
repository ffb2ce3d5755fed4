"""Between the session and its fixer: what may be tried, on which run, and what becomes of a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from nnstudio.core.finding import Finding, Fix
from nnstudio.core.run import Run, next_name
from nnstudio.core.verdict import Verdict
from nnstudio.tuning.tries import Tried
from nnstudio.ui.fixer import Fixer

if TYPE_CHECKING:
    from nnstudio.ui.session import Session


class Mending(QObject):
    """Tries fixes on the session's project; what helps becomes one undo step and a run of its own."""

    told = Signal(str, str, str)
    """(good or warn or bad, a sentence, details)"""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.fixer = Fixer(self)
        self.fixer.judged.connect(self._count)
        self.fixer.trained.connect(self._keep_run)
        self.fixer.kept.connect(self._take_over)
        self.fixer.failed.connect(lambda sentence, details: self.told.emit("bad", sentence, details))
        session.trainer.started.connect(lambda _record: self.fixer.forget())
        session.trainer.state_changed.connect(self._yield_to_training)

    def why_not(self) -> str:
        """Return why no fix can be tried now, or an empty text."""
        session = self._session
        if self.fixer.busy:
            return "A fix is being tried already."
        if session.trainer.state == "running":
            return "Pause or stop the training first: both would slow each other down."
        return session.why_not_train() or ("" if session.loaded else "The data are not loaded yet.")

    def try_fix(self, fix: Fix, finding: Finding) -> None:
        """Train with a fix and without it, beside the run that rests."""
        session = self._session
        if not self.why_not() and session.loaded is not None:
            self.fixer.try_fix(session.project, session.loaded, session.subject, finding, fix)

    def heal(self) -> None:
        """Try one fix after another and keep what helps."""
        session = self._session
        if not self.why_not() and session.loaded is not None:
            self.fixer.heal(session.project, session.loaded, session.subject)

    def _count(self, verdict: Verdict) -> None:
        document = self._session.document
        document.keep_advice(document.advice.judged(verdict))

    def _keep_run(self, run: Run) -> None:
        document = self._session.document
        self._session.take_run(run.with_record(name=next_name(document.runs)))

    def _take_over(self, tried: Tried) -> None:
        session = self._session
        try:
            fixed = tried.fix.apply(session.project)
        except (KeyError, ValueError):
            text = f"“{tried.fix.title}” helped, but does not fit the project any more: it was edited since."
            self.told.emit("warn", text, "")
            return
        session.document.edit(fixed, f"Fix: {tried.fix.title}")
        if tried.base is not None:
            self._keep_run(tried.base.run)

    def _yield_to_training(self, state: str) -> None:
        if state == "running":
            self.fixer.cancel()
