"""A series of one's own as a data source: a table whose rows follow each other in time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.datasets.series import Forecast
from nnstudio.catalog.preparations.rows import missing
from nnstudio.core.dataset import SOURCES, Column, ColumnType, DataProblem, Examples
from nnstudio.core.param import param
from nnstudio.data.csv_file import Role
from nnstudio.data.csv_roles import looked_at, read_columns


@SOURCES.entry
class SeriesTable(Forecast):
    """A table (CSV) whose rows follow each other in time; one of its columns is foretold.

    A date or order column brings the rows into order; without one they stay as they stand. A gap is
    filled with the last known value, never with one of the future. The split is by time.
    """

    kind = "series_table"
    title = "Series in a table"
    family = "files"

    path: str = param(..., "Place", "Where the table lies; relative to the folder of the project file.")
    forecast: str = param("value", "Forecast", "The column whose future is foretold.")
    order_column: str = param(
        "", "Order column", "The column of dates or numbers that gives the order; empty: as is."
    )
    variables: Literal["all numbers", "only the forecast"] = param(
        "all numbers", "Variables", "What the network sees of the past: every column of numbers, or only the "
        "one that is foretold.", choices=("all numbers", "only the forecast"),
    )  # fmt: skip

    def label(self) -> str:
        return Path(self.path.replace("\\", "/")).name or self.title

    def load(self) -> Examples:
        rows = read_columns(self.path, self._wanted())
        order = self._order(rows)
        place = np.argsort(order.values, kind="stable")
        seen = (rows.target, *(c for c in rows.columns if c.type == "number" and c.name != self.order_column))
        order, *columns = (replace(column, values=column.values[place]) for column in (order, *seen))
        columns, notes = _filled(columns)
        first = int(np.argmax(~np.any([np.isnan(column.values) for column in columns], axis=0)))
        order, target, *others = (replace(c, values=c.values[first:]) for c in (order, *columns))
        if first:
            notes += (f"Steps left out at the beginning because something was not known yet: {first}.",)
        return self.examples(order, (target, *others), target, (*rows.notes, *notes))

    def _wanted(self) -> dict[str, tuple[ColumnType | None, Role]]:
        wanted: dict[str, tuple[ColumnType | None, Role]] = {}
        if self.variables == "all numbers":
            numbers = [column for column in looked_at(self.path).columns if column.type == "number"]
            wanted = {column.name: ("number", "feature") for column in numbers if column.role != "ignore"}
        if self.order_column:
            wanted[self.order_column] = (None, "feature")
        return wanted | {self.forecast: ("number", "target")}

    def _order(self, rows: Examples) -> Column:
        if not self.order_column:
            return Column("step", "number", np.arange(len(rows), dtype=np.float64))
        column = next(column for column in (*rows.columns, rows.target) if column.name == self.order_column)
        if column.type not in ("date", "number"):
            raise DataProblem(
                f"'{self.order_column}' holds neither dates nor numbers, such as '{column.values[0]}', so it "
                f"gives no order: choose another column, or none if the rows stand in order."
            )
        if missing(column.values).any():
            raise DataProblem(f"The order column '{column.name}' has gaps, so the order is not known.")
        return column


def _filled(columns: list[Column]) -> tuple[list[Column], tuple[str, ...]]:
    """Fill gaps with the last known value."""
    found, gaps = [], 0
    for column in columns:
        empty = np.isnan(column.values)
        if empty.all():
            raise DataProblem(f"The column '{column.name}' has no value that can be read as a number.")
        gaps += int(empty.sum())
        found.append(replace(column, values=_carried(column.values, empty)))
    notes = (f"Gaps filled with the last known value: {gaps}.",) if gaps else ()
    return found, notes


def _carried(values: NDArray[np.float64], empty: NDArray[np.bool_]) -> NDArray[np.float64]:
    last = np.maximum.accumulate(np.where(empty, -1, np.arange(len(values))))
    carried: NDArray[np.float64] = np.where(last >= 0, values[last], np.nan)
    return carried
