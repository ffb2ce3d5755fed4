"""Draws the message bubble under a block that errs, and the dashed slot where a layer will go."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from nnstudio.ui.canvas.layout import Box
from nnstudio.ui.canvas.measure import NOTE_PADDING, Measure
from nnstudio.ui.theme import colours

INSERT_TEXT = "drop to insert here"
MOVE_TEXT = "drop to move here"


class NoteItem(QGraphicsItem):
    """Draws an error in words below its block, tied to it by a thin line."""

    def __init__(self, measure: Measure) -> None:
        super().__init__()
        self.text = self.action = ""
        self.box = Box(0, 0, 10, 10)
        self._stem = self._stem_x = 0.0
        self._measure = measure

    def show_text(self, text: str, action: str, measure: Measure) -> None:
        """Show another message, and what a click on it does (empty: nothing)."""
        self.text, self.action, self._measure = text, action, measure
        self.setToolTip(f"{text}\nClick: {action}" if action else text)
        self.setCursor(Qt.CursorShape.PointingHandCursor if action else Qt.CursorShape.ArrowCursor)
        self.update()

    def place(self, box: Box, owner: Box) -> None:
        """Stand at `box`, below the block at `owner`."""
        self.prepareGeometryChange()
        self.box = box
        self._stem = box.y - owner.bottom
        self._stem_x = owner.centre - box.x
        self.setPos(box.x, box.y)
        # A line on its way down runs behind blocks, and behind the texts of higher rows.
        self.setZValue(1.9 - 1e-6 * box.y)

    def boundingRect(self) -> QRectF:
        return QRectF(-4, -self._stem - 2, self.box.width + 8, self.box.height + self._stem + 8)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        c = colours(widget)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(c.bad), 1.5))
        painter.drawLine(QPointF(self._stem_x, -self._stem), QPointF(self._stem_x, 0))
        rect = QRectF(0, 0, self.box.width, self.box.height)
        painter.setBrush(QColor(c.bad_soft))
        painter.drawRoundedRect(rect, 7, 7)
        painter.setPen(QColor(c.text))
        painter.setFont(self._measure.note)
        inner = rect.adjusted(NOTE_PADDING, NOTE_PADDING, -NOTE_PADDING + 2, -NOTE_PADDING + 2)
        painter.drawText(inner, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft), self.text)
        if self.action:
            font = QFont(self._measure.note)
            font.setBold(True)
            painter.setFont(font)
            painter.setPen(QColor(c.accent))
            inner.setTop(rect.bottom() - self._measure.action_height - 2)
            painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.action)


class SlotItem(QGraphicsItem):
    """Draws the dashed place that a dropped layer will take; also the invitation on an empty canvas."""

    def __init__(self, measure: Measure) -> None:
        super().__init__()
        self.box = Box(0, 0, 10, 10)
        self.text = INSERT_TEXT
        self._measure = measure
        self.setZValue(0.5)

    def show_text(self, text: str, measure: Measure) -> None:
        """Say something else."""
        self.text, self._measure = text, measure
        self.update()

    def place(self, box: Box) -> None:
        """Move and resize."""
        self.prepareGeometryChange()
        self.box = box
        self.setPos(box.x, box.y)

    def boundingRect(self) -> QRectF:
        return QRectF(-2, -2, self.box.width + 4, self.box.height + 4)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        c = colours(widget)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(0, 0, self.box.width, self.box.height)
        painter.setPen(QPen(QColor(c.accent), 2, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(c.accent_soft))
        painter.drawRoundedRect(rect, 9, 9)
        painter.setPen(QColor(c.accent))
        painter.setFont(self._measure.note)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignCenter
        painter.drawText(rect.adjusted(8, 8, -8, -8), int(flags), self.text)
