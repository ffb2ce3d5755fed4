"""What is written onto the curves: best epoch, shaded span, live changes, and where the words fit."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPen

from nnstudio.ui.charts.items import Line
from nnstudio.ui.charts.plot import Plot
from nnstudio.ui.charts.series import Array
from nnstudio.ui.theme import colours, sized_font

Severity = Literal["good", "warn", "bad"]
STEPS = np.linspace(0, 1, 24)[:, None]
"""Where along the width of some words the curves are looked at."""
GAP = 4.0
MARK_HEIGHT = 11.0


class CurveNotes:
    """Draw the notes of one plot; `place` finds a corner for the words after every change of view."""

    def __init__(self, plot: Plot) -> None:
        self._plot = plot
        self.best: float | None = None
        self.span: tuple[float, float | None, str, Severity] | None = None
        self.marks: tuple[tuple[float, str], ...] = ()
        self._region = plot.add(pg.LinearRegionItem(movable=False, pen=QPen(Qt.PenStyle.NoPen)), z=-20)
        self._line = plot.add(Line(), z=5)
        self._ticks = plot.add(Line(), z=8)
        self._words = plot.add(pg.TextItem(anchor=(0, 0)), z=9)
        self.restyle()

    def restyle(self) -> None:
        """Take over the theme's colours and fonts."""
        shades = colours(self._plot)
        self._line.set_style(shades.good, 1.2, (4, 3))
        self._ticks.set_style(shades.accent, 3.0)
        self._words.setFont(sized_font(self._plot, 11))
        if self.span is not None:
            fill = QColor(getattr(shades, f"{self.span[3]}_soft"))
            fill.setAlphaF(0.8)
            self._region.setBrush(fill)
        self._words.setHtml(self._html())
        self._words.setTextWidth(-1)
        self._size = self._words.textItem.boundingRect().size()

    def words(self) -> list[tuple[str, Severity]]:
        """Return the lines written beside the best epoch or the span, with their tone."""
        lines: list[tuple[str, Severity]] = []
        if self.best is not None:
            lines.append((f"best · epoch {self.best:g}", "good"))
        if self.span is not None and self.span[2]:
            lines.append((self.span[2], self.span[3]))
        return lines

    def place(self, end: float, curves: Sequence[tuple[Array, Array]], taken: QRectF | None = None) -> None:
        """Draw everything for the current view; `end` closes an open span, `curves` are not to be hidden.

        `taken` is where other words stand, in pixels.
        """
        self._line.setVisible(self.best is not None)
        if self.best is not None:
            self._line.set_points(np.full(2, self.best), np.array(self._plot.y_range))
        self._region.setVisible(self.span is not None)
        if self.span is not None:
            start, stop = self.span[0], self.span[1]
            self._region.setRegion((start, end if stop is None else stop))
        self._ticks.setVisible(bool(self.marks))
        if self.marks:
            self._place_marks()
        lines = self.words()
        self._words.setVisible(bool(lines))
        if lines:
            self._place_words(curves, taken)

    def _html(self) -> str:
        shades = colours(self._plot)
        lines = [
            f'<span style="color:{getattr(shades, tone)}">{html.escape(text)}</span>'
            for text, tone in self.words()
        ]
        return "<br>".join(lines)

    def _place_marks(self) -> None:
        low, high = self._plot.y_range
        top = low + (high - low) * MARK_HEIGHT / max(self._plot.area().height(), 1.0)
        x = np.repeat([float(at) for at, _ in self.marks], 2)
        self._ticks.setData(x, np.tile([low, top], len(self.marks)), connect="pairs")

    def _place_words(self, curves: Sequence[tuple[Array, Array]], taken: QRectF | None) -> None:
        area, (x0, x1), (y0, y1) = self._plot.area(), self._plot.x_range, self._plot.y_range
        across, up = area.width() / (x1 - x0), area.height() / (y1 - y0)
        at = self.best if self.best is not None else self.span[0] if self.span is not None else 0.0
        line, size = area.left() + (at - x0) * across, self._size
        pixels = [
            (area.left() + (x[seen] - x0) * across, area.bottom() - (y[seen] - y0) * up)
            for x, y in curves
            for seen in (np.isfinite(y),)
        ]
        corners = [
            QRectF(left, top, size.width(), size.height())
            for left in (line + GAP, line - GAP - size.width())
            for top in (area.top(), area.bottom() - size.height() - 10, area.center().y() - size.height() / 2)
        ]
        corners += [QRectF(area.right() - size.width(), area.top(), size.width(), size.height())]
        best = corners[quietest_corner(corners, area, pixels, taken)]
        left = round(min(max(best.left(), area.left()), max(area.right() - size.width(), area.left())))
        self._words.setPos(x0 + (left - area.left()) / across, y0 + (area.bottom() - round(best.top())) / up)


def quietest_corner(
    corners: Sequence[QRectF],
    area: QRectF,
    curves: Sequence[tuple[Array, Array]],
    taken: QRectF | None = None,
) -> int:
    """Return the index of the rectangle that hides least of the curves, the first of equals.

    All in pixels; a rectangle that touches the one `taken` or sticks out of `area` is the last choice.
    """

    left, right, top, bottom = np.array([c.getCoords() for c in corners]).T[[0, 2, 1, 3]]
    hidden = np.zeros(len(corners))
    for x, y in curves:
        if len(x):
            start, stop = np.maximum(left, x[0]), np.minimum(right, x[-1])
            at = start + (stop - start) * STEPS
            height = np.interp(at, x, y)
            beside = (at >= left) & (at <= right)
            hidden += (beside & (height > top - GAP) & (height < bottom + GAP)).sum(axis=0)
    room = area.adjusted(-1, -1, 1, 1)
    outside = [0.0 if room.contains(corner) else 1000.0 for corner in corners]
    covered = [500.0 if taken is not None and taken.intersects(corner) else 0.0 for corner in corners]
    return int((hidden + outside + covered).argmin())
