"""What a network with one input answers along it, with the data points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from nnstudio.ui.charts.card import ChartCard
from nnstudio.ui.charts.hover import HoverLabel
from nnstudio.ui.charts.items import Line, Points
from nnstudio.ui.charts.legend import Legend, LegendEntry
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.charts.plot import Plot
from nnstudio.ui.charts.series import Series, robust_range
from nnstudio.ui.theme import colours

SPLITS = ("train", "validation", "test")
ROOM = 0.06


class FitChart(ChartCard):
    """Show a curve fitted to points: train filled, validation as rings."""

    def __init__(self, title: str = "Fit", parent: QWidget | None = None) -> None:
        super().__init__(title, "Train the network to see its curve through the points.", parent)
        self.plot = Plot("Fitted curve")
        self._train = self.plot.add(Points(6.5), z=1)
        self._validation = self.plot.add(Points(7.0, hollow=True), z=2)
        self._line = self.plot.add(Line(), z=5)
        self._curve = Series()
        self._x = self._y = np.empty(0)
        self._split: NDArray[np.int_] = np.empty(0, dtype=int)
        self._names = ("x", "y")
        self._hover = HoverLabel(self.plot)
        self.set_content(self.plot)
        entries = (
            LegendEntry("train", "train", "dot"),
            LegendEntry("validation", "validation", "ring"),
            LegendEntry("network", "text"),
        )
        self.add_to_header(Legend(entries), 1)
        self.plot.hovered.connect(self._tell)
        self.plot.reset_asked.connect(self.reset_view)
        self.restyle()

    def set_points(
        self, x: ArrayLike, y: ArrayLike, split: ArrayLike, names: tuple[str, str] = ("x", "y")
    ) -> None:
        """Show data: `x`, `y` (n,); `split` (n,) says 0 train, 1 validation, 2 test (not drawn)."""
        self._x, self._y = np.asarray(x, dtype=float).ravel(), np.asarray(y, dtype=float).ravel()
        self._split, self._names = np.asarray(split, dtype=int), names
        for value, cloud in enumerate((self._train, self._validation)):
            cloud.set_points(self._x[self._split == value], self._y[self._split == value])
        self.plot.set_labels(*names)
        self.set_empty(False)
        self.reset_view()

    def set_curve(self, x: ArrayLike, y: ArrayLike) -> None:
        """Show what the network answers at the rising positions `x`."""
        self._curve = Series(x, y)
        self._line.set_points(self._curve.x, self._curve.y)
        self.set_empty(False)
        self.reset_view()

    def reset_view(self) -> None:
        """Show all points and the curve."""
        xs = np.concatenate([self._x, self._curve.x])
        shown = self._y[self._split < 2]
        values = robust_range([shown] if len(shown) else [self._curve.y])
        if not len(xs) or values is None:
            return
        room = ROOM * (values[1] - values[0]) or 0.5
        low, high = float(xs.min()), float(xs.max())
        edge = 0.02 * (high - low)
        self.plot.set_view((low - edge, high + edge), (values[0] - room, values[1] + room))

    def table(self) -> Iterator[Sequence[object]]:
        """Yield the points and then the curve, told apart by the last column."""
        yield [*self._names, "kind"]
        for x, y, split in zip(self._x.tolist(), self._y.tolist(), self._split.tolist(), strict=True):
            yield [x, y, SPLITS[split]]
        for x, y in zip(self._curve.x.tolist(), self._curve.y.tolist(), strict=True):
            yield [x, y, "network"]

    def restyle(self) -> None:
        super().restyle()
        self.plot.restyle()
        shades = colours(self)
        self._train.set_colours(shades.train, shades.card)
        self._validation.set_colours(shades.validation, shades.card)
        self._line.set_style(shades.text, 2.0)

    def _tell(self, at: QPointF | None) -> None:
        answer = None if at is None else self._curve.at(at.x())
        if at is None or answer is None:
            self._hover.hide()
            return
        lines = [(f"{self._names[0]} {short(at.x())}", ""), (f"network {short(answer)}", colours(self).text)]
        self._hover.show_lines(lines, self.plot.to_pixel(at.x(), at.y()))
