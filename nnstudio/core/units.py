"""What preparation did to the target, step by step, and the way back to its own units."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Rows = NDArray[np.int64]


class Change(ABC):
    """One change of the target.

    `values` are (N, D) numbers; `rows` (N,) the source rows of each example, of a window the first row
    that it foretells. Steps D of a window follow each other in time.
    """

    @abstractmethod
    def forth(self, values: Values, rows: Rows) -> Values:
        """Return the values changed."""

    @abstractmethod
    def back(self, values: Values, rows: Rows) -> Values:
        """Return changed values as they were."""


@dataclass(frozen=True, slots=True)
class Linear(Change):
    """Shifted and scaled: was = is * scale + shift."""

    shift: float
    scale: float

    def forth(self, values: Values, rows: Rows) -> Values:
        return (values - self.shift) / self.scale

    def back(self, values: Values, rows: Rows) -> Values:
        return values * self.scale + self.shift


@dataclass(frozen=True, slots=True)
class Logged(Change):
    """The natural logarithm, behind an offset: is = log(was + offset)."""

    offset: float
    highest: float = 700.0
    """Largest logarithm that is undone: a runaway answer becomes a large number instead of infinity."""

    def forth(self, values: Values, rows: Rows) -> Values:
        return np.log(values + self.offset)

    def back(self, values: Values, rows: Rows) -> Values:
        return np.exp(np.minimum(values, self.highest)) - self.offset


@dataclass(frozen=True, slots=True)
class Rooted(Change):
    """The square root, behind an offset: is = sqrt(was + offset)."""

    offset: float

    def forth(self, values: Values, rows: Rows) -> Values:
        return np.sqrt(values + self.offset)

    def back(self, values: Values, rows: Rows) -> Values:
        return np.maximum(values, 0.0) ** 2 - self.offset


@dataclass(frozen=True, slots=True)
class Differenced(Change):
    """The change since `lag` steps ago; `before` holds every source row's value before the change."""

    before: Values
    lag: int

    def forth(self, values: Values, rows: Rows) -> Values:
        ago = [self._ago(values, rows, step) for step in range(values.shape[1])]
        return values - np.stack(ago, axis=1)

    def back(self, values: Values, rows: Rows) -> Values:
        found = np.array(values, np.float64)
        for step in range(found.shape[1]):
            found[:, step] += self._ago(found, rows, step)
        return found

    def _ago(self, levels: Values, rows: Rows, step: int) -> Values:
        """Return what was `lag` steps before a step: known from the past, or itself among the levels."""
        found: Values = (
            levels[:, step - self.lag] if step >= self.lag else self.before[rows + step - self.lag]
        )
        return found


@dataclass(frozen=True, slots=True)
class Units:
    """All changes of the target in the order in which they were made; none for what was left as it is."""

    changes: tuple[Change, ...] = ()

    def forth(self, values: Values, rows: Rows) -> Values:
        """Return values (N, D) in the target's own units as the network sees them."""
        for change in self.changes:
            values = change.forth(values, rows)
        return values

    def back(self, values: NDArray[np.floating], rows: Rows) -> Values:
        """Return values (N, D) as the network sees them in the target's own units."""
        found: Values = values.astype(np.float64)
        for change in reversed(self.changes):
            found = change.back(found, rows)
        return found

    @property
    def linear(self) -> tuple[float, float] | None:
        """(shift, scale) of the whole way back, own = seen * scale + shift; None when it is no such line."""
        return self.tail if all(isinstance(change, Linear) for change in self.changes) else None

    @property
    def tail(self) -> tuple[float, float]:
        """(shift, scale) of the way back to the last change that is no line."""
        shift, scale = 0.0, 1.0
        for change in reversed(self.changes):
            if not isinstance(change, Linear):
                break
            shift, scale = shift * change.scale + change.shift, scale * change.scale
        return shift, scale
