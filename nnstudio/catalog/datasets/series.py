"""Bundled series: real counts over many years, and seasons drawn by the program."""

from __future__ import annotations

import csv
from datetime import date
from typing import ClassVar

import numpy as np

from nnstudio.core.dataset import SOURCES, Column, ColumnType, Examples, Source, Windows
from nnstudio.core.param import param
from nnstudio.core.resources import path

EPOCH = date(1970, 1, 1)


class Forecast(Source):
    """Base of everything that is foretold from its own past: the settings of its windows."""

    window: int = param(
        12, "Window", "Steps of the past that the network sees.", low=2, high=512, scale="log", step=1,
        unit="steps", typical=(8, 64), too_low="The pattern is longer than what is seen.",
        too_high="Few examples, and much to read that does not matter.",
    )  # fmt: skip
    horizon: int = param(
        1, "Horizon", "Steps of the future that are foretold at once.", low=1, high=128, scale="log",
        step=1, unit="steps", typical=(1, 12), too_high="The far future is hardly in the past.",
    )  # fmt: skip
    step: int = param(
        1, "Step", "Steps from the start of one example to the start of the next.", low=1, high=128,
        scale="log", step=1, unit="steps", advanced=True, too_high="Few examples.",
    )  # fmt: skip
    season: int = param(
        0, "Season", "Steps after which the pattern repeats, 0 when there is none. The guess to beat then "
        "says what was so long ago, if the window reaches back that far.",
        low=0, high=512, step=1, unit="steps", advanced=True,
    )  # fmt: skip

    def examples(
        self, order: Column, columns: tuple[Column, ...], target: Column, notes: tuple[str, ...] = ()
    ) -> Examples:
        """Return the steps of a series in order, to be cut into windows by these settings."""
        how = Windows(self.window, self.horizon, self.step, self.season)
        return Examples(self.label(), target, "regression", columns, notes=notes, windows=how, order=order)


SEASON = Forecast.params()["season"]


class Recorded(Forecast):
    """Base of the bundled records: a file of two columns, when and how much."""

    family = "series"
    example = True
    file: ClassVar[str] = ""
    dated: ClassVar[ColumnType] = "number"

    def load(self) -> Examples:
        with path(f"data/{self.file}").open(encoding="utf-8", newline="") as file:
            (when, what), *rows = csv.reader(file)
        read = _days if self.dated == "date" else float
        order = Column(when, self.dated, np.array([read(row[0]) for row in rows]))
        values = Column(what, "number", np.array([float(row[1]) for row in rows]))
        return self.examples(order, (values,), values)


@SOURCES.entry
class Airline(Recorded):
    """144 months of air passengers, in thousands, from 1949 to 1960.

    The classic of forecasting (Box and Jenkins, 1976, series G): it rises, and swings more every year.
    The training years are lower than those to be judged, so a network that only repeats what it has
    seen falls short. The guess to beat is the same month a year ago.
    """

    kind = "airline"
    title = "Air passengers"
    file = "airline_passengers.csv"
    dated = "date"

    season: int = param(12, SEASON.label, SEASON.help, low=0, high=512, step=1, unit="steps", advanced=True)


@SOURCES.entry
class Sunspots(Recorded):
    """289 years of sunspots, 1700 to 1988: the mean number seen on a day.

    They come and go in about eleven years, but no two cycles are alike (Tong, 1990). Small networks
    beat the guess "as last year" clearly; nobody foretells the height of the next peak well.
    """

    kind = "sunspots"
    title = "Sunspots"
    file = "sunspots.csv"


@SOURCES.entry
class Seasons(Forecast):
    """Two waves on a slope with noise, drawn by the program: every setting of a series at your hand.

    A window that holds a whole wave makes it easy. A second column tells how warm it is: it runs a few
    steps ahead of what is foretold, as some things in life do.
    """

    kind = "seasons"
    title = "Seasons"
    family = "series"
    example = True

    samples: int = param(
        600, "Steps", "Length of the series.", low=100, high=5000, scale="log", step=10, unit="steps",
        typical=(300, 2000), too_low="Few examples.",
    )  # fmt: skip
    period: int = param(
        24, "Period", "Steps of the longer wave; the shorter one takes a third of it.", low=4, high=200,
        scale="log", step=1, unit="steps", too_high="Longer than the window: hard to see.",
    )  # fmt: skip
    trend: float = param(
        0.5, "Trend", "How much the whole series rises from its beginning to its end.", low=-5.0, high=5.0,
        step=0.1, too_high="The future leaves the range that training has seen.",
    )  # fmt: skip
    noise: float = param(
        0.2, "Noise", "Standard deviation of what cannot be foretold.", low=0.0, high=1.0, step=0.01,
        typical=(0.0, 0.3), too_high="Nothing is left to learn.",
    )  # fmt: skip
    seed: int = param(0, "Data seed", "Another seed draws another series.", low=0, high=9999, step=1)

    def load(self) -> Examples:
        rng = np.random.default_rng(self.seed)
        t = np.arange(self.samples, dtype=np.float64)
        turn = 2 * np.pi * t / self.period
        slope = self.trend * t / self.samples
        clean = np.sin(turn) + 0.4 * np.sin(3 * turn + 1.0) + slope
        value = Column("value", "number", clean + rng.normal(0.0, self.noise, self.samples))
        warm = np.sin(turn + 0.8) + rng.normal(0.0, self.noise, self.samples)
        return self.examples(Column("step", "number", t), (value, Column("warmth", "number", warm)), value)


def _days(text: str) -> float:
    return float((date.fromisoformat(text) - EPOCH).days)
