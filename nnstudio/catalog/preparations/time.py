"""Steps for what rises, swings more and more, or repeats: logarithm, square root and differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.preparations.rows import fitting
from nnstudio.core.dataset import PREPARATIONS, Column, DataProblem, Preparation, Table
from nnstudio.core.param import param
from nnstudio.core.units import Change, Differenced, Logged, Rooted

Of = Literal["inputs and target", "target"]
CHOICES = ("inputs and target", "target")
OF = (CHOICES[0], "Of", "What is changed: the inputs and the number to be predicted, or that number alone.")


class _Bent(Preparation):
    """Base of what presses large numbers together: a bend of every value, behind an offset."""

    family = "series"
    lowest: ClassVar[float]
    """What the smallest training value becomes before the bend, where it would be too small for it."""
    word: ClassVar[str]

    of: Of = param(*OF, choices=CHOICES)

    @staticmethod
    def bend(values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values above 0 bent."""
        raise NotImplementedError

    def fit(self, table: Table) -> dict[str, Any]:
        rows = fitting(table)
        columns = [c for c in table.columns if c.type == "number"] if self.of != "target" else []
        state: dict[str, Any] = {"columns": {c.name: self._offset(c.values[rows]) for c in columns}}
        number = table.target.type == "number"
        return state | {"target": self._offset(table.target.values[rows]) if number else None}

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        columns = (self._bent(column, state["columns"].get(column.name)) for column in table.columns)
        target = table.target
        if state["target"] is not None and target.type == "number":
            self._check(target, table.keep, state["target"][0])
            target = replace(target, values=self._values(target.values, *state["target"]))
        return replace(table, columns=tuple(columns), target=target)

    def _offset(self, values: NDArray[np.float64]) -> list[float] | None:
        """Return [offset, smallest training value behind it]; None for no numbers, or only 0 and 1."""
        known = values[np.isfinite(values)]
        if not len(known) or np.all((known == 0) | (known == 1)):
            return None
        smallest = float(known.min())
        offset = 0.0 if smallest > 0 or smallest == self.lowest else self.lowest - smallest
        return [offset, smallest + offset]

    def _bent(self, column: Column, fitted: list[float] | None) -> Column:
        if fitted is None:
            return column
        return Column(f"{self.word} {column.name}", "number", self._values(column.values, *fitted))

    def _values(self, values: NDArray[np.float64], offset: float, smallest: float) -> NDArray[np.float64]:
        moved = values + offset
        return self.bend(np.where(self._too_small(moved), smallest, moved))

    def _too_small(self, moved: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which values cannot be bent; a missing one is not too small, it stays missing."""
        return np.asarray(moved <= 0 if self.lowest > 0 else moved < 0)

    def _check(self, target: Column, keep: NDArray[np.bool_], offset: float) -> None:
        bad = np.flatnonzero(keep & self._too_small(target.values + offset))
        if len(bad):
            raise DataProblem(
                f"'{target.name}' falls to {target.values[bad[0]]:g} in row {bad[0] + 1}, further than in "
                f"any training row, where it has no {self.title.lower()}: take that step out."
            )


@PREPARATIONS.entry
class Logarithm(_Bent):
    """Takes the logarithm, so that growing by a tenth looks the same for small and for large numbers.

    For numbers that grow by a share of themselves or swing more the higher they are: passengers, prices,
    incomes. Logarithms need positive numbers: where a column's training values are all positive nothing
    is added; else so much is added that the smallest becomes 1. A later input that is too small all the
    same counts as the smallest one. Predictions, errors and charts are shown in the original units.
    """

    kind = "logarithm"
    title = "Logarithm"
    lowest = 1.0
    word = "log"

    @staticmethod
    def bend(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.log(values)

    def change(self, table: Table, state: Mapping[str, Any]) -> Change | None:
        return None if state["target"] is None else Logged(state["target"][0])


@PREPARATIONS.entry
class SquareRoot(_Bent):
    """Takes the square root, a gentler logarithm: the usual choice for counts, such as sunspots or visits.

    The more there is to count, the more it varies by chance; behind a square root it varies about equally
    everywhere. Where a column has negative training values so much is added that the smallest becomes 0. A
    later input that is too small all the same counts as the smallest one. Predictions, errors and charts
    are shown in the original units.
    """

    kind = "square_root"
    title = "Square root"
    lowest = 0.0
    word = "√"

    @staticmethod
    def bend(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.sqrt(values)

    def change(self, table: Table, state: Mapping[str, Any]) -> Change | None:
        return None if state["target"] is None else Rooted(state["target"][0])


@PREPARATIONS.entry
class Difference(Preparation):
    """Replaces the values of a series by how much they have changed, so that it no longer drifts away.

    Lag 1: the change since the step before, against a trend. Lag 12 on months: the change since the same
    month a year ago, which also takes the seasons out. A network cannot foretell levels that it has never
    seen, but changes stay in the range that it knows. The first steps have nothing to be compared with and
    are left out. Predictions, errors and charts are shown in the original units all the same.
    """

    kind = "difference"
    title = "Difference"
    family = "series"

    lag: int = param(
        1, "Lag", "How many steps ago the value is compared with: 1 against a trend, the length of a season "
        "against seasons.", low=1, high=512, scale="log", step=1, unit="steps", typical=(1, 12),
        too_high="Every step more costs an example, and much can happen in between.",
    )  # fmt: skip
    of: Of = param(*OF, choices=CHOICES)

    def fit(self, table: Table) -> dict[str, Any]:
        return {}

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        if not table.series:
            return table
        columns = table.columns
        if self.of != "target":
            columns = tuple(self._changes(column) for column in columns)
        target = replace(table.target, values=_since(table.target.values, self.lag))
        known = np.concatenate([np.zeros(self.lag, np.bool_), table.keep])[: len(table.keep)]
        return replace(table, columns=columns, target=target, keep=table.keep & known)

    def change(self, table: Table, state: Mapping[str, Any]) -> Change | None:
        return Differenced(table.target.values, self.lag) if table.series else None

    def _changes(self, column: Column) -> Column:
        if column.type != "number":
            return column
        return Column(f"Δ{self.lag} {column.name}", "number", _since(column.values, self.lag))


def _since(values: NDArray[np.float64], lag: int) -> NDArray[np.float64]:
    """Return the change since `lag` rows before; NaN for the first ones."""
    ago = np.concatenate([np.full(lag, np.nan), values])[: len(values)]
    return np.asarray(values - ago, np.float64)
