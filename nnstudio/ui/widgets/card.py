"""A framed group of widgets with an optional title."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnstudio.ui.theme import colours, scaled, set_role


class StripedFrame(QFrame):
    """A frame that, once it has a tone, is tinted and carries a stripe at its left edge."""

    def paintEvent(self, event: QPaintEvent) -> None:
        c = colours(self)
        tints = {
            "info": (c.accent_soft, c.accent),
            "good": (c.good_soft, c.good),
            "warn": (c.warn_soft, c.warn),
            "bad": (c.bad_soft, c.bad),
        }
        tint = tints.get(self.property("tone") or "")
        if tint is None:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), scaled(8), scaled(8))
        painter.fillPath(outline, QColor(tint[0]))
        painter.setClipPath(outline)
        painter.fillRect(QRectF(0, 0, scaled(5), self.height()), QColor(tint[1]))
        painter.setClipping(False)
        edge = QColor(tint[1])
        edge.setAlphaF(0.45)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline)


class Card(StripedFrame):
    """A frame with a `header` row (title left, room right) and a `body` column.

    A `tone` ("info", "good", "warn", "bad") makes it a finding: tinted, with a stripe.
    """

    def __init__(self, title: str = "", *, tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card", tone)
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(13, 10, 11, 10)
        column.setSpacing(5)
        self.header = QHBoxLayout()
        self.title = QLabel(title, self, wordWrap=True)
        set_role(self.title, "title")
        self.title.setVisible(bool(title))
        self.header.addWidget(self.title, 1)
        self.body = QVBoxLayout()
        self.body.setSpacing(5)
        column.addLayout(self.header)
        column.addLayout(self.body)

    def set_title(self, text: str) -> None:
        """Show another title; an empty one takes no room."""
        self.title.setText(text)
        self.title.setVisible(bool(text))
        self.setAccessibleName(text)

    def set_tone(self, tone: str) -> None:
        """Tint the card: "" (plain), "info", "good", "warn" or "bad"."""
        set_role(self, "card", tone)
