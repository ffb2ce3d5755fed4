"""Parsed fields as columns of numbers, dates and texts; what cannot be read is named with its line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nnstudio.core.dataset import Column, DataProblem
from nnstudio.data.csv_file import ColumnSpec, CsvSource
from nnstudio.data.csv_text import good_rows
from nnstudio.data.csv_values import date, is_missing, missing_marks, number
from nnstudio.data.labels import joined, sign_of
from nnstudio.data.split import SPLIT_WORDS


def as_column(source: CsvSource, position: int, values: pd.Series) -> tuple[Column, int]:
    """Return one column, and how many of its values could not be read and became missing.

    Raises DataProblem with the line of the first such value unless the source takes them as missing.
    """
    spec = source.columns[position]
    if spec.type == "number":
        return _numbers(source, position, values)
    if spec.type == "date":
        read = _Reader(source, position, "a date", lambda text: date(text, source.dates))
        return _dates(spec, values, read)
    marks = missing_marks(source)
    return Column(
        spec.name, spec.type, _spread(values, lambda text: None if is_missing(text, marks) else text)
    ), 0


def _numbers(source: CsvSource, position: int, values: pd.Series) -> tuple[Column, int]:
    spec = source.columns[position]
    if values.dtype != np.bool_ and pd.api.types.is_numeric_dtype(values.dtype):
        parsed = values.to_numpy(np.float64)
        if not np.isinf(parsed).any():
            return Column(spec.name, "number", parsed), 0
    # Something is no number: read the texts one by one to say which, and where.
    read = _Reader(source, position, "a number", lambda text: number(text, source.decimal))
    texts = [fields[position] for _, fields in good_rows(source)]
    parsed = np.fromiter((read(text) for text in texts), np.float64, len(texts))
    return Column(spec.name, "number", parsed), read.unread


def _dates(spec: ColumnSpec, values: pd.Series, read: _Reader) -> tuple[Column, int]:
    texts = values.astype("category")
    days = np.array([*(read(text) for text in texts.cat.categories), np.nan], np.float64)
    codes = texts.cat.codes.to_numpy()
    unread = int(np.isin(codes, read.odd).sum())
    return Column(spec.name, "date", days[codes]), unread


class _Reader:
    """Turns texts into floats, NaN for missing; stops at, or counts, what it cannot read."""

    def __init__(
        self, source: CsvSource, position: int, noun: str, value: Callable[[str], float | None]
    ) -> None:
        self._source, self._position, self._noun, self._value = source, position, noun, value
        self._marks = missing_marks(source)
        self._seen = 0
        self.odd: list[int] = []
        """Which of the texts, counted from 0, could not be read."""

    @property
    def unread(self) -> int:
        """How many texts could not be read."""
        return len(self.odd)

    def __call__(self, text: str) -> float:
        self._seen += 1
        if is_missing(text, self._marks):
            return np.nan
        value = self._value(text)
        if value is not None:
            return value
        if self._source.bad_values == "stop":
            raise DataProblem(self._complaint(text))
        self.odd.append(self._seen - 1)
        return np.nan

    def _complaint(self, text: str) -> str:
        line = next(
            line for line, fields in good_rows(self._source) if fields[self._position].strip() == text.strip()
        )
        return (
            f"{self._source.label()}, line {line}, column '{self._source.columns[self._position].name}': "
            f"'{text.strip()[:40]}' is not {self._noun}. Correct it, choose another type for the column, or "
            f"treat such values as missing."
        )


def _spread(values: pd.Series, change: Callable[[str], Any]) -> NDArray[np.object_]:
    """Return the texts of a column, stripped, each distinct one changed once."""
    texts = values.astype("category")
    # pandas marks a missing text by the code -1, which finds the None at the end.
    changed = np.array([*(change(text.strip()) for text in texts.cat.categories), None], dtype=object)
    return np.asarray(changed[texts.cat.codes.to_numpy()])


def as_labels(source: CsvSource, position: int, values: pd.Series) -> Column:
    """Return a column of labels as Examples hold them; an empty field says that none is true."""
    spec, marks = source.columns[position], missing_marks(source) - {""}
    texts = [str(text).strip() for text in values.fillna("")]
    sign = source.between if source.between != "auto" else sign_of(set(texts))
    read = {text: None if is_missing(text, marks) else joined(text, sign) for text in set(texts)}
    return Column(spec.name, "category", np.array([read[text] for text in texts], dtype=object))


def as_split(source: CsvSource, position: int, values: pd.Series) -> NDArray[np.object_]:
    """Return train, validation or test per row; raises DataProblem for any other word."""
    name = source.columns[position].name
    parts = _spread(values, lambda text: SPLIT_WORDS.get(text.casefold()))
    for (line, fields), part in zip(good_rows(source), parts, strict=True):
        if part is None:
            raise DataProblem(
                f"{source.label()}, line {line}, column '{name}': '{fields[position]}' must be train, "
                f"validation or test, or the column must not be used to split the rows."
            )
    return parts
