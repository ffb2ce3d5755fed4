"""Classes are put in the order that everybody knows, else in the one that is named."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.core.dataset import Column, DataProblem, Examples
from nnstudio.data.order import in_order, known_order
from nnstudio.data.target import as_classes_or_numbers


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (["10", "9", "2.5"], ("2.5", "9", "10")),
        (["stage 10", "stage 2"], ("stage 2", "stage 10")),
        (["High", "low", "very-high", "Medium"], ("low", "Medium", "High", "very-high")),
        (["xl", "s", "m"], ("s", "m", "xl")),
        (["red", "green"], None),
        (["low", "green"], None),
        (["box 1", "crate 2"], None),
    ],
)
def test_numbers_and_known_words_have_an_order(names: list[str], order: tuple[str, ...] | None) -> None:
    assert known_order(names) == order


def test_an_order_that_is_named_counts_and_must_be_whole() -> None:
    assert in_order(["a", "b"], ("b", "x", "a")) == ("b", "a")
    with pytest.raises(DataProblem, match="does not say where 'b' belongs"):
        in_order(["a", "b"], ("a",))
    with pytest.raises(DataProblem, match="In which order are the classes a, b"):
        in_order(["a", "b"])


def test_the_target_has_its_classes_in_order() -> None:
    values = np.array(["high", "low", "medium"] * 5, dtype=object)
    target, _ = as_classes_or_numbers(Examples("x", Column("risk", "category", values), "ordinal"))
    assert (target.task, target.names) == ("ordinal", ("low", "medium", "high"))
