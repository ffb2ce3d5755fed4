"""A notice inside the window that blocks nothing: what happened and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from nnstudio.ui import resources
from nnstudio.ui.theme import colours, scaled, set_role
from nnstudio.ui.widgets.card import StripedFrame
from nnstudio.ui.widgets.flow_layout import FlowLayout
from nnstudio.ui.widgets.icon_button import IconButton

Severity = Literal["info", "good", "warn", "bad"]
Action = tuple[str, Callable[[], object]]

_ICONS = {"info": "info", "good": "check", "warn": "warning", "bad": "error"}


class MessageBar(StripedFrame):
    """Hidden until `show_message`; Escape or the cross dismisses it and emits `dismissed`."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._severity: Severity = "info"
        self._icon = QLabel(self)
        self.setAccessibleName("Notice")
        self._text = QLabel(self, wordWrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._fold = QPushButton("Details", self)
        self._fold.setCheckable(True)
        set_role(self._fold, "small")
        self._fold.setToolTip("Show the technical details")
        self._fold.setAccessibleName("Details")
        self._details = QPlainTextEdit(self, readOnly=True)
        self._details.setAccessibleName("Technical details")
        self._details.setMaximumHeight(scaled(140))
        self._fold.toggled.connect(self._details.setVisible)
        close = IconButton("close", "Dismiss this notice", parent=self)
        close.clicked.connect(self.dismiss)
        self._actions: list[QPushButton] = []
        self._lay_out(close)
        self.hide()

    def show_message(
        self, severity: Severity, text: str, *, actions: Sequence[Action] = (), details: str = ""
    ) -> None:
        """Show a notice in place of the last one; each action is its words and what it calls.

        Picking an action dismisses the notice. `details` start folded away.
        """
        self._severity = severity
        set_role(self, "message", severity)
        self._text.setText(text)
        self.setAccessibleDescription(text)
        self._details.setPlainText(details)
        self._fold.setChecked(False)
        self._details.hide()
        self._fold.setVisible(bool(details))
        self._set_actions(actions)
        self._draw_icon()
        self.show()

    def text(self) -> str:
        """Return the notice's words."""
        return self._text.text()

    def dismiss(self) -> None:
        """Hide the notice."""
        self.hide()
        self.dismissed.emit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._draw_icon()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return
        super().keyPressEvent(event)

    def _lay_out(self, close: QPushButton) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        middle = QVBoxLayout()
        middle.addWidget(self._text)
        self._buttons = FlowLayout(spacing=6)
        self._buttons.addWidget(self._fold)
        middle.addLayout(self._buttons)
        row.addLayout(middle, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 7, 7, 7)
        column.addLayout(row)
        column.addWidget(self._details)

    def _set_actions(self, actions: Sequence[Action]) -> None:
        for old in self._actions:
            self._buttons.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._actions = []
        for words, call in actions:
            button = QPushButton(words, self)
            set_role(button, "small")
            button.setAccessibleName(words)
            button.clicked.connect(lambda _=False, call=call: self._act(call))
            self._buttons.addWidget(button)
            self._actions.append(button)

    def _act(self, call: Callable[[], object]) -> None:
        self.dismiss()
        call()

    def _draw_icon(self) -> None:
        c = colours(self)
        tint = {"info": c.accent, "good": c.good, "warn": c.warn, "bad": c.bad}[self._severity]
        size = scaled(18)
        self._icon.setPixmap(resources.icon(_ICONS[self._severity], tint).pixmap(size, size))
