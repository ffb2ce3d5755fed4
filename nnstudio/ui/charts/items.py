"""Lines and points of a plot, equally thick on every screen and in every picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

Array = NDArray[np.float64]


SMOOTH_EDGES_UP_TO = 2000
"""Longer lines are drawn without antialiasing: it costs more than it shows."""
BAND = 40
"""A line that travels more than this many times its own height looks like a band: a thin pen shows as
much and draws ten times as fast."""
DASHES = (3.2, 1.6)


class Line(pg.PlotCurveItem):
    """A curve whose width counts in the screen's logical pixels, whatever the zoom."""

    _is_band = False

    def set_points(self, x: Array, y: Array) -> None:
        """Show a curve; gaps where values are not finite, a short dash for a single point."""
        values = y[np.isfinite(y)]
        if len(values) == 1:
            middle, value = x[np.isfinite(y)][0], values[0]
            x, y = np.array([middle - 0.1, middle + 0.1]), np.array([value, value])
        if not len(x) and self.xData is not None and not len(self.xData):
            return
        self._is_band = len(values) > 1 and bool(np.abs(np.diff(values)).sum() > BAND * np.ptp(values))
        smooth = len(x) <= SMOOTH_EDGES_UP_TO and not self._is_band
        self.setData(x, y, connect="finite", antialias=smooth)

    def set_style(
        self, colour: str, width: float = 2.0, dashes: Sequence[float] = (), alpha: float = 1.0
    ) -> None:
        """Set colour, width in pixels, dashes in widths, and opacity from 0 to 1."""
        shade = QColor(colour)
        shade.setAlphaF(alpha)
        pen = QPen(shade, width)
        pen.setCosmetic(True)
        if dashes:
            pen.setDashPattern(list(dashes))
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        self.setPen(pen)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget) -> None:
        # Qt counts a cosmetic pen in the device's own pixels: half as thick on a screen scaled by two.
        pen = self.opts["pen"]
        thick = QPen(pen)
        width = min(pen.widthF(), 1.0) if self._is_band else pen.widthF()
        thick.setWidthF(width * device_pixels(self, painter))
        self.opts["pen"] = thick
        try:
            super().paint(painter, option, widget)
        finally:
            self.opts["pen"] = pen


class Points(pg.GraphicsObject):
    """Draw points of one colour: filled dots with a thin rim, or rings with a hole.

    Round pen points in one call: faster than pyqtgraph's scatter, whose symbols all come out square in 0.14.
    """

    def __init__(self, size: float = 7.0, hollow: bool = False) -> None:
        super().__init__()
        self._size = size
        self._hollow = hollow
        self._points = QPolygonF()
        self._bounds = QRectF()
        self._colour, self._other = QColor("#000000"), QColor("#ffffff")

    def set_points(self, x: Array, y: Array) -> None:
        """Replace the points; those that are not finite are left out."""
        finite = np.isfinite(x) & np.isfinite(y)
        x, y = x[finite], y[finite]
        polygon = pg.functions.create_qpolygonf(len(x))
        if len(x):
            memory = pg.functions.ndarray_from_qpolygonf(polygon)
            memory[:, 0], memory[:, 1] = x, y
        self.prepareGeometryChange()
        self._points = polygon
        self._bounds = polygon.boundingRect()
        self.update()

    def set_colours(self, colour: QColor | str, other: QColor | str) -> None:
        """Set the colour of the points and that of the rim of dots or the hole of rings."""
        self._colour, self._other = QColor(colour), QColor(other)
        self.update()

    def boundingRect(self) -> QRectF:
        across, up = self.pixelVectors()
        reach = self._size
        wide = across.x() * reach if across is not None else 0.0
        high = up.y() * reach if up is not None else 0.0
        return self._bounds.adjusted(-abs(wide), -abs(high), abs(wide), abs(high))

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self._points.isEmpty():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ratio = device_pixels(self, painter)
        # Qt draws a point as a line of 1/63 of a unit: seen where the whole view spans few units.
        places = painter.worldTransform().map(self._points)
        painter.save()
        painter.setWorldTransform(QTransform())
        outer, inner = (self._colour, self._other) if self._hollow else (self._other, self._colour)
        for colour, size in ((outer, self._size), (inner, self._size - (3.6 if self._hollow else 1.8))):
            pen = QPen(colour, size * ratio)
            pen.setCosmetic(True)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPoints(places)
        painter.restore()


def device_pixels(item: QGraphicsItem, painter: QPainter) -> float:
    """Return how many pixels of what is painted on, screen or picture, make one of the scene's."""
    scene = item.sceneTransform().m11()
    return float(painter.deviceTransform().m11() / scene) if scene else 1.0
