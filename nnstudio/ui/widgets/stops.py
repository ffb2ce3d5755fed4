"""The positions of a slider: which values it stops at and where on the track they lie."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from nnstudio.core.param import Param, Scale

_MANTISSAS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
"""Ten round values a decade: near enough to aim at, round enough to read."""
_MOST_STOPS = 2000
_OFF_WIDTH = 0.06
"""Share of the track kept for "off" on a log scale that allows 0."""


@dataclass(frozen=True, slots=True)
class Stops:
    """A slider's stops in rising order; on a log scale the first may be 0, meaning off."""

    values: tuple[float, ...]
    scale: Scale
    low: float
    high: float

    @property
    def has_off(self) -> bool:
        """Tell whether the leftmost stop is a 0 that the scale itself cannot reach."""
        return self.values[0] == 0 and self.low > 0

    def nearest(self, value: float) -> int:
        """Return the index of the stop closest to `value` on the track."""
        place = self.fraction(value)
        after = bisect_left(self.values, value)
        around = range(max(0, after - 1), min(len(self.values), after + 1))
        return min(around, key=lambda index: abs(self.fraction(self.values[index]) - place))

    def at(self, fraction: float) -> int:
        """Return the index of the stop closest to a share of the track, 0 to 1."""
        fraction = min(1.0, max(0.0, fraction))
        after = bisect_left(self.values, fraction, key=self.fraction)
        around = range(max(0, after - 1), min(len(self.values), after + 1))
        return min(around, key=lambda index: abs(self.fraction(self.values[index]) - fraction))

    def fraction(self, value: float) -> float:
        """Return where a value lies on the track, 0 to 1; values outside lie at the ends."""
        start = _OFF_WIDTH if self.has_off else 0.0
        if self.has_off and value < self.low:
            return 0.0
        value = min(self.high, max(self.low, value))
        if self.scale == "linear":
            share = (value - self.low) / (self.high - self.low)
        else:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        return start + share * (1 - start)


def stops_of(param: Param, *, integer: bool = False) -> Stops | None:
    """Return a parameter's stops, None when it has no two bounds to lie between.

    Raises ValueError for a log scale that does not start above 0.
    """
    if param.low is None or param.high is None or param.high <= param.low:
        return None
    if param.scale != "linear" and param.low <= 0:
        raise ValueError(f"{param.label}: a {param.scale} scale must start above 0, not at {param.low:g}")
    low, high = param.low, param.high
    values = _values(param, low, high, integer)
    if param.zero and low > 0:
        values = (0, *values)
    return Stops(values, param.scale, low, high)


def _values(param: Param, low: float, high: float, integer: bool) -> tuple[float, ...]:
    if param.scale == "linear":
        values: Iterable[float] = _grid(low, high, param.step or _round_step(high - low, integer))
    elif param.scale == "power of two":
        values = (2.0**power for power in range(math.ceil(math.log2(low)), math.floor(math.log2(high)) + 1))
    else:
        decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        values = (float(f"{mantissa}e{decade}") for decade in decades for mantissa in _MANTISSAS)
        if integer:
            values = [*values, *range(1, 10)]
    inside = {low, high} | {value for value in values if low <= value <= high}
    if integer:
        return tuple(sorted({int(value) for value in inside if value == int(value)}))
    return tuple(sorted(float(value) for value in inside))


def _grid(low: float, high: float, step: float) -> list[float]:
    while (high - low) / step > _MOST_STOPS:
        step *= 10
    return [round(low + index * step, 10) for index in range(int((high - low) / step + 1e-9) + 1)]


def _round_step(span: float, integer: bool) -> float:
    rough = span / 100
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * mantissa for mantissa in (1, 2, 5, 10) if rough <= power * mantissa * 1.0001)
    return max(1.0, step) if integer else step
