"""What curves say: levels, trends with a noise test, plateaus and swings, all free of absolute scales."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.finding import Evidence

Curve = NDArray[np.float64]

SHORTEST_WINDOW = 5
"""Fewer epochs than this are an accident, not a trend."""
WINDOW_SHARE = 0.1
"""A window grows with the run, so that long runs are not judged by their last blink."""
SAMPLES = 64
"""Theil-Sen compares all pairs: thinned to this many points it stays far below a millisecond."""
SURE = 3.0
"""Mann-Kendall z above which a trend is not chance (one in 700)."""
AGREEING = 0.75
"""Share of pairs of epochs (net) that must point the same way where there are too few for z."""
MAD_TO_STD = 1.4826
"""Of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A robust straight line through a curve: change per epoch, and how sure its direction is (z)."""

    slope: float
    z: float
    sure: float = SURE

    @property
    def falls(self) -> bool:
        """Whether it goes down beyond chance."""
        return self.slope < 0 and self.z < -self.sure

    @property
    def rises(self) -> bool:
        """Whether it goes up beyond chance."""
        return self.slope > 0 and self.z > self.sure


def curve(evidence: Evidence, name: str) -> Curve:
    """Return a column of the history, one value per epoch, NaN where missing."""
    return np.asarray(evidence.history[name], dtype=float)


def finite(values: Curve) -> Curve:
    """Return the values that are numbers."""
    return values[np.isfinite(values)]


def window(epochs: int) -> int:
    """Return how many epochs make a judgement: a tenth of the run, at least five."""
    return max(SHORTEST_WINDOW, round(WINDOW_SHARE * epochs))


def level(values: Curve, width: int | None = None) -> float:
    """Return where a curve stands at its end: the median of its last window; NaN when empty."""
    known = finite(values)
    if not known.size:
        return float("nan")
    return float(np.median(known[-(width or window(len(known))) :]))


def start(values: Curve) -> float:
    """Return where a curve begins; NaN when empty."""
    known = finite(values)
    return float(known[0]) if known.size else float("nan")


def lowest(values: Curve) -> float:
    """Return the smallest value; NaN when empty."""
    known = finite(values)
    return float(known.min()) if known.size else float("nan")


def noise(values: Curve) -> float:
    """Return the epoch-to-epoch scatter around the trend as a standard deviation; 0 when too short."""
    steps = np.diff(finite(values))
    if steps.size < 2:
        return 0.0
    return float(MAD_TO_STD * np.median(np.abs(steps - np.median(steps))) / np.sqrt(2))


def swing(values: Curve) -> float:
    """Return how far the curve jumps from epoch to epoch in a bad quarter of its second half."""
    known = finite(values)
    jumps = np.abs(np.diff(known[len(known) // 2 :]))
    return float(np.percentile(jumps, 75)) if jumps.size >= SHORTEST_WINDOW else 0.0


def turns(values: Curve) -> float:
    """Return the share of epochs of the second half at which the curve changes direction (noise: 2/3)."""
    known = finite(values)
    signs = np.sign(np.diff(known[len(known) // 2 :]))
    return float(np.mean(signs[1:] * signs[:-1] < 0)) if signs.size > 1 else 0.0


def trend(values: Curve) -> Trend:
    """Return the Theil-Sen line of a curve with its Mann-Kendall z; flat when there is too little."""
    known = finite(values)
    if known.size < SHORTEST_WINDOW:
        return Trend(0.0, 0.0)
    epochs = np.arange(known.size)
    if known.size > SAMPLES:
        epochs = np.linspace(0, known.size - 1, SAMPLES).round().astype(int)
        known = known[epochs]
    n = known.size
    i, j = np.triu_indices(n, 1)
    rises = known[j] - known[i]
    slope = float(np.median(rises / (epochs[j] - epochs[i])))
    spread = np.sqrt(n * (n - 1) * (2 * n + 5) / 18)
    # Five epochs can never reach z = 3: of so few, nearly all pairs must agree.
    sure = min(SURE, AGREEING * n * (n - 1) / 2 / spread)
    return Trend(slope, float(np.sign(rises).sum() / spread), sure)


def best_epoch(evidence: Evidence, name: str = "val_loss") -> int:
    """Return the epoch (from 1) of the smallest value; 0 when there is none."""
    values = curve(evidence, name)
    return int(np.nanargmin(values)) + 1 if np.isfinite(values).any() else 0


def since_above(values: Curve, bound: float) -> int:
    """Return the epoch (from 1) since which every value lies above `bound`; 0 when the last does not."""
    below = np.flatnonzero(~(values > bound))
    first = int(below[-1]) + 2 if below.size else 1
    return first if first <= len(values) else 0
