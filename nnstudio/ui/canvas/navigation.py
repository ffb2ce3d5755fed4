"""A view that zooms, pans and fits by itself, over a dotted ground, with a map in the corner."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from nnstudio.ui.canvas.measure import Measure
from nnstudio.ui.canvas.minimap import Minimap
from nnstudio.ui.canvas.scene import CanvasScene
from nnstudio.ui.theme import colours, text_percent

_STEP = 1.2
_SMALLEST, _LARGEST = 0.08, 3.0
_READABLE = 0.6
"""Fitting by itself goes no further than this at 100 percent text, and at larger text as far as texts are
as large on the screen: smaller ones could not be read. Then the map helps."""
_MARGIN = 24
_DOTS = 20
_EDGE, _EDGE_PACE = 36, 14
"""A drag this near to an edge scrolls, by so many pixels at a time."""


class ZoomView(QGraphicsView):
    """Keeps the whole network in sight until a person zooms; then only when a change pushes it out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage = CanvasScene(Measure(self), self)
        self.minimap = Minimap(self.stage, self.viewport())
        self.shows_focus = False
        """Draw a frame while the keyboard is here: only when the person uses the keyboard."""
        self._fits = True
        self._edge_pace = 0
        self._edge_timer = QTimer(self)
        self._edge_timer.setInterval(25)
        self._edge_timer.timeout.connect(self._on_edge)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setMinimumSize(240, 160)
        self.setScene(self.stage)
        self.minimap.wanted.connect(self.centerOn)
        self.stage.laid_out.connect(self._follow)

    def zoom_in(self) -> None:
        """Look closer, around the middle."""
        self._zoom(_STEP, self.viewport().rect().center())

    def zoom_out(self) -> None:
        """Look from further away, around the middle."""
        self._zoom(1 / _STEP, self.viewport().rect().center())

    def fit(self) -> None:
        """Bring the whole network into sight, and keep it there."""
        self._fits = True
        self._fit(_SMALLEST)

    def keep_fitting(self) -> None:
        """Fit again after a change, unless a person looks at a part on purpose."""
        if self._fits:
            self._fit(_READABLE * 100 / text_percent())
        else:
            self._grow_ground()
            self._follow()

    def picture(self, scale: float = 1.0) -> QImage:
        """Return a picture of the whole network, `scale` pixels to a unit, in the current theme."""
        content = self._content().adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
        size = (content.size() * scale).toSize()
        image = QImage(size, QImage.Format.Format_RGB32)
        image.fill(QColor(colours(self).canvas))
        painter = QPainter(image)
        self.stage.render(painter, QRectF(image.rect()), content)
        painter.end()
        return image

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom(_STEP ** (delta.y() / 120), event.position().toPoint())
        elif not self._sight().contains(self._content()):
            across = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            bar = self.verticalScrollBar() if across else self.horizontalScrollBar()
            bar.setValue(bar.value() - (delta.y() or delta.x()))
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.keep_fitting()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self.viewport().update()
        self._follow()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        c = colours(self)
        tile = QPixmap(_DOTS, _DOTS)
        tile.fill(QColor(c.canvas))
        dots = QPainter(tile)
        dots.fillRect(0, 0, 1, 1, QColor(c.canvas_dot))
        dots.fillRect(1, 0, 1, 1, QColor(c.canvas_dot))
        dots.end()
        painter.save()
        painter.resetTransform()
        origin = self.mapFromScene(0, 0)
        area = self.viewport().rect()
        painter.drawTiledPixmap(area, tile, QPoint(-origin.x() % _DOTS, -origin.y() % _DOTS))
        painter.restore()

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if self.hasFocus() and self.shows_focus:
            painter.save()
            painter.resetTransform()
            painter.setPen(QPen(QColor(colours(self).accent), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))
            painter.restore()

    def scroll_at_edge(self, at: QPoint | None) -> None:
        """Go on scrolling while a drag is held at the left or right edge; None ends that."""
        self._edge_pace = 0
        if at is not None and not self._sight().contains(self._content()):
            near_left, near_right = at.x() < _EDGE, at.x() > self.viewport().width() - _EDGE
            self._edge_pace = _EDGE_PACE * (near_right - near_left)
        if self._edge_pace:
            self._edge_timer.start()
        else:
            self._edge_timer.stop()

    def _on_edge(self) -> None:
        bar, content, sight = self.horizontalScrollBar(), self._content(), self._sight()
        more = content.right() > sight.right() if self._edge_pace > 0 else content.left() < sight.left()
        if more:
            bar.setValue(bar.value() + self._edge_pace)
        else:
            self._edge_timer.stop()

    def _zoom(self, factor: float, at: QPoint) -> None:
        now = self.transform().m11()
        factor = max(_SMALLEST, min(_LARGEST, now * factor)) / now
        fixed = self.mapToScene(at)
        self.scale(factor, factor)
        self._grow_ground()
        middle = QPointF(self.viewport().rect().center())
        self.centerOn(fixed + (middle - QPointF(at)) / self.transform().m11())
        self._fits = self._sight().contains(self._content())
        self._follow()

    def _fit(self, least: float) -> None:
        """Show everything at full size or smaller; where `least` is too large for that, the beginning."""
        content, area = self._content(), self.viewport().rect()
        width, height = area.width() - 2 * _MARGIN, area.height() - 2 * _MARGIN
        if content.isEmpty() or width <= 0 or height <= 0:
            return
        too_long = width / content.width() < least
        room = height - self.minimap.sizeHint().height() if too_long else height
        scale = max(least, min(1.0, width / content.width(), max(room, height / 2) / content.height()))
        self.resetTransform()
        self.scale(scale, scale)
        self._grow_ground()
        centre = content.center()
        if too_long and content.height() * scale <= room:
            centre += QPointF(0, (height - room) / 2 / scale)
        if content.height() * scale > area.height():
            centre.setY(content.top() + area.height() / 2 / scale)
        if content.width() * scale > width + 1:
            centre.setX(self._kept_x(content, area.width() / scale))
        self.centerOn(centre)
        self._follow()

    def _kept_x(self, content: QRectF, width: float) -> float:
        """Return the x to look at in a network that is too long: at the selection, else at its beginning."""
        half, margin = width / 2, _MARGIN
        left, right = content.left() + half - margin, content.right() - half + margin
        working = self.stage.focus_x()
        return max(left, min(right, left if working is None else working))

    def _content(self) -> QRectF:
        return self.stage.content_rect() if self.stage.layout.boxes else QRectF()

    def _sight(self) -> QRectF:
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def _grow_ground(self) -> None:
        """Let every corner of the network be brought to the middle of the view."""
        scale = self.transform().m11()
        x, y = self.viewport().width() / scale, self.viewport().height() / scale
        self.setSceneRect(self._content().adjusted(-x, -y, x, y))

    def _follow(self) -> None:
        if self.stage.layout.boxes and not self.stage.held:
            blocks = (self.mapFromScene(rect).boundingRect() for rect in self.stage.obstacles())
            self.minimap.follow(self._content(), self._sight(), list(blocks))
