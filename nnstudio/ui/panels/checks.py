"""Checks on demand below the findings: what each does, a button to run it, and what it found."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from nnstudio.core.check import Check, CheckProgress, CheckResult, Outcome, checks
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.progress_strip import ProgressStrip
from nnstudio.ui.widgets.section import Section

SIGNS: dict[Outcome, tuple[str, str]] = {"good": ("✓", "good"), "bad": ("!", "bad"), "unclear": ("?", "warn")}


class CheckRow(QWidget):
    """One check."""

    wanted = Signal()
    page_wanted = Signal(str)

    def __init__(self, check: Check, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.check = check
        self._sign, self.title = QLabel(self), QLabel(check.title, self)
        self.title.setToolTip(check.words)
        set_role(self._sign, "advice")
        self.run = QPushButton("Run", self)
        set_role(self.run, "small")
        self.run.setAccessibleName(f"Run check: {check.title}")
        self.run.clicked.connect(self.wanted)
        self.about = QPushButton("?", self)
        set_role(self.about, "flat")
        self.about.setToolTip("What this check does and what it tells")
        self.about.setAccessibleName(f"About check: {check.title}")
        self.about.clicked.connect(lambda: self.page_wanted.emit(check.page))
        self.verdict = QLabel(self, wordWrap=True)
        set_role(self.verdict, "hint")
        row = QHBoxLayout()
        row.setSpacing(scaled(6))
        row.addWidget(self._sign)
        row.addWidget(self.title, 1)
        row.addWidget(self.about)
        row.addWidget(self.run)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(2))
        column.addLayout(row)
        column.addWidget(self.verdict)
        self.show_result(None)

    def show_result(self, result: CheckResult | None) -> None:
        """Show what the check found; None: nothing yet."""
        sign, tone = SIGNS[result.outcome] if result else ("", "")
        self._sign.setText(sign)
        self._sign.setVisible(bool(sign))
        set_role(self._sign, "advice", tone)
        self.verdict.setText(result.verdict if result else "")
        self.verdict.setVisible(result is not None)
        self.run.setText("Again" if result else "Run")

    def show_ready(self, reason: str) -> None:
        """Allow the check, or say why it cannot begin."""
        self.run.setEnabled(not reason)
        self.run.setToolTip(reason or self.check.words)


class ChecksPanel(Section):
    """All checks, folded away until somebody wants to know more."""

    wanted = Signal(object)
    """tuple[Check, ...]"""
    cancelled = Signal()
    page_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Checks on demand", is_open=False, parent=parent)
        self.all = QPushButton("Run all")
        set_role(self.all, "small")
        self.all.clicked.connect(lambda: self.wanted.emit(checks()))
        self.progress = ProgressStrip()
        self.progress.cancelled.connect(self.cancelled)
        self.body.addWidget(self.progress)
        self.rows: dict[str, CheckRow] = {}
        for check in checks():
            row = CheckRow(check)
            row.wanted.connect(lambda check=check: self.wanted.emit((check,)))
            row.page_wanted.connect(self.page_wanted)
            self.rows[check.id] = row
            self.body.addWidget(row)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self.all)
        self.body.addLayout(line)

    def show_checks(
        self, results: dict[str, CheckResult], progress: CheckProgress | None, *, busy: bool, reason: str
    ) -> None:
        """Show what is known, what goes on, and why nothing else can begin now (empty: it can)."""
        blocked = "A check goes on: wait, or cancel it." if busy else reason
        for id, row in self.rows.items():
            row.show_result(results.get(id))
            row.show_ready(blocked)
        self.all.setEnabled(not blocked)
        self.all.setToolTip(blocked or "Run every check, one after another; takes a few seconds each")
        if not busy:
            self.progress.finish()
            return
        if self.progress.isHidden():
            self.progress.start("Checking…")
        if progress is not None:
            title = self.rows[progress.id].check.title
            words = f"{title}: {progress.words}" if progress.words != title else title
            self.progress.set_progress(progress.share, words)
