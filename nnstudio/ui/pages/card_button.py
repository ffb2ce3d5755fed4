"""A button as large as what is laid out on it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from nnstudio.ui.theme import set_role


class CardButton(QPushButton):
    """A button that holds a layout of labels and pictures and is as large as they need."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.totalSizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        return layout.totalMinimumSize() if layout is not None else super().minimumSizeHint()


def text_on(button: QWidget, text: str, role: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label that leaves clicks to the button it stands on."""
    label = QLabel(text, button, wordWrap=wrap)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    if role:
        set_role(label, role)
    return label
