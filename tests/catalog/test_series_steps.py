"""Logarithm and differences of a series: what the network sees, and answers in the original units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.catalog.datasets.series import Airline
from nnstudio.catalog.preparations import Difference, Logarithm, ScaleInputs, ScaleTarget, SquareRoot
from nnstudio.core.dataset import (
    Column,
    DataProblem,
    DataSpec,
    Examples,
    Preparation,
    Prepared,
    Table,
    Windows,
)
from nnstudio.data.prepare import prepare
from nnstudio.data.windows import naive_forecast

AIRLINE = Airline().load()
TRUE = AIRLINE.target.values


def prepared_by(*chain: Preparation, examples: Examples = AIRLINE) -> Prepared:
    return prepare(examples, DataSpec(source=Airline(), preparation=chain))


def growing(low: float = 1.0) -> Examples:
    values = Column("n", "number", low + np.arange(100.0))
    return Examples("Growing", values, "regression", (values,), windows=Windows(size=4, horizon=2))


def test_the_network_sees_changes_and_its_answers_are_levels() -> None:
    prepared = prepared_by(Difference(lag=12))
    assert prepared.feature_names == ("Δ12 passengers",)
    first = prepared.train.rows[0]
    assert first == 24
    assert prepared.train.x[0, :, 0] == pytest.approx(TRUE[12:24] - TRUE[:12])
    for part in (prepared.train, prepared.validation, prepared.test):
        assert np.allclose(prepared.own(part)[:, 0], TRUE[part.rows])
    # No change since a year ago is the naive forecast of a series with a season of a year.
    guess = prepared.units.back(np.zeros_like(prepared.test.y), prepared.test.rows)
    assert np.allclose(guess, naive_forecast(AIRLINE, prepared.test.rows, 1))


def test_the_past_of_another_part_leads_back_from_changes_to_levels() -> None:
    prepared = prepared_by(Logarithm(), Difference(lag=12), Difference(), ScaleTarget())
    for part, before in ((prepared.validation, prepared.train), (prepared.test, prepared.validation)):
        assert part.rows[0] == before.rows[-1] + 1
        assert np.allclose(prepared.own(part)[:, 0], TRUE[part.rows])
        assert np.allclose(prepared.units.forth(TRUE[part.rows, None], part.rows), part.y, atol=1e-5)
    known = naive_forecast(AIRLINE, prepared.validation.rows[:12], 1)[:, 0]
    assert known.tolist() == TRUE[prepared.validation.rows[0] - 12 :][:12].tolist()


def test_steps_are_undone_in_the_opposite_order() -> None:
    prepared = prepared_by(Logarithm(), Difference(lag=12), Difference(), ScaleInputs(), ScaleTarget())
    assert prepared.feature_names == ("Δ1 Δ12 log passengers",)
    assert np.allclose(prepared.own(prepared.test)[:, 0], TRUE[prepared.test.rows])
    assert abs(float(prepared.train.y.mean())) < 0.1


def test_the_inputs_may_stay_as_they_are() -> None:
    prepared = prepared_by(Difference(of="target"))
    assert prepared.feature_names == ("passengers",)
    assert np.allclose(prepared.own(prepared.validation)[:, 0], TRUE[prepared.validation.rows])


def test_several_steps_ahead_lean_on_each_other() -> None:
    examples = replace(AIRLINE, windows=Windows(size=12, horizon=6, season=12))
    prepared = prepared_by(Difference(lag=2), examples=examples)
    part = prepared.test
    assert np.allclose(prepared.own(part), TRUE[part.rows[:, None] + np.arange(6)])


def test_the_guess_to_beat_is_the_same_before_and_after() -> None:
    plain, changed = prepared_by(ScaleTarget()), prepared_by(Difference(), ScaleTarget())
    known, found = plain.facts.baseline_loss, changed.facts.baseline_loss
    assert found["naive_rmse"] == pytest.approx(known["naive_rmse"], rel=1e-5)
    assert found["rmse"] > found["naive_rmse"]


def test_what_is_not_positive_gets_an_offset_from_the_training_rows() -> None:
    assert Logarithm().fit(_table(growing(low=1.0)))["target"][0] == 0.0
    assert Logarithm().fit(_table(growing(low=-4.0)))["target"] == [5.0, 1.0]
    prepared = prepared_by(Logarithm(), examples=growing(low=-4.0))
    assert prepared.train.x[0, 0, 0] == 0.0
    assert np.allclose(prepared.own(prepared.test)[:, 0], prepared.test.rows - 4.0)


def test_a_root_takes_nothing_as_nothing() -> None:
    assert SquareRoot().fit(_table(growing(low=0.0)))["target"] == [0.0, 0.0]
    assert SquareRoot().fit(_table(growing(low=-4.0)))["target"] == [4.0, 0.0]
    prepared = prepared_by(SquareRoot(), examples=growing(low=-4.0))
    assert prepared.feature_names == ("√ n",)
    assert prepared.train.x[0, :, 0] == pytest.approx(np.sqrt(np.arange(4)))
    assert np.allclose(prepared.own(prepared.test)[:, 0], prepared.test.rows - 4.0)


def test_a_target_that_falls_too_low_later_is_told() -> None:
    falling = growing()
    values = Column("n", "number", falling.target.values[::-1] - 10)
    with pytest.raises(DataProblem, match=r"falls to 0 in row 91"):
        prepared_by(Logarithm(), examples=replace(falling, target=values, columns=(values,)))


def test_a_table_has_no_steps_to_compare() -> None:
    rows = replace(growing(), windows=None)
    prepared = prepared_by(Difference(), examples=rows)
    assert prepared.feature_names == ("n",)
    assert prepared.units.linear == (0.0, 1.0)
    assert any("Difference changes nothing here" in note for note in prepared.notes)


def _table(examples: Examples) -> Table:
    train = np.arange(len(examples)) < 70
    return Table(examples.columns, examples.target, train, np.ones(len(examples), np.bool_), series=True)
