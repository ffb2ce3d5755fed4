"""The health of every layer: gradient, dead and saturated units, and the size of its steps."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QToolTip, QWidget

from nnstudio.ui.charts.card import ChartCard
from nnstudio.ui.charts.numbers import share, short
from nnstudio.ui.theme import colours, scaled, sized_font

Status = Literal["ok", "watch", "bad"]
TONES: dict[Status, str] = {"ok": "good", "watch": "warn", "bad": "bad"}
SIGNS: dict[Status, str] = {"ok": "●", "watch": "▲", "bad": "■"}
COLUMNS = (("layer", 0.29), ("gradient", 0.2), ("dead", 0.13), ("saturated", 0.21), ("update", 0.17))
"""Heading and share of the width of each column."""
SMALLEST, GREATEST = -8.0, 2.0
"""Powers of ten between which the bar of the gradient norm grows."""
ROW = 24


@dataclass(frozen=True, slots=True)
class LayerHealthRow:
    """One layer's numbers; shares from 0 to 1, None where a number makes no sense for the layer."""

    name: str
    gradient_norm: float | None
    dead: float | None
    saturated: float | None
    update_ratio: float | None
    status: Status
    hint: str = ""


class HealthChart(ChartCard):
    """Show one row per layer with a mark that says whether to worry."""

    def __init__(self, title: str = "Layer health", parent: QWidget | None = None) -> None:
        super().__init__(title, "Train the network to see how its layers are doing.", parent)
        self.rows = HealthRows()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setStyleSheet("background: transparent; border: none")
        self._scroll.setAccessibleName("Health of the layers")
        self._scroll.setWidget(self.rows)
        self.set_content(self._scroll)
        self.restyle()

    def set_rows(self, rows: Sequence[LayerHealthRow]) -> None:
        """Show these layers, from the input to the output."""
        self.rows.set_rows(rows)
        self.set_empty(not rows)

    def restyle(self) -> None:
        super().restyle()
        self.rows.set_rows(self.rows.rows)

    def table(self) -> Iterator[Sequence[object]]:
        """Yield the numbers of every layer."""
        yield ["layer", "gradient_norm", "dead", "saturated", "update_ratio", "status", "hint"]
        for row in self.rows.rows:
            numbers = (row.gradient_norm, row.dead, row.saturated, row.update_ratio)
            yield [row.name, *("" if n is None else n for n in numbers), row.status, row.hint]


class HealthRows(QWidget):
    """Paint the table of layers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[LayerHealthRow, ...] = ()

    def set_rows(self, rows: Sequence[LayerHealthRow]) -> None:
        """Replace the rows."""
        self.rows = tuple(rows)
        worried = [row for row in self.rows if row.status != "ok"]
        self.setAccessibleName(
            "; ".join(f"{row.name}: {row.status}, {row.hint}" for row in worried) or "all layers ok"
        )
        self.setMinimumHeight(self._row_height() * (len(self.rows) + 1))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, self._row_height() * (len(self.rows) + 1))

    def row_at(self, y: float) -> LayerHealthRow | None:
        """Return the layer drawn at a height in pixels."""
        index = int(y // self._row_height()) - 1
        return self.rows[index] if 0 <= index < len(self.rows) else None

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self.row_at(event.pos().y())
            QToolTip.showText(event.globalPos(), tip(row) if row else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shades = colours(self)
        height = self._row_height()
        painter.setFont(sized_font(self, 10))
        painter.setPen(QColor(shades.faint))
        left = 0.0
        for index, (heading, part) in enumerate(COLUMNS):
            box = QRectF(left, 0, part * self.width() - 4, height)
            _text(painter, box, heading, right=index > 1)
            left += part * self.width()
        for index, row in enumerate(self.rows):
            self._paint_row(painter, row, (index + 1) * height)

    def _paint_row(self, painter: QPainter, row: LayerHealthRow, top: float) -> None:
        shades = colours(self)
        height = self._row_height()
        edges = [0.0]
        for _, part in COLUMNS:
            edges.append(edges[-1] + part * self.width())
        boxes = [QRectF(a, top, b - a - 4, height) for a, b in itertools.pairwise(edges)]
        tone = QColor(getattr(shades, TONES[row.status]))
        painter.setPen(QColor(shades.border))
        painter.drawLine(boxes[0].topLeft(), boxes[-1].topRight())
        painter.setFont(sized_font(self, 11))
        painter.setPen(tone)
        _text(painter, boxes[0], SIGNS[row.status])
        painter.setPen(QColor(shades.text))
        _text(painter, boxes[0].adjusted(scaled(14), 0, 0, 0), row.name)
        self._paint_bar(painter, boxes[1], row.gradient_norm, tone)
        painter.setFont(sized_font(self, 11))
        painter.setPen(QColor(shades.muted))
        for box, value in zip(boxes[2:4], (row.dead, row.saturated), strict=True):
            _text(painter, box, "–" if value is None else share(value), right=True)
        _text(painter, boxes[4], compact(row.update_ratio), right=True)

    def _paint_bar(self, painter: QPainter, box: QRectF, value: float | None, tone: QColor) -> None:
        if value is None:
            return
        shades = colours(self)
        track = QRectF(box.left(), box.bottom() - scaled(6), box.width(), scaled(3))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(shades.field))
        painter.drawRoundedRect(track, 1.5, 1.5)
        if value > 0 and math.isfinite(value):
            filled = (math.log10(value) - SMALLEST) / (GREATEST - SMALLEST)
            track.setWidth(max(track.width() * min(max(filled, 0.0), 1.0), 2.0))
            painter.setBrush(tone)
            painter.drawRoundedRect(track, 1.5, 1.5)
        painter.setFont(sized_font(self, 10.5))
        painter.setPen(QColor(shades.muted))
        _text(painter, box.adjusted(0, 0, 0, -scaled(6)), compact(value))

    def _row_height(self) -> int:
        return max(scaled(ROW), QFontMetrics(sized_font(self, 11)).height() + scaled(8))


def compact(value: float | None) -> str:
    """Return a number in two digits, in powers of ten when it is small: 3.2e−5."""
    if value is None or not 0 < abs(value) < 0.01:
        return short(value, 2)
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}e−{abs(int(exponent))}"


def tip(row: LayerHealthRow) -> str:
    """Return what the tooltip of a layer says."""
    dead = "" if row.dead is None else f"dead units {share(row.dead)}\n"
    saturated = "" if row.saturated is None else f"saturated units {share(row.saturated)}\n"
    return (
        f"{row.name}: {row.hint or 'fine'}\n"
        f"gradient norm {short(row.gradient_norm)}\n{dead}{saturated}"
        f"step size against weights {short(row.update_ratio, 3)}"
    )


def _text(painter: QPainter, box: QRectF, text: str, right: bool = False) -> None:
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    fitted = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()) + 1)
    painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, fitted)
