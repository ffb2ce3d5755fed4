"""Steps that turn categories and dates into numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from nnstudio.catalog.preparations.rows import fitting, levels, missing
from nnstudio.core.dataset import PREPARATIONS, Column, DataProblem, Preparation, Table
from nnstudio.core.param import param

UNSEEN = -1.0


@PREPARATIONS.entry
class EncodeCategories(Preparation):
    """Turns categories into numbers, for a network can only calculate.

    One-hot gives every category an own input that is 1 or 0: right when there is no order (colours).
    Ordinal numbers them 0, 1, 2...: only when the order means something (small, medium, large). A
    category that the training rows do not have becomes all zeros (one-hot) or -1 (ordinal).
    """

    kind = "encode_categories"
    title = "Encode categories"
    family = "encoding"

    method: Literal["one-hot", "ordinal"] = param(
        "one-hot", "Method", "One input per category, or one number for all.", choices=("one-hot", "ordinal")
    )
    rare: int = param(
        1, "Rarer than", "Categories with fewer training rows than this count as not seen.",
        low=1, high=100, scale="log", step=1, unit="rows", advanced=True,
    )  # fmt: skip
    most: int = param(
        50, "Most categories", "Refuse one-hot columns with more categories than this.",
        low=2, high=1000, scale="log", step=1, advanced=True,
        too_high="Thousands of nearly empty inputs: slow, and easy to memorise.",
    )  # fmt: skip

    def fit(self, table: Table) -> dict[str, Any]:
        rows = fitting(table)
        columns = (column for column in table.columns if column.type == "category")
        return {"levels": {column.name: self._levels(column, rows) for column in columns}}

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        columns: list[Column] = []
        for column in table.columns:
            if column.type != "category":
                columns.append(column)
                continue
            _no_gaps(column, table)
            known = state["levels"][column.name]
            columns += _one_hot(column, known) if self.method == "one-hot" else [_ordinal(column, known)]
        return replace(table, columns=tuple(columns))

    def _levels(self, column: Column, rows: Any) -> list[str]:
        counts = Counter(column.values[rows])
        known = levels(value for value, count in counts.items() if count >= self.rare)
        if self.method == "one-hot" and len(known) > self.most:
            raise DataProblem(
                f"The column '{column.name}' has {len(known)} different categories, more than {self.most}: "
                f"one input for each would be too many. Leave the column out, encode it as ordinal, or count "
                f"rare categories as not seen."
            )
        return known


def _one_hot(column: Column, known: list[str]) -> list[Column]:
    codes = _codes(column, known)
    return [
        Column(f"{column.name}={level}", "number", (codes == i).astype(np.float64))
        for i, level in enumerate(known)
    ]


def _ordinal(column: Column, known: list[str]) -> Column:
    return Column(column.name, "number", _codes(column, known))


def _codes(column: Column, known: list[str]) -> Any:
    at = {level: float(i) for i, level in enumerate(known)}
    return np.fromiter((at.get(value, UNSEEN) for value in column.values), np.float64, len(column.values))


def _no_gaps(column: Column, table: Table) -> None:
    gaps = int((missing(column.values) & table.keep).sum())
    if gaps:
        raise DataProblem(
            f"Values missing in the column '{column.name}': {gaps}. Put the step Missing values before "
            f"Encode categories."
        )


@PREPARATIONS.entry
class DatesToNumbers(Preparation):
    """Turns dates into numbers: days that have passed, or year, month and day of the week.

    Days since 1970 suit a trend. Year, month (1 to 12) and day of the week (1 is Monday) suit
    seasons and habits.
    """

    kind = "dates"
    title = "Dates to numbers"
    family = "encoding"

    method: Literal["days", "calendar"] = param(
        "days", "Method", "One number that counts days, or three that read the calendar.",
        choices=("days", "calendar"),
    )  # fmt: skip

    def fit(self, table: Table) -> dict[str, Any]:
        return {}

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        columns: list[Column] = []
        for column in table.columns:
            if column.type != "date":
                columns.append(column)
            elif self.method == "days":
                columns.append(Column(column.name, "number", column.values))
            else:
                columns += _calendar(column)
        return replace(table, columns=tuple(columns))


def _calendar(column: Column) -> list[Column]:
    gaps = np.isnan(column.values)
    days = np.floor(np.where(gaps, 0.0, column.values)).astype(np.int64)
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]").astype(np.int64)
    # 1 January 1970 was a Thursday.
    parts = {"year": 1970 + months // 12, "month": months % 12 + 1, "weekday": (days + 3) % 7 + 1}
    return [
        Column(f"{column.name}: {part}", "number", np.where(gaps, np.nan, values.astype(np.float64)))
        for part, values in parts.items()
    ]
