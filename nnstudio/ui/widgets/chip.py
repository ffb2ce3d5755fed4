"""A short fact in a rounded pill, to read or to click."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from nnstudio.ui.theme import set_role


class Chip(QPushButton):
    """Show a fact; with `clickable` it is a button, otherwise it takes neither focus nor clicks."""

    def __init__(
        self, text: str = "", tip: str = "", *, clickable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._clickable = clickable
        self.setProperty("clickable", clickable)
        set_role(self, "chip")
        self.setToolTip(tip)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if clickable else Qt.FocusPolicy.NoFocus)
        if clickable:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_tone(self, tone: str) -> None:
        """Colour the chip: "" (plain), "good", "warn" or "bad"."""
        set_role(self, "chip", tone)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._clickable:
            super().mousePressEvent(event)
        else:
            event.ignore()
