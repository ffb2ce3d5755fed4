"""What a network with two inputs answers everywhere in the plane, with the data points above."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.ui.charts.card import ChartCard
from nnstudio.ui.charts.hover import HoverLabel
from nnstudio.ui.charts.items import Points
from nnstudio.ui.charts.legend import Legend, LegendEntry
from nnstudio.ui.charts.numbers import share, short
from nnstudio.ui.charts.palette import blend, class_colour, class_colours, signed_colours
from nnstudio.ui.charts.plot import Plot
from nnstudio.ui.theme import colours

Extent = tuple[float, float, float, float]
STRONGEST = 0.62
"""Share of a class's colour where the network is certain; the points above must stay visible."""
SPLITS = ("train", "validation", "test")
BANDS = 5
"""Colours of the points when the target is a number."""


class BoundaryChart(ChartCard):
    """Show class and confidence, or a predicted number, over two inputs."""

    def __init__(self, title: str = "Decision boundary", parent: QWidget | None = None) -> None:
        super().__init__(title, "Train the network to see where it draws the line.", parent)
        self.plot = Plot("Decision boundary", zoom_y=True)
        self.legend = Legend()
        self._image = self.plot.add(pg.ImageItem(axisOrder="row-major"), z=-10)
        self._clouds: list[Points] = []
        self._extent: Extent | None = None
        self._grid: NDArray[np.float64] | None = None
        self._x = self._y = np.empty((0, 0))
        self._split: NDArray[np.int_] = np.empty(0, dtype=int)
        self._names: tuple[str, ...] = ()
        self._features = ("x1", "x2")
        self._hover = HoverLabel(self.plot)
        self.plot.left.setGrid(False)
        self.classes = Legend()
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.plot, 1)
        column.addWidget(self.classes)
        self.set_content(content)
        self.add_to_header(self.legend, 1)
        self.plot.hovered.connect(self._tell)
        self.plot.reset_asked.connect(self.reset_view)
        self.restyle()

    def set_points(
        self,
        x: ArrayLike,
        y: ArrayLike,
        split: ArrayLike,
        class_names: Sequence[str] = (),
        features: tuple[str, str] = ("x1", "x2"),
    ) -> None:
        """Show data: `x` (n, 2), `y` (n,) class numbers, or values when there are no class names.

        `split` (n,) says 0 for train (filled), 1 for validation (ring), 2 for test (not drawn).
        """
        self._x, self._y = np.asarray(x, dtype=float).reshape(-1, 2), np.asarray(y, dtype=float)
        self._split = np.asarray(split, dtype=int)
        self._names, self._features = tuple(class_names), features
        self.plot.set_labels(*features)
        self.set_empty(False)
        self._draw_points()
        self._draw_grid()
        self.reset_view()

    def set_grid(self, extent: Extent, grid: ArrayLike) -> None:
        """Show answers over (x low, x high, y low, y high): probabilities (H, W, K) or values (H, W).

        The first row lies at the low end of y.
        """
        new = extent != self._extent
        self._extent, self._grid = extent, np.asarray(grid, dtype=float)
        self.set_empty(False)
        self._draw_grid()
        if new:
            self.reset_view()

    def clear_grid(self) -> None:
        """Take the answers away and keep the points."""
        self._extent = self._grid = None
        self._draw_grid()

    def reset_view(self) -> None:
        """Show the whole grid, or all points."""
        if self._extent is not None:
            left, right, low, high = self._extent
        elif len(self._x):
            (left, low), (right, high) = self._x.min(axis=0), self._x.max(axis=0)
            wide, tall = 0.06 * (right - left), 0.06 * (high - low)
            left, right, low, high = left - wide, right + wide, low - tall, high + tall
        else:
            return
        self.plot.set_view((float(left), float(right)), (float(low), float(high)))

    def answer(self, x: float, y: float) -> str:
        """Say in words what the network answers at a point, "" outside the grid."""
        if self._extent is None or self._grid is None:
            return ""
        left, right, low, high = self._extent
        if not (left <= x <= right and low <= y <= high):
            return ""
        rows, columns = self._grid.shape[:2]
        row = min(int((y - low) / (high - low) * rows), rows - 1)
        column = min(int((x - left) / (right - left) * columns), columns - 1)
        cell = self._grid[row, column]
        if cell.ndim == 0:
            return f"predicts {short(float(cell))}"
        best = int(cell.argmax())
        return f"predicts {self._name(best)} ({share(float(cell[best]))})"

    def table(self) -> Iterator[Sequence[object]]:
        """Yield the points: both inputs, the target, and the split each belongs to."""
        yield [*self._features, "target", "split"]
        for (x1, x2), target, split in zip(self._x.tolist(), self._y, self._split, strict=True):
            yield [x1, x2, self._name(int(target)) if self._names else float(target), SPLITS[int(split)]]

    def restyle(self) -> None:
        super().restyle()
        self.plot.restyle()
        self._draw_points()
        self._draw_grid()

    def _name(self, index: int) -> str:
        return self._names[index] if index < len(self._names) else f"class {index}"

    def _draw_grid(self) -> None:
        self._image.setVisible(self._grid is not None)
        if self._grid is None or self._extent is None:
            return
        card = QColor(colours(self).card)
        if self._grid.ndim == 2:
            middle, reach = self._scale()
            picture = signed_colours(np.clip((self._grid - middle) / reach, -1, 1) * STRONGEST, card)
        else:
            count = self._grid.shape[2]
            best = self._grid.argmax(axis=2)
            certain = (self._grid.max(axis=2) - 1 / count) / (1 - 1 / count)
            picture = blend(card, 0.08 + (STRONGEST - 0.08) * certain, class_colours(count)[best])
        left, right, low, high = self._extent
        self._image.setImage(picture, autoLevels=False, levels=None)
        self._image.setRect(QRectF(left, low, right - left, high - low))

    def _scale(self) -> tuple[float, float]:
        """Return middle and reach of the numbers shown, from the targets or else from the grid."""
        values = self._y if len(self._y) else self._grid if self._grid is not None else self._y
        finite = values[np.isfinite(values)]
        if not finite.size:
            return 0.0, 1.0
        low, high = float(finite.min()), float(finite.max())
        return (low + high) / 2, max((high - low) / 2, 1e-12)

    def _draw_points(self) -> None:
        for cloud in self._clouds:
            self.plot.view.removeItem(cloud)
        self._clouds = []
        shades = colours(self)
        card = QColor(shades.card)
        for mask, colour in self._groups():
            for split, hollow in ((0, False), (1, True)):
                cloud = self.plot.add(Points(hollow=hollow), z=5 + split)
                cloud.set_colours(colour, card)
                chosen = self._x[mask & (self._split == split)]
                cloud.set_points(chosen[:, 0], chosen[:, 1])
                self._clouds.append(cloud)
        self.legend.set_entries(
            [LegendEntry("train", "muted", "dot"), LegendEntry("validation", "muted", "ring")]
        )
        names = enumerate(self._names)
        self.classes.set_entries(
            [LegendEntry(name, class_colour(index).name(), "dot") for index, name in names]
        )
        self.classes.setVisible(bool(self._names))

    def _groups(self) -> Iterator[tuple[NDArray[np.bool_], QColor]]:
        if self._names:
            for index in range(len(self._names)):
                yield self._y == index, class_colour(index)
        elif len(self._y):
            middle, reach = self._scale()
            level = np.clip((self._y - middle) / reach, -1, 1)
            band = np.minimum(((level + 1) / 2 * BANDS).astype(int), BANDS - 1)
            tones = signed_colours(np.linspace(-1, 1, BANDS), QColor("#b9bfc9"))
            for index in range(BANDS):
                yield band == index, QColor(*tones[index].tolist())

    def _tell(self, at: QPointF | None) -> None:
        text = self.answer(at.x(), at.y()) if at is not None else ""
        if at is None or not text:
            self._hover.hide()
            return
        names = self._features
        place = f"{names[0]} {short(at.x(), 3)}, {names[1]} {short(at.y(), 3)}"
        self._hover.show_lines([(text, ""), (place, "")], self.plot.to_pixel(at.x(), at.y()))
