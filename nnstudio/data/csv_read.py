"""Read a whole text table: check every row's field count, then let pandas parse the columns."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnstudio.core.dataset import SPLITS, Column, DataProblem, Examples
from nnstudio.core.trace import Task
from nnstudio.data.csv_columns import as_column, as_labels, as_split
from nnstudio.data.csv_file import CsvSource
from nnstudio.data.csv_parts import together
from nnstudio.data.csv_text import check_file, column_names, good_rows, open_text, records
from nnstudio.data.several_targets import Answers
from nnstudio.data.several_targets import together as asked_together

MOST_NUMBER_CLASSES = 10
FEWEST_PER_CLASS = 5


@dataclass(frozen=True, slots=True)
class _Count:
    """What a first pass over the rows has found."""

    rows: int
    bad: tuple[int, ...]
    """Lines of rows with too many or too few fields."""
    last: int
    """Line in which the last row begins."""


def read(source: CsvSource) -> Examples:
    """Return the examples of the files; raises DataProblem that names file, line and column."""
    first = _read(source)
    own = {name: path for name in SPLITS[1:] if (path := getattr(source, name))}
    if not own:
        return first
    if first.split is not None:
        raise DataProblem("Files of their own for the splits and a split column contradict each other.")
    files = source.model_copy(update={"task": first.task})
    parts = {"train": first} | {
        name: _read(files.model_copy(update={"path": path})) for name, path in own.items()
    }
    return together(parts)


def _read(source: CsvSource) -> Examples:
    check_file(source.path)
    target = source.target
    if target is None:
        raise DataProblem(f"{source.label()}: choose the column that is to be predicted.")
    count = _count(source)
    frame = _frame(source, count)
    notes: list[str] = []
    if count.bad:
        notes.append(f"Rows skipped for having too many or too few fields: {len(count.bad)}.")
    columns, split = _columns(source, frame, notes)
    wanted = {column.name for column in source.targets}
    asked = _asked(source, [column for column in columns if column.name in wanted])
    features = tuple(column for column in columns if column.name not in wanted)
    title, told = Path(source.path).stem, (*notes, *asked.notes)
    return Examples(
        title, asked.target, asked.task, features, split=split, notes=told, names=asked.names,
        answers=asked.numbers,
    )  # fmt: skip


def _columns(
    source: CsvSource, frame: pd.DataFrame, notes: list[str]
) -> tuple[list[Column], NDArray[np.object_] | None]:
    """Return the columns that are used, and the part of every row where one says so."""
    columns, split = [], None
    labels = source.target if source.task == "multilabel" and len(source.targets) == 1 else None
    for position, spec in enumerate(source.columns):
        if spec.role == "ignore":
            continue
        if spec.role == "split":
            split = as_split(source, position, frame[position])
            continue
        if spec is labels and spec.type != "number":
            columns.append(as_labels(source, position, frame[position]))
            continue
        column, unread = as_column(source, position, frame[position])
        if unread:
            notes.append(f"Values of '{spec.name}' that could not be read and count as missing: {unread}.")
        columns.append(column)
    return columns, split


def _asked(source: CsvSource, found: list[Column]) -> Answers:
    """Return what is to be predicted: one column, or several together."""
    if len(found) > 1:
        return asked_together(found, source.task)
    task, why = _task(source, found[0])
    return Answers(found[0], task, source.order if source.task == "ordinal" else (), notes=why)


def _count(source: CsvSource) -> _Count:
    """Check the header and every row's field count; raises DataProblem."""
    rows = records(source)
    expected = len(source.columns)
    if source.header:
        _check_header(source, next(rows, (0, []))[1])
    good, bad, line = 0, [], 0
    for line, fields in rows:
        if len(fields) == expected:
            good += 1
            continue
        if source.bad_rows == "stop":
            raise DataProblem(_wrong_count(source, line, fields))
        bad.append(line)
    if good == 0:
        raise DataProblem(
            f"{source.label()} has no rows below its header."
            if source.header and not bad
            else f"{source.label()}: no row has {expected} fields. Check the delimiter."
        )
    return _Count(good, tuple(bad), line)


def _check_header(source: CsvSource, fields: list[str]) -> None:
    found = column_names(fields, True)
    expected = tuple(column.name for column in source.columns)
    if found == expected:
        return
    lost = [name for name in expected if name not in found]
    new = [name for name in found if name not in expected]
    what = f"'{lost[0]}' is gone" if lost else f"'{new[0]}' is new" if new else "their order has changed"
    raise DataProblem(
        f"The columns of {source.label()} are not those of this project: {what}. Import the file again."
    )


def _wrong_count(source: CsvSource, line: int, fields: list[str]) -> str:
    hint = "Correct the row, or choose to skip such rows."
    if any("\n" in field for field in fields):
        hint = "A quotation mark in it may be missing its partner. " + hint
    return (
        f"{source.label()}, line {line}: {len(fields)} fields instead of {len(source.columns)}, starting "
        f"with '{fields[0][:40]}'. {hint}"
    )


def _frame(source: CsvSource, count: _Count) -> pd.DataFrame:
    """Parse the wanted columns, named by position: numbers where they are, else texts."""
    wanted = [i for i, spec in enumerate(source.columns) if spec.role != "ignore"]
    numbers = [i for i in wanted if source.columns[i].type == "number" and source.columns[i].role != "split"]
    marks = {variant for mark in source.missing for variant in (mark, mark.lower(), mark.upper())}
    with _text_of_good_rows(source, count) as text:
        try:
            frame = pd.read_csv(
                text,
                sep=source.delimiter,
                decimal=source.decimal,
                header=0 if source.header else None,
                names=list(range(len(source.columns))),
                usecols=wanted,
                index_col=False,
                dtype={i: "str" for i in wanted if i not in numbers},
                na_values={i: list(marks) for i in numbers},
                keep_default_na=False,
                skipinitialspace=True,
                low_memory=False,
            )
        except pd.errors.ParserError:
            # Fields were counted before; what is left is a quotation that runs to the end of the file.
            raise DataProblem(
                f"{source.label()}, line {count.last}: a quotation mark is opened and never closed."
            ) from None
    if len(frame) != count.rows:
        raise DataProblem(
            f"{source.label()}: {count.rows} rows were counted but {len(frame)} were read. A quotation mark "
            f"may be missing its partner."
        )
    return frame


def _text_of_good_rows(source: CsvSource, count: _Count) -> TextIO:
    if not count.bad:
        return open_text(source.path, source.encoding)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=source.delimiter)
    if source.header:
        writer.writerow([column.name for column in source.columns])
    writer.writerows(fields for _, fields in good_rows(source))
    text.seek(0)
    return text


def _task(source: CsvSource, target: Column) -> tuple[Task, tuple[str, ...]]:
    """Return the task and, where it was guessed from numbers, a note on why."""
    if source.task != "auto":
        return source.task, ()
    if target.values.dtype == object:
        return "classification", ()
    known = target.values[~np.isnan(target.values)]
    distinct = np.unique(known)
    whole = target.type == "number" and bool(np.all(distinct == np.round(distinct)))
    if whole and 1 < len(distinct) <= MOST_NUMBER_CLASSES and len(known) >= FEWEST_PER_CLASS * len(distinct):
        why = (
            f"'{target.name}' has only {len(distinct)} different whole numbers, so they are taken as classes."
        )
        return "classification", (why,)
    return "regression", ()
