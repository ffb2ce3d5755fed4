"""The quick diagnosis: cards with the problem, its evidence, the reason and the fixes."""

from __future__ import annotations

from collections.abc import Iterable

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
        known = dict(zip(self._shown, self.cards(), strict=True))
        kept = [known.pop(key, None) for key in keys]
        self._drop(card for card in self.cards() if card not in kept)
        for index, (card, finding) in enumerate(zip(kept, shown, strict=True)):
            if card is not None:
                card.show_finding(finding, project)
            if card is None or self._cards.indexOf(card) != index:
                self._cards.insertWidget(index, card or self._make_card(finding, project))
        self._shown = keys
        self._empty.setVisible(not shown)
        self._refresh()

    def show_fixer(self, fixer: Fixer, advice: Advice, reason: str) -> None:
        """Show what is being tried, what came of it, and how the advice has done in this project.

        `reason` says why nothing can be tried now; empty: it can.
        """
        self._fixer, self._advice, self._reason = fixer, advice, reason
        self._refresh()

    def _drop(self, cards: Iterable[FindingCard]) -> None:
        for card in cards:
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()

    def _make_card(self, finding: Finding, project: Project) -> FindingCard:
        card = FindingCard(finding, project, self)
        card.fix_chosen.connect(lambda fix: self.fix_chosen.emit(fix, card.finding))
        card.try_wanted.connect(lambda fix: self.try_wanted.emit(fix, card.finding))
        card.cancelled.connect(self.cancelled)
        card.layers_pointed.connect(self.layers_pointed)
        card.page_wanted.connect(self.page_wanted)
        return card

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
