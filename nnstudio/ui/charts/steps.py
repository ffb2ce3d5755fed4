"""What each past step adds to a forecast: the window as a curve, and a strip of heat under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from nnstudio.ui.charts.card import ChartCard
from nnstudio.ui.charts.heat import STRONGEST
from nnstudio.ui.charts.hover import HoverLabel
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.charts.palette import BLUE, ORANGE
from nnstudio.ui.theme import colours, scaled, sized_font

Array = NDArray[np.float64]
STRIP, GAP = 22, 14
TALLEST = 260


class StepsChart(ChartCard):
    """Show a window variable by variable."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Past steps", "Choose a method and run it.", parent)
        self.view = StepsView()
        self.set_content(self.view)
        self.restyle()

    def show_steps(
        self, names: Sequence[str], curve: Array, values: Array, rebuilt: Array | None = None
    ) -> None:
        """Show the window (steps, variables) and what each of its values adds, or how badly it is rebuilt."""
        self.view.show_steps(tuple(names), curve, values, rebuilt)
        self.set_empty(not curve.size)

    def table(self) -> Iterator[Sequence[object]]:
        """Yield step, variable, value and what it adds."""
        yield ["step", "variable", "value", "adds"]
        view = self.view
        for step in range(len(view.curve)):
            for place, name in enumerate(view.names):
                yield [step + 1, name, float(view.curve[step, place]), float(view.values[step, place])]


class StepsView(QWidget):
    """Paint a curve and a strip for every variable; the value under the cursor is told."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names: tuple[str, ...] = ()
        self.curve: Array = np.empty((0, 0))
        self.values: Array = np.empty((0, 0))
        self._rebuilt: Array | None = None
        self._hover = HoverLabel(self)
        self.setMouseTracking(True)
        self.setAccessibleName("What each past step adds")

    def show_steps(self, names: tuple[str, ...], curve: Array, values: Array, rebuilt: Array | None) -> None:
        """Replace what is painted."""
        self.names, self.curve, self.values, self._rebuilt = names, curve, values, rebuilt
        told = np.abs(values).sum(axis=1)
        strongest = int(told.argmax()) if len(told) else 0
        self.setAccessibleDescription(f"Strongest: step {strongest + 1} of {len(told)}")
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(260), scaled(90) * max(1, len(self.names)))

    def leaveEvent(self, event: object) -> None:
        self._hover.hide()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position())
        if place is None:
            self._hover.hide()
            return
        step, variable = place
        value, adds = float(self.curve[place]), float(self.values[place])
        word = "error" if self._rebuilt is not None else "adds"
        lines = [
            (f"{self.names[variable]}, step {step + 1} of {len(self.curve)}", ""),
            (f"value {short(value)}", colours(self).text),
            (f"{word} {short(adds, 3)}", QColor(*(BLUE if adds < 0 else ORANGE)).name()),
        ]
        self._hover.show_lines(lines, event.position())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.curve.size:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sized_font(self, 11))
        for variable in range(len(self.names)):
            self._draw_curve(painter, variable)
            self._draw_strip(painter, variable)

    def _draw_curve(self, painter: QPainter, variable: int) -> None:
        box, shades = self._box(variable), colours(self)
        painter.setPen(QColor(shades.muted))
        painter.drawText(QPointF(box.left(), box.top() - 4), self.names[variable])
        shown = [self.curve[:, variable]]
        if self._rebuilt is not None:
            shown.append(self._rebuilt[:, variable])
        low, high = float(min(map(np.min, shown))), float(max(map(np.max, shown)))
        for values, colour, dash in zip(shown, (shades.text, shades.accent), (False, True), strict=False):
            pen = QPen(QColor(colour), 2.0)
            pen.setStyle(Qt.PenStyle.DashLine if dash else Qt.PenStyle.SolidLine)
            painter.setPen(pen)
            share = (values - low) / ((high - low) or 1.0)
            points = [QPointF(self._middle(i), box.bottom() - s * box.height()) for i, s in enumerate(share)]
            painter.drawPolyline(QPolygonF(points))
        painter.setPen(QColor(shades.muted))
        edge = QRectF(box.right() + 6, box.top() - 8, self._right(), box.height() + 16)
        painter.drawText(edge, Qt.AlignmentFlag.AlignTop, short(high))
        painter.drawText(edge, Qt.AlignmentFlag.AlignBottom, short(low))

    def _draw_strip(self, painter: QPainter, variable: int) -> None:
        box, card = self._box(variable), QColor(colours(self).card)
        largest = float(np.abs(self.values).max()) or 1.0
        top, width = box.bottom() + scaled(6), box.width() / len(self.curve)
        for step, value in enumerate(self.values[:, variable].tolist()):
            strength = STRONGEST * abs(value) / largest
            tint = BLUE if value < 0 else ORANGE
            base = (card.red(), card.green(), card.blue())
            mixed = (round(b + strength * (t - b)) for b, t in zip(base, tint, strict=True))
            painter.fillRect(QRectF(box.left() + step * width, top, width, scaled(STRIP)), QColor(*mixed))
        painter.setPen(QColor(colours(self).border))
        painter.drawRect(QRectF(box.left(), top, box.width(), scaled(STRIP)))

    # -- places ------------------------------------------------------------------------------------

    def _right(self) -> int:
        return scaled(64)

    def _box(self, variable: int) -> QRectF:
        """Return where the curve of a variable lies; its strip is under it."""
        line = QFontMetrics(sized_font(self, 11)).height()
        each = min(self.height() / max(1, len(self.names)), scaled(TALLEST))
        top = variable * each + line
        return QRectF(2, top, self.width() - 4 - self._right(), each - line - scaled(STRIP + GAP))

    def _middle(self, step: int) -> float:
        box = self._box(0)
        return box.left() + (step + 0.5) * box.width() / len(self.curve)

    def _at(self, point: QPointF) -> tuple[int, int] | None:
        if not self.curve.size:
            return None
        for variable in range(len(self.names)):
            box = self._box(variable)
            if box.adjusted(0, 0, 0, scaled(STRIP + 6)).contains(point):
                step = int((point.x() - box.left()) / box.width() * len(self.curve))
                return min(step, len(self.curve) - 1), variable
        return None
