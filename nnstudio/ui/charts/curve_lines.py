"""The lines of a curve chart: train, validation, what is tried and earlier runs, thinned to the screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnstudio.ui.charts.items import DASHES, Line
from nnstudio.ui.charts.plot import Plot
from nnstudio.ui.charts.series import Array, Series, decimate, robust_range
from nnstudio.ui.theme import colours

FAINT = 0.28
HEADROOM = 0.06
FEW_RUNS = 8
FEWEST_BUCKETS = 100
DOTS = (1.2, 1.2)
RUNS_MAY_ADD = 0.5
"""Earlier runs stretch the view by at most this share of the present run's range."""

Range = tuple[float, float]


class CurveLines:
    """Keep the arrays of one plot and draw what its view shows of them."""

    def __init__(self, plot: Plot) -> None:
        self._plot = plot
        self.train = Series()
        self.validation = Series()
        self.runs: tuple[tuple[str, Series], ...] = ()
        self.ghosts = (Series(), Series())
        """Training tried beside: without a fix and with it."""
        self.log = False
        self.weight = 0.0
        self._behind = plot.add(Line(), z=-10)
        self._raw = [plot.add(Line(), z=0) for _ in range(2)]
        self._main = [plot.add(Line(), z=3 - index) for index in range(2)]
        self._tried = [plot.add(Line(), z=4 + index) for index in range(2)]
        self.shown: list[Array] = []
        self._drawn_runs: tuple[object, ...] = ()
        self._run_values: list[Array] = []
        self.restyle()

    def restyle(self) -> None:
        """Take over the theme's colours."""
        shades = colours(self._plot)
        few = len(self.runs) <= FEW_RUNS
        self._behind.set_style(shades.grey_run, 1.6 if few else 1.0, alpha=0.75 if few else 0.5)
        for index, colour in enumerate((shades.train, shades.validation)):
            self._raw[index].set_style(colour, 1.0, alpha=FAINT)
            self._main[index].set_style(colour, 2.2, DASHES if index == 1 else ())
        for line, colour in zip(self._tried, (shades.muted, shades.good), strict=True):
            line.set_style(colour, 2.2, DOTS)

    def everything(self) -> list[Series]:
        """Return all curves that hold points."""
        curves = [self.train, self.validation, *self.ghosts, *(series for _, series in self.runs)]
        return [series for series in curves if len(series)]

    def extent(self) -> Range | None:
        """Return the first and last position of all curves, None without points."""
        curves = self.everything()
        if not curves:
            return None
        return min(float(s.x[0]) for s in curves), max(float(s.x[-1]) for s in curves)

    def draw(self, low: float, high: float) -> list[tuple[Array, Array]]:
        """Draw what lies between two positions; returns the bold lines as drawn."""
        buckets = max(int(self._plot.area().width()), 50)
        bold = []
        self.shown = []
        for index, series in enumerate((self.train, self.validation)):
            line = raw = self._thinned(series, buckets, low, high)
            self._raw[index].setVisible(self.weight > 0)
            if self.weight > 0:
                line = self._thinned(series.smoothed(self.weight), buckets, low, high)
                self._raw[index].set_points(*raw)
            self._main[index].set_points(*line)
            bold.append(line)
            self.shown += [raw[1], line[1]] if self.weight > 0 else [line[1]]
        for line, series in zip(self._tried, self.ghosts, strict=True):
            points = self._thinned(series, buckets, low, high)
            line.set_points(*points)
            self.shown.append(points[1])
        self._draw_runs(low, high, buckets)
        return bold

    def value_range(self, whole: bool) -> Range | None:
        """Return the range for the values just drawn; `whole` includes the spikes."""
        main = _range(self.shown, whole)
        behind = _range(self._run_values, whole)
        if main is None or behind is None:
            return _padded(main or behind, self.log)
        spare = RUNS_MAY_ADD * max(main[1] - main[0], 1e-12)
        low = min(main[0], max(behind[0], main[0] - spare))
        high = max(main[1], min(behind[1], main[1] + spare))
        return _padded((low, high), self.log)

    def transform(self, values: Array) -> Array:
        """Return values as the plot's coordinates: logarithms on a log scale, NaN where there is none."""
        if not self.log:
            return values
        return np.log10(values, out=np.full(len(values), np.nan), where=values > 0)

    def _thinned(self, series: Series, buckets: int, low: float, high: float) -> tuple[Array, Array]:
        """Return the points to draw; thinned before they are transformed, as long as that is the same."""
        x, y = series.thinned(buckets, low, high)
        if self.log and (y <= 0).any():
            return decimate(series.x, self.transform(series.y), buckets, low, high)
        return x, self.transform(y)

    def _draw_runs(self, low: float, high: float, buckets: int) -> None:
        if not (self.runs or self._run_values):
            return
        # Many lines make a band: fewer points each look the same.
        buckets = max(min(buckets, buckets * FEW_RUNS // max(len(self.runs), 1)), FEWEST_BUCKETS)
        spans = [(max(low, float(s.x[0])), min(high, float(s.x[-1]))) for _, s in self.runs if len(s)]
        # The spans: a view that grows beyond these runs changes nothing for them.
        state = (self.runs, tuple(spans), buckets, self.log)
        if state == self._drawn_runs:
            return
        self._drawn_runs = state
        parts = [self._thinned(s, buckets, low, high) for _, s in self.runs]
        self._run_values = [y for _, y in parts]
        gap = np.array([np.nan])
        joined_x = [piece for x, _ in parts for piece in (x, x[-1:])]
        joined_y = [piece for _, y in parts for piece in (y, gap[: len(y)])]
        self._behind.set_points(np.concatenate([*joined_x, gap]), np.concatenate([*joined_y, gap]))


def _range(values: Sequence[Array], whole: bool) -> Range | None:
    if not whole:
        return robust_range(values)
    finite = [part[np.isfinite(part)] for part in values]
    finite = [part for part in finite if len(part)]
    return (min(float(p.min()) for p in finite), max(float(p.max()) for p in finite)) if finite else None


def _padded(limits: Range | None, log: bool) -> Range | None:
    if limits is None:
        return None
    low, high = limits
    room = HEADROOM * (high - low) or (0.1 if log else max(abs(high) * 0.1, 0.05))
    from_zero = not log and 0 <= low <= 0.3 * high
    return (0.0 if from_zero else low - room), high + room
