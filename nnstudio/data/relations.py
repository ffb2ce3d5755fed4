"""How columns go together: with each other, and with what is to be predicted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import Column, Examples
from nnstudio.data.labels import labels_in

MOST_DRAWN = 40
"""Columns of a heat map; more could not be read."""


@dataclass(frozen=True, slots=True)
class Correlations:
    """Pearson correlation of the number columns, and how strongly each goes with the target."""

    names: tuple[str, ...]
    matrix: NDArray[np.float64]
    """(columns, columns), -1 to 1; NaN where a column never changes."""
    target: str
    with_target: NDArray[np.float64]
    """(columns,): Pearson for a number, the correlation ratio 0 to 1 for classes, of labels the best."""


def correlations(examples: Examples, rows: NDArray[np.bool_]) -> Correlations:
    """Return the relations over some rows, the columns that go best with the target where there are many.

    A row counts for a pair of columns when both have a value there.
    """
    numbers = [column for column in examples.columns if column.type in ("number", "date")]
    target = examples.target
    strength = np.array([_with_target(column.values[rows], examples, rows) for column in numbers], np.float64)
    chosen = np.sort(np.argsort(-np.nan_to_num(np.abs(strength)), kind="stable")[:MOST_DRAWN])
    columns = [numbers[at] for at in chosen]
    matrix = pearson([column.values[rows] for column in columns])
    names = tuple(column.name for column in columns)
    return Correlations(names, matrix, target.name, strength[chosen])


def pearson(columns: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the correlation of every pair of columns, over the rows where both have a value."""
    if not columns:
        return np.empty((0, 0))
    import pandas as pd

    table: NDArray[np.float64] = pd.DataFrame(dict(enumerate(columns))).corr(min_periods=3).to_numpy()
    return table


def correlation_ratio(values: NDArray[np.float64], labels: NDArray[np.object_]) -> float:
    """Return eta: the root of the share of the spread that the classes explain; NaN without spread."""
    _, codes = np.unique(labels.astype(str), return_inverse=True)
    counts = np.bincount(codes)
    means = np.bincount(codes, values) / counts
    whole = float(((values - values.mean()) ** 2).sum())
    return (
        float(np.sqrt((counts * (means - values.mean()) ** 2).sum() / whole)) if whole > 0 else float("nan")
    )


def _with_target(values: NDArray[np.float64], examples: Examples, rows: NDArray[np.bool_]) -> float:
    target: Column = examples.target
    answers = target.values[rows]
    known = ~np.isnan(values)
    if known.sum() < 3:
        return float("nan")
    if examples.asks == "labels":
        return _with_labels(values[known], answers[known])
    if examples.asks == "class" or answers.dtype == object:
        return correlation_ratio(values[known], answers[known])
    return float(pearson([values, np.asarray(answers, np.float64)])[0, 1])


def _with_labels(values: NDArray[np.float64], texts: NDArray[np.object_]) -> float:
    """Return the strongest correlation ratio with one of the labels."""
    found = [labels_in(text) for text in texts]
    every = {label for labels in found for label in labels}
    ratios = [correlation_ratio(values, np.array([name in labels for labels in found], object))
              for name in every]  # fmt: skip
    return float(np.nanmax(ratios)) if np.isfinite(ratios).any() else float("nan")
