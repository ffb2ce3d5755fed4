"""Columns side by side as the matrix a network reads; refuses what it cannot read."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import Column, DataProblem
from nnstudio.data.row_store import Rows, chunks, filled

REMEDY = {
    "category": "holds categories: put the step Encode categories into the preparation",
    "date": "holds dates: put the step Dates to numbers into the preparation",
    "text": "holds free text: put the step Tokens into the preparation, leave it out, or make it a category",
}


def matrix(columns: Sequence[Column], keep: NDArray[np.bool_], gaps: bool = False) -> NDArray[np.float32]:
    """Return the kept rows of number columns, float32 (N, columns); raises DataProblem.

    Missing and infinite values are refused unless `gaps` are allowed. A long table lies in a file, unless
    it may have gaps.
    """
    _check_names(columns)
    for position, column in enumerate(columns):
        if column.type != "number":
            if position:
                # What is wrong with the columns before it is told first.
                matrix(columns[:position], keep, gaps)
            raise DataProblem(f"The column '{column.name}' {REMEDY[column.type]}.")
    shape, rows = (int(keep.sum()), len(columns)), np.flatnonzero(keep)
    if gaps:
        x = np.empty(shape, np.float32)
        _fill(x, columns, rows)
        return x

    def fill(x: Rows) -> None:
        for column, missing, infinite in zip(columns, *_fill(x, columns, rows), strict=True):
            _check_finite(column.name, missing, infinite)

    return filled(shape, lambda: _told(columns, keep), fill)


def _fill(
    x: Rows, columns: Sequence[Column], rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Write the columns, some rows of all at a time; return how many are missing and infinite in each."""
    missing, infinite = np.zeros((2, len(columns)), np.int64)
    for at in chunks(x):
        for position, column in enumerate(columns):
            # A number too large for 32 bits becomes infinite; that is told later instead of warned about.
            with np.errstate(over="ignore"):
                values = column.values[rows[at]].astype(np.float32)
            x[at, position] = values
            missing[position] += np.isnan(values).sum()
            infinite[position] += np.isinf(values).sum()
    return missing, infinite


def _told(columns: Sequence[Column], keep: NDArray[np.bool_]) -> bytes:
    """Return what tells one table from another."""
    digest = hashlib.blake2b(keep.tobytes())
    for column in columns:
        digest.update(np.ascontiguousarray(column.values).data)
    return digest.digest()


def _check_names(columns: Sequence[Column]) -> None:
    if not columns:
        raise DataProblem("No column is left as an input: at least one is needed.")
    counts = Counter(column.name for column in columns)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        raise DataProblem(f"Two inputs are called '{twice[0]}' after the preparation: rename the column.")


def _check_finite(name: str, missing: int, infinite: int) -> None:
    if missing:
        raise DataProblem(
            f"Values missing in the column '{name}': {missing}. Add the step Missing values to the "
            "preparation."
        )
    if infinite:
        raise DataProblem(f"The column '{name}' has values too large to calculate with (infinite).")
