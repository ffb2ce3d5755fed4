"""Editors for settings that are no numbers: one of several, on or off, a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from nnstudio.core.param import Param
from nnstudio.ui.theme import colours, scaled, set_role
from nnstudio.ui.widgets.editor import Editor, new_drag_id


class QuietComboBox(QComboBox):
    """A combo box that leaves the wheel to the page unless it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMinimumContentsLength(3)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceBox(Editor):
    """Pick one of several values; `choices` may map each value to the words shown for it."""

    def __init__(
        self,
        param: Param,
        value: str | None,
        choices: Sequence[str | None] | Mapping[str | None, str] = (),
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(param, parent)
        options = choices or param.choices
        words = options if isinstance(options, Mapping) else {one: one or "none" for one in options}
        self.combo = QuietComboBox(self)
        set_role(self.combo, "value")
        for option, text in words.items():
            self.combo.addItem(text, option)
        self.combo.setAccessibleName(param.label)
        self.combo.setToolTip(param.tooltip())
        _row(self, param.label, self.combo)
        self.set_value(value)
        self.combo.activated.connect(lambda: self._on_pick())

    def value(self) -> str | None:
        """Return the value picked."""
        return self._value

    def set_value(self, value: str | None) -> None:
        """Show a value without a signal; raises ValueError for one that is not among the choices."""
        index = next((i for i in range(self.combo.count()) if self.combo.itemData(i) == value), -1)
        if index < 0:
            raise ValueError(f"{self.param.label} has no choice {value!r}")
        self._value = value
        self.combo.setCurrentIndex(index)

    def _on_pick(self) -> None:
        value = self.combo.currentData()
        if value != self._value:
            self._value = value
            self.value_changed.emit(value, new_drag_id())


class Switch(QAbstractButton):
    """An on/off switch, blue when on; the knob's side says the same without colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(scaled(36), scaled(22))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        c = colours(self)
        on = self.isChecked()
        fill = (c.accent if on else c.faint) if self.isEnabled() else c.grey_run
        body = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(body, body.height() / 2, body.height() / 2)
        side = body.height() - 4
        left = body.right() - side - 2 if on else body.left() + 2
        painter.setBrush(QColor(c.on_accent if on else c.card))
        painter.drawEllipse(QRectF(left, body.top() + 2, side, side))
        if self.hasFocus():
            painter.setPen(QPen(QColor(c.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)


class Toggle(Editor):
    """Turn a setting on or off."""

    def __init__(self, param: Param, value: bool, *, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self.switch = Switch(self)
        self.switch.setAccessibleName(param.label)
        self.switch.setToolTip(param.tooltip())
        _row(self, param.label, self.switch)
        self.set_value(value)
        self.switch.clicked.connect(lambda on: self.value_changed.emit(on, new_drag_id()))

    def value(self) -> bool:
        """Tell whether the setting is on."""
        return self.switch.isChecked()

    def set_value(self, value: bool) -> None:
        """Show on or off without a signal."""
        self.switch.setChecked(value)


class TextBox(Editor):
    """Edit a short text; emits when Enter is pressed or the focus leaves."""

    def __init__(self, param: Param, value: str, *, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self.line = QLineEdit(self)
        self.line.setAccessibleName(param.label)
        self.line.setToolTip(param.tooltip())
        _row(self, param.label, self.line)
        self.set_value(value)
        self.line.editingFinished.connect(self._on_text)

    def value(self) -> str:
        """Return the text last entered."""
        return self._value

    def set_value(self, value: str) -> None:
        """Show a text without a signal."""
        self._value = value
        self.line.setText(value)

    def _on_text(self) -> None:
        text = self.line.text()
        if text != self._value:
            self._value = text
            self.value_changed.emit(text, new_drag_id())


def _row(editor: Editor, text: str, field: QWidget) -> None:
    row = QHBoxLayout(editor)
    row.setContentsMargins(0, 0, 0, 0)
    label = QLabel(text, editor)
    label.setBuddy(field)
    row.addWidget(label, 1)
    row.addWidget(field)
