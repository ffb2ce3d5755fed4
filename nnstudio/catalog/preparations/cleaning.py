"""Steps that decide about rows that repeat and values that are not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from nnstudio.catalog.preparations.rows import fitting, levels, missing, repeats, row_keys
from nnstudio.core.dataset import PREPARATIONS, Column, DataProblem, Preparation, Table
from nnstudio.core.param import param

OWN_CATEGORY = "missing"


@PREPARATIONS.entry
class DropDuplicates(Preparation):
    """Keeps only the first of rows that are equal in every column, the target included.

    Copies of a training row among the validation rows make the network look better than it is: it
    has seen the answer. Real repeated measurements may be worth keeping; look before you drop.
    """

    kind = "drop_duplicates"
    title = "Drop duplicates"
    family = "cleaning"

    def fit(self, table: Table) -> dict[str, Any]:
        return {}

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        # New examples to be predicted come without training rows: each of them wants its answer.
        if not table.columns or not table.train.any():
            return table
        columns = [column.values[table.keep] for column in (*table.columns, table.target)]
        keep = table.keep.copy()
        keep[table.keep] = ~repeats(row_keys(columns))
        return replace(table, keep=keep)


@PREPARATIONS.entry
class KeepMissing(Preparation):
    """Lets missing and infinite numbers through to the network as they are.

    A network cannot calculate with them: its loss is no number after the first step, and training stops.
    Of use to see exactly that, as in a program that forgot about its gaps.
    """

    kind = "keep_missing"
    title = "Keep missing values"
    family = "cleaning"

    def fit(self, table: Table) -> dict[str, Any]:
        return {}

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        return replace(table, gaps=True)


@PREPARATIONS.entry
class FillMissing(Preparation):
    """Fills the gaps in the columns, or drops the rows that have any.

    The median is not fooled by a few extreme values, the mean is. For categories, an own category
    "missing" keeps the information that something was missing. What is filled in is worked out on the
    training rows only.
    """

    kind = "fill_missing"
    title = "Missing values"
    family = "cleaning"

    numbers: Literal["median", "mean", "most frequent", "drop"] = param(
        "median", "Numbers", "What to do with a missing number or date; drop leaves the row out.",
        choices=("median", "mean", "most frequent", "drop"),
    )  # fmt: skip
    categories: Literal["own category", "most frequent", "drop"] = param(
        "own category", "Categories", "What to do with a missing category; drop leaves the row out.",
        choices=("own category", "most frequent", "drop"),
    )  # fmt: skip

    def fit(self, table: Table) -> dict[str, Any]:
        rows = fitting(table)
        return {
            "fill": {column.name: self._fill(column, rows) for column in table.columns if self._fills(column)}
        }

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        columns, keep = [], table.keep.copy()
        for column in table.columns:
            gaps = missing(column.values)
            if not gaps.any():
                columns.append(column)
            elif column.name in state["fill"]:
                values = column.values.copy()
                values[gaps] = state["fill"][column.name]
                columns.append(replace(column, values=values))
            else:
                columns.append(column)
                keep &= ~gaps | (column.type == "text")
        return replace(table, columns=tuple(columns), keep=keep)

    def _fills(self, column: Column) -> bool:
        if column.type == "category":
            return self.categories != "drop"
        return column.type in ("number", "date") and self.numbers != "drop"

    def _fill(self, column: Column, rows: Any) -> float | str:
        if column.type == "category" and self.categories == "own category":
            return OWN_CATEGORY
        values = column.values[rows]
        values = values[~missing(values)]
        if len(values) == 0:
            raise DataProblem(
                f"The column '{column.name}' has no value in any training row, so there is nothing to fill "
                f"its gaps with: leave the column out."
            )
        if column.type == "category":
            counts = Counter(values)
            return max(levels(counts), key=lambda level: counts[level])
        if self.numbers == "most frequent":
            distinct, counted = np.unique(values, return_counts=True)
            return float(distinct[np.argmax(counted)])
        return float(np.mean(values) if self.numbers == "mean" else np.median(values))
