"""The quick diagnosis: cards with the problem, its evidence, the reason and the fixes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from nnstudio.core.advice import Advice
from nnstudio.core.finding import Finding
from nnstudio.core.project import Project
from nnstudio.ui.fixer import Fixer
from nnstudio.ui.panels.checks import ChecksPanel
from nnstudio.ui.panels.finding_card import FindingCard
from nnstudio.ui.panels.heal_path import HealPath
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.progress_strip import ProgressStrip

ALSO_SEEN = 3
"""Cards below the primary one; more would bury it."""
HEAL = "Try one fix after another and keep what helps; each change is one undo step"


class DiagnosisPanel(QWidget):
    """Worst first: the primary finding, what else was seen, and what is fine."""

    fix_chosen = Signal(object, object)
    """(Fix, Finding)"""
    try_wanted = Signal(object, object)
    """(Fix, Finding)"""
    heal_wanted = Signal()
    cancelled = Signal()
    layers_pointed = Signal(tuple)
    page_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = QLabel("Quick diagnosis")
        set_role(heading, "heading")
        self.heal = QPushButton("Fix everything", self)
        self.heal.setAccessibleName("Fix everything")
        set_role(self.heal, "small")
        self.heal.clicked.connect(self.heal_wanted)
        self.heal.hide()
        self.progress = ProgressStrip(self)
        self.progress.cancelled.connect(self.cancelled)
        self._words = QLabel(self, wordWrap=True)
        set_role(self._words, "hint")
        self._words.hide()
        self.path = HealPath(self)
        self._empty = QLabel(
            "Press Train: what goes wrong will be named here, with its evidence and a fix.", wordWrap=True
        )
        set_role(self._empty, "muted")
        self._cards = QVBoxLayout()
        self._cards.setSpacing(scaled(8))
        top = QHBoxLayout()
        top.addWidget(heading, 1)
        top.addWidget(self.heal)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(8))
        column.addLayout(top)
        for widget in (self.progress, self._words, self.path, self._empty):
            column.addWidget(widget)
        self.checks = ChecksPanel(self)
        self.checks.page_wanted.connect(self.page_wanted)
        column.addLayout(self._cards)
        column.addWidget(self.checks)
        column.addStretch(1)
        self._shown: list[tuple[object, ...]] = []
        self._fixer, self._advice, self._reason = Fixer(self), Advice(), ""
        self.findings: tuple[Finding, ...] = ()

    def cards(self) -> list[FindingCard]:
        """Return the cards as shown, top first."""
        items = (self._cards.itemAt(i) for i in range(self._cards.count()))
        return [w for item in items if item and isinstance(w := item.widget(), FindingCard)]

    def show_findings(self, findings: tuple[Finding, ...], project: Project) -> None:
        """Show findings, worst first; cards of the same problems stay, so that no click is lost."""
        problems = [f for f in findings if f.severity != "ok"][: 1 + ALSO_SEEN]
        shown = problems + [f for f in findings if f.severity == "ok"]
        self.findings = findings
        keys = [_key(finding) for finding in shown]
        if keys == self._shown:
            for card, finding in zip(self.cards(), shown, strict=True):
                card.show_finding(finding, project)
        else:
            self._shown = keys
            self._make_cards(shown, project)
        self._refresh()

    def show_fixer(self, fixer: Fixer, advice: Advice, reason: str) -> None:
        """Show what is being tried, what came of it, and how the advice has done in this project.

        `reason` says why nothing can be tried now; empty: it can.
        """
        self._fixer, self._advice, self._reason = fixer, advice, reason
        self._refresh()

    def _make_cards(self, shown: list[Finding], project: Project) -> None:
        for card in self.cards():
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        for index, finding in enumerate(shown):
            card = FindingCard(finding, project, self)
            card.fix_chosen.connect(lambda fix, card=card: self.fix_chosen.emit(fix, card.finding))
            card.try_wanted.connect(lambda fix, card=card: self.try_wanted.emit(fix, card.finding))
            card.cancelled.connect(self.cancelled)
            card.layers_pointed.connect(self.layers_pointed)
            card.page_wanted.connect(self.page_wanted)
            self._cards.insertWidget(index, card)
        self._empty.setVisible(not shown)

    def _refresh(self) -> None:
        """Show the fixer on every card."""
        fixer = self._fixer
        for card in self.cards():
            card.show_fixer(fixer, self._advice, self._reason)
        healing = fixer.busy and fixer.healing
        fixable = any(f.fixes for f in self.findings if f.severity in ("error", "warning"))
        self.heal.setVisible(fixable and not healing)
        self.heal.setEnabled(not self._reason)
        self.heal.setToolTip(self._reason or HEAL)
        if healing and self.progress.isHidden():
            self.progress.start("Fixing…")
        if healing:
            self.progress.set_progress(fixer.share)
            self._words.setText(f"{fixer.title}\n{fixer.words}".strip())
        else:
            self.progress.finish()
        self._words.setVisible(healing)
        if fixer.path or healing or fixer.outcome is not None:
            self.path.show_path(fixer.path, fixer.outcome, healing)
        else:
            self.path.show_verified(fixer.verified)


def _key(finding: Finding) -> tuple[object, ...]:
    fixes = tuple(fix.id for fix in finding.fixes)
    return (finding.id, finding.severity, fixes, len(finding.layers))
