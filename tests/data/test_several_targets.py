"""Several target columns: what they ask for together."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.core.dataset import Column, DataProblem
from nnstudio.data.several_targets import ONE_EACH, together


def columns(*rows: tuple[float, ...]) -> list[Column]:
    values = np.array(rows, dtype=np.float64)
    return [Column(name, "number", values[:, at]) for at, name in enumerate("abc"[: values.shape[1]])]


ONE_HOT, FLAGS = columns((1, 0), (0, 1)), columns((1, 1), (0, 0))
NUMBERS = columns((1.5, 20), (0, 1), (2, np.nan))


def test_marks_of_a_class_are_classes() -> None:
    found = together(ONE_HOT, "auto")
    assert (found.task, found.target.values.tolist(), found.notes) == (
        "classification",
        ["a", "b"],
        (ONE_EACH,),
    )


@pytest.mark.parametrize(("given", "wished"), [(FLAGS, "auto"), (ONE_HOT, "multilabel")])
def test_other_flags_are_labels(given: list[Column], wished: str) -> None:
    found = together(given, wished)
    assert (found.task, found.names) == ("multilabel", ("a", "b"))


def test_numbers_are_predicted_together() -> None:
    found = together(NUMBERS, "auto")
    assert (found.task, found.names) == ("regression", ("a", "b"))
    assert found.numbers is not None
    assert found.numbers.shape == (3, 2)
    assert np.isnan(found.target.values).tolist() == [False, False, True], "a gap in one is a gap in all"


def test_flags_can_be_wished_as_numbers() -> None:
    assert together(ONE_HOT, "regression").task == "regression"


@pytest.mark.parametrize(
    ("given", "wished", "says"),
    [
        (NUMBERS, "classification", "marks one"),
        (FLAGS, "classification", "marks one"),
        (ONE_HOT, "ordinal", "single column"),
        (NUMBERS, "multilabel", "0 or 1"),
    ],
)
def test_what_does_not_go_together_is_told(given: list[Column], wished: str, says: str) -> None:
    with pytest.raises(DataProblem, match=says):
        together(given, wished)
