"""A small picture of what a bundled data set looks like."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnstudio.core.dataset import Examples, Source
from nnstudio.ui.charts.palette import BLUE, ORANGE, class_colour
from nnstudio.ui.theme import colours, scaled

DRAWN = {"2-D classes": 180, "functions": 220}
"""Families that are drawn from their points, and how many: cheap numpy, nothing to import."""
DOT = 3.2
DIGIT = ("01111100", "00000110", "00000110", "00111100", "00000110", "00000110", "01000110", "00111100")
"""Drawn as the sign for pictures."""
WORDS = ((5, 3, 6), (2, 7, 4), (6, 2, 3, 3), (4, 5))
"""Lengths of the words of a text, line by line."""
KNOWN = 0.72
"""How much of the line of a series is known; the rest is foretold."""


class Thumbnail(QWidget):
    """Draw a source: its points when they lie in the plane, else a sign for its kind.

    The points are drawn up when they are painted first, so that a page opens without waiting.
    """

    def __init__(self, source: Source, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._examples: Examples | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        return QSize(scaled(76), scaled(64))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        outline = QPainterPath()
        outline.addRoundedRect(area, scaled(6), scaled(6))
        painter.fillPath(outline, QColor(colours(self).field))
        painter.setClipPath(outline)
        inner = area.adjusted(scaled(9), scaled(8), -scaled(9), -scaled(8))
        self._painter()(painter, inner)

    def _painter(self) -> Callable[[QPainter, QRectF], None]:
        if self._source.family in DRAWN:
            return self._paint_points
        if self._source.kind == "digits":
            return self._paint_digit
        by_family = {"pictures": self._paint_shapes, "texts": self._paint_text, "series": self._paint_series}
        return by_family.get(self._source.family, self._paint_table)

    def _points(self) -> Examples:
        if self._examples is None:
            few = self._source.model_copy(update={"samples": DRAWN[self._source.family], "seed": 1})
            self._examples = few.load()
        return self._examples

    def _paint_points(self, painter: QPainter, area: QRectF) -> None:
        examples = self._points()
        target = examples.target.values
        flat = len(examples.columns) == 1
        x = examples.columns[0].values
        y = np.asarray(target, dtype=float) if flat else examples.columns[1].values
        places = list(
            zip(_across(x, area.left(), area.right()), _across(y, area.bottom(), area.top()), strict=True)
        )
        for chosen, colour in _groups(examples, QColor(colours(self).train)):
            pen = QPen(colour, scaled(DOT))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPoints(
                [QPointF(*place) for place, wanted in zip(places, chosen, strict=True) if wanted]
            )

    def _paint_table(self, painter: QPainter, area: QRectF) -> None:
        shades = colours(self)
        painter.setPen(Qt.PenStyle.NoPen)
        step, wide = area.height() / 5, area.width() / 4
        for row in range(5):
            for column in range(4):
                colour = shades.train if row == 0 else shades.validation if column == 3 else shades.grey_run
                painter.setBrush(QColor(colour))
                left, top = area.left() + column * wide, area.top() + row * step
                painter.drawRoundedRect(QRectF(left + 1, top + 1, wide - 3, step - 4), 1.5, 1.5)

    def _paint_shapes(self, painter: QPainter, area: QRectF) -> None:
        shades = colours(self)
        painter.setPen(Qt.PenStyle.NoPen)
        side = area.height() * 0.5
        painter.setBrush(QColor(shades.train))
        painter.drawEllipse(QRectF(area.left(), area.top(), side, side))
        painter.setBrush(QColor(shades.validation))
        painter.drawRect(QRectF(area.right() - side, area.top() + side * 0.25, side, side))
        painter.setBrush(QColor(shades.grey_run))
        foot, top = area.bottom(), area.bottom() - side
        middle = area.left() + area.width() * 0.42
        corners = [QPointF(middle, top), QPointF(middle - side / 2, foot), QPointF(middle + side / 2, foot)]
        painter.drawPolygon(QPolygonF(corners))

    def _paint_text(self, painter: QPainter, area: QRectF) -> None:
        shades = colours(self)
        painter.setPen(Qt.PenStyle.NoPen)
        sign, step = area.width() / 17, area.height() / len(WORDS)
        for row, lengths in enumerate(WORDS):
            left = area.left()
            for place, length in enumerate(lengths):
                marked = (row, place) in ((1, 1), (3, 1))
                painter.setBrush(QColor(shades.train if marked else shades.grey_run))
                box = QRectF(left, area.top() + row * step + step * 0.2, length * sign, step * 0.5)
                painter.drawRoundedRect(box, 2, 2)
                left += (length + 1) * sign

    def _paint_series(self, painter: QPainter, area: QRectF) -> None:
        shades = colours(self)
        x = np.linspace(0, 1, 60)
        y = 0.55 * x + 0.16 * np.sin(18 * x) * (1 + x)
        places = [
            QPointF(*place)
            for place in zip(
                _across(x, area.left(), area.right()), _across(y, area.bottom(), area.top()), strict=True
            )
        ]
        now = int(len(places) * KNOWN)
        painter.setPen(QPen(QColor(shades.train), scaled(2)))
        painter.drawPolyline(QPolygonF(places[: now + 1]))
        painter.setPen(QPen(QColor(shades.validation), scaled(2), Qt.PenStyle.DotLine))
        painter.drawPolyline(QPolygonF(places[now:]))

    def _paint_digit(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours(self).train))
        side = area.height() / len(DIGIT)
        left = area.center().x() - side * len(DIGIT) / 2
        for row, line in enumerate(DIGIT):
            for column, on in enumerate(line):
                if on == "1":
                    painter.drawRect(
                        QRectF(left + column * side, area.top() + row * side, side - 0.6, side - 0.6)
                    )


def _across(values: NDArray[np.float64], start: float, end: float) -> list[float]:
    low, high = float(values.min()), float(values.max())
    return list(start + (values - low) / max(high - low, 1e-12) * (end - start))


def _groups(examples: Examples, plain: QColor) -> list[tuple[NDArray[np.bool_], QColor]]:
    """Return which points have which colour: one per class, blue to orange for numbers in the plane."""
    target = examples.target.values
    if examples.asks == "class":
        names = sorted(set(target))
        return [(target == name, class_colour(index)) for index, name in enumerate(names)]
    if len(examples.columns) == 1:
        return [(np.ones(len(target), dtype=bool), plain)]
    middle = float(np.median(target))
    return [(target < middle, QColor(*BLUE)), (target >= middle, QColor(*ORANGE))]
