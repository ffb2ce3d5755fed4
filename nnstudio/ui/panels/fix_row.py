"""One fix of a finding: apply it, or try it first; below it what is going on and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from nnstudio.core.advice import Tally
from nnstudio.core.finding import Fix
from nnstudio.core.project import Project
from nnstudio.core.verdict import Verdict
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.narrow_button import NarrowButton
from nnstudio.ui.widgets.progress_strip import ProgressStrip

TRY = "Train with and without this fix, and keep it only if it helps"


class FixRow(QWidget):
    """The button of a fix with `Try it` beside it."""

    chosen = Signal()
    try_wanted = Signal()
    cancelled = Signal()

    def __init__(self, tone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone, self._refused = tone, False
        self.apply, self.attempt = NarrowButton(self), QPushButton("Try it", self)
        self.apply.setProperty("compact", True)
        self.apply.clicked.connect(self.chosen)
        set_role(self.attempt, "flat")
        self.attempt.clicked.connect(self.try_wanted)
        self.words = QLabel(self, wordWrap=True)
        set_role(self.words, "hint")
        self.words.hide()
        self.progress = ProgressStrip(self)
        self.progress.cancelled.connect(self.cancelled)
        row = QHBoxLayout()
        row.setSpacing(scaled(4))
        row.addWidget(self.apply)
        row.addStretch(1)
        row.addWidget(self.attempt)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(2))
        column.addLayout(row)
        column.addWidget(self.words)
        column.addWidget(self.progress)

    def show_fix(self, fix: Fix, project: Project) -> None:
        """Show what the fix is called and what it would change now."""
        self.apply.setText(fix.title)
        self.apply.setToolTip(preview_text(fix, project))
        self.apply.setAccessibleName(f"Fix: {fix.title}")
        self.attempt.setAccessibleName(f"Try: {fix.title}")

    def show_first(self, first: bool) -> None:
        """Make it the fix to begin with, the solid button, or one of the others."""
        set_role(self.apply, "primary" if first else "small", self._tone)

    def show_ready(self, reason: str) -> None:
        """Tell why nothing can be tried now; empty: it can."""
        self.attempt.setEnabled(not reason)
        self.attempt.setToolTip(reason or TRY)

    def show_score(self, tally: Tally, verdict: Verdict | None) -> None:
        """Show what came of the last try on this run, else how the fix has done in this project."""
        self._refused = verdict is not None and not verdict.accepted
        text = verdict.text() if verdict is not None else tally.words().capitalize()
        self.words.setText(text)
        self.words.setVisible(bool(text))

    @property
    def refused(self) -> bool:
        """Whether the last try on this run did not help."""
        return self._refused

    def show_trying(self, words: str, share: float) -> None:
        """Show how far a try is; empty words: it is over."""
        if not words:
            self.progress.finish()
            return
        if self.progress.isHidden():
            self.progress.start("Trying…")
        self.progress.set_progress(share)
        self.words.setText(words)
        self.words.show()


def preview_text(fix: Fix, project: Project) -> str:
    """Return what a fix will change, one change a line, and when it acts."""
    try:
        lines = [change.text() for change in fix.preview(project)]
    except (KeyError, ValueError):
        return "Does not fit the project any more: it has been edited since."
    when = "Takes effect when training starts again." if fix.restart else "Takes effect at the next step."
    return "\n".join([*lines, when, "One undo step."])
