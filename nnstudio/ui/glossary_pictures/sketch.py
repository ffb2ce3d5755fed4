"""A small sheet to sketch on: axes, curves, boxes and words in the colours of the theme."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from nnstudio.ui.theme import Colours

WIDTH, HEIGHT = 460.0, 190.0
"""Size of every sheet at 100 percent text."""
TEXT = 11.0
ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "centre": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}
Values = Sequence[float] | NDArray[np.float64]


class Sketch:
    """The whole sheet, measured in pixels from the top left corner."""

    def __init__(self, painter: QPainter, colours: Colours, font: QFont) -> None:
        self.painter, self.colours = painter, colours
        self._font = QFont(font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def text(
        self, x: float, y: float, words: str, colour: str = "", *, align: str = "centre",
        size: float = TEXT, bold: bool = False,
    ) -> None:  # fmt: skip
        """Write one line; (x, y) is the middle of its height, at its left, centre or right."""
        self._font.setPixelSize(round(size))
        self._font.setBold(bold)
        self.painter.setFont(self._font)
        self.painter.setPen(QColor(colour or self.colours.muted))
        left = {"left": x, "centre": x - 200, "right": x - 400}[align]
        box = QRectF(left, y - 12, 400, 24)
        self.painter.drawText(box, ALIGN[align] | Qt.AlignmentFlag.AlignVCenter, words)

    def line(
        self, points: Sequence[tuple[float, float]], colour: str = "", width: float = 1.5, *,
        dashed: bool = False,
    ) -> None:  # fmt: skip
        """Draw a line through points."""
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        self.painter.setPen(QPen(QColor(colour or self.colours.muted), width, style))
        self.painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))

    def arrow(self, start: tuple[float, float], end: tuple[float, float], colour: str = "") -> None:
        """Draw a line with a head."""
        self.line([start, end], colour)
        dx, dy = end[0] - start[0], end[1] - start[1]
        length = max(1.0, float(np.hypot(dx, dy)))
        ux, uy = dx / length * 6, dy / length * 6
        wings = [
            (end[0] - ux - uy / 2, end[1] - uy + ux / 2),
            end,
            (end[0] - ux + uy / 2, end[1] - uy - ux / 2),
        ]
        self.line(wings, colour)

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str = "", edge: str = "",
        radius: float = 4, faint: float = 1.0,
    ) -> None:  # fmt: skip
        """Draw a rounded rectangle; `faint` below 1 lets the ground through."""
        ground = QColor(fill or self.colours.card)
        ground.setAlphaF(faint)
        self.painter.setPen(QPen(QColor(edge), 1.2) if edge else QPen(Qt.PenStyle.NoPen))
        self.painter.setBrush(ground)
        self.painter.drawRoundedRect(QRectF(x, y, width, height), radius, radius)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)

    def dot(self, x: float, y: float, radius: float = 4, fill: str = "", edge: str = "") -> None:
        """Draw a disc."""
        self.painter.setPen(QPen(QColor(edge), 1.3) if edge else QPen(Qt.PenStyle.NoPen))
        self.painter.setBrush(QColor(fill or self.colours.accent))
        self.painter.drawEllipse(QPointF(x, y), radius, radius)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)

    def plot(
        self, x: tuple[float, float], y: tuple[float, float], *, at: tuple[float, float] = (0.0, 1.0),
        labels: tuple[str, str] = ("", ""), title: str = "", zero: bool = False,
    ) -> Plot:  # fmt: skip
        """Return axes over a share `at` of the sheet's width; with `zero` they cross at the origin."""
        top = 26 if title else 22
        area = QRectF(
            WIDTH * at[0] + 26, top, WIDTH * (at[1] - at[0]) - 44, HEIGHT - top - (28 if labels[0] else 14)
        )
        made = Plot(self, area, x, y)
        if title:
            self.text(area.center().x(), 13, title, self.colours.text, bold=True)
        made.axes(labels, zero)
        return made


class Plot:
    """Axes on a sheet; everything is measured in the values shown."""

    def __init__(self, sketch: Sketch, area: QRectF, x: tuple[float, float], y: tuple[float, float]) -> None:
        self.sketch, self._area, self._x, self._y = sketch, area, x, y

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a value lies on the sheet."""
        across = (x - self._x[0]) / (self._x[1] - self._x[0])
        up = (y - self._y[0]) / (self._y[1] - self._y[0])
        return self._area.left() + across * self._area.width(), self._area.bottom() - up * self._area.height()

    def axes(self, labels: tuple[str, str], zero: bool) -> None:
        """Draw the axes and name them."""
        sketch, area = self.sketch, self._area
        foot = self.place(0, 0)[1] if zero else area.bottom()
        side = self.place(0, 0)[0] if zero else area.left()
        for ends in (
            [(area.left(), foot), (area.right(), foot)],
            [(side, area.top()), (side, area.bottom())],
        ):
            sketch.line(ends, sketch.colours.grey_run, 1)
        sketch.text(area.center().x(), area.bottom() + 15, labels[0], sketch.colours.faint)
        name_x, name_y = (side + 6, area.top() + 2) if zero else (area.left() - 18, area.top() - 10)
        sketch.text(name_x, name_y, labels[1], sketch.colours.faint, align="left")

    def curve(
        self, x: Values, y: Values, colour: str, *, label: str = "", dashed: bool = False, width: float = 2.2,
        above: float = 10.0,
    ) -> None:  # fmt: skip
        """Draw a curve, cut at the edge of the axes, named at its end."""
        painter = self.sketch.painter
        painter.save()
        painter.setClipRect(self._area.adjusted(-2, -2, 2, 2))
        points = [self.place(float(a), float(b)) for a, b in zip(x, y, strict=True)]
        self.sketch.line(points, colour, width, dashed=dashed)
        painter.restore()
        if label:
            end = points[-1]
            y_text = min(max(end[1] - above, self._area.top() + 6), self._area.bottom() - 8)
            self.sketch.text(end[0], y_text, label, colour, align="right", bold=True)

    def function(
        self, f: Callable[[NDArray[np.float64]], NDArray[np.float64]], colour: str, **how: object
    ) -> None:
        """Draw y = f(x) over the whole axis."""
        x = np.linspace(*self._x, 200)
        self.curve(x, f(x), colour, **how)  # type: ignore[arg-type]

    def dot(self, x: float, y: float, colour: str = "", radius: float = 3.5) -> None:
        """Mark a point."""
        self.sketch.dot(*self.place(x, y), radius, colour)

    def upright(self, x: float, words: str, colour: str, align: str = "left") -> None:
        """Draw a dashed line across the axes with words at its top."""
        top, foot = self.place(x, self._y[1]), self.place(x, self._y[0])
        self.sketch.line([top, foot], colour, 1.2, dashed=True)
        shift = {"left": 4, "right": -4, "centre": 0}[align]
        self.sketch.text(top[0] + shift, top[1] + 6, words, colour, align=align)

    def shade(self, start: float, end: float, colour: str) -> None:
        """Tint a span of the x axis."""
        (left, top), (right, foot) = self.place(start, self._y[1]), self.place(end, self._y[0])
        self.sketch.box(left, top, right - left, foot - top, fill=colour, radius=0, faint=0.16)

    def mark(self, x: float, y: float, words: str, colour: str = "", align: str = "left") -> None:
        """Write words at a point."""
        at = self.place(x, y)
        self.sketch.text(at[0], at[1], words, colour, align=align)
