"""The share of training, validation and test examples as one coloured bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnstudio.ui.theme import colours, scaled
from nnstudio.ui.widgets.numbers import group_digits


class SplitBar(QWidget):
    """Draw three counts in proportion, left to right; the tooltip says them in numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = (0, 0, 0)
        self.setAccessibleName("Split")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_counts(0, 0, 0)

    def set_counts(self, train: int, validation: int, test: int) -> None:
        """Show the numbers of examples in the three parts."""
        self._counts = (train, validation, test)
        total = sum(self._counts)
        names = ("train", "validation", "test")
        parts = [
            f"{name} {group_digits(count)} ({count / total:.0%})"
            for name, count in zip(names, self._counts, strict=True)
            if total
        ]
        text = " · ".join(parts) or "no examples yet"
        self.setToolTip(text)
        self.setAccessibleDescription(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(scaled(120), scaled(8))

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(40), scaled(8))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        c = colours(self)
        area = QRectF(self.rect())
        outline = QPainterPath()
        outline.addRoundedRect(area, area.height() / 2, area.height() / 2)
        painter.setClipPath(outline)
        painter.fillRect(area, QColor(c.field))
        total = sum(self._counts)
        left = 0.0
        for count, colour in zip(self._counts, (c.train, c.validation, c.test), strict=True):
            width = area.width() * count / total if total else 0.0
            painter.fillRect(QRectF(left, 0, max(0.0, width - 1), area.height()), QColor(colour))
            left += width
