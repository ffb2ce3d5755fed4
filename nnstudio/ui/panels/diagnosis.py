"""The quick diagnosis: cards with the problem, its evidence, the reason and the fixes."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from nnstudio.core.finding import Finding, Fix, Severity
from nnstudio.core.project import Project
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.flow_layout import FlowLayout

TONES: dict[Severity, str] = {"error": "bad", "warning": "warn", "hint": "info", "ok": "good"}
ALSO_SEEN = 3
"""Cards below the primary one; more would bury it."""


class NarrowButton(QPushButton):
    """A button that shortens its words rather than push a card wider than its panel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        missing = self.sizeHint().width() - self.width()
        if missing > 0:
            room = option.fontMetrics.horizontalAdvance(self.text()) - missing
            option.text = option.fontMetrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)


class FindingCard(Card):
    """One finding; the first fix is the solid button."""

    fix_chosen = Signal(object)
    layers_pointed = Signal(tuple)
    page_wanted = Signal(str)
    """Key of the glossary page about the problem."""

    def __init__(self, finding: Finding, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(finding.title, tone=TONES[finding.severity], parent=parent)
        self._evidence, self._why = QLabel(self, wordWrap=True), QLabel(self, wordWrap=True)
        set_role(self._evidence, "mono")
        self.body.addWidget(self._evidence)
        self.body.addWidget(self._why)
        self._fixes: list[QPushButton] = []
        if finding.severity != "ok":
            self._add_buttons(finding)
        self.show_finding(finding, project)

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
        for button, fix in zip(self._fixes, finding.fixes, strict=False):
            button.setText(fix.title)
            button.setToolTip(preview_text(fix, project))
            button.setAccessibleName(f"Fix: {fix.title}")

    def _add_buttons(self, finding: Finding) -> None:
        row = QWidget(self)
        flow = FlowLayout(row)
        for index, _fix in enumerate(finding.fixes):
            button = NarrowButton()
            button.setProperty("compact", True)
            set_role(button, "small" if index else "primary", TONES[finding.severity])
            button.clicked.connect(lambda _=False, at=index: self.fix_chosen.emit(self.finding.fixes[at]))
            self._fixes.append(button)
            flow.addWidget(button)
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


def preview_text(fix: Fix, project: Project) -> str:
    """Return what a fix will change, one change a line, and when it acts."""
    try:
        lines = [change.text() for change in fix.preview(project)]
    except (KeyError, ValueError):
        return "Does not fit the project any more: it has been edited since."
    when = "Takes effect when training starts again." if fix.restart else "Takes effect at the next step."
    return "\n".join([*lines, when, "One undo step."])


class DiagnosisPanel(QWidget):
    """Worst first: the primary finding, what else was seen, and what is fine."""

    fix_chosen = Signal(object, object)
    """(Fix, Finding)"""
    layers_pointed = Signal(tuple)
    page_wanted = Signal(str)

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
        """Show findings, worst first; cards of the same problems stay, so that no click is lost."""
        problems = [f for f in findings if f.severity != "ok"][: 1 + ALSO_SEEN]
        shown = problems + [f for f in findings if f.severity == "ok"]
        self.findings = findings
        keys = [_key(finding) for finding in shown]
        if keys == self._shown:
            for card, finding in zip(self.cards(), shown, strict=True):
                card.show_finding(finding, project)
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
            card.page_wanted.connect(self.page_wanted)
            self._cards.insertWidget(index, card)
        self._empty.setVisible(not shown)


def _key(finding: Finding) -> tuple[object, ...]:
    fixes = tuple(fix.id for fix in finding.fixes)
    return (finding.id, finding.severity, fixes, len(finding.layers))
