"""Splits: exact shares, every class in proportion, seeded, and never an empty part."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from nnstudio.core.dataset import DataProblem, Examples, Split
from nnstudio.data.arrays import from_arrays
from nnstudio.data.split import assign


def classes(*counts: int) -> Examples:
    labels = np.repeat(np.arange(len(counts)), counts)
    return from_arrays(
        np.arange(len(labels), dtype=float)[:, None], np.random.default_rng(3).permutation(labels)
    )


def by_class(examples: Examples, split: Split) -> Counter[tuple[str, str]]:
    return Counter(zip(examples.target.values, assign(examples, split), strict=True))


@pytest.mark.parametrize("counts", [(100, 50), (7, 9, 84), (3,) * 10, (1, 2, 3, 94), (500, 5)])
@pytest.mark.parametrize("shares", [(0.7, 0.15), (0.6, 0.2), (0.8, 0.2), (0.34, 0.33)])
def test_each_class_is_split_in_proportion_and_the_totals_too(
    counts: tuple[int, ...], shares: tuple[float, float]
) -> None:
    examples = classes(*counts)
    split = Split(train=shares[0], validation=shares[1])
    found = by_class(examples, split)
    wanted = {"train": split.train, "validation": split.validation, "test": split.test}
    for label, count in enumerate(counts):
        for name, share in wanted.items():
            assert abs(found[str(label), name] - count * share) < 2
        assert found[str(label), "train"] >= 1
    totals = Counter(assign(examples, split))
    for name, share in wanted.items():
        assert abs(totals[name] - len(examples) * share) <= 2


def test_a_seed_draws_the_same_rows_again_and_another_seed_others() -> None:
    examples = classes(60, 40)
    first, again, other = (assign(examples, Split(seed=seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_numbers_and_unstratified_classes_are_split_by_the_total_alone() -> None:
    x = np.arange(200.0)[:, None]
    numbers = from_arrays(x, np.arange(200.0), task="regression")
    assert Counter(assign(numbers, Split())) == {"train": 140, "validation": 30, "test": 30}
    assert Counter(assign(classes(190, 10), Split(stratify=False)))["train"] == 140


def test_no_share_for_the_test_set_gives_no_test_rows() -> None:
    assert "test" not in assign(classes(20, 20), Split(train=0.7, validation=0.3))


def test_what_the_data_say_is_kept() -> None:
    said = ["train"] * 8 + ["validation"] * 3 + ["test"]
    examples = from_arrays(np.zeros((12, 1)), np.arange(12) % 2, split=said)
    assert assign(examples, Split(train=0.05, validation=0.05)).tolist() == said


def test_missing_validation_rows_are_drawn_from_the_training_rows_only() -> None:
    said = ["train"] * 40 + ["test"] * 10
    parts = assign(from_arrays(np.zeros((50, 1)), np.arange(50) % 2, split=said), Split())
    assert Counter(parts[:40]) == {"train": 33, "validation": 7}
    assert set(parts[40:]) == {"test"}


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (["train"] * 11 + ["holdout"], "not 'holdout'"),
        (["validation"] * 12, "marks no row as train"),
        (["train"] + ["test"] * 11, "too few to draw some"),
    ],
)
def test_a_split_column_that_cannot_be_used_is_refused(said: list[str], sentence: str) -> None:
    examples = from_arrays(np.zeros((12, 1)), np.arange(12) % 2, split=said)
    with pytest.raises(DataProblem, match=sentence):
        assign(examples, Split())


def test_an_empty_part_is_refused_with_what_to_change() -> None:
    numbers = from_arrays(np.zeros((10, 1)), np.arange(10.0), task="regression")
    with pytest.raises(DataProblem, match=r"No row is left for the test part.*Give it a larger share"):
        assign(numbers, Split(train=0.9, validation=0.05))
