"""What stands in each column, in numbers: the summary beside a preview table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.preparations.rows import missing
from nnstudio.core.dataset import Column, ColumnType, Examples

BINS = 20
TOP = 8


@dataclass(frozen=True, slots=True)
class ColumnSummary:
    """One column in numbers; dates count days since 1970. None where a text has no such number."""

    name: str
    type: ColumnType
    rows: int
    missing: int
    distinct: int
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    std: float | None = None
    top: tuple[tuple[str, int], ...] = ()
    """The most frequent values and how often they occur."""
    counts: tuple[int, ...] = ()
    """Histogram of a number or date column: rows per bin."""
    edges: tuple[float, ...] = ()
    """Borders of the bins, one more than counts."""


def summarise(data: Examples | Sequence[Column]) -> list[ColumnSummary]:
    """Return a summary per column, the target's last."""
    columns = (*data.columns, data.target) if isinstance(data, Examples) else data
    return [_texts(column) if column.values.dtype == object else _numbers(column) for column in columns]


def _numbers(column: Column) -> ColumnSummary:
    gaps = missing(column.values)
    known: NDArray[np.float64] = column.values[~gaps]
    n = len(column.values)
    if len(known) == 0:
        return ColumnSummary(column.name, column.type, n, n, 0)
    distinct, frequency = np.unique(known, return_counts=True)
    order = np.argsort(-frequency, kind="stable")[:TOP]
    counts, edges = np.histogram(known, bins=min(BINS, max(1, len(distinct))))
    return ColumnSummary(
        column.name,
        column.type,
        n,
        int(gaps.sum()),
        len(distinct),
        low=float(distinct[0]),
        high=float(distinct[-1]),
        mean=float(known.mean()),
        std=float(known.std()),
        top=tuple((f"{distinct[i]:g}", int(frequency[i])) for i in order),
        counts=tuple(counts.tolist()),
        edges=tuple(edges.tolist()),
    )


def _texts(column: Column) -> ColumnSummary:
    counts = Counter(value for value in column.values if value is not None)
    top = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:TOP]
    n = len(column.values)
    return ColumnSummary(column.name, column.type, n, n - counts.total(), len(counts), top=tuple(top))
