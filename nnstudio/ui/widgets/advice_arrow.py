"""A small arrow that says which way a setting helps against what the diagnosis has found."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QLabel, QWidget

from nnstudio.ui.theme import set_role

SIGNS = {"up": "↑", "down": "↓"}


class AdviceArrow(QLabel):
    """Hidden until there is advice; the tooltip says why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "advice", "warn")
        self.hide()

    def point(self, direction: Literal["up", "down", ""], why: str = "") -> None:
        """Show which way to turn, or nothing."""
        self.setText(SIGNS.get(direction, ""))
        self.setToolTip(why)
        self.setAccessibleName(f"Advice: {direction}. {why}" if direction else "")
        self.setVisible(bool(direction))
