"""What preparation does to a target is undone exactly, step by step."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.core.units import Change, Differenced, Linear, Logged, Rooted, Units

SERIES = np.exp(np.linspace(1, 3, 60)) + np.sin(np.arange(60))
ROWS = np.arange(20, 50)
OWN = SERIES[ROWS[:, None] + np.arange(4)]


@pytest.mark.parametrize(
    "changes",
    [
        (),
        (Linear(3.0, 2.0),),
        (Logged(0.5), Linear(1.0, 4.0)),
        (Differenced(SERIES, 1),),
        (Differenced(SERIES, 3), Linear(0.1, 2.0)),
        (Rooted(2.0), Linear(1.0, 3.0)),
        (Logged(0.0), Differenced(np.log(SERIES), 2), Linear(1.0, 3.0)),
    ],
)
def test_back_undoes_forth(changes: tuple[Change, ...]) -> None:
    units = Units(changes)
    assert np.allclose(units.back(units.forth(OWN, ROWS), ROWS), OWN)


def test_a_difference_is_added_to_what_was_known_before_the_window() -> None:
    units = Units((Differenced(np.array([1.0, 2.0, 4.0, 8.0, 16.0]), 2),))
    # Row 2 foretells steps 2, 3 and 4; the third leans on the first foretold one, not on the truth.
    assert units.back(np.array([[10.0, 20.0, 1.0]]), np.array([2])).tolist() == [[11.0, 22.0, 12.0]]


def test_lines_are_joined_into_one_and_nothing_else_is_a_line() -> None:
    units = Units((Linear(1.0, 2.0), Linear(5.0, 10.0)))
    assert units.linear == (11.0, 20.0)
    bent = Units((Logged(1.0), Linear(5.0, 10.0)))
    assert bent.linear is None
    assert bent.tail == (5.0, 10.0)
    assert Units().linear == (0.0, 1.0)


def test_a_runaway_logarithm_stays_a_number() -> None:
    assert np.isfinite(Units((Logged(0.0),)).back(np.array([[1e9]]), np.array([0]))).all()
