"""The quick diagnosis: cards with the problem, its evidence, the reason and the fixes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from nnstudio.core.finding import Finding, Fix, Severity
from nnstudio.core.project import Project
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.flow_layout import FlowLayout

TONES: dict[Severity, str] = {"error": "bad", "warning": "warn", "hint": "info", "ok": "good"}
ALSO_SEEN = 3
"""Cards below the primary one; more would bury it."""


class FindingCard(Card):
    """One finding; the first fix is the solid button."""

    fix_chosen = Signal(object)
    layers_pointed = Signal(tuple)

    def __init__(self, finding: Finding, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(finding.title, tone=TONES[finding.severity], parent=parent)
        self.finding = finding
        if finding.evidence:
            evidence = QLabel(finding.line(), wordWrap=True)
            set_role(evidence, "mono")
            self.body.addWidget(evidence)
        if finding.severity != "ok":
            why = QLabel(finding.why, wordWrap=True)
            self.body.addWidget(why)
            self._add_buttons(finding, project)
        else:
            self.setToolTip(finding.why)

    def _add_buttons(self, finding: Finding, project: Project) -> None:
        row = QWidget()
        flow = FlowLayout(row)
        for index, fix in enumerate(finding.fixes):
            button = QPushButton(fix.title)
            button.setProperty("compact", True)
            set_role(button, "small" if index else "primary", TONES[finding.severity])
            button.setToolTip(preview_text(fix, project))
            button.setAccessibleName(f"Fix: {fix.title}")
            button.clicked.connect(lambda _=False, fix=fix: self.fix_chosen.emit(fix))
            flow.addWidget(button)
        if finding.layers:
            show = QPushButton("Show layer" if len(finding.layers) == 1 else "Show layers")
            set_role(show, "small")
            show.setToolTip("Select the layers this finding is about")
            show.clicked.connect(lambda: self.layers_pointed.emit(finding.layers))
            flow.addWidget(show)
        if flow.count():
            self.body.addWidget(row)


def preview_text(fix: Fix, project: Project) -> str:
    """Return what a fix will change, one change a line, and when it acts."""
    lines = [change.text() for change in fix.preview(project)]
    when = "Takes effect when training starts again." if fix.restart else "Takes effect at the next step."
    return "\n".join([*lines, when, "One undo step."])


class DiagnosisPanel(QWidget):
    """Worst first: the primary finding, what else was seen, and what is fine."""

    fix_chosen = Signal(object, object)
    """(Fix, Finding)"""
    layers_pointed = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = QLabel("Quick diagnosis")
        set_role(heading, "heading")
        self._empty = QLabel(
            "Press Train: what goes wrong will be named here, with its evidence and a fix.", wordWrap=True
        )
        set_role(self._empty, "muted")
        self._cards = QVBoxLayout()
        self._cards.setSpacing(scaled(8))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(8))
        column.addWidget(heading)
        column.addWidget(self._empty)
        column.addLayout(self._cards)
        column.addStretch(1)
        self._shown: list[tuple[object, ...]] = []
        self.findings: tuple[Finding, ...] = ()

    def cards(self) -> list[FindingCard]:
        """Return the cards as shown, top first."""
        items = (self._cards.itemAt(i) for i in range(self._cards.count()))
        return [w for item in items if item and isinstance(w := item.widget(), FindingCard)]

    def show_findings(self, findings: tuple[Finding, ...], project: Project) -> None:
        """Show findings, worst first; unchanged ones are not redrawn, so that nothing flickers."""
        problems = [f for f in findings if f.severity != "ok"][: 1 + ALSO_SEEN]
        shown = problems + [f for f in findings if f.severity == "ok"]
        self.findings = findings
        keys = [_key(finding) for finding in shown]
        if keys == self._shown:
            return
        self._shown = keys
        for card in self.cards():
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        for index, finding in enumerate(shown):
            card = FindingCard(finding, project, self)
            card.fix_chosen.connect(lambda fix, finding=finding: self.fix_chosen.emit(fix, finding))
            card.layers_pointed.connect(self.layers_pointed)
            self._cards.insertWidget(index, card)
        self._empty.setVisible(not shown)


def _key(finding: Finding) -> tuple[object, ...]:
    fixes = tuple(fix.title for fix in finding.fixes)
    return (finding.id, finding.title, finding.line(), finding.severity, fixes)
