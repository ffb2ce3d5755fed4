"""A forecast over time: the truth, what the network foretold, and the naive guess."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from nnstudio.core.dataset import SplitName
from nnstudio.ui.charts.card import ChartCard
from nnstudio.ui.charts.hover import HoverLabel
from nnstudio.ui.charts.items import DASHES, Line
from nnstudio.ui.charts.legend import Legend, LegendEntry
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.charts.plot import Plot
from nnstudio.ui.charts.series import Array, nearest, robust_range
from nnstudio.ui.theme import colours

ROOM = 0.06


class ForecastChart(ChartCard):
    """Show truth and forecasts as lines over the steps of a series."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Forecast over time", "Train the network to see what it foretells.", parent)
        self._at = self._true = self._forecast = self._naive = np.empty(0)
        self._split: SplitName = "validation"
        self.plot = Plot("Forecast over time", zoom_y=True)
        self.plot.set_labels("row", "")
        self._lines = [self.plot.add(Line(), z=z) for z in (3, 1, 5)]
        self._hover = HoverLabel(self.plot)
        self._legend = Legend()
        self.set_content(self.plot)
        self.add_to_header(self._legend, 1)
        self.plot.hovered.connect(self._tell)
        self.plot.reset_asked.connect(self._show_all)
        self.restyle()

    def show_forecast(
        self, rows: Array, true: Array, forecast: Array, naive: Array, split: SplitName, name: str,
        guess: str = "naive",
    ) -> None:  # fmt: skip
        """Show three lines over the rising rows, (N,) each; `guess` is the naive forecast in words."""
        self._at, self._true, self._forecast, self._naive, self._split = rows, true, forecast, naive, split
        self.set_empty(not len(rows))
        self.plot.set_labels("row", name)
        for line, values in zip(self._lines, (true, naive, forecast), strict=True):
            line.set_points(*_with_gaps(rows, values))
        self._legend.set_entries(
            [
                LegendEntry("true", "text"),
                LegendEntry("network", split, "dashed"),
                LegendEntry(guess, "grey_run"),
            ]
        )
        self.restyle()
        self._show_all()

    def table(self) -> Iterator[Sequence[object]]:
        """Yield row, truth, forecast and naive forecast."""
        yield ["row", "true", "forecast", "naive"]
        columns = (self._at, self._true, self._forecast, self._naive)
        yield from zip(*(column.tolist() for column in columns), strict=True)

    def restyle(self) -> None:
        super().restyle()
        self.plot.restyle()
        shades = colours(self)
        self._lines[0].set_style(shades.text, 1.8)
        self._lines[1].set_style(shades.grey_run, 1.4)
        self._lines[2].set_style(getattr(shades, self._split), 2.0, DASHES)

    def _show_all(self) -> None:
        up = robust_range([self._true, self._forecast])
        if up is None:
            return
        room = ROOM * (up[1] - up[0]) or 0.5
        self.plot.set_view((float(self._at[0]), float(self._at[-1])), (up[0] - room, up[1] + room))

    def _tell(self, at: QPointF | None) -> None:
        if at is None or not len(self._at):
            self._hover.hide()
            return
        index = nearest(self._at, at.x())
        shades = colours(self)
        lines = [
            (f"row {int(self._at[index])}", ""),
            (f"true {short(float(self._true[index]))}", shades.text),
            (f"network {short(float(self._forecast[index]))}", getattr(shades, self._split)),
            (f"naive {short(float(self._naive[index]))}", shades.grey_run),
        ]
        self._hover.show_lines(lines, self.plot.to_pixel(at.x(), at.y()))


def _with_gaps(x: Array, y: Array) -> tuple[Array, Array]:
    """Return a line that is broken where rows are left out."""
    steps = np.diff(x)
    if not len(steps):
        return x, y
    breaks = np.flatnonzero(steps > 1.5 * np.median(steps)) + 1
    return np.insert(x, breaks, x[breaks]), np.insert(y, breaks, np.nan)
