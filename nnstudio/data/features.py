"""Columns side by side as the matrix a network reads; refuses what it cannot read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import Column, DataProblem

REMEDY = {
    "category": "holds categories: put the step Encode categories into the preparation",
    "date": "holds dates: put the step Dates to numbers into the preparation",
    "text": "holds free text: put the step Tokens into the preparation, leave it out, or make it a category",
}


def matrix(columns: Sequence[Column], keep: NDArray[np.bool_], gaps: bool = False) -> NDArray[np.float32]:
    """Return the kept rows of number columns, float32 (N, columns); raises DataProblem.

    Missing and infinite values are refused unless `gaps` are allowed.
    """
    _check_names(columns)
    x = np.empty((int(keep.sum()), len(columns)), np.float32)
    for position, column in enumerate(columns):
        if column.type != "number":
            raise DataProblem(f"The column '{column.name}' {REMEDY[column.type]}.")
        # A number too large for 32 bits becomes infinite; that is told below instead of warned about.
        with np.errstate(over="ignore"):
            x[:, position] = column.values[keep]
        if not gaps:
            _check_finite(column.name, x[:, position])
    return x


def _check_names(columns: Sequence[Column]) -> None:
    if not columns:
        raise DataProblem("No column is left as an input: at least one is needed.")
    counts = Counter(column.name for column in columns)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        raise DataProblem(f"Two inputs are called '{twice[0]}' after the preparation: rename the column.")


def _check_finite(name: str, values: NDArray[np.float32]) -> None:
    gaps = int(np.isnan(values).sum())
    if gaps:
        raise DataProblem(
            f"Values missing in the column '{name}': {gaps}. Add the step Missing values to the preparation."
        )
    if np.isinf(values).any():
        raise DataProblem(f"The column '{name}' has values too large to calculate with (infinite).")
