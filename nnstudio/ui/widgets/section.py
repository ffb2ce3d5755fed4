"""A heading that folds its body away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from nnstudio.ui.widgets.icon_button import IconButton


class Section(QWidget):
    """A foldable part of a panel: fill `body`; `header` has room at the right of the heading."""

    toggled = Signal(bool)

    def __init__(self, title: str, *, is_open: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self._button = IconButton("chevron_down", f"Show or hide “{title}”", title, role="fold", parent=self)
        self._button.setCheckable(True)
        self._button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._button.toggled.connect(self._on_toggle)
        self.header = QHBoxLayout()
        self.header.addWidget(self._button)
        self.header.addStretch(1)
        self._content = QWidget(self)
        self.body = QVBoxLayout(self._content)
        self.body.setContentsMargins(0, 2, 0, 6)
        self.body.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(self.header)
        column.addWidget(self._content)
        self._button.setChecked(is_open)
        self._show(is_open)

    def is_open(self) -> bool:
        """Tell whether the body is shown."""
        return self._button.isChecked()

    def _on_toggle(self, is_open: bool) -> None:
        self._show(is_open)
        self.toggled.emit(is_open)

    def _show(self, is_open: bool) -> None:
        self._content.setVisible(is_open)
        self._button.set_icon("chevron_down" if is_open else "chevron_right")
        self._button.setAccessibleDescription("open" if is_open else "folded")
