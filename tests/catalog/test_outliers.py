"""Extreme values and columns that tell nothing: limits from the training rows only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.preprocessing import RobustScaler, StandardScaler

from nnstudio.catalog.preparations.outliers import DropColumns, DropConstant, Outliers, limits
from nnstudio.core.dataset import Column, Table


def table(n: int = 100) -> Table:
    """Return a column with one wild value in the training rows and a wilder one behind them."""
    values = np.random.default_rng(0).normal(10, 2, n)
    values[3], values[95], values[7] = 60, -200, np.nan
    columns = (Column("size", "number", values), Column("same", "number", np.ones(n)))
    train = np.arange(n) < 80
    return Table(columns, Column("y", "number", np.arange(n, dtype=float)), train, np.ones(n, np.bool_))


def test_the_limits_are_those_of_scikit_learn() -> None:
    values = table().columns[0].values[:80]
    known = values[~np.isnan(values)][:, None]
    robust, standard = RobustScaler().fit(known), StandardScaler().fit(known)
    low, high = limits(values, "IQR", 1.5)
    assert high - low == pytest.approx(4 * robust.scale_[0])
    low, high = limits(values, "z-score", 3)
    assert (low + high) / 2 == pytest.approx(standard.mean_[0])
    assert high - low == pytest.approx(6 * standard.scale_[0])


@pytest.mark.parametrize("rule", ["IQR", "z-score"])
def test_clip_moves_values_to_limits_of_the_training_rows(rule: str) -> None:
    step, before = Outliers(rule=rule), table()  # type: ignore[arg-type]
    state = step.fit(before)
    after = step.apply(before, state)
    low, high = state["limits"]["size"]
    values = after.columns[0].values
    assert (values[3], values[95]) == (high, low)
    assert np.isnan(values[7])
    assert after.keep.all()
    changed = replace(before, columns=tuple(replace(c, values=c.values * np.where(before.train, 1, 9))
                                            for c in before.columns))  # fmt: skip
    assert step.fit(changed) == state


def test_drop_leaves_out_training_rows_only() -> None:
    step, before = Outliers(action="drop"), table()
    after = step.apply(before, step.fit(before))
    assert not after.keep[3]
    assert after.keep[95]
    assert after.keep[7]
    assert after.keep[80:].all()


def test_a_column_that_is_mostly_one_number_is_left_alone() -> None:
    values = np.zeros(50)
    values[:5] = 9
    assert limits(values, "IQR", 1.5) == (0, 9)


def test_constant_columns_go() -> None:
    step, before = DropConstant(), table()
    assert [column.name for column in step.apply(before, step.fit(before)).columns] == ["size"]
    gaps = Column("gaps", "number", np.where(np.arange(100) % 2, 1.0, np.nan))
    with_gaps = replace(before, columns=(*before.columns, gaps))
    assert step.fit(with_gaps) == {"constant": ["same"]}


def test_columns_go_by_name() -> None:
    step = DropColumns(names="size; other")
    assert [column.name for column in step.apply(table(), {}).columns] == ["same"]
