"""A labelled slider with an editable value, made from a `Param`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from nnstudio.core.param import Param
from nnstudio.ui.theme import set_role
from nnstudio.ui.widgets.advice_arrow import AdviceArrow
from nnstudio.ui.widgets.editor import Editor, new_drag_id
from nnstudio.ui.widgets.numbers import format_number, parse_number
from nnstudio.ui.widgets.slider_track import SliderTrack
from nnstudio.ui.widgets.stops import stops_of

_BURST_MS = 700
"""Key presses and wheel turns closer together than this are one change to undo."""


class ValueBox(QLineEdit):
    """A line edit as wide as its text, drawn as a small pill."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "value")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.textChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        text = max(self.text(), "00", key=metrics.horizontalAdvance)
        hint = super().sizeHint()
        return QSize(metrics.horizontalAdvance(text) + metrics.horizontalAdvance("0") + 16, hint.height())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            undo = event.matches(QKeySequence.StandardKey.Undo) and not self.isUndoAvailable()
            redo = event.matches(QKeySequence.StandardKey.Redo) and not self.isRedoAvailable()
            if undo or redo:
                # Nothing is being typed: the keys mean the project, not this text.
                event.ignore()
                return True
        return super().event(event)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class ParamSlider(Editor):
    """Edit a number on a track or as text; without two bounds the track is left out.

    With `optional` the leftmost position stands for None instead of 0. Double click, Backspace or
    Delete on the track restores `default` when one is given.
    """

    def __init__(
        self,
        param: Param,
        value: float | None,
        *,
        integer: bool = False,
        optional: bool = False,
        default: float | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(param, parent)
        self._integer = integer
        self._optional = optional
        self._default = default
        self._value: float | None = value
        self._drag_id = ""
        self._stops = stops_of(_with_off(param) if optional else param, integer=integer)
        self._burst = QTimer(self, singleShot=True, interval=_BURST_MS)
        self.box = ValueBox(self)
        self.arrow = AdviceArrow(self)
        self.track: SliderTrack | None = None
        self._problem = QLabel(self, wordWrap=True)
        self._lay_out()
        self._connect()
        self.set_value(value)

    def value(self) -> float | None:
        """Return the number, an int when the setting is whole, None when optional and off."""
        return self._value

    def set_value(self, value: float | None) -> None:
        """Show a value without emitting `value_changed`."""
        self._value = value
        self._show_problem("")
        text = self._text(value)
        self.box.setText(text)
        if self.track is not None:
            self.track.show_value(value or 0)
        self.setAccessibleDescription(text)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.box.updateGeometry()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.box.text() != self._text(self._value):
            self.set_value(self._value)
            return
        super().keyPressEvent(event)

    def _lay_out(self) -> None:
        label = QLabel(self.param.label, self)
        label.setBuddy(self.box)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(label, 1)
        row.addWidget(self.arrow)
        row.addWidget(self.box)
        if self.param.unit:
            unit = QLabel(self.param.unit, self)
            set_role(unit, "muted")
            row.addWidget(unit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addLayout(row)
        if self._stops is not None:
            self.track = SliderTrack(self._stops, self.param.typical, self)
            self.track.setAccessibleName(self.param.label)
            self.track.setToolTip(self._track_tip())
            column.addWidget(self.track)
        hint = self._hint()
        if hint:
            line = QLabel(hint, self, wordWrap=True)
            set_role(line, "hint")
            column.addWidget(line)
        set_role(self._problem, "problem")
        column.addWidget(self._problem)
        self.box.setAccessibleName(f"{self.param.label}, value")
        self.box.setToolTip(self.param.tooltip())

    def _connect(self) -> None:
        self.box.editingFinished.connect(self._on_text)
        self.box.textEdited.connect(lambda: self._show_problem(""))
        if self.track is not None:
            self.track.stop_picked.connect(self._on_stop)
            self.track.sliderPressed.connect(self._begin_drag)
            self.track.restore_asked.connect(self._on_restore)

    def _hint(self) -> str:
        if self.param.scale != "log" or self._stops is None:
            return ""
        typical = self.param.typical
        tail = f" · typical {_plain(typical[0])} – {_plain(typical[1])}" if typical else ""
        return f"log scale{tail}"

    def _track_tip(self) -> str:
        if self._default is None:
            return self.param.tooltip()
        return f"{self.param.tooltip()}<p>Double click: back to {self._text(self._default)}</p>"

    def _text(self, value: float | None) -> str:
        if value is None or (value == 0 and self._stops is not None and self._stops.has_off):
            return "off"
        step = self.param.step if self.param.scale == "linear" else None
        return format_number(value, step)

    def _begin_drag(self) -> None:
        self._drag_id = new_drag_id()
        self._burst.start()

    def _on_stop(self, index: int) -> None:
        assert self._stops is not None
        assert self.track is not None
        if not self.track.isSliderDown() and not self._burst.isActive():
            self._drag_id = new_drag_id()
        self._burst.start()
        self._change(self._typed(self._stops.values[index]))

    def _on_restore(self) -> None:
        if self._default is None:
            return
        if not self._burst.isActive():
            self._drag_id = new_drag_id()
        self._change(self._default)

    def _on_text(self) -> None:
        text = self.box.text()
        if text == self._text(self._value):
            return
        try:
            value = self._read(text)
        except ValueError as error:
            kept = self._text(self._value)
            self.set_value(self._value)
            self._show_problem(f"{error}; kept {kept}")
            return
        self._drag_id = new_drag_id()
        self._change(value)

    def _read(self, text: str) -> float | None:
        """Return the value that a typed text means; raises ValueError in words."""
        off = self._optional or self.param.zero
        if off and text.strip().lower() in ("off", "none"):
            return None if self._optional else self._typed(0)
        number = parse_number(text)
        if self._integer and number != int(number):
            raise ValueError(f"{self.param.label} must be a whole number")
        if off and number == 0:
            return self._typed(0)
        refused = self.param.refusal(number)
        if refused:
            raise ValueError(refused)
        return self._typed(number)

    def _typed(self, number: float) -> float | None:
        if self._optional and number == 0 and (self._stops is None or self._stops.has_off):
            return None
        return int(number) if self._integer else float(number)

    def _change(self, value: Any) -> None:
        changed = value != self._value
        self.set_value(value)
        if changed:
            self.value_changed.emit(value, self._drag_id)

    def _show_problem(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        set_role(self.box, "value", "bad" if text else "")


def _with_off(param: Param) -> Param:
    return replace(param, zero=True)


def _plain(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") if 1e-4 <= abs(value) < 1 else format_number(value)
