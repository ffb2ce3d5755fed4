"""Read a few named columns of a text table whose format is found out by looking."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nnstudio.core.dataset import ColumnType, DataProblem, Examples
from nnstudio.data.csv_file import ColumnSpec, CsvSource, Role
from nnstudio.data.csv_sniff import sniff


def looked_at(path: str) -> CsvSource:
    """Return the table as a person would most likely read it; raises DataProblem."""
    return sniff(path).source


def read_columns(path: str, wanted: Mapping[str, tuple[ColumnType | None, Role]]) -> Examples:
    """Return the wanted columns by (type, role); without a type the one that was guessed.

    Unreadable values count as missing, rows with too many or too few fields are skipped. Raises
    DataProblem, also for a name that the table has not.
    """
    source = looked_at(path)
    names = [column.name for column in source.columns]
    for name in wanted:
        if name not in names:
            raise DataProblem(f"{Path(path).name} has no column '{name}'; there are: {', '.join(names)}.")
    columns = tuple(_with_role(column, wanted) for column in source.columns)
    kept = {"columns": columns, "bad_values": "missing", "bad_rows": "skip"}
    return source.model_copy(update=kept).load()


def _with_role(column: ColumnSpec, wanted: Mapping[str, tuple[ColumnType | None, Role]]) -> ColumnSpec:
    if column.name not in wanted:
        return ColumnSpec(name=column.name, type=column.type, role="ignore")
    type, role = wanted[column.name]
    return ColumnSpec(name=column.name, type=type or column.type, role=role)
