"""The card of one finding: the problem, its evidence, the reason and the fixes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from nnstudio.core.advice import Advice, sureness
from nnstudio.core.finding import Finding, Severity
from nnstudio.core.project import Project
from nnstudio.ui.fixer import Fixer
from nnstudio.ui.panels.fix_row import FixRow
from nnstudio.ui.theme import set_role
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.flow_layout import FlowLayout

TONES: dict[Severity, str] = {"error": "bad", "warning": "warn", "hint": "info", "ok": "good"}
AT_ONCE = 3
"""Fixes shown before the others are asked for: more would bury the first."""

SURE = "How sure this advice is: the rule's own confidence, moved by what its fixes did in this project"


class FindingCard(Card):
    """One finding; the first fix that has not been refused is the solid button."""

    fix_chosen = Signal(object)
    try_wanted = Signal(object)
    cancelled = Signal()
    layers_pointed = Signal(tuple)
    page_wanted = Signal(str)
    """Key of the glossary page about the problem."""

    def __init__(self, finding: Finding, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(finding.title, tone=TONES[finding.severity], parent=parent)
        self._evidence, self._why = QLabel(self, wordWrap=True), QLabel(self, wordWrap=True)
        self._sure = QLabel(self)
        self._sure.setToolTip(SURE)
        set_role(self._sure, "hint")
        self.header.addWidget(self._sure)
        self._sure.hide()
        set_role(self._evidence, "mono")
        self.body.addWidget(self._evidence)
        self.body.addWidget(self._why)
        self.rows: list[FixRow] = []
        self._all_shown = False
        self._more = QPushButton(self)
        set_role(self._more, "flat")
        self._more.setToolTip("Show the other fixes")
        self._more.clicked.connect(self._show_all)
        if finding.severity != "ok":
            self._add_fixes(finding)
        self.body.addWidget(self._more)
        if finding.severity != "ok":
            self._add_buttons(finding)
        self.show_finding(finding, project)
        self._arrange()

    def show_finding(self, finding: Finding, project: Project) -> None:
        """Show the same problem with its numbers as of now, and what its fixes would change now."""
        self.finding = finding
        fine = finding.severity == "ok"
        self.set_title(finding.title)
        self._evidence.setText(finding.line())
        self._evidence.setVisible(bool(finding.evidence))
        self._why.setText(finding.why)
        self._why.setVisible(not fine)
        self.setToolTip(finding.why if fine else "")
        for row, fix in zip(self.rows, finding.fixes, strict=False):
            row.show_fix(fix, project)

    def show_fixer(self, fixer: Fixer, advice: Advice, reason: str) -> None:
        """Show what is being tried and what came of it; `reason` says why nothing can be tried now."""
        sure = sureness(self.finding, advice)
        self._sure.setText(f"{sure:.0%} sure")
        self._sure.setVisible(self.finding.severity != "ok")
        for row, fix in zip(self.rows, self.finding.fixes, strict=False):
            key = (self.finding.id, fix.id)
            trying = fixer.trying == key and not fixer.healing
            row.show_ready(reason)
            row.show_score(advice.of(*key), fixer.verdicts.get(key))
            row.show_trying(fixer.words if trying else "", fixer.share)
        self._arrange()

    def _arrange(self) -> None:
        """Make the first fix not refused the solid one, and fold those far behind it away."""
        first = next((at for at, row in enumerate(self.rows) if not row.refused), -1)
        shown = len(self.rows) if self._all_shown else max(AT_ONCE, first + 1)
        for at, row in enumerate(self.rows):
            row.show_first(at == first)
            row.setVisible(at < shown)
        hidden = len(self.rows) - shown
        self._more.setVisible(hidden > 0)
        self._more.setText(f"{hidden} more {'fix' if hidden == 1 else 'fixes'}…")
        self._more.setAccessibleName(f"{self._more.text()} {self.finding.title}")

    def _show_all(self) -> None:
        self._all_shown = True
        self._arrange()

    def _add_fixes(self, finding: Finding) -> None:
        for at in range(len(finding.fixes)):
            row = FixRow(TONES[finding.severity], self)
            row.chosen.connect(lambda at=at: self.fix_chosen.emit(self.finding.fixes[at]))
            row.try_wanted.connect(lambda at=at: self.try_wanted.emit(self.finding.fixes[at]))
            row.cancelled.connect(self.cancelled)
            self.rows.append(row)
            self.body.addWidget(row)

    def _add_buttons(self, finding: Finding) -> None:
        row = QWidget(self)
        flow = FlowLayout(row)
        if finding.layers:
            show = QPushButton("Show layer" if len(finding.layers) == 1 else "Show layers")
            set_role(show, "small")
            show.setToolTip("Select the layers this finding is about")
            show.setAccessibleName(f"{show.text()}: {finding.title}")
            show.clicked.connect(lambda: self.layers_pointed.emit(self.finding.layers))
            flow.addWidget(show)
        why = QPushButton("Why?")
        set_role(why, "small")
        why.setToolTip("What this problem is, and what helps against it")
        why.setAccessibleName(f"Why: {finding.title}")
        why.clicked.connect(lambda: self.page_wanted.emit(self.finding.id))
        flow.addWidget(why)
        self.body.addWidget(row)
