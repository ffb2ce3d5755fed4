"""Folds: those of scikit-learn over all rows but the test rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    RepeatedStratifiedKFold,
    StratifiedKFold,
    TimeSeriesSplit,
)

from nnstudio.catalog.datasets.playground import Circles
from nnstudio.catalog.datasets.series import Airline
from nnstudio.core.dataset import Column, DataProblem, DataSpec, Examples, Split
from nnstudio.data.folds import Folds, default_folds, divided
from nnstudio.data.split import assign

SPEC = DataSpec(source=Circles(), split=Split(seed=4))


def people(n: int = 90) -> Examples:
    rng = np.random.default_rng(0)
    who = np.array([f"p{i % 12}" for i in range(n)], dtype=object)
    label = np.array(["a" if i % 3 else "b" for i in range(n)], dtype=object)
    columns = (Column("x", "number", rng.normal(size=n)), Column("who", "category", who))
    return Examples("People", Column("label", "category", label), "classification", columns)


def expected(kind: str, rows: Any, examples: Examples) -> list[Any]:
    if kind == "k-fold":
        # A repeated splitter hands one stream of random numbers on, from the first repeat.
        return list(KFold(5, shuffle=True, random_state=np.random.RandomState(7)).split(rows))
    if kind == "stratified":
        random = np.random.RandomState(7)
        return list(
            StratifiedKFold(5, shuffle=True, random_state=random).split(rows, examples.target.values[rows])
        )
    if kind == "grouped":
        groups = examples.columns[1].values[rows].astype(str)
        return list(GroupKFold(5, shuffle=True, random_state=7).split(rows, groups=groups))
    return list(TimeSeriesSplit(5).split(rows))


@pytest.mark.parametrize("kind", ["k-fold", "stratified", "grouped", "time series"])
def test_the_folds_are_those_of_scikit_learn(kind: Any) -> None:
    examples = people()
    rows = np.flatnonzero(assign(examples, SPEC.split) != "test")
    found = list(divided(examples, SPEC, Folds(kind=kind, group="who", seed=7)))
    for (_, parts), (train, held) in zip(found, expected(kind, rows, examples), strict=True):
        assert np.array_equal(np.flatnonzero(parts == "train"), np.sort(rows[train]))
        assert np.array_equal(np.flatnonzero(parts == "validation"), np.sort(rows[held]))


def test_every_row_validates_once_per_repeat_and_test_rows_never() -> None:
    examples = people()
    folds = Folds(folds=4, repeats=3)
    found = [parts for _, parts in divided(examples, SPEC, folds)]
    times = sum((parts == "validation").astype(int) for parts in found)
    test = assign(examples, SPEC.split) == "test"
    assert len(found) == folds.count == 12
    assert (times[~test] == 3).all()
    assert (times[test] == 0).all()
    labels = examples.target.values[~test]
    splitter = RepeatedStratifiedKFold(n_splits=4, n_repeats=3, random_state=0)
    for parts, (_, held) in zip(found, splitter.split(labels, labels), strict=True):
        assert np.array_equal(np.flatnonzero(parts == "validation"), np.flatnonzero(~test)[held])


def test_groups_are_never_torn_apart() -> None:
    examples = people()
    who = examples.columns[1].values
    for _, parts in divided(examples, SPEC, Folds(kind="grouped", group="who", repeats=2)):
        assert not set(who[parts == "train"]) & set(who[parts == "validation"])


def test_what_suits_the_data() -> None:
    assert default_folds(people()).kind == "stratified"
    assert default_folds(Airline().load()).kind == "time series"


@pytest.mark.parametrize(
    ("folds", "words"),
    [
        (Folds(kind="grouped"), "there are: x, who"),
        (Folds(kind="grouped", group="who", folds=20), "12 different values"),
    ],
)
def test_impossible_folds_are_refused_in_words(folds: Folds, words: str) -> None:
    examples = people()
    with pytest.raises(DataProblem, match=words):
        list(divided(examples, SPEC, folds))


def test_too_few_rows_are_refused() -> None:
    with pytest.raises(DataProblem, match="too few for 20 folds"):
        list(divided(people(30), SPEC, Folds(folds=20, kind="k-fold")))
