"""Counts of neighbouring tokens, beside the same sums done one by one."""

from __future__ import annotations

from collections import Counter
from math import log

import numpy as np
import pytest

from nnstudio.data.neighbours import Followed, neighbours

COUNT = 5


def windows(seed: int, rows: int, steps: int = 3) -> tuple[np.ndarray, np.ndarray]:
    stream = np.random.default_rng(seed).integers(1, COUNT, rows + steps)
    stream[::3] = 2
    x = np.stack([stream[at : at + steps] for at in range(rows)])
    return x, stream[steps : steps + rows]


def share(history: tuple[int, ...], token: int, x: np.ndarray, y: np.ndarray) -> float:
    """Return the share by Witten and Bell, written down as the definition says."""
    if not history:
        return (Counter(y.tolist())[token] + 1) / (len(y) + COUNT)
    shorter = share(history[1:], token, x, y)
    after = [
        int(t)
        for row, t in zip(x.tolist(), y.tolist(), strict=True)
        if tuple(row[-len(history) :]) == history
    ]
    if not after:
        return shorter
    kinds = len(set(after))
    return (after.count(token) + kinds * shorter) / (len(after) + kinds)


def found() -> tuple[list[Followed], tuple[np.ndarray, ...]]:
    (x, y), (asked, true) = windows(0, 40), windows(1, 15)
    return neighbours(x, y, asked, true, COUNT), (x, y, asked, true)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_shares_are_those_of_the_definition(order: int) -> None:
    models, (x, y, asked, true) = found()
    wanted = [
        share(tuple(row[len(row) - order + 1 :]), int(t), x, y)
        for row, t in zip(asked.tolist(), true, strict=True)
    ]
    assert models[order - 1].shares == pytest.approx(wanted)
    assert models[order - 1].nats == pytest.approx(-np.mean([log(p) for p in wanted]))


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_shares_of_all_tokens_add_up_to_1(order: int) -> None:
    x, y = windows(0, 40)
    total = sum(
        neighbours(x, y, x[:1], np.array([token]), COUNT)[order - 1].shares[0] for token in range(COUNT)
    )
    assert total == pytest.approx(1.0)


def test_the_commonest_follower_is_said() -> None:
    x = np.array([[1, 2], [1, 2], [1, 2], [3, 2]])
    y = np.array([4, 4, 3, 3])
    asked = np.array([[1, 2], [3, 2], [4, 2], [4, 4]])
    one, two, three = neighbours(x, y, asked, np.zeros(4, np.int64), COUNT)
    assert one.said.tolist() == [3, 3, 3, 3], "of equally common ones the first"
    assert two.said.tolist() == [3, 3, 3, 3]
    assert three.said.tolist() == [4, 3, 3, 3], "unknown stretches are answered by shorter ones"


def test_a_single_token_has_no_trigrams() -> None:
    x, y = windows(0, 40, steps=1)
    assert [each.name for each in neighbours(x, y, x, y, COUNT)] == ["unigrams", "bigrams"]
