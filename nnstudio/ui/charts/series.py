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
BLOCK = 64
"""Points of which a long curve remembers the least and the greatest."""
BLOCKS_PER_BUCKET = 4
"""Fewer blocks than these would make the edges of the buckets felt."""


class Series:
    """Hold one curve and let it grow at its end without copying what is already there."""

    def __init__(self, x: ArrayLike = (), y: ArrayLike = ()) -> None:
        self._data = np.empty((2, 0))
        self._size = 0
        self._coarse: Series | None = None
        self._blocks = 0
        self._average: _Average | None = None
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

    def follow(self, x: Sequence[float], y: Sequence[float]) -> None:
        """Take over columns that have only grown since the last time: what is here is not read again."""
        self.append(x[self._size : len(y)], y[self._size :])

    def thinned(self, buckets: int, low: float, high: float) -> tuple[Array, Array]:
        """Return what `decimate` does, for long curves from the extremes of blocks looked at once."""
        start, stop = np.searchsorted(self.x, (low, high))
        if stop - start < BLOCKS_PER_BUCKET * BLOCK * buckets:
            return decimate(self.x, self.y, buckets, low, high)
        coarse = self._coarse = self._coarse or Series()
        done = self._blocks * BLOCK
        whole = self._size // BLOCK * BLOCK
        if whole > done:
            places = extremes(self.y[done:whole], BLOCK) + done
            coarse.append(self.x[places], self.y[places])
            self._blocks = whole // BLOCK
        x, y = (np.concatenate(parts) for parts in ((coarse.x, self.x[whole:]), (coarse.y, self.y[whole:])))
        return decimate(x, y, buckets, low, high)

    def smoothed(self, weight: float) -> Series:
        """Return the moving average as a curve that grows with this one."""
        if self._average is None or self._average.weight != weight:
            self._average = _Average(weight)
        self._average.grow(self)
        return self._average.curve

    def at(self, position: float) -> float | None:
        """Return the value nearest to `position`, None beyond the ends of the curve."""
        x = self.x
        if not len(x):
            return None
        spacing = (x[-1] - x[0]) / (len(x) - 1) if len(x) > 1 else 1.0
        index = nearest(x, position)
        return float(self.y[index]) if abs(x[index] - position) <= 0.5 * spacing + 1e-9 else None


class _Average:
    """The moving average of a curve that grows."""

    def __init__(self, weight: float) -> None:
        self.weight = weight
        self.curve = Series()
        self._last: float | None = None

    def grow(self, source: Series) -> None:
        """Go on from where the average ends."""
        known = len(self.curve)
        values = smooth(source.y[known:], self.weight, self._last)
        finite = values[np.isfinite(values)]
        self._last = float(finite[-1]) if len(finite) else self._last
        self.curve.append(source.x[known:], values)


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
    keep = np.concatenate([[0], extremes(y[:whole], size), np.arange(whole, len(x)), [len(x) - 1]])
    keep = np.unique(keep)
    return x[keep], y[keep]


def extremes(y: Array, size: int) -> NDArray[np.intp]:
    """Return where in each block of `size` the least and the greatest finite value lie, in rising order."""
    blocks = y.reshape(-1, size)
    finite = np.isfinite(blocks)
    smallest = np.where(finite, blocks, np.inf).argmin(axis=1)
    greatest = np.where(finite, blocks, -np.inf).argmax(axis=1)
    picked = np.sort(np.stack([smallest, greatest], axis=1), axis=1)
    return np.unique(picked + np.arange(0, len(y), size)[:, None])


def smooth(y: Array, weight: float, before: float | None = None) -> Array:
    """Return the exponential moving average s[t] = weight * s[t-1] + (1 - weight) * y[t], s[0] = y[0].

    `before` is the s[-1] of a curve that these values go on with.
    Values that are not finite are left as they are and do not enter the average.
    Computed as a doubling scan: log2 of the memory's length passes over the array.
    """
    finite = np.isfinite(y)
    values = y[finite]
    if not len(values) or weight <= 0:
        return y.copy()
    average = (1.0 - weight) * values
    average[0] = values[0] if before is None else average[0] + weight * before
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
