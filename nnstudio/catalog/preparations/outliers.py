"""Steps that deal with extreme values and with columns that tell nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.preparations.rows import fitting, missing
from nnstudio.core.dataset import PREPARATIONS, Column, Preparation, Table
from nnstudio.core.param import param

Rule = Literal["IQR", "z-score"]


@PREPARATIONS.entry
class Outliers(Preparation):
    """Cuts extreme values of the input columns back to a limit, or leaves such rows out of training.

    IQR: beyond the quartiles by more than so many times the distance between them; a few wild values
    do not move it. Z-score: further from the mean than so many standard deviations; for bell-shaped
    columns. The limits come from the training rows; rows are only ever left out there, for the network
    will meet extreme values later too. Look first: an extreme value may be the most telling one.
    """

    kind = "outliers"
    title = "Outliers"
    family = "cleaning"

    rule: Rule = param("IQR", "Rule", "What counts as extreme.", choices=("IQR", "z-score"))
    iqr: float = param(
        1.5, "IQR factor", "Distances between the quartiles beyond which a value is extreme (rule IQR).",
        low=0.5, high=10.0, step=0.1, typical=(1.5, 3.0), too_low="Ordinary values are cut.",
        too_high="Nothing is ever extreme.", source="1.5 is Tukey's rule; 3 marks far-out values.",
    )  # fmt: skip
    z: float = param(
        3.0, "Deviations", "Standard deviations beyond which a value is extreme (rule z-score).",
        low=1.0, high=10.0, step=0.1, typical=(2.5, 4.0), too_low="Ordinary values are cut.",
        too_high="Nothing is ever extreme.",
    )  # fmt: skip
    action: Literal["clip", "drop"] = param(
        "clip", "What to do", "Clip moves the value to the limit; drop leaves the training row out.",
        choices=("clip", "drop"),
    )  # fmt: skip

    def fit(self, table: Table) -> dict[str, Any]:
        rows = fitting(table)
        numbers = (column for column in table.columns if column.type == "number")
        factor = self.iqr if self.rule == "IQR" else self.z
        return {"limits": {c.name: list(limits(c.values[rows], self.rule, factor)) for c in numbers}}

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        if self.action == "clip":
            return replace(
                table, columns=tuple(_clipped(c, state["limits"].get(c.name)) for c in table.columns)
            )
        extreme = np.zeros(len(table.keep), np.bool_)
        for column in table.columns:
            if column.name in state["limits"]:
                low, high = state["limits"][column.name]
                # A missing value is not extreme: comparisons with it are false.
                extreme |= (column.values < low) | (column.values > high)
        return replace(table, keep=table.keep & ~(extreme & table.train))


@PREPARATIONS.entry
class DropConstant(Preparation):
    """Leaves out columns that never change in the training rows: they teach nothing."""

    kind = "drop_constant"
    title = "Drop constant columns"
    family = "cleaning"

    def fit(self, table: Table) -> dict[str, Any]:
        rows = fitting(table)
        return {"constant": [column.name for column in table.columns if is_constant(column, rows)]}

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        left = tuple(column for column in table.columns if column.name not in state["constant"])
        return replace(table, columns=left)


@PREPARATIONS.entry
class DropColumns(Preparation):
    """Leaves out columns by name: those that give the answer away, or that will not be known later."""

    kind = "drop_columns"
    title = "Drop columns"
    family = "cleaning"

    names: str = param("", "Columns", "Names of the columns to leave out, separated by a semicolon.")

    @property
    def listed(self) -> tuple[str, ...]:
        """The names, one by one."""
        return tuple(name.strip() for name in self.names.split(";") if name.strip())

    def fit(self, table: Table) -> dict[str, Any]:
        return {}

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        return replace(table, columns=tuple(c for c in table.columns if c.name not in self.listed))


def limits(values: NDArray[np.float64], rule: Rule, factor: float) -> tuple[float, float]:
    """Return the lowest and highest value that is not extreme; missing values are skipped.

    Quartiles are interpolated linearly; the deviation is that of the population. Where the rule would
    cut every other value (half of a column is the same number) nothing is extreme.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return -float(np.finfo(np.float64).max), float(np.finfo(np.float64).max)
    if rule == "IQR":
        low, high = (float(q) for q in np.percentile(known, (25, 75)))
        reach = factor * (high - low)
    else:
        low = high = float(known.mean())
        reach = factor * float(known.std())
    if reach <= 0:
        return float(known.min()), float(known.max())
    return low - reach, high + reach


def is_constant(column: Column, rows: NDArray[np.bool_]) -> bool:
    """Tell whether a column has one value in these rows, gaps included as a value of their own."""
    values = column.values[rows]
    gaps = missing(values)
    known = values[~gaps]
    if len(known) == 0:
        return len(values) > 0
    return not gaps.any() and bool((known == known[0]).all())


def _clipped(column: Column, fitted: list[float] | None) -> Column:
    if fitted is None:
        return column
    low, high = fitted
    return replace(column, values=np.clip(column.values, low, high))
