"""Summaries agree with pandas and count every row once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nnstudio.catalog.datasets.sklearn_sets import Iris
from nnstudio.core.dataset import Column
from nnstudio.data.csv_values import date_text
from nnstudio.data.inspect import summarise


def test_numbers_agree_with_pandas() -> None:
    examples = Iris().load()
    for column, summary in zip(examples.columns, summarise(examples), strict=False):
        theirs = pd.Series(column.values)
        assert (summary.low, summary.high) == (theirs.min(), theirs.max())
        assert summary.mean == pytest.approx(theirs.mean())
        assert summary.std == pytest.approx(theirs.std(ddof=0))
        assert summary.distinct == theirs.nunique()
        assert sum(summary.counts) == summary.rows == 150
        assert len(summary.edges) == len(summary.counts) + 1
        assert summary.top[0][1] == theirs.value_counts().iloc[0]


def test_texts_are_counted_and_the_target_comes_last() -> None:
    summary = summarise(Iris().load())[-1]
    assert (summary.name, summary.type, summary.distinct, summary.missing) == ("species", "category", 3, 0)
    assert summary.top == (("setosa", 50), ("versicolor", 50), ("virginica", 50))


def test_an_empty_column_has_no_numbers() -> None:
    (summary,) = summarise([Column("void", "number", np.full(4, np.nan))])
    assert (summary.rows, summary.missing, summary.distinct, summary.mean) == (4, 4, 0, None)


def test_dates_can_be_read_again() -> None:
    assert [date_text(days) for days in (0.0, 19782.0, -1.0, 0.5)] == [
        "1970-01-01", "2024-02-29", "1969-12-31", "1970-01-01 12:00",
    ]  # fmt: skip
