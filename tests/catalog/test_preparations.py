"""Preparation steps agree with scikit-learn's, learn from training rows only and survive odd columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler

from nnstudio.catalog.datasets.functions import Curve
from nnstudio.catalog.datasets.playground import Circles
from nnstudio.catalog.datasets.sklearn_sets import Digits
from nnstudio.catalog.preparations import (
    DatesToNumbers,
    DropDuplicates,
    EncodeCategories,
    FillMissing,
    ScaleInputs,
    ScaleTarget,
    standard_chain,
)
from nnstudio.catalog.preparations.rows import levels, repeats, row_keys
from nnstudio.core.dataset import Column, ColumnType, DataProblem, Examples, Preparation, Table

NAN = float("nan")


def number(name: str, values: Sequence[float] | np.ndarray, type: ColumnType = "number") -> Column:
    return Column(name, type, np.array(values, np.float64))


def category(name: str, values: Sequence[str | None]) -> Column:
    return Column(name, "category", np.array(values, dtype=object))


def table(*columns: Column, target: Column | None = None, train: Sequence[bool] | None = None) -> Table:
    n = len(columns[0].values)
    rows = np.ones(n, np.bool_) if train is None else np.array(train)
    return Table(columns, target or number("y", range(n)), rows, np.ones(n, np.bool_))


def done(step: Preparation, before: Table) -> Table:
    return step.apply(before, step.fit(before))


def matrix(after: Table) -> np.ndarray:
    return np.stack([column.values for column in after.columns], axis=1)


@pytest.fixture
def numbers() -> Table:
    rng = np.random.default_rng(1)
    columns = [number(f"c{i}", rng.normal(10.0 * i, 1 + i, 60)) for i in range(4)]
    return table(*columns, target=number("y", rng.normal(1000, 50, 60)), train=[i % 3 > 0 for i in range(60)])


@pytest.mark.parametrize(
    ("method", "theirs"), [("standardise", StandardScaler()), ("min-max", MinMaxScaler())]
)
def test_scaling_equals_scikit_learns_fitted_on_the_training_rows(
    numbers: Table, method: Any, theirs: Any
) -> None:
    expected = theirs.fit(matrix(numbers)[numbers.train]).transform(matrix(numbers))
    np.testing.assert_allclose(matrix(done(ScaleInputs(method=method), numbers)), expected, rtol=1e-12)
    column = numbers.target.values[:, None]
    expected = theirs.fit(column[numbers.train]).transform(column)[:, 0]
    np.testing.assert_allclose(done(ScaleTarget(method=method), numbers).target.values, expected, rtol=1e-12)


def test_no_scaling_changes_nothing(numbers: Table) -> None:
    assert np.array_equal(matrix(done(ScaleInputs(method="none"), numbers)), matrix(numbers))


@pytest.mark.parametrize("method", ["standardise", "min-max"])
def test_a_constant_column_becomes_zero_and_flags_stay(method: Any) -> None:
    before = table(number("constant", [0.1] * 7), number("flag", [0, 1, 0, 0, 1, 0, 0]))
    after = matrix(done(ScaleInputs(method=method), before))
    np.testing.assert_allclose(after[:, 0], 0.0, atol=1e-12)
    assert after[:, 1].tolist() == [0, 1, 0, 0, 1, 0, 0]


def test_classes_are_never_scaled() -> None:
    before = table(number("x", [1, 2]), target=category("y", ["a", "b"]))
    assert done(ScaleTarget(), before) is before


@pytest.mark.parametrize(
    ("ours", "theirs"), [("mean", "mean"), ("median", "median"), ("most frequent", "most_frequent")]
)
def test_filled_numbers_equal_scikit_learns(ours: Any, theirs: str) -> None:
    before = table(
        number("a", [1, 1, NAN, 7, 5, NAN, 99]),
        number("b", [NAN, 2, 3, 3, 2, 8, 99]),
        train=[True] * 6 + [False],
    )
    expected = SimpleImputer(strategy=theirs).fit(matrix(before)[:6]).transform(matrix(before))
    assert np.array_equal(matrix(done(FillMissing(numbers=ours), before)), expected)


def test_filled_categories() -> None:
    before = table(category("c", ["b", None, "a", "b"]))
    assert done(FillMissing(), before).columns[0].values.tolist() == ["b", "missing", "a", "b"]
    frequent = done(FillMissing(categories="most frequent"), before)
    assert frequent.columns[0].values.tolist() == ["b", "b", "a", "b"]


def test_dropping_leaves_out_the_rows_with_gaps() -> None:
    before = table(number("a", [1, NAN, 3]), category("c", ["x", "y", None]))
    assert done(FillMissing(numbers="drop"), before).keep.tolist() == [True, False, True]
    assert done(FillMissing(categories="drop"), before).keep.tolist() == [True, True, False]


def test_a_column_without_any_training_value_is_refused_by_name() -> None:
    before = table(number("empty", [NAN, NAN, 3]), train=[True, True, False])
    with pytest.raises(DataProblem, match="'empty' has no value in any training row"):
        FillMissing().fit(before)


@pytest.fixture
def colours() -> Table:
    return table(category("c", ["red", "blue", "red", "green", "lilac"]), train=[True] * 4 + [False])


def test_one_hot_equals_scikit_learns_and_an_unseen_category_is_all_zeros(colours: Table) -> None:
    after = done(EncodeCategories(), colours)
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    column = colours.columns[0].values[:, None]
    assert np.array_equal(matrix(after), encoder.fit(column[:4]).transform(column))
    assert [column.name for column in after.columns] == ["c=blue", "c=green", "c=red"]
    assert matrix(after)[4].tolist() == [0, 0, 0]


def test_ordinal_equals_scikit_learns_and_an_unseen_category_has_its_own_code(colours: Table) -> None:
    after = done(EncodeCategories(method="ordinal"), colours)
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    column = colours.columns[0].values[:, None]
    assert np.array_equal(matrix(after), encoder.fit(column[:4]).transform(column))


def test_rare_categories_count_as_unseen(colours: Table) -> None:
    assert [column.name for column in done(EncodeCategories(rare=2), colours).columns] == ["c=red"]


def test_too_many_categories_are_refused_with_a_way_out() -> None:
    before = table(category("city", [f"city {i}" for i in range(60)]))
    with pytest.raises(DataProblem, match=r"'city' has 60 different categories, more than 50.*ordinal"):
        EncodeCategories().fit(before)
    assert matrix(done(EncodeCategories(method="ordinal"), before))[:, 0].tolist() == list(range(60))


def test_encoding_before_filling_is_refused() -> None:
    with pytest.raises(DataProblem, match="Put the step Missing values before"):
        done(EncodeCategories(), table(category("c", ["a", None])))


def test_dates_become_days_or_a_calendar() -> None:
    # 1 January 1970 was a Thursday, 29 February 2024 too, 31 December 1969 a Wednesday.
    days = [0.0, 19782.75, -1.0, NAN]
    before = table(number("when", days, "date"))
    assert matrix(done(DatesToNumbers(), before))[:3, 0].tolist() == days[:3]
    after = done(DatesToNumbers(method="calendar"), before)
    assert [column.name for column in after.columns] == ["when: year", "when: month", "when: weekday"]
    assert matrix(after)[:3].tolist() == [[1970, 1, 4], [2024, 2, 4], [1969, 12, 3]]
    assert np.isnan(matrix(after)[3]).all()


def test_only_the_first_of_equal_rows_stays() -> None:
    columns = (
        number("a", [1, 1, 1, -0.0, 0.0, NAN, NAN]),
        category("c", ["x", "x", "y", "z", "z", None, None]),
    )
    before = table(*columns, target=number("y", [5, 5, 5, 1, 1, 2, 2]))
    kept = [True, False, True, True, False, True, False]
    assert done(DropDuplicates(), before).keep.tolist() == kept
    new = table(*columns, train=[False] * 7)
    assert done(DropDuplicates(), new).keep.all()


def test_row_keys_tell_a_million_rows_apart() -> None:
    rng = np.random.default_rng(0)
    whole = rng.permutation(1_000_000)
    columns: list[np.ndarray] = [(whole // 1000).astype(np.float64), (whole % 1000).astype(np.float32)]
    assert not repeats(row_keys(columns)).any()


def test_levels_sort_the_way_people_do() -> None:
    assert levels(["10", "9", None, "1"]) == ["1", "9", "10"]
    assert levels(["class 10", "class 2", "Class 1", "b", "a"]) == [
        "a",
        "b",
        "Class 1",
        "class 2",
        "class 10",
    ]


def test_the_standard_chain_has_just_what_is_needed() -> None:
    def kinds(examples: Examples) -> list[str]:
        return [step.kind for step in standard_chain(examples)]

    assert kinds(Circles().load()) == ["scale_inputs"]
    assert kinds(Curve().load()) == ["scale_inputs", "scale_target"]
    assert kinds(Digits().load()) == []
    mixed = (number("a", [1, NAN]), category("c", ["x", "y"]), number("d", [1, 2], "date"))
    examples = Examples("mixed", number("y", [1, 2]), "regression", mixed)
    expected = ["fill_missing", "dates", "encode_categories", "scale_inputs", "scale_target"]
    assert kinds(examples) == expected
