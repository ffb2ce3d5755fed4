"""Correlations of columns as a square of colours: blue against, orange along."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from nnstudio.ui.charts.palette import signed_colours
from nnstudio.ui.theme import colours, scaled, sized_font

LARGEST, SMALLEST = 44, 9
WRITTEN = 30
"""Pixels that a cell needs for its number to be written into it."""


class HeatMap(QWidget):
    """Draw a square matrix of -1 to 1 with its names, and hovering tells each number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Correlations of the columns")
        self.names: tuple[str, ...] = ()
        self.matrix: NDArray[np.float64] = np.empty((0, 0))

    def show_matrix(self, names: tuple[str, ...], matrix: NDArray[np.float64]) -> None:
        """Show values (columns, columns) from -1 to 1; NaN is drawn as nothing."""
        self.names, self.matrix = names, matrix
        self.setAccessibleDescription(", ".join(names))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        count = max(1, len(self.names))
        side = min(LARGEST, max(SMALLEST, 420 // count)) * count
        return QSize(scaled(side) + self._label(), scaled(side) + self._label())

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(160), scaled(160))

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """Return (row, column) under a place, None outside."""
        left, side = self._label(), self._side()
        column, row = int((place.x() - left) // side), int(place.y() // side)
        inside = 0 <= row < len(self.names) and 0 <= column < len(self.names)
        return (row, column) if inside else None

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.names:
            return
        painter = QPainter(self)
        shades = colours(self)
        left, side = self._label(), self._side()
        fill = signed_colours(np.nan_to_num(self.matrix), QColor(shades.card))
        small = sized_font(self, 10)
        painter.setFont(small)
        for (row, column), value in np.ndenumerate(self.matrix):
            box = QRectF(left + column * side, row * side, side - 1, side - 1)
            painter.fillRect(box, QColor(*(int(c) for c in fill[row, column])))
            if side >= scaled(WRITTEN) and np.isfinite(value):
                painter.setPen(QColor(_readable(fill[row, column])))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{value:.2f}".replace("-", "−"))
        self._names(painter, left, side)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self.cell_at(QPointF(event.pos()))
            text = "" if at is None else self.words(*at)
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def words(self, row: int, column: int) -> str:
        """Return one cell in words."""
        value = self.matrix[row, column]
        told = f"{value:.3f}" if np.isfinite(value) else "one of them never changes"
        return f"{self.names[row]} and {self.names[column]}: {told}"

    def _names(self, painter: QPainter, left: float, side: float) -> None:
        painter.setPen(QColor(colours(self).muted))
        metrics = QFontMetrics(painter.font())
        every = max(1, int(np.ceil(metrics.height() * 0.8 / side)))
        below = side * len(self.names) + scaled(6)
        for place in range(0, len(self.names), every):
            text = metrics.elidedText(self.names[place], Qt.TextElideMode.ElideRight, int(left - scaled(8)))
            box = QRectF(0, place * side, left - scaled(6), side)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
            painter.save()
            painter.translate(left + (place + 0.5) * side, below)
            painter.rotate(-90)
            box = QRectF(-left, -side / 2, left, side)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
            painter.restore()

    def _label(self) -> int:
        metrics = QFontMetrics(sized_font(self, 10))
        widest = max((metrics.horizontalAdvance(name) for name in self.names), default=0)
        return min(widest, scaled(110)) + scaled(10)

    def _side(self) -> float:
        room = min(self.width(), self.height()) - self._label()
        return max(1.0, min(room / max(1, len(self.names)), scaled(LARGEST)))


def _readable(colour: NDArray[np.uint8]) -> str:
    """Return black or white, whichever can be read on a colour."""
    return "#111111" if float(colour @ np.array([0.299, 0.587, 0.114])) > 140 else "#ffffff"
