"""The first rows of a file as they will be read, with every row and field that does not fit pointed out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from nnstudio.core.dataset import Column
from nnstudio.data.csv_file import ColumnSpec, CsvSource
from nnstudio.data.csv_text import check_file, column_names, records
from nnstudio.data.csv_values import date, is_missing, missing_marks, number


@dataclass(frozen=True, slots=True)
class Preview:
    """Rows of texts for a table, and the same as typed columns for their summaries."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Rows with the right number of fields, as written in the file."""
    columns: tuple[Column, ...]
    """Typed; what cannot be read is missing here and counted in `unread`."""
    unread: tuple[int, ...]
    """Per column, how many values are neither of its type nor missing."""
    bad_lines: tuple[tuple[int, int], ...]
    """(line, fields) of rows with too many or too few fields."""


def preview(source: CsvSource, rows: int = 200) -> Preview:
    """Return the first rows of a file; raises DataProblem when it is no text table."""
    check_file(source.path)
    found = list(islice(records(source), rows + source.header))
    first = found[0][1] if found else []
    names = tuple(spec.name for spec in source.columns) or column_names(first, source.header)
    body = found[1:] if source.header else found
    good = tuple(tuple(fields) for _, fields in body if len(fields) == len(names))
    specs = source.columns or tuple(ColumnSpec(name=name, type="text") for name in names)
    typed = [typed_column(source, spec, [row[i] for row in good]) for i, spec in enumerate(specs)]
    return Preview(
        names,
        good,
        tuple(column for column, _ in typed),
        tuple(unread for _, unread in typed),
        tuple((line, len(fields)) for line, fields in body if len(fields) != len(names)),
    )


def typed_column(source: CsvSource, spec: ColumnSpec, texts: Sequence[str]) -> tuple[Column, int]:
    """Return the column that a file's texts make, and how many of them could not be read."""
    marks = missing_marks(source)
    known = [None if is_missing(text, marks) else text.strip() for text in texts]
    if spec.type in ("category", "text"):
        return Column(spec.name, spec.type, np.array(known, dtype=object)), 0
    values = [_value(source, spec, text) for text in known]
    unread = sum(text is not None and value is None for text, value in zip(known, values, strict=True))
    filled = [np.nan if value is None else value for value in values]
    return Column(spec.name, spec.type, np.array(filled, np.float64)), unread


def _value(source: CsvSource, spec: ColumnSpec, text: str | None) -> float | None:
    if text is None:
        return None
    return number(text, source.decimal) if spec.type == "number" else date(text, source.dates)
