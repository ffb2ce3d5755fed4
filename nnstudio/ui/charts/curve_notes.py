"""What is written onto the curves: best epoch, shaded span, live changes, and where the words fit."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen

from nnstudio.ui.charts.items import Line
from nnstudio.ui.charts.plot import Plot
from nnstudio.ui.charts.series import Array
from nnstudio.ui.theme import colours, sized_font

Severity = Literal["good", "warn", "bad"]
SAMPLES = 24
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
        self._words.setTextWidth(-1)
        size = self._words.textItem.boundingRect().size()
        area = self._plot.area()
        at = self.best if self.best is not None else self.span[0] if self.span is not None else 0.0
        line = self._plot.to_pixel(at, self._plot.y_range[0]).x()
        pixels = [_to_pixels(self._plot, x, y) for x, y in curves]
        corners = [
            QRectF(left, top, size.width(), size.height())
            for left in (line + GAP, line - GAP - size.width())
            for top in (area.top(), area.bottom() - size.height() - 10, area.center().y() - size.height() / 2)
        ]
        corners += [QRectF(area.right() - size.width(), area.top(), size.width(), size.height())]
        best = corners[quietest_corner(corners, area, pixels, taken)]
        x = min(max(best.left(), area.left()), max(area.right() - size.width(), area.left()))
        scene = self._plot.mapToScene(QPointF(x, best.top()).toPoint())
        self._words.setPos(self._plot.view.mapSceneToView(scene))


def quietest_corner(
    corners: Sequence[QRectF],
    area: QRectF,
    curves: Sequence[tuple[Array, Array]],
    taken: QRectF | None = None,
) -> int:
    """Return the index of the rectangle that hides least of the curves, the first of equals.

    All in pixels; a rectangle that touches the one `taken` or sticks out of `area` is the last choice.
    """

    def cost(corner: QRectF) -> float:
        outside = 0.0 if area.adjusted(-1, -1, 1, 1).contains(corner) else 1000.0
        outside += 500.0 if taken is not None and taken.intersects(corner) else 0.0
        hidden = 0
        for x, y in curves:
            if len(x):
                at = np.linspace(max(corner.left(), x[0]), min(corner.right(), x[-1]), SAMPLES)
                height = np.interp(at, x, y)
                touching = (height > corner.top() - GAP) & (height < corner.bottom() + GAP)
                hidden += int((touching & (at >= corner.left()) & (at <= corner.right())).sum())
        return outside + hidden

    costs = [cost(corner) for corner in corners]
    return costs.index(min(costs))


def _to_pixels(plot: Plot, x: Array, y: Array) -> tuple[Array, Array]:
    origin, unit = plot.to_pixel(0.0, 0.0), plot.to_pixel(1.0, 1.0)
    finite = np.isfinite(y)
    across = origin.x() + x[finite] * (unit.x() - origin.x())
    return across, origin.y() + y[finite] * (unit.y() - origin.y())
