"""A table in a text file as a data source: how to read it, and what each column is for."""

from __future__ import annotations

import os.path
from collections import Counter
from pathlib import Path
from typing import Literal, Self, TypeVar

from pydantic import model_validator

from nnstudio.core.dataset import SOURCES, ColumnType, DataSpec, Examples, Source
from nnstudio.core.param import param
from nnstudio.core.registry import Frozen

Role = Literal["feature", "target", "split", "ignore"]
Delimiter = Literal[",", ";", "\t", "|"]
Encoding = Literal["utf-8", "cp1252", "latin-1", "utf-16"]
DateOrder = Literal["year first", "day first", "month first"]

DELIMITERS: dict[Delimiter, str] = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MISSING = ("", "NA", "N/A", "NaN", "null", "?", "-")


class ColumnSpec(Frozen):
    """What one column of a file holds and what it is for."""

    name: str
    type: ColumnType
    role: Role = "feature"


@SOURCES.entry
class CsvSource(Source):
    """A table in a text file (CSV, TSV), one example per row.

    Every row must have as many fields as there are columns; a row that has not is reported with its
    line, never shifted. One column is the target; one may say which rows are for training,
    validation and test, or each of them is a file of its own.
    """

    kind = "csv"
    title = "Text table (CSV)"
    family = "files"

    path: str = param(..., "File", "Where the table lies; relative to the folder of the project file.")
    validation: str = param("", "Validation file", "A table of the same columns that judges; none: a split.")
    test: str = param("", "Test file", "A table of the same columns that is kept for the end; none: a split.")
    delimiter: Delimiter = param(",", "Delimiter", "The sign between two fields.", choices=tuple(DELIMITERS))
    encoding: Encoding = param(
        "utf-8", "Encoding", "How letters are stored; wrong accents mean the wrong encoding.",
        choices=("utf-8", "cp1252", "latin-1", "utf-16"),
    )  # fmt: skip
    header: bool = param(True, "Header", "The first row holds the names of the columns.")
    decimal: Literal[".", ","] = param(
        ".", "Decimal sign", "The sign between whole number and fraction.", choices=(".", ",")
    )
    dates: DateOrder = param(
        "year first", "Dates", "The order of day, month and year.",
        choices=("year first", "day first", "month first"),
    )  # fmt: skip
    missing: tuple[str, ...] = param(
        MISSING, "Missing values", "Texts that stand for a missing value, in any case.", advanced=True
    )
    bad_rows: Literal["stop", "skip"] = param(
        "stop", "Rows with too many or too few fields", "Stop and report the first, or leave them out.",
        choices=("stop", "skip"), advanced=True,
    )  # fmt: skip
    bad_values: Literal["stop", "missing"] = param(
        "stop", "Values that cannot be read", "Stop and report the first, or treat them as missing.",
        choices=("stop", "missing"), advanced=True,
    )  # fmt: skip
    task: Literal["auto", "classification", "ordinal", "multilabel", "regression"] = param(
        "auto", "Task",
        "Predict a class, a class in an order (such as low, medium, high), several labels that may be true "
        "together, or a number; auto decides by the target column.",
        choices=("auto", "classification", "ordinal", "multilabel", "regression"),
    )  # fmt: skip
    order: tuple[str, ...] = param(
        (), "Order of the classes", "From the lowest to the highest; none: numbers and well-known words such "
        "as low, medium, high are put in order by themselves.", advanced=True,
    )  # fmt: skip
    between: Literal["auto", ";", "|", ","] = param(
        "auto", "Sign between labels", "What separates the labels of one row in the target column, as in "
        "red;round; auto takes the commonest.", choices=("auto", ";", "|", ","), advanced=True,
    )  # fmt: skip
    columns: tuple[ColumnSpec, ...] = ()
    """In the order of the file."""

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        twice = [name for name, n in Counter(column.name for column in self.columns).items() if n > 1]
        if twice:
            raise ValueError(f"two columns are called {twice[0]!r}")
        several = ("target", "split") if self.task == "ordinal" else ("split",)
        for role in several:
            if sum(column.role == role for column in self.columns) > 1:
                raise ValueError(f"only one column can be the {role} column")
        return self

    @property
    def target(self) -> ColumnSpec | None:
        """The column to be predicted, once chosen."""
        return next(iter(self.targets), None)

    @property
    def targets(self) -> tuple[ColumnSpec, ...]:
        """The columns to be predicted: one; or several: labels, classes that a 1 marks, or numbers."""
        return tuple(column for column in self.columns if column.role == "target")

    def load(self) -> Examples:
        # pandas takes a second to import and is needed only here.
        from nnstudio.data.csv_read import read

        return read(self)

    def label(self) -> str:
        return Path(self.path.replace("\\", "/")).name

    def with_target(self, *names: str) -> CsvSource:
        """Return the source predicting these columns; the former target becomes a feature.

        Free text becomes a category. Raises KeyError for an unknown column.
        """
        for name in names:
            self._position(name)
        freed = (
            column.model_copy(update={"role": "feature"}) if column.role == "target" else column
            for column in self.columns
        )
        columns = tuple(_as_target(column) if column.name in names else column for column in freed)
        return self.model_copy(update={"columns": columns})

    def with_column(self, name: str, type: ColumnType | None = None, role: Role | None = None) -> CsvSource:
        """Return the source with another type or role for one column; KeyError if there is none.

        The target and the split role move here from the column that had them; where several labels are
        predicted, one more column becomes a target.
        """
        at = self._position(name)
        old = self.columns[at]
        columns = list(self.columns)
        if role == "split" or (role == "target" and self.task != "multilabel"):
            columns = [c.model_copy(update={"role": "feature"}) if c.role == role else c for c in columns]
        columns[at] = ColumnSpec(name=name, type=type or old.type, role=role or old.role)
        return self.model_copy(update={"columns": tuple(columns)})

    def _position(self, name: str) -> int:
        names = [column.name for column in self.columns]
        if name not in names:
            raise KeyError(f"there is no column {name!r}; there are: {', '.join(names)}")
        return names.index(name)


