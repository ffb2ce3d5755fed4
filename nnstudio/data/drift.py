"""Does a series rise, or swing more and more? Networks foretell badly what they have never seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.preparations import Difference, Logarithm, SquareRoot
from nnstudio.core.dataset import DataSpec, Examples
from nnstudio.core.finding import Finding
from nnstudio.data import remedies

RISES = 2.0
"""Times the spread around its line that a series rises or falls over the training steps: beyond this the
steps to be foretold lie outside most of what has been seen."""
GROWS = 2.0
"""Times that the changes of the highest stretches are those of the lowest."""
TOGETHER = 0.7
"""Correlation of level and size of the changes: below it both merely differ."""
STRETCHES = 8
FEWEST = 24
"""Training steps below which nothing can be told."""

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Drift:
    """How the training steps of a series move, in its own units."""

    rise: float
    """Of the straight line through it, from the first step to the last."""
    spread: float
    """Standard deviation around that line."""
    calm: float
    wild: float
    """Standard deviation of the changes from step to step, in the lowest and highest stretches."""
    together: float
    """Correlation of the level of a stretch with the size of its changes."""

    @property
    def trend(self) -> bool:
        """Whether it rises or falls clearly."""
        return abs(self.rise) >= RISES * self.spread

    @property
    def grows(self) -> bool:
        """Whether it swings more the higher it is."""
        return self.together >= TOGETHER and self.wild >= GROWS * self.calm


def drift(values: Values, season: int = 0) -> Drift:
    """Measure a series (N,) of at least `FEWEST` steps; a stretch is never shorter than a season."""
    steps = np.arange(len(values))
    slope, start = np.polyfit(steps, values, 1)
    spread = float((values - slope * steps - start).std())
    count = max(2, min(STRETCHES, len(values) // max(season, 4)))
    parts = np.array_split(values, count)
    levels, sizes = (np.array([f(part) for part in parts]) for f in (np.mean, _size))
    order = np.argsort(levels)
    third = max(1, count // 3)
    moving = sizes.std() > 0 and levels.std() > 0
    together = float(np.corrcoef(levels, sizes)[0, 1]) if moving and count > 3 else 0.0
    calm, wild = float(sizes[order[:third]].mean()), float(sizes[order[-third:]].mean())
    return Drift(float(slope) * (len(values) - 1), spread, calm, wild, together)


def drifting(examples: Examples, train: NDArray[np.bool_], spec: DataSpec) -> Iterator[Finding]:
    """Yield what is found in the training steps of a series, with a remedy that is undone in every answer."""
    how, values = examples.windows, examples.target.values
    if how is None or not how.size or values.dtype == object or spec.goal != "predict":
        return
    known = values[train & np.isfinite(values)]
    if len(known) < FEWEST or known.min() == known.max():
        return
    found = drift(known, how.season)
    have = {type(step) for step in spec.preparation}
    yield _trend(found, examples.target.name, how.season, Difference in have)
    yield _growing(found, examples.target.name, float(known.min()), bool(have & {Logarithm, SquareRoot}))


def _trend(found: Drift, name: str, season: int, mended: bool) -> Finding:
    if not found.trend or mended:
        words = "Differences keep the trend out" if mended else "No strong trend in the training steps"
        return Finding("trend", words, {}, "", "ok")
    lags = dict.fromkeys((season, 1)) if season > 1 else (1,)
    return Finding(
        "trend", f"{name} {'rises' if found.rise > 0 else 'falls'} all along",
        {"change over the training steps": _plain(found.rise), "spread around it": _plain(found.spread)},
        "The steps to be foretold lie beyond most levels that training has seen, and a network carries no "
        "line on by itself. It can foretell the changes instead; they stay where they have always been.",
        "warning", fixes=tuple(remedies.difference(lag) for lag in lags),
    )  # fmt: skip


def _growing(found: Drift, name: str, lowest: float, mended: bool) -> Finding:
    if not found.grows or mended:
        words = (
            "A logarithm or root evens the swings out" if mended else "The swings do not grow with the level"
        )
        return Finding("growing_variance", words, {}, "", "ok")
    # Where a series comes close to nothing a logarithm would tear its low stretches apart.
    fixes = (remedies.logarithm(), remedies.square_root())
    fixes = fixes[::-1] if lowest <= 0 else fixes
    return Finding(
        "growing_variance", f"{name} swings more the higher it is",
        {"change per step, low": _plain(found.calm), "high": _plain(found.wild),
         "correlation of level and change": f"{found.together:.2f}"},
        "Errors on the high stretches drown all others, and later swings are wider than any seen. Behind a "
        "logarithm equal shares look equal; a square root does half as much.", "hint", fixes=fixes,
    )  # fmt: skip


def _size(part: Values) -> float:
    return float(np.diff(part).std())


def _plain(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
