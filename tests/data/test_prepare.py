"""From examples to arrays: what the network sees, what is reported, and what is refused in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from nnstudio.catalog.datasets.playground import Circles
from nnstudio.catalog.datasets.sklearn_sets import Diabetes, Digits, Wine
from nnstudio.catalog.preparations import (
    DropDuplicates,
    EncodeCategories,
    FillMissing,
    ScaleInputs,
    ScaleTarget,
)
from nnstudio.core.dataset import Column, DataProblem, DataSpec, Examples, Preparation, Split
from nnstudio.data.arrays import from_arrays
from nnstudio.data.csv_sniff import sniff
from nnstudio.data.prepare import default_spec, load, prepare, transform


def spec(*chain: Preparation, split: Split | None = None) -> DataSpec:
    return DataSpec(source=Circles(), split=split or Split(), preparation=chain)


def flowers(n: int = 40) -> Examples:
    rng = np.random.default_rng(0)
    size = rng.normal(5, 2, n)
    size[3] = np.nan
    colour = np.array([["red", "blue", None, "green"][i % 4] for i in range(n)], dtype=object)
    kind = np.array(["rose" if i % 2 else "daisy" for i in range(n)], dtype=object)
    columns = (Column("size", "number", size), Column("colour", "category", colour))
    return Examples("Flowers", Column("kind", "category", kind), "classification", columns)


def test_a_table_with_gaps_and_categories_becomes_numbers() -> None:
    examples = flowers()
    prepared = prepare(examples, default_spec(Circles(), examples))
    assert prepared.feature_names == ("size", "colour=blue", "colour=green", "colour=missing", "colour=red")
    assert prepared.signature.input.sizes == (5,)
    assert prepared.signature.target.names == ("daisy", "rose")
    assert prepared.train.x.dtype == np.float32
    assert prepared.train.y.dtype == np.int64
    assert prepared.train.x[:, 0].mean() == pytest.approx(0, abs=1e-6)
    assert np.array_equal(prepared.train.y, prepared.train.rows % 2)


def test_everything_is_fitted_on_the_training_rows() -> None:
    wine = Wine().load()
    prepared = prepare(wine, default_spec(Wine(), wine))
    raw = np.stack([column.values for column in wine.columns], axis=1)
    scaler = StandardScaler().fit(raw[prepared.train.rows])
    for part in (prepared.train, prepared.validation, prepared.test):
        np.testing.assert_allclose(part.x, scaler.transform(raw[part.rows]), atol=1e-5)


def test_values_come_back_in_their_own_units() -> None:
    examples = Diabetes().load()
    prepared = prepare(examples, spec(ScaleInputs(method="min-max"), ScaleInputs(), ScaleTarget()))
    shift, scale = prepared.raw["age"]
    raw_age = examples.columns[0].values[prepared.train.rows]
    np.testing.assert_allclose(prepared.train.x[:, 0] * scale + shift, raw_age, rtol=1e-5)
    assert prepared.units.linear is not None
    shift, scale = prepared.units.linear
    raw_target = examples.target.values[prepared.test.rows]
    np.testing.assert_allclose(prepared.test.y[:, 0] * scale + shift, raw_target, rtol=1e-5)


def test_images_keep_their_shape() -> None:
    prepared = prepare(Digits().load(), spec(ScaleInputs()))
    assert prepared.signature.input.named() == "1 channel × 8 height × 8 width"
    assert prepared.train.x.shape[1:] == (1, 8, 8)
    assert prepared.feature_names == ("brightness",)
    assert "Scale inputs changes nothing here" in prepared.notes[0]


def test_number_classes_sort_as_numbers() -> None:
    x = np.arange(40.0)[:, None]
    examples = replace(
        from_arrays(x, np.tile([1.0, 10.0, 9.0, 2.5], 10), task="regression"), task="classification"
    )
    assert prepare(examples, spec(ScaleTarget())).signature.target.names == ("1", "2.5", "9", "10")


def test_rows_without_a_target_are_left_out_and_noted() -> None:
    examples = flowers()
    examples.target.values[:5] = None
    prepared = prepare(examples, default_spec(Circles(), examples))
    parts = (prepared.train, prepared.validation, prepared.test)
    assert sorted(row for part in parts for row in part.rows) == list(range(5, 40))
    assert prepared.notes[0] == "Rows left out because 'kind' is missing: 5."


def test_dropped_rows_are_in_no_part() -> None:
    prepared = prepare(flowers(), spec(FillMissing(numbers="drop"), EncodeCategories()))
    rows = {int(row) for name in ("train", "validation", "test") for row in prepared.part(name).rows}
    assert rows == set(range(40)) - {3}
    assert "Rows dropped by the preparation: 1." in prepared.notes


def test_repeated_rows_are_reported_and_dropping_them_ends_it() -> None:
    x = np.arange(100.0)[:, None]
    x[50:60] = x[:10]
    examples = from_arrays(x, np.zeros(100) + (x[:, 0] > 30))
    reported = prepare(examples, spec())
    assert reported.facts.duplicates == 10
    assert 0 < reported.facts.leaked <= 20
    assert any("repeat an earlier row exactly: 10" in note for note in reported.notes)
    cleaned = prepare(examples, spec(DropDuplicates()))
    assert (cleaned.facts.duplicates, cleaned.facts.leaked) == (0, 0)


def test_new_rows_go_through_the_fitted_chain() -> None:
    examples = flowers()
    chain = default_spec(Circles(), examples)
    prepared = prepare(examples, chain)
    again = transform(prepared, chain, list(reversed(examples.columns)))
    np.testing.assert_array_equal(again[prepared.validation.rows], prepared.validation.x)
    with pytest.raises(DataProblem, match="lack what 'colour=blue' is made from"):
        transform(prepared, chain, examples.columns[:1])


def test_a_new_row_that_would_be_dropped_is_refused() -> None:
    chain = spec(FillMissing(numbers="drop"), EncodeCategories())
    examples = flowers()
    with pytest.raises(DataProblem, match="Row 4 has a missing value"):
        transform(prepare(examples, chain), chain, examples.columns)


def test_facts_describe_what_the_network_sees() -> None:
    x = np.stack([np.arange(100.0), np.full(100, 7.0)], axis=1)
    prepared = prepare(from_arrays(x, np.arange(100) // 70), spec(split=Split(train=0.6, validation=0.2)))
    facts = prepared.facts
    assert facts.train.class_counts == (42, 18)
    assert facts.baseline_loss["accuracy"] == pytest.approx(14 / 20)
    assert facts.constant_features == ("x2",)
    assert facts.features == 2
    assert facts.feature_abs_max == prepared.train.x.max()
    assert facts.feature_std_min == facts.feature_std_max == pytest.approx(prepared.train.x[:, 0].std())


def test_the_baseline_of_numbers_predicts_the_training_mean() -> None:
    examples = Diabetes().load()
    prepared = prepare(examples, default_spec(Diabetes(), examples))
    truth = examples.target.values
    guess = truth[prepared.train.rows].mean()
    expected = np.sqrt(np.mean((truth[prepared.validation.rows] - guess) ** 2))
    assert prepared.facts.baseline_loss["rmse"] == pytest.approx(expected)


def test_loading_tells_how_far_it_is() -> None:
    heard: list[tuple[str, float]] = []
    prepared = load(spec(ScaleInputs()), lambda text, share: heard.append((text, share)))
    assert len(prepared.train) == 350
    assert [share for _, share in heard] == [0.0, 0.5, 1.0]


def _classes(values: Sequence[str]) -> Examples:
    return from_arrays(np.arange(float(len(values)))[:, None], np.array(values))


@pytest.mark.parametrize(
    ("examples", "sentence"),
    [
        (_classes(["a"] * 20), "All 20 rows have the same class 'a'"),
        (_classes(["a", "b"] * 4), "Only 8 of the rows .* at least 10 are needed"),
        (
            _classes([f"name {i}" for i in range(20)]),
            "20 different values in 20 rows: too many to be classes",
        ),
        (replace(_classes(["a", "b"] * 10), task="regression"), "holds texts such as 'a'"),
        (from_arrays(np.zeros((20, 1)), np.full(20, 3.0), task="regression"), "Every row has the value 3"),
        (replace(_classes(["a", "b"] * 10), columns=()), "No column is left as an input"),
        (from_arrays(np.full((20, 1), 1e300), np.arange(20) % 2), "'x1' has values too large"),
        (from_arrays(np.full((20, 1), np.nan), np.arange(20) % 2), "missing in the column 'x1'"),
        (flowers(), "Values missing in the column 'size'"),
        (replace(flowers(), columns=flowers().columns[1:]), "'colour' holds categories"),
        (
            replace(flowers(), columns=(replace(flowers().columns[1], type="text"),)),
            "'colour' holds free text",
        ),
    ],
)
def test_data_that_cannot_be_learnt_from_are_refused_in_words(examples: Examples, sentence: str) -> None:
    with pytest.raises(DataProblem, match=sentence):
        prepare(examples, spec())


def test_a_lonely_class_is_pointed_out() -> None:
    prepared = prepare(_classes(["a"] * 10 + ["b"] * 10 + ["c"]), spec())
    assert any("'c' has a single example" in note for note in prepared.notes)
    assert 2 in prepared.train.y


def test_a_file_with_gaps_and_categories_goes_all_the_way(tmp_path: Path) -> None:
    path = tmp_path / "plants.csv"
    rows = [
        f"{i / 2 if i % 7 else ''};{'red' if i % 3 else '?'};2024-01-{i % 28 + 1:02d};{i % 2}"
        for i in range(80)
    ]
    path.write_text("size;colour;day;sick\n" + "\n".join(rows), encoding="utf-8")
    source = sniff(str(path)).source
    prepared = load(default_spec(source, source.load()))
    assert prepared.feature_names == ("size", "colour=missing", "colour=red", "day")
    assert prepared.signature.target.names == ("0", "1")
    assert prepared.facts.train.class_counts == (28, 28)
