"""Values as colour over a picture or between tokens: orange speaks for, blue against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nnstudio.ui.charts.card import ChartCard
from nnstudio.ui.charts.hover import HoverLabel
from nnstudio.ui.charts.legend import Legend, LegendEntry
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.charts.palette import BLUE, ORANGE
from nnstudio.ui.theme import colours, scaled, sized_font

Array = NDArray[np.float64]
GAP = 12
LARGEST = 460
STRONGEST = 0.85
FADED = 0.45
"""Of the picture's contrast left beneath the colours, which stand out from light best."""


class HeatChart(ChartCard):
    """Show an image beside its heat map, or how tokens look at each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Heat map", "Choose a method and run it.", parent)
        self.view = HeatView()
        self.set_content(self.view)
        entries = (LegendEntry("for", _name(ORANGE), "dot"), LegendEntry("against", _name(BLUE), "dot"))
        self._legend = Legend(entries)
        self.add_to_header(self._legend, 1)
        self.restyle()

    def show_heat(
        self, values: Array, picture: NDArray[np.float32] | None, names: Sequence[str] = (),
        rebuilt: NDArray[np.float32] | None = None,
    ) -> None:  # fmt: skip
        """Show values (H, W) over an image (channels, H, W), or (N, N) between named tokens.

        What was made of the image stands between it and its map.
        """
        self.view.show_heat(values, picture, tuple(names), rebuilt)
        self._legend.setVisible(bool((values < 0).any()))
        self.set_empty(False)

    def table(self) -> Iterator[Sequence[object]]:
        """Yield the values row by row."""
        yield from self.view.values.tolist()


class HeatView(QWidget):
    """Paint the squares; the value under the cursor is told."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values: Array = np.zeros((0, 0))
        self._tiles: tuple[NDArray[np.float32], ...] = ()
        self._names: tuple[str, ...] = ()
        self._hover = HoverLabel(self)
        self.setMouseTracking(True)
        self.setAccessibleName("Heat map")

    def show_heat(
        self, values: Array, picture: NDArray[np.float32] | None, names: tuple[str, ...],
        rebuilt: NDArray[np.float32] | None = None,
    ) -> None:  # fmt: skip
        """Replace what is painted."""
        self.values, self._names = values, names
        self._tiles = tuple(tile for tile in (picture, rebuilt) if tile is not None)
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 140)

    def leaveEvent(self, event: object) -> None:
        self._hover.hide()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._at(event.position())
        if place is None:
            self._hover.hide()
            return
        value = short(float(self.values[place]), 3)
        if self._names:
            looks = f"“{self._names[place[0]]}” looks at “{self._names[place[1]]}”: {value}"
            self._hover.show_lines([(looks, "")], event.position())
        else:
            where = f"row {place[0] + 1}, column {place[1] + 1}"
            self._hover.show_lines([(where, ""), (f"value {value}", "")], event.position())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.values.size:
            return
        painter = QPainter(self)
        if self._tiles:
            for index, tile in enumerate(self._tiles):
                self._draw(painter, self._box(index), grey(tile))
            self._draw(painter, self._box(len(self._tiles)), heat(self.values, grey(self._tiles[0])))
            return
        card = QColor(colours(self).card)
        base = np.array([card.red(), card.green(), card.blue()], np.uint8)
        self._draw(
            painter, self._box(0), heat(self.values, np.broadcast_to(base, (*self.values.shape, 3)), 1.0)
        )
        self._draw_names(painter)

    def _draw(self, painter: QPainter, box: QRectF, pixels: NDArray[np.uint8]) -> None:
        height, width = pixels.shape[:2]
        data = np.ascontiguousarray(pixels)
        painter.drawImage(box, QImage(data.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888))

    def _draw_names(self, painter: QPainter) -> None:
        box = self._box(0)
        step = box.height() / max(1, len(self._names))
        font = sized_font(self, 10.5)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(QColor(colours(self).text))
        every = max(1, int(np.ceil(metrics.height() / max(step, 0.1))))
        for index in range(0, len(self._names), every):
            name = metrics.elidedText(self._names[index], Qt.TextElideMode.ElideRight, self._margin() - 8)
            line = QRectF(box.left() - self._margin(), box.top() + index * step, self._margin() - 6, step)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
            painter.drawText(line, flags, name)
            painter.save()
            painter.translate(box.left() + (index + 0.5) * step, box.top() - 4)
            painter.rotate(-60)
            painter.drawText(QPointF(0, metrics.ascent() / 3), name)
            painter.restore()

    def _margin(self) -> int:
        if not self._names:
            return 0
        metrics = QFontMetrics(sized_font(self, 10.5))
        widest = max(metrics.horizontalAdvance(name) for name in self._names)
        return min(widest + 10, scaled(110))

    def _box(self, index: int) -> QRectF:
        """Return where a square lies: the images come first, the heat map last."""
        rows, columns = self.values.shape
        count = len(self._tiles) + 1
        margin = self._margin()
        wide = (self.width() - margin - (count - 1) * scaled(GAP)) / count
        cell = min(wide / columns, (self.height() - margin) / rows, scaled(LARGEST) / max(rows, columns))
        width, height = cell * columns, cell * rows
        return QRectF(margin + index * (width + scaled(GAP)), margin, width, height)

    def _at(self, point: QPointF) -> tuple[int, int] | None:
        for index in range(len(self._tiles) + 1):
            box = self._box(index) if self.values.size else QRectF()
            if box.contains(point):
                rows, columns = self.values.shape
                row = int((point.y() - box.top()) / box.height() * rows)
                column = int((point.x() - box.left()) / box.width() * columns)
                return min(row, rows - 1), min(column, columns - 1)
        return None


def grey(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return an image (channels, H, W) of 0 to 1 as bytes (H, W, 3); one channel becomes grey."""
    channels = picture[:3] if len(picture) >= 3 else np.repeat(picture[:1], 3, 0)
    return np.ascontiguousarray(np.rint(np.clip(channels, 0, 1) * 255).astype(np.uint8).transpose(1, 2, 0))


def heat(values: Array, base: NDArray[np.uint8], contrast: float = FADED) -> NDArray[np.uint8]:
    """Return a picture (H, W, 3) with its contrast reduced, and the values laid over it."""
    strength = np.abs(values) / (float(np.abs(values).max()) or 1.0)
    tint = np.where(values[..., None] < 0, np.array(BLUE), np.array(ORANGE)).astype(float)
    faded = contrast * base + (1 - contrast) * 255.0
    mixed = faded + STRONGEST * strength[..., None] * (tint - faded)
    return np.rint(mixed).astype(np.uint8)


def _name(rgb: tuple[int, int, int]) -> str:
    return QColor(*rgb).name()
