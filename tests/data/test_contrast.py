"""Features one by one: other scales in another split, and a feature that is the answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnstudio.core.dataset import Part
from nnstudio.data.contrast import giveaway, split_shift

NAMES = ("a", "b", "c")


def part(x: NDArray[Any], y: NDArray[Any] | None = None) -> Part:
    rows = np.arange(len(x))
    return Part(np.asarray(x, np.float32), y if y is not None else np.zeros(len(x), np.int64), rows)


def drawn(rows: int, seed: int = 0, columns: int = 3) -> NDArray[Any]:
    return np.random.default_rng(seed).normal(size=(rows, columns))


def test_splits_of_one_table_hardly_differ() -> None:
    found = split_shift(part(drawn(300)), part(drawn(100, 1)), NAMES)
    assert found is not None
    assert found.largest < 0.4
    assert found.stretch == pytest.approx(1.0, abs=0.2)


def test_a_split_on_another_scale_is_seen() -> None:
    found = split_shift(part(drawn(300)), part(4 * drawn(100, 1) + [0, 9, 0]), NAMES)
    assert found is not None
    assert found.stretch == pytest.approx(4.0, rel=0.2)
    assert found.feature == "b"
    assert found.largest > 5


def test_images_are_compared_channel_by_channel() -> None:
    x = np.random.default_rng(0).random((40, 3, 4, 4))
    y = x.copy()
    y[:, 1] += 1
    found = split_shift(part(x), part(y), ("red", "green", "blue"))
    assert found is not None
    assert found.feature == "green"


def test_too_few_rows_and_tokens_say_nothing() -> None:
    assert split_shift(part(drawn(300)), part(drawn(5)), NAMES) is None
    tokens = Part(np.ones((50, 3), np.int64), np.zeros(50, np.int64), np.arange(50))
    assert split_shift(tokens, tokens, NAMES) is None


@pytest.mark.parametrize("code", [lambda y: y * 2.0 - 7, lambda y: np.array([5.0, -3.0, 1.0])[y]])
def test_a_feature_that_is_the_answer_is_found(code: Any) -> None:
    y, held = (np.random.default_rng(s).integers(0, 3, 200) for s in (0, 1))
    x, asked = drawn(200), drawn(200, 1)
    x[:, 1], asked[:, 1] = code(y), code(held)
    found = giveaway(part(x, y), part(asked, held), NAMES, 3)
    assert found is not None
    assert found.feature == "b"
    assert found.alone > 0.99
    assert found.runner_up < 0.4


def test_the_columns_of_a_category_count_together() -> None:
    y, held = (np.random.default_rng(s).integers(0, 3, 200) for s in (0, 1))
    x = np.concatenate([drawn(200, 2, 1), np.eye(3)[y]], 1)
    asked = np.concatenate([drawn(200, 3, 1), np.eye(3)[held]], 1)
    found = giveaway(part(x, y), part(asked, held), ("n", "k=a", "k=b", "k=c"), 3)
    assert found is not None
    assert found.feature == "k"
    assert found.alone == 1.0


def test_numbers_are_given_away_by_a_line() -> None:
    x, asked = drawn(300), drawn(200, 1)
    y, held = (3 * values[:, [2]] + 1 for values in (x, asked))
    found = giveaway(part(x, y), part(asked, held), NAMES, 0)
    assert found is not None
    assert found.feature == "c"
    assert found.alone > 0.999
