"""A small picture of the whole network in the corner, to see where one is and to go elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from nnstudio.ui.canvas.scene import CanvasScene
from nnstudio.ui.theme import colours, scaled

_MARGIN = 10


class Minimap(QWidget):
    """Draws every block as a speck and the visible part as a frame; a click or a drag goes there.

    It stands in a corner where it covers no block, and hides where there is none.
    """

    wanted = Signal(QPointF)
    """A point of the scene to be brought to the middle."""

    def __init__(self, scene: CanvasScene, viewport: QWidget) -> None:
        super().__init__(viewport)
        self._viewport = viewport
        self._scene = scene
        self._content, self._visible = QRectF(), QRectF()
        self._held = False
        self.setAccessibleName("Map of the network")
        self.setToolTip("The whole network; click to go there")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    def sizeHint(self) -> QSize:
        room = self._viewport.size()
        return QSize(min(scaled(220), room.width() // 2), min(scaled(64), max(room.height() // 5, 24)))

    def follow(self, content: QRectF, visible: QRectF, blocks: Sequence[QRect]) -> None:
        """Show which part of the network is visible; hidden while all of it is. `blocks` in pixels."""
        self._content, self._visible = content, visible
        self.resize(self.sizeHint())
        # In the hand it stays: it would run away from under the pointer.
        if not self._held:
            corner = self._free_corner(blocks)
            if corner is not None:
                self.move(corner)
            whole = visible.adjusted(-2, -2, 2, 2).contains(content)
            self.setVisible(corner is not None and not whole)
        self.update()

    def _free_corner(self, blocks: Sequence[QRect]) -> QPoint | None:
        """Return where no block is covered: where it stands if possible, else the first free corner."""
        room = self._viewport.size() - self.size()
        right, bottom = room.width() - _MARGIN, room.height() - _MARGIN
        corners = [QPoint(x, y) for y in (bottom, _MARGIN) for x in (right, _MARGIN)]
        corners.sort(key=lambda corner: corner != self.pos())
        free = (at for at in corners if not any(QRect(at, self.size()).intersects(b) for b in blocks))
        return next(free, None)

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
        self._held = True
        self.wanted.emit(self._large(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.wanted.emit(self._large(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = False

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
