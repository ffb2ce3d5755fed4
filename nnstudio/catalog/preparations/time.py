"""Steps for what rises, swings more and more, or repeats: logarithm and differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.preparations.rows import fitting
from nnstudio.core.dataset import PREPARATIONS, Column, DataProblem, Preparation, Table
from nnstudio.core.param import param
from nnstudio.core.units import Change, Differenced, Logged

Of = Literal["inputs and target", "target"]
CHOICES = ("inputs and target", "target")
OF = (CHOICES[0], "Of", "What is changed: the inputs and the number to be predicted, or that number alone.")


@PREPARATIONS.entry
class Logarithm(Preparation):
    """Takes the logarithm, so that growing by a tenth looks the same for small and for large numbers.

    For numbers that grow by a share of themselves or swing more the higher they are: passengers, prices,
    incomes. Logarithms need positive numbers: where a column's training values are all positive nothing
    is added; else so much is added that the smallest becomes 1. A later input that is too small all the
    same counts as the smallest one. Predictions, errors and charts are shown in the original units.
    """

    kind = "logarithm"
    title = "Logarithm"
    family = "series"

    of: Of = param(*OF, choices=CHOICES)

    def fit(self, table: Table) -> dict[str, Any]:
        rows = fitting(table)
        columns = [c for c in table.columns if c.type == "number"] if self.of != "target" else []
        state: dict[str, Any] = {"columns": {c.name: _offset(c.values[rows]) for c in columns}}
        return state | {"target": _offset(table.target.values[rows]) if _number(table.target) else None}

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        columns = (_logged(column, state["columns"].get(column.name)) for column in table.columns)
        target = table.target
        if state["target"] is not None and _number(target):
            _check(target, table.keep, state["target"][0])
            target = replace(target, values=_log(target.values, *state["target"]))
        return replace(table, columns=tuple(columns), target=target)

    def change(self, table: Table, state: Mapping[str, Any]) -> Change | None:
        return None if state["target"] is None else Logged(state["target"][0])


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


def _number(column: Column) -> bool:
    return column.type == "number"


def _offset(values: NDArray[np.float64]) -> list[float] | None:
    """Return [offset, smallest training value behind it]; None for a column without a number or of flags."""
    known = values[np.isfinite(values)]
    if not len(known) or np.all((known == 0) | (known == 1)):
        return None
    smallest = float(known.min())
    offset = 0.0 if smallest > 0 else 1.0 - smallest
    return [offset, smallest + offset]


def _logged(column: Column, fitted: list[float] | None) -> Column:
    if fitted is None:
        return column
    return Column(f"log {column.name}", "number", _log(column.values, *fitted))


def _log(values: NDArray[np.float64], offset: float, smallest: float) -> NDArray[np.float64]:
    moved = values + offset
    # A missing value is not too small: it stays missing.
    found: NDArray[np.float64] = np.log(np.where(moved <= 0, smallest, moved))
    return found


def _check(target: Column, keep: NDArray[np.bool_], offset: float) -> None:
    bad = np.flatnonzero(keep & (target.values + offset <= 0))
    if len(bad):
        raise DataProblem(
            f"'{target.name}' falls to {target.values[bad[0]]:g} in row {bad[0] + 1}, further than in any "
            "training row, where it has no logarithm: take the step Logarithm out."
        )


def _since(values: NDArray[np.float64], lag: int) -> NDArray[np.float64]:
    """Return the change since `lag` rows before; NaN for the first ones."""
    ago = np.concatenate([np.full(lag, np.nan), values])[: len(values)]
    return np.asarray(values - ago, np.float64)
