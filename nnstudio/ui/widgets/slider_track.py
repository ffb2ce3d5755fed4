"""The track of a parameter slider: typical range tinted, filled up to the knob."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from nnstudio.ui.theme import colours, scaled
from nnstudio.ui.widgets.stops import Stops

KNOB = 14


class SliderTrack(QAbstractSlider):
    """A slider over the indices of `Stops`; emits `stop_picked(index)` for a person's changes only."""

    stop_picked = Signal(int)
    restore_asked = Signal()

    def __init__(self, stops: Stops, typical: tuple[float, float] | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._stops = stops
        self._typical = typical
        self._place = 0.0
        self._hovered = False
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, len(stops.values) - 1)
        self.setSingleStep(1)
        self.setPageStep(max(1, len(stops.values) // 10))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.actionTriggered.connect(self._on_action)

    def show_value(self, value: float) -> None:
        """Move the knob to a value, which need not be a stop; emits nothing."""
        self._place = self._stops.fraction(value)
        self.setValue(self._stops.nearest(value))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(scaled(140), scaled(KNOB) + 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(60), scaled(KNOB) + 6)

    def _on_action(self, _action: int) -> None:
        self._pick(self.sliderPosition())

    def _pick(self, index: int) -> None:
        if index != self.value() or self._place != self._stops.fraction(self._stops.values[index]):
            self.stop_picked.emit(index)

    def _span(self) -> tuple[float, float]:
        """Return the left end and the length of the way of the knob's centre, in pixels."""
        radius = scaled(KNOB) / 2 + 2
        return radius, max(1.0, self.width() - 2 * radius)

    def _pick_at(self, x: float) -> None:
        left, length = self._span()
        self._pick(self._stops.at((x - left) / length))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setSliderDown(True)
        left, length = self._span()
        on_knob = abs(event.position().x() - left - self._place * length) <= scaled(KNOB) / 2
        if not on_knob:
            self._pick_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._pick_at(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.restore_asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.restore_asked.emit()
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        c = colours(self)
        accent = c.accent if self.isEnabled() else c.grey_run
        left, length = self._span()
        knob = left + self._place * length
        if self._typical and self.isEnabled():
            # Taller than the groove, so that it shows on both sides of the fill.
            low, high = (left + self._stops.fraction(value) * length for value in self._typical)
            self._groove(painter, c.typical, low, high, 10)
        self._groove(painter, c.hover, 1, self.width() - 1)
        self._groove(painter, accent, 1, knob)
        centre = QPointF(knob, self.height() / 2)
        radius = scaled(KNOB) / 2 - 1
        if self.hasFocus():
            painter.setPen(QPen(QColor(accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, radius + 3, radius + 3)
        painter.setPen(QPen(QColor(accent), 2))
        painter.setBrush(QColor(c.accent_soft if self._hovered or self.isSliderDown() else c.card))
        painter.drawEllipse(centre, radius, radius)

    def _groove(self, painter: QPainter, colour: str, start: float, end: float, thick: int = 4) -> None:
        height = scaled(thick)
        painter.setBrush(QColor(colour))
        top = (self.height() - height) / 2
        painter.drawRoundedRect(QRectF(start, top, end - start, height), height / 2, height / 2)