def _as_target(column: ColumnSpec) -> ColumnSpec:
    return ColumnSpec(
        name=column.name, type="category" if column.type == "text" else column.type, role="target"
    )


S = TypeVar("S", bound=Frozen)


PLACES = ("path", "validation", "test")
"""Settings of a source that lead to a file."""


def with_absolute_path(source: S, folder: Path) -> S:
    """Return the source with its files' paths resolved against the project's folder, for loading."""
    given = {name: path for name, path in _places(source).items() if not os.path.isabs(path)}
    return _moved(source, {name: os.path.normpath(folder / path) for name, path in given.items()})


def with_relative_path(source: S, folder: Path) -> S:
    """Return the source with its files' paths relative to the project's folder, for saving.

    A file on another drive keeps its absolute path.
    """
    given = {name: path for name, path in _places(source).items() if os.path.isabs(path)}
    try:
        relative = {name: os.path.relpath(path, folder) for name, path in given.items()}
    except ValueError:
        return source
    return _moved(source, {name: Path(path).as_posix() for name, path in relative.items()})


def _places(source: Frozen) -> dict[str, str]:
    found = {name: getattr(source, name, None) for name in PLACES}
    return {name: path for name, path in found.items() if isinstance(path, str) and path}


def _moved(source: S, paths: dict[str, str]) -> S:
    return source.model_copy(update=paths) if paths else source


def rebase(spec: DataSpec, folder: Path, *, absolute: bool) -> DataSpec:
    """Return the data settings with their file's path absolute (to load) or relative (to save)."""
    return spec.model_copy(update={"source": rebased(spec.source, folder, absolute=absolute)})


def rebased(source: S, folder: Path, *, absolute: bool) -> S:
    """Return a value that may have a `path` with it absolute (to load) or relative (to save)."""
    return (with_absolute_path if absolute else with_relative_path)(source, folder)
