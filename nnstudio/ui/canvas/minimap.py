"""A small picture of the whole network in the corner, to see where one is and to go elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.ui.canvas.scene import CanvasScene
from nnstudio.ui.theme import colours, scaled


class Minimap(QWidget):
    """Draws every block as a speck and the visible part as a frame; a click or a drag goes there."""

    wanted = Signal(QPointF)
    """A point of the scene to be brought to the middle."""

    def __init__(self, scene: CanvasScene, viewport: QWidget) -> None:
        super().__init__(viewport)
        self._viewport = viewport
        self._scene = scene
        self._content, self._visible = QRectF(), QRectF()
        self.setAccessibleName("Map of the network")
        self.setToolTip("The whole network; click to go there")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    def follow(self, content: QRectF, visible: QRectF) -> None:
        """Show which part of the network is visible; hidden while all of it is."""
        self._content, self._visible = content, visible
        size = self._viewport.size()
        self.resize(min(scaled(220), size.width() // 2), scaled(64))
        self.move(size.width() - self.width() - 10, size.height() - self.height() - 10)
        self.setVisible(not visible.adjusted(-2, -2, 2, 2).contains(content))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(c.border), 1))
        painter.setBrush(QColor(c.card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        for id, box in self._scene.layout.boxes.items():
            item = self._scene.layers.get(id)
            if item is not None:
                name = "bad" if item.block.error else item.block.family
                painter.setBrush(QColor(c.bad if name == "bad" else c.family(name)))
                painter.drawRect(self._small(QRectF(*box.sides())))
        frame = self._small(self._visible).intersected(QRectF(self.rect()).adjusted(2, 2, -2, -2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(c.accent), 1.5))
        painter.drawRect(frame)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.wanted.emit(self._large(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.wanted.emit(self._large(event.position()))

    def _scale(self) -> float:
        width, height = max(self._content.width(), 1.0), max(self._content.height(), 1.0)
        return min((self.width() - 12) / width, (self.height() - 12) / height)

    def _small(self, rect: QRectF) -> QRectF:
        scale = self._scale()
        x, y = (rect.center() - self._content.center()).toTuple()
        centre = QPointF(self.width() / 2 + x * scale, self.height() / 2 + y * scale)
        small = QRectF(0, 0, max(rect.width() * scale, 1.5), max(rect.height() * scale, 1.5))
        small.moveCenter(centre)
        return small

    def _large(self, point: QPointF) -> QPointF:
        middle = QPointF(self.width() / 2, self.height() / 2)
        return self._content.center() + (point - middle) / self._scale()
