"""Early stopping finds the best epoch and knows when to give up."""

from __future__ import annotations

import math

import pytest

from nnstudio.core.training import EarlyStopping

NAN = math.nan


@pytest.mark.parametrize(
    ("values", "best", "stop"),
    [
        ([], -1, False),
        ([1.0], 0, False),
        ([1.0, 0.5, 0.6], 1, False),
        ([1.0, 0.5, 0.6, 0.7], 1, True),
        ([1.0, 1.0, 1.0], 0, True),
        ([0.3, 0.2, 0.1, 0.0], 3, False),
        ([NAN], -1, False),
        ([NAN, NAN], -1, True),
        ([NAN, 0.5, NAN], 1, False),
        ([0.5, NAN, NAN], 0, True),
        ([math.inf, 5.0], 1, False),
    ],
)
def test_patience_of_two(values: list[float], best: int, stop: bool) -> None:
    assert EarlyStopping(patience=2).judge(values) == (best, stop)


def test_higher_is_better_for_scores() -> None:
    rule = EarlyStopping(monitor="val_accuracy", patience=2)
    assert rule.judge([0.1, 0.9, 0.8]) == (1, False)
    assert rule.judge([0.1, 0.9, 0.8, 0.9]) == (1, True)
    assert EarlyStopping(monitor="val_accuracy", mode="min", patience=2).judge([0.5, 0.1]) == (1, False)
    assert EarlyStopping(monitor="val_loss", mode="max").judge([0.5, 0.1, 0.7]) == (2, False)


def test_small_improvements_do_not_count() -> None:
    rule = EarlyStopping(patience=2, min_delta=0.05)
    assert rule.judge([1.0, 0.97, 0.96]) == (0, True)
    assert rule.judge([1.0, 0.97, 0.94]) == (2, False)
    assert rule.judge([-1.0, -1.01]) == (0, False)


def test_switched_off_it_still_knows_the_best() -> None:
    assert EarlyStopping(on=False, patience=1).judge([1.0, 0.5, 2.0, 3.0]) == (1, False)
