"""What outputs shall be for an answer, and what outputs say."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.core.answers import in_words, said, shares_of, taught
from nnstudio.core.trace import Target, Task

LEVELS = ("low", "medium", "high", "very high")


def target(task: Task, *names: str) -> Target:
    return Target(task=task, names=names or LEVELS)


TWO = target("classification", "no", "yes")


def test_outputs_that_are_no_shares_are_not_taken_for_some() -> None:
    assert shares_of(TWO, np.array([[3.0, -1.0]], np.float32)) is None
    assert shares_of(TWO, np.array([[0.2, np.nan]], np.float32)) is None
    assert shares_of(target("regression", "price"), np.array([[0.2]])) is None


def test_one_output_is_the_share_of_the_second_class() -> None:
    shares = shares_of(TWO, np.array([[0.25]], np.float32))
    assert shares is not None
    assert shares.tolist() == [[0.75, 0.25]]


def test_a_class_is_taught_as_one_among_zeros_or_in_a_single_unit() -> None:
    y = np.array([0, 2, 1])
    assert taught(target("classification"), y, 4).tolist() == np.eye(4)[y].tolist()
    assert taught(TWO, np.array([0, 1]), 1).tolist() == [[0], [1]]


def test_a_class_in_an_order_is_taught_by_the_borders_it_lies_above() -> None:
    y = np.array([0, 1, 2, 3])
    outputs = taught(target("ordinal"), y, 3)
    assert outputs.tolist() == [[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1]]
    assert outputs.dtype == np.float32
    assert said(target("ordinal"), outputs).tolist() == y.tolist()


def test_shares_of_classes_in_an_order_are_differences_that_add_up_to_one() -> None:
    shares = shares_of(target("ordinal"), np.array([[0.9, 0.6, 0.1], [0.5, 0.7, 0.2]]))
    assert shares is not None
    # The second row rises in between, which no order allows: that part is levelled.
    np.testing.assert_allclose(shares, [[0.1, 0.3, 0.5, 0.1], [0.5, 0.0, 0.3, 0.2]])


def test_labels_are_taught_as_they_are_and_said_one_by_one() -> None:
    tags = target("multilabel", "red", "round", "big")
    y = np.array([[1, 0, 1], [0, 0, 0]], np.float32)
    assert taught(tags, y, 3).tolist() == y.tolist()
    assert said(tags, np.array([[0.9, 0.2, 0.51]])).tolist() == [[1, 0, 1]]
    assert in_words(tags, y[0]) == "red, big"
    assert in_words(tags, y[1]) == "none"


@pytest.mark.parametrize(
    ("task", "units", "activation"),
    [("classification", 4, "softmax"), ("ordinal", 3, "sigmoid"), ("multilabel", 4, "sigmoid"),
     ("regression", 4, "linear")],
)  # fmt: skip
def test_each_task_says_which_outputs_it_needs(task: Task, units: int, activation: str) -> None:
    assert (target(task).units, target(task).activation) == (units, activation)
    assert (TWO.units, TWO.activation) == (1, "sigmoid")
