"""Draws the frame of an open group: a light ground with its name above the blocks."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from nnstudio.ui.canvas.badges import paint_chevron
from nnstudio.ui.canvas.layout import Box
from nnstudio.ui.canvas.measure import Measure, grown, is_tiny
from nnstudio.ui.theme import colours

_RADIUS = 10.0


class FrameItem(QGraphicsItem):
    """Draws one group behind its blocks; only its header can be clicked."""

    def __init__(self, name: str, measure: Measure) -> None:
        super().__init__()
        self.name = name
        self.box = Box(0, 0, 10, 10)
        self.selected = False
        self._measure = measure
        self.setZValue(0.2)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_count(self, layers: int, measure: Measure) -> None:
        """Say how many layers there are."""
        self._measure = measure
        count = "1 layer" if layers == 1 else f"{layers} layers"
        self.setToolTip(
            f"{self.name}: {count}\nClick the arrow to fold the group into one block.\n"
            "Click the name to select the group, double click to change it."
        )
        self.update()

    def place(self, box: Box) -> None:
        """Stand around the blocks."""
        if box != self.box:
            self.prepareGeometryChange()
            self.box = box
            self.setPos(box.x, box.y)

    def set_selected(self, selected: bool) -> None:
        """Stand out while all its layers are selected."""
        if selected != self.selected:
            self.selected = selected
            self.update()

    def header_rect(self) -> QRectF:
        """Return where arrow and name stand, in scene coordinates."""
        return QRectF(self.box.x, self.box.y, self.box.width, self._measure.header)

    def name_rect(self) -> QRectF:
        """Return where the name stands, in scene coordinates."""
        return self.header_rect().adjusted(self._measure.chevron + 8, 0, -4, 0)

    def chevron_rect(self) -> QRectF:
        """Return where the arrow stands, in scene coordinates."""
        header = self.header_rect()
        header.setWidth(self._measure.chevron + 8)
        return header

    def boundingRect(self) -> QRectF:
        return QRectF(-2, -2, self.box.width + 4, self.box.height + 4)

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(QRectF(0, 0, self.box.width, self._measure.header))
        return path

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        c, m = colours(widget), self._measure
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(c.muted)
        ground.setAlpha(20)
        painter.setBrush(ground)
        painter.setPen(QPen(QColor(c.accent if self.selected else c.grey_run), 2 if self.selected else 1))
        painter.drawRoundedRect(QRectF(0, 0, self.box.width, self.box.height), _RADIUS, _RADIUS)
        paint_chevron(
            painter, QPointF(6 + m.chevron / 2, m.header / 2), m.chevron * 0.6, QColor(c.muted), opened=True
        )
        painter.setPen(QColor(c.text))
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        font = (
            grown(m.summary, zoom, 0.85 * m.header / m.summary_height)
            if is_tiny(m.summary, zoom)
            else m.summary
        )
        painter.setFont(font)
        room = self.name_rect().translated(-self.box.x, -self.box.y)
        text = QFontMetricsF(font).elidedText(self.name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
