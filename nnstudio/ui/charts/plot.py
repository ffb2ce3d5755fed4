"""The plot surface of the charts with axes, drawn with pyqtgraph."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPen
from PySide6.QtWidgets import QGraphicsGridLayout, QGraphicsWidget, QWidget

from nnstudio.ui.theme import colours, scaled, sized_font

Array = NDArray[np.float64]

LABELS_MAY_STICK_OUT = 14
"""Pixels by which the first and last label of an axis may pass its ends."""
BELOW_THE_VIEW = -200
"""A pyqtgraph view lies at -100; what is lower is drawn beneath its curves."""
FEW_EPOCHS = 4
"""Fewer than these are numbered one by one: the usual ticks would fall between them."""


class Axis(pg.AxisItem):
    """An axis that labels its ends, and whose logarithmic ticks are round numbers, few and readable."""

    def boundingRect(self) -> QRectF:
        # With a grid the base class forgets the margin and drops the labels at both ends.
        rect = super().boundingRect()
        room = LABELS_MAY_STICK_OUT
        return rect.adjusted(0, -room, 0, room) if self.orientation == "left" else rect

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[tuple[float | None, list[float]]]:
        if not self.logMode:
            if self.labelText == "epoch" and 1 <= maxVal - minVal < FEW_EPOCHS:  # There is no epoch 1.2.
                return [(1, [float(n) for n in range(math.ceil(minVal), math.floor(maxVal) + 1)])]
            return list(super().tickValues(minVal, maxVal, size))
        decades = maxVal - minVal
        steps = (1,) if decades > 4 else (1, 3) if decades > 2 else (1, 2, 5)
        whole = range(math.floor(minVal), math.ceil(maxVal) + 1)
        ticks = [exponent + math.log10(step) for exponent in whole for step in steps]
        skip = max(len(ticks) * 22 // max(int(size), 1), 0) + 1 if steps == (1,) else 1
        return [(None, [tick for tick in ticks[::skip] if minVal <= tick <= maxVal])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        if not self.logMode:
            return [text.replace("-", "−") for text in super().tickStrings(values, scale, spacing)]
        return [f"{10**value:.3g}".replace("e-0", "e−").replace("e-", "e−") for value in values]


class Plot(pg.GraphicsView):
    """Axes, a light grid and a view that the mouse can zoom.

    `hovered` carries the position in the view's coordinates, None when the mouse leaves. A plot `on_card`
    paints the card behind it by itself: else Qt paints every widget below whenever a curve grows.
    """

    hovered = Signal(object)
    view_picked = Signal()
    reset_asked = Signal()
    stepped = Signal(int)
    resized = Signal()

    def __init__(
        self, name: str, zoom_y: bool = False, parent: QWidget | None = None, on_card: bool = False
    ) -> None:
        super().__init__(parent, background=None)
        self.setAccessibleName(name)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setStyleSheet("background: transparent; border: none")
        self._on_card = on_card
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, on_card)
        self.view = pg.ViewBox(enableMenu=False, defaultPadding=0)
        self.view.setMouseEnabled(x=True, y=zoom_y)
        self.left = Axis("left", maxTickLength=0)
        self.bottom = Axis("bottom", maxTickLength=0)
        self._arrange()
        self.view.sigRangeChangedManually.connect(lambda *_: self.view_picked.emit())
        self.view.sigResized.connect(lambda *_: self.resized.emit())
        self.restyle()

    def add(self, item: Any, z: float = 0) -> Any:
        """Put an item into the view, above those of lower `z`, and return it."""
        item.setZValue(z)
        self.view.addItem(item, ignoreBounds=True)
        return item

    def set_labels(self, x: str, y: str) -> None:
        """Name the axes; "" leaves one without a name."""
        if self._labels != (x, y):
            self._labels = (x, y)
            self.restyle()

    def set_view(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Show exactly these ranges."""
        self.view.setRange(xRange=_open(x), yRange=_open(y), padding=0, disableAutoRange=True)
        self.view.updateMatrix()  # Left to the painting it would move items then, and paint all twice.

    @property
    def x_range(self) -> tuple[float, float]:
        """Return the range shown along x."""
        low, high = self.view.viewRange()[0]
        return float(low), float(high)

    @property
    def y_range(self) -> tuple[float, float]:
        """Return the range shown along y."""
        low, high = self.view.viewRange()[1]
        return float(low), float(high)

    def area(self) -> QRectF:
        """Return the rectangle of the view in pixels of this widget."""
        return self.mapFromScene(self.view.sceneBoundingRect()).boundingRect().toRectF()

    def to_pixel(self, x: float, y: float) -> QPointF:
        """Return where a point of the view lies, in pixels of this widget."""
        (x0, x1), (y0, y1), area = self.x_range, self.y_range, self.area()
        across = (x - x0) / (x1 - x0)
        up = (y - y0) / (y1 - y0)
        return QPointF(area.left() + across * area.width(), area.bottom() - up * area.height())

    def restyle(self) -> None:
        """Take over the theme's colours and fonts."""
        shades = colours(self)
        if self._on_card:
            self.setBackground(shades.card)
        self._grid.setContentsMargins(0, scaled(5), scaled(12), 0)
        tick_font = sized_font(self, 10.5)
        for axis, label in zip((self.bottom, self.left), self._labels, strict=True):
            axis.setPen(QPen(Qt.PenStyle.NoPen))
            axis.setTickPen(QPen(QColor(shades.hover), 1))
            axis.setTextPen(QColor(shades.faint))
            axis.setTickFont(tick_font)
            axis.label.setFont(tick_font)
            axis.setLabel(label or None)
            axis.showLabel(bool(label))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        inside = self.area().contains(event.position())
        self.hovered.emit(self.view.mapSceneToView(self.mapToScene(event.pos())) if inside else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_asked.emit()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps:
            self.stepped.emit(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_Escape):
            self.reset_asked.emit()
        else:
            super().keyPressEvent(event)

    _labels = ("", "")

    def _arrange(self) -> None:
        centre = QGraphicsWidget()
        self._grid = grid = QGraphicsGridLayout(centre)
        grid.setSpacing(0)
        grid.addItem(self.left, 0, 0)
        grid.addItem(self.view, 0, 1)
        grid.addItem(self.bottom, 1, 1)
        grid.setColumnStretchFactor(1, 100)
        grid.setRowStretchFactor(0, 100)
        for axis in (self.left, self.bottom):
            axis.linkToView(self.view)
            axis.setZValue(BELOW_THE_VIEW)
            axis.enableAutoSIPrefix(False)
            axis.setStyle(hideOverlappingLabels=LABELS_MAY_STICK_OUT, maxTickLevel=0)
        self.left.setGrid(255)
        self.setCentralItem(centre)


def _open(limits: tuple[float, float]) -> tuple[float, float]:
    low, high = limits
    return limits if high > low else (low - 0.5, low + 0.5)
