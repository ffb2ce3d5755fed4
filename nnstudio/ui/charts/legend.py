"""The key of a chart: a line or dot and a name per curve, shortened to the room there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnstudio.ui.theme import colours, sized_font

Mark = Literal["line", "dashed", "dot", "ring"]
MARK_WIDTH = 18
GAP = 9


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """Name one curve: `colour` is a field of the theme's colours or "#rrggbb"."""

    text: str
    colour: str
    mark: Mark = "line"


class Legend(QWidget):
    """Draw the entries right-aligned; the last ones are left out first when room is short."""

    def __init__(self, entries: Sequence[LegendEntry] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[LegendEntry, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_entries(entries)

    def set_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Replace what is drawn."""
        if tuple(entries) == self._entries:
            return
        self._entries = tuple(entries)
        names = ", ".join(entry.text for entry in self._entries)
        self.setAccessibleName(f"Legend: {names}")
        self.setToolTip(names)
        self.updateGeometry()
        self.update()

    def shown(self) -> tuple[LegendEntry, ...]:
        """Return the entries there is room for."""
        shown = list(self._entries)
        while len(shown) > 1 and self._width(shown) > self.width():
            shown.pop()
        return tuple(shown)

    def sizeHint(self) -> QSize:
        return QSize(self._width(self._entries), self._metrics().height() + 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width(self._entries[:1]) if self._entries else 0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        shades = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sized_font(self, 11))
        metrics = self._metrics()
        shown = self.shown()
        left = float(max(self.width() - self._width(shown), 0))
        for entry in shown:
            named = entry.colour if entry.colour.startswith("#") else str(getattr(shades, entry.colour))
            draw_mark(painter, QRectF(left, 0, MARK_WIDTH - 4, self.height()), QColor(named), entry.mark)
            left += MARK_WIDTH
            painter.setPen(QColor(shades.muted))
            width = metrics.horizontalAdvance(entry.text) + 1
            painter.drawText(QRectF(left, 0, width, self.height()), Qt.AlignmentFlag.AlignVCenter, entry.text)
            left += width + GAP

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(sized_font(self, 11))

    def _width(self, entries: Sequence[LegendEntry]) -> int:
        texts = sum(self._metrics().horizontalAdvance(entry.text) + 1 for entry in entries)
        return texts + MARK_WIDTH * len(entries) + GAP * max(len(entries) - 1, 0)


def draw_mark(painter: QPainter, box: QRectF, colour: QColor, mark: Mark) -> None:
    """Draw the sign of one entry in the middle of `box`."""
    middle = box.center().y()
    if mark in ("dot", "ring"):
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(colour if mark == "dot" else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(box.center().x(), middle), 3.5, 3.5)
        return
    pen = QPen(colour, 2.4)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if mark == "dashed":
        pen.setDashPattern([2.3, 1.2])
    painter.setPen(pen)
    painter.drawLine(QPointF(box.left(), middle), QPointF(box.right(), middle))
