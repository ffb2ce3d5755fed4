"""The value of every trial over one of the settings that varied."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from nnstudio.tuning.space import Dimension, Value
from nnstudio.tuning.wish import Trial
from nnstudio.ui.charts.card import ChartCard
from nnstudio.ui.charts.hover import HoverLabel
from nnstudio.ui.charts.items import Points
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.charts.plot import Plot
from nnstudio.ui.charts.series import Array, robust_range
from nnstudio.ui.theme import colours

NEAR = 10.0
"""Pixels from the cursor within which a point tells its values."""
ROOM = 0.08
ROOM_FOR_NAME = 64
"""Pixels across for the name of a choice."""


class TrialsChart(ChartCard):
    """Points: a setting across, what it was worth up; the best trial stands out."""

    def __init__(self, dimension: Dimension, monitor: str, parent: QWidget | None = None) -> None:
        super().__init__(dimension.label, "No trial is done yet.", parent)
        self.dimension = dimension
        self.monitor = monitor
        self._trials: list[Trial] = []
        self.plot = Plot(f"{monitor} over {dimension.label}", zoom_y=True)
        self.plot.set_labels("", monitor)
        self.plot.bottom.setLogMode(dimension.scale == "log" and not dimension.choices)
        self._poor = self.plot.add(Points(6.0, hollow=True), z=1)
        self._good = self.plot.add(Points(7.0), z=2)
        self._best = self.plot.add(Points(11.0), z=3)
        self._hover = HoverLabel(self.plot)
        self.set_content(self.plot)
        self.plot.hovered.connect(self._tell)
        self.plot.reset_asked.connect(self._fit)
        self._set_ticks()
        self.restyle()

    def show_trials(self, trials: Sequence[Trial], best: Trial | None) -> None:
        """Show the trials that have a value."""
        self._trials = [trial for trial in trials if trial.value is not None]
        self.set_empty(not self._trials)
        groups = (
            (self._poor, [trial for trial in self._trials if trial.status != "done"]),
            (self._good, [trial for trial in self._trials if trial.status == "done" and trial != best]),
            (self._best, [best] if best is not None else []),
        )
        for points, members in groups:
            points.set_points(*self._places(members))
        self._fit()

    def nearest_text(self, at: QPointF) -> str:
        """Say which trial the point within reach of a place of the view is, "" without one."""
        target, found, nearest = self.plot.to_pixel(at.x(), at.y()), "", NEAR
        for trial, x, y in zip(self._trials, *self._places(self._trials), strict=True):
            place = self.plot.to_pixel(x, y)
            distance = math.hypot(place.x() - target.x(), place.y() - target.y())
            if distance < nearest:
                nearest = distance
                value = trial.values[self.dimension.path]
                told = value if isinstance(value, str) else short(value)
                found = f"trial {trial.number}, {told}, {self.monitor} {short(trial.value)}"
        return found

    def table(self) -> Iterator[Sequence[object]]:
        """Yield number, setting and value of every trial."""
        yield ["trial", self.dimension.path, self.monitor]
        for trial in self._trials:
            yield [trial.number, trial.values[self.dimension.path], trial.value]

    def before_picture(self) -> None:
        self._hover.hide()

    def restyle(self) -> None:
        super().restyle()
        self.plot.restyle()
        shades = colours(self)
        self._poor.set_colours(shades.grey_run, shades.card)
        self._good.set_colours(shades.train, shades.card)
        self._best.set_colours(shades.good, shades.card)

    def _places(self, trials: Sequence[Trial]) -> tuple[Array, Array]:
        x = [self._across(trial.values[self.dimension.path]) for trial in trials]
        return np.array(x, dtype=float), np.array([trial.value for trial in trials], dtype=float)

    def _across(self, value: Value) -> float:
        if isinstance(value, str):
            return float(self.dimension.choices.index(value))
        return {"log": math.log10, "power of two": math.log2, "linear": float}[self.dimension.scale](value)

    def _set_ticks(self) -> None:
        d = self.dimension
        if d.choices:
            self.plot.bottom.setTicks([list(enumerate(d.choices))])
            self.setMinimumWidth(max(self.minimumWidth(), ROOM_FOR_NAME * len(d.choices)))
        elif d.whole:
            low, high = (int(end) for end in d.inner)
            power = d.scale == "power of two"
            skip = 1 + (high - low) // 6
            ticks = [(i, str(2**i if power and i >= 0 else i)) for i in range(low, high + 1, skip)]
            self.plot.bottom.setTicks([ticks])
        elif d.scale == "log":
            decades = range(math.ceil(d.inner[0]), math.floor(d.inner[1]) + 1)
            if len(decades) > 1:
                self.plot.bottom.setTicks([[(power, f"{10.0**power:g}") for power in decades]])

    def _fit(self) -> None:
        d = self.dimension
        across = (0.0, len(d.choices) - 1.0) if d.choices else d.inner
        up = robust_range([np.array([trial.value for trial in self._trials], dtype=float)])
        self.plot.set_view(_wider(across), _wider(up or (0.0, 1.0)))

    def _tell(self, at: QPointF | None) -> None:
        text = self.nearest_text(at) if at is not None else ""
        if at is None or not text:
            self._hover.hide()
            return
        self._hover.show_lines([(part, "") for part in text.split(", ")], self.plot.to_pixel(at.x(), at.y()))


def _wider(limits: tuple[float, float]) -> tuple[float, float]:
    room = ROOM * (limits[1] - limits[0]) or 0.5
    return limits[0] - room, limits[1] + room
