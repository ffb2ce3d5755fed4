"""What was tried and kept: the path of Fix everything, and the fix verified last."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QWidget

from nnstudio.core.verdict import Verdict
from nnstudio.tuning.tries import Outcome
from nnstudio.ui.fixer import Step
from nnstudio.ui.theme import set_role
from nnstudio.ui.widgets.card import Card

OUTCOMES: dict[Outcome, str] = {
    "healthy": "Nothing serious is wrong any more",
    "no ideas": "Out of ideas: no other fix helps",
    "steps": "Enough tried for now; there are more fixes",
    "time": "Time is up; there are more fixes to try",
    "failed": "Training fails, and no fix is known",
}


class HealPath(Card):
    """Each step in two lines; hidden while there is nothing to tell."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", tone="info", parent=parent)
        self._told: object = None
        self.hide()

    def show_path(self, path: Sequence[Step], outcome: Outcome | None, busy: bool) -> None:
        """Show the steps so far, and how it ended."""
        told = (tuple(path), outcome, busy)
        if told == self._told:
            return
        self._told = told
        self._clear()
        self.setVisible(bool(path) or outcome is not None)
        kept = sum(step.kept for step in path)
        title = OUTCOMES[outcome] if outcome else "Fixing everything" if busy else "Given up"
        self.set_title(title + (f": {kept} of {len(path)} changes kept" if path else ""))
        self.set_tone("good" if outcome == "healthy" else "info")
        for number, step in enumerate(path, start=1):
            sign = "✓" if step.kept else "–"
            self._add(f"{number}. {sign} {step.verdict.title}", "good" if step.kept else "")
            self._add(step.verdict.line() or step.verdict.text(), "", "mono", step.verdict.text())

    def show_verified(self, verdict: Verdict | None) -> None:
        """Show the one fix that was tried and taken over."""
        told = ("verified", verdict)
        if told == self._told:
            return
        self._told = told
        self._clear()
        self.setVisible(verdict is not None)
        if verdict is not None:
            self.set_title(f"Fix verified: {verdict.title}")
            self.set_tone("good")
            seeds = f" over {verdict.seeds} seeds" if verdict.seeds > 1 else ""
            self._add(verdict.line() + seeds, "", "mono", verdict.text())

    def _add(self, text: str, tone: str, role: str = "", tip: str = "") -> None:
        label = QLabel(text, self, wordWrap=True)
        set_role(label, role, tone)
        label.setToolTip(tip)
        self.body.addWidget(label)
        label.show()

    def _clear(self) -> None:
        while (item := self.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
