"""Draws one connection with the shape that flows through it, and the rubber line of a new one."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from nnstudio.ui.canvas.layout import Edge
from nnstudio.ui.canvas.measure import Measure, is_tiny
from nnstudio.ui.canvas.routes import Route
from nnstudio.ui.theme import colours

_BEND = 12.0
REACH = 9.0
"""Distance from the line, in pixels, at which a click still means it."""


class WireItem(QGraphicsItem):
    """Draws the way of a connection and its text."""

    def __init__(self, edge: Edge, measure: Measure) -> None:
        super().__init__()
        self.edge = edge
        self.text = ""
        self.selected = False
        self.hovered = False
        self._measure = measure
        self._path = QPainterPath()
        self._reach = QPainterPath()
        self._label = QRectF()
        self._route: Route | None = None
        self.setZValue(1)

    def show_text(self, text: str, tooltip: str, measure: Measure) -> None:
        """Show the shape that flows here."""
        self.text, self._measure = text, measure
        self.setToolTip(tooltip)
        self._route_again()

    def follow(self, route: Route) -> None:
        """Run along another way."""
        if route != self._route:
            self._route = route
            self._route_again()

    def set_marks(self, selected: bool, hovered: bool) -> None:
        """Stand out, or not."""
        if (selected, hovered) != (self.selected, self.hovered):
            self.selected, self.hovered = selected, hovered
            self.update()

    def reaches(self, point: QPointF) -> bool:
        """Tell whether a scene point means this connection."""
        return self._reach.contains(point) or self._label.contains(point)

    def boundingRect(self) -> QRectF:
        return self._path.boundingRect().united(self._label).adjusted(-12, -12, 12, 12)

    def shape(self) -> QPainterPath:
        return self._reach

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        c = colours(widget)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = self.selected or self.hovered
        colour = QColor(c.accent if strong else c.grey_run)
        painter.setPen(QPen(colour, 3.5 if self.selected else 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)
        if self._route and self._route.is_arc:
            self._paint_arrow(painter, colour)
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        if self.text and not is_tiny(self._measure.shape, 1.4 * zoom):
            painter.setPen(QColor(c.accent if strong else c.faint))
            painter.setFont(self._measure.shape)
            painter.drawText(self._label, Qt.AlignmentFlag.AlignCenter, self.text)

    def _paint_arrow(self, painter: QPainter, colour: QColor) -> None:
        tip = self._path.currentPosition()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon([tip, QPointF(tip.x() - 5, tip.y() - 8), QPointF(tip.x() + 5, tip.y() - 8)])

    def _route_again(self) -> None:
        if self._route is None:
            return
        self.prepareGeometryChange()
        points = [QPointF(*p) for p in self._route.points]
        self._path = _rounded(points) if self._route.is_arc else _flowing(points)
        stroker = QPainterPathStroker()
        stroker.setWidth(2 * REACH)
        self._reach = stroker.createStroke(self._path)
        width, height = self._measure.label(self.text), self._measure.summary_height
        x, y = self._route.label
        self._label = QRectF(x - width / 2, y - height - 2, width, height) if self.text else QRectF()
        self.update()


class RubberWire(QGraphicsItem):
    """Draws the line that a hand pulls out of a port, with a word on what it would do."""

    def __init__(self, measure: Measure) -> None:
        super().__init__()
        self._measure = measure
        self._from, self._to, self._text = QPointF(), QPointF(), ""
        self.setZValue(9)

    def stretch(self, begin: QPointF, end: QPointF, text: str) -> None:
        """Run from a port to the hand."""
        self.prepareGeometryChange()
        self._from, self._to, self._text = begin, end, text
        self.update()

    def boundingRect(self) -> QRectF:
        width = self._measure.width(self._measure.note, self._text) + 40
        return QRectF(self._from, self._to).normalized().adjusted(-60, -60, width, 60)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        c = colours(widget)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(c.accent), 2.5, Qt.PenStyle.DashLine))
        painter.drawPath(_flowing([self._from, self._to]))
        if self._text:
            m = self._measure
            rect = QRectF(
                self._to.x() + 14, self._to.y() + 10, m.width(m.note, self._text) + 16, m.summary_height + 10
            )
            painter.setPen(QPen(QColor(c.border), 1))
            painter.setBrush(QColor(c.card))
            painter.drawRoundedRect(rect, 6, 6)
            painter.setPen(QColor(c.text))
            painter.setFont(m.note)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._text)


def _flowing(points: list[QPointF]) -> QPainterPath:
    """Return straight lines on one height and S-curves between two heights."""
    path = QPainterPath(points[0])
    for a, b in pairwise(points):
        if abs(a.y() - b.y()) < 0.5:
            path.lineTo(b)
        else:
            half = (b.x() - a.x()) / 2
            path.cubicTo(QPointF(a.x() + half, a.y()), QPointF(b.x() - half, b.y()), b)
    return path


def _rounded(points: list[QPointF]) -> QPainterPath:
    """Return a line through right-angled corners, each one rounded."""
    path = QPainterPath(points[0])
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        path.lineTo(_towards(corner, before))
        path.quadTo(corner, _towards(corner, after))
    path.lineTo(points[-1])
    return path


def _towards(corner: QPointF, other: QPointF) -> QPointF:
    step = other - corner
    length = max(abs(step.x()) + abs(step.y()), 1e-6)
    return corner + step * (min(_BEND, length / 2) / length)
