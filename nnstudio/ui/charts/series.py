"""Arithmetic behind the curves: growing storage, decimation, smoothing and a robust value range."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

ENOUGH_FOR_PERCENTILES = 5
CORE_PERCENT = 5.0
REACH = 3.0
"""Values further than this many core spreads outside the core are spikes and leave the view."""


class Series:
    """Hold one curve and let it grow at its end without copying what is already there."""

    def __init__(self, x: ArrayLike = (), y: ArrayLike = ()) -> None:
        self._data = np.empty((2, 0))
        self._size = 0
        self.append(x, y)

    @property
    def x(self) -> Array:
        """Return a view of the positions."""
        return self._data[0, : self._size]

    @property
    def y(self) -> Array:
        """Return a view of the values."""
        return self._data[1, : self._size]

    def __len__(self) -> int:
        return self._size

    def append(self, x: ArrayLike, y: ArrayLike) -> None:
        """Add points at the end; `x` and `y` are numbers or arrays of one length, `x` rising."""
        new = np.stack([np.atleast_1d(np.asarray(values, dtype=float)) for values in (x, y)])
        end = self._size + new.shape[1]
        if end > self._data.shape[1]:
            grown = np.empty((2, max(64, 2 * end)))
            grown[:, : self._size] = self._data[:, : self._size]
            self._data = grown
        self._data[:, self._size : end] = new
        self._size = end

    def at(self, position: float) -> float | None:
        """Return the value nearest to `position`, None beyond the ends of the curve."""
        x = self.x
        if not len(x):
            return None
        spacing = (x[-1] - x[0]) / (len(x) - 1) if len(x) > 1 else 1.0
        index = nearest(x, position)
        return float(self.y[index]) if abs(x[index] - position) <= 0.5 * spacing + 1e-9 else None


def nearest(x: Array, position: float) -> int:
    """Return the index of the entry of the rising, non-empty array `x` that lies nearest."""
    right = int(np.clip(np.searchsorted(x, position), 1, max(len(x) - 1, 1)))
    if right >= len(x) or position - x[right - 1] <= x[right] - position:
        return right - 1
    return right


def decimate(x: Array, y: Array, buckets: int, low: float, high: float) -> tuple[Array, Array]:
    """Return the points between `low` and `high`, thinned to the least and greatest of each bucket.

    One point beyond either side is kept, so that lines run on to the edge. Order along `x` is kept.
    """
    start = max(int(np.searchsorted(x, low, "left")) - 1, 0)
    stop = min(int(np.searchsorted(x, high, "right")) + 1, len(x))
    x, y = x[start:stop], y[start:stop]
    size = len(x) // max(buckets, 1)
    if size <= 2:
        return x, y
    whole = len(x) // size * size
    blocks = y[:whole].reshape(-1, size)
    finite = np.isfinite(blocks)
    smallest = np.where(finite, blocks, np.inf).argmin(axis=1)
    greatest = np.where(finite, blocks, -np.inf).argmax(axis=1)
    offsets = np.arange(0, whole, size)
    picked = np.sort(np.stack([smallest, greatest], axis=1), axis=1) + offsets[:, None]
    keep = np.concatenate([[0], picked.ravel(), np.arange(whole, len(x)), [len(x) - 1]])
    keep = np.unique(keep)
    return x[keep], y[keep]


def smooth(y: Array, weight: float) -> Array:
    """Return the exponential moving average s[t] = weight * s[t-1] + (1 - weight) * y[t], s[0] = y[0].

    Values that are not finite are left as they are and do not enter the average.
    Computed as a doubling scan: log2 of the memory's length passes over the array.
    """
    finite = np.isfinite(y)
    values = y[finite]
    if not len(values) or weight <= 0:
        return y.copy()
    average = (1.0 - weight) * values
    average[0] = values[0]
    shift, factor = 1, weight
    while shift < len(values) and factor > 1e-17:
        average[shift:] += factor * average[:-shift].copy()
        shift, factor = 2 * shift, factor * factor
    result = y.copy()
    result[finite] = average
    return result


def robust_range(values: Sequence[Array]) -> tuple[float, float] | None:
    """Return the lowest and highest value worth showing, without lone spikes; None without values."""
    joined = np.concatenate([part[np.isfinite(part)] for part in values]) if values else np.empty(0)
    if not len(joined):
        return None
    least, greatest = float(joined.min()), float(joined.max())
    if len(joined) < ENOUGH_FOR_PERCENTILES:
        return least, greatest
    low = float(np.percentile(joined, CORE_PERCENT, method="higher"))
    high = float(np.percentile(joined, 100 - CORE_PERCENT, method="lower"))
    spread = high - low
    if spread <= 0:
        return least, greatest
    shown_low = least if low - least <= REACH * spread else low - 0.25 * spread
    shown_high = greatest if greatest - high <= REACH * spread else high + 0.25 * spread
    return shown_low, shown_high
