"""Tabs in a pill: one of a few choices, all of them in sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from nnstudio.ui.theme import scaled, set_role


class Segmented(QFrame):
    """Show choices side by side; emits `chosen(key)` when a person picks another one.

    `options` are the keys, or keys mapped to the words shown. The arrow keys move along.
    """

    chosen = Signal(str)

    def __init__(
        self, options: Sequence[str] | Mapping[str, str], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        set_role(self, "segmented")
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        words = options if isinstance(options, Mapping) else {key: key for key in options}
        self._buttons: dict[str, _Segment] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        for key, text in words.items():
            button = _Segment(text, self)
            button.setAccessibleName(f"{name}: {text}")
            button.clicked.connect(lambda _=False, key=key: self._on_click(key))
            self._buttons[key] = button
            self._group.addButton(button)
            row.addWidget(button)
        self._current = next(iter(self._buttons))
        self.set_current(self._current)

    def current(self) -> str:
        """Return the key shown as chosen."""
        return self._current

    def set_current(self, key: str) -> None:
        """Show a key as chosen without emitting `chosen`; raises KeyError for an unknown one."""
        self._buttons[key].setChecked(True)
        self._current = key
        for other, button in self._buttons.items():
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if other == key else Qt.FocusPolicy.ClickFocus)

    def set_option_enabled(self, key: str, enabled: bool, why: str = "") -> None:
        """Allow or forbid one choice; `why` becomes its tooltip."""
        self._buttons[key].setEnabled(enabled)
        self._buttons[key].setToolTip(why)

    def button(self, key: str) -> QPushButton:
        """Return the button of one key, to give it a tooltip or a shortcut."""
        return self._buttons[key]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}.get(
            Qt.Key(event.key())
        )
        if step is None:
            super().keyPressEvent(event)
            return
        keys = [key for key, one in self._buttons.items() if one.isEnabled() or key == self._current]
        place = keys.index(self._current) + step
        if 0 <= place < len(keys):
            self._buttons[keys[place]].setFocus(Qt.FocusReason.TabFocusReason)
            self._on_click(keys[place])

    def _on_click(self, key: str) -> None:
        if key != self._current:
            self.set_current(key)
            self.chosen.emit(key)


class _Segment(QPushButton):
    """One tab; it keeps the width of its bold text so that choosing moves nothing."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        set_role(self, "segment")
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        width = QFontMetrics(bold).horizontalAdvance(self.text()) + 2 * scaled(15) + 4
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrows = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
        if event.key() in arrows:
            event.ignore()
            return
        super().keyPressEvent(event)
