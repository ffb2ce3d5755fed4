"""What the header of a table says about a column, and its first rows as texts."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import Column, ColumnType, Examples
from nnstudio.data.csv_values import date_text
from nnstudio.data.inspect import ColumnSummary, summarise
from nnstudio.ui.charts.histogram import MOST_CATEGORIES, Histogram
from nnstudio.ui.charts.numbers import short

SHOWN_ROWS = 200
SPREAD = 50_000
"""Values that a histogram needs at most to have its final look."""


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """One column counted over all rows, with a sample of its values if they are numbers."""

    summary: ColumnSummary
    sample: NDArray[np.float64] | None

    def draw(self, histogram: Histogram) -> None:
        """Show how the values are spread."""
        if self.sample is not None and self.summary.type == "date":
            self._draw_dates(histogram, self.sample[np.isfinite(self.sample)])
            return
        if self.sample is not None:
            histogram.set_numbers(self.sample)
            return
        names, counts = [name for name, _ in self.summary.top], [count for _, count in self.summary.top]
        others = self.summary.distinct - len(names)
        if others > 0:
            names.append(f"{others} others")
            counts.append(self.summary.rows - self.summary.missing - sum(counts))
        histogram.set_categories(names, counts)

    def _draw_dates(self, histogram: Histogram, days: NDArray[np.float64]) -> None:
        """Show spans of equal length, each called by its first day."""
        counts, edges = np.histogram(np.floor(days), MOST_CATEGORIES if len(days) else 1)
        names = [date_text(float(np.floor(edge))) for edge in edges[:-1]]
        histogram.set_categories(names, counts.tolist())

    def in_words(self) -> str:
        """Return range and mean, or the most frequent values."""
        facts = self.summary
        if facts.type == "date" and facts.low is not None and facts.high is not None:
            return f"{date_text(facts.low)} to {date_text(facts.high)}"
        if facts.low is not None:
            low, high, mean, std = (
                short(value, 4) for value in (facts.low, facts.high, facts.mean, facts.std)
            )
            return f"{low} to {high} · mean {mean} ± {std}"
        return ", ".join(f"{name} ({count})" for name, count in facts.top) or "nothing but gaps"


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column as a table shows it."""

    name: str
    type: ColumnType
    cells: tuple[str | None, ...]
    """The first rows as text, None for missing."""
    mark: str = ""
    """What sets this column apart, e.g. `target`."""
    unread: frozenset[int] = frozenset()
    """Rows whose text is not of the column's type."""


def shown(column: Column, mark: str = "") -> ShownColumn:
    """Return the first rows of a column as texts."""
    cells = tuple(_text(value, column.type) for value in column.values[:SHOWN_ROWS].tolist())
    return ShownColumn(column.name, column.type, cells, mark)


def table_of(examples: Examples) -> tuple[Column, ...]:
    """Return the columns in the order in which a table shows them: the target first."""
    if examples.windows is not None:
        # What is foretold is one of the columns already.
        return (*([examples.order] if examples.order is not None else []), *examples.columns)
    return (examples.target, *examples.columns)


def facts_of(column: Column) -> ColumnFacts:
    """Count one column; about 0.1 s for a million rows."""
    sample = None
    if column.values.dtype != object:
        sample = column.values[:: max(1, len(column.values) // SPREAD)]
    return ColumnFacts(summarise([column])[0], sample)


def each_facts(columns: Sequence[Column]) -> Generator[tuple[int, ColumnFacts], None, None]:
    """Yield every column's place and facts, one by one."""
    for place, column in enumerate(columns):
        yield place, facts_of(column)


def _text(value: object, type: ColumnType) -> str | None:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, float):
        return date_text(value) if type == "date" else short(value, 6)
    return str(value)
