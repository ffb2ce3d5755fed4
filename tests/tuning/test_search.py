"""A search: what each strategy tries, how trials are judged, and how it is skipped and stopped."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from nnstudio.catalog.activations import Softmax
from nnstudio.catalog.layers.dense import Dense
from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.tuning.events import (
    Best,
    SearchEvent,
    SkipTrial,
    StopSearch,
    TrialBegun,
    TrialDone,
    TrialGoesOn,
)
from nnstudio.tuning.search import CannotSearch, search
from nnstudio.tuning.space import Dimension, narrowed, space
from nnstudio.tuning.strategies import STRATEGIES, BayesianSearch, GridSearch, RandomSearch
from nnstudio.tuning.wish import Search, Trial, best_of, ranked
from tests.engine.made import classes, project_for

RATE = "training.optimizer.rate"


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return classes(3)


@pytest.fixture
def project(prepared: Prepared) -> Project:
    return project_for(prepared, Dense(units=8), Dense(units=3, activation=Softmax()))


def rate_only(project: Project, **changes: Any) -> tuple[Dimension, ...]:
    dimension = next(one for one in space(project) if one.path == RATE)
    return narrowed((dimension,), RATE, **changes)


def trials_of(events: list[SearchEvent]) -> list[Trial]:
    return [event.trial for event in events if isinstance(event, TrialDone)]


def until(events: Iterator[SearchEvent], kind: type) -> list[SearchEvent]:
    seen = []
    for event in events:
        seen.append(event)
        if isinstance(event, kind):
            break
    return seen


@pytest.mark.parametrize("kind", [cls.kind for cls in STRATEGIES])
def test_every_strategy_tells_its_trials_and_the_best(
    project: Project, prepared: Prepared, kind: str
) -> None:
    wish = Search(strategy=kind, dimensions=space(project), trials=4, epochs=2)
    events = list(search(project, prepared, wish))
    trials = trials_of(events)
    assert [trial.number for trial in trials] == [1, 2, 3, 4]
    assert [event.planned for event in events if isinstance(event, TrialBegun)] == [4] * 4
    assert isinstance(events[-1], Best)
    values = [trial.value for trial in trials if trial.value is not None]
    assert events[-1].trial is not None
    assert events[-1].trial.value == min(values)
    for trial in trials:
        assert trial.status == "done"
        assert set(trial.values) == {dimension.path for dimension in wish.searched}
        assert 1 <= trial.epoch <= 2


@pytest.mark.parametrize("kind", [cls.kind for cls in STRATEGIES])
def test_the_same_seed_gives_the_same_trials(project: Project, prepared: Prepared, kind: str) -> None:
    def tried(seed: int) -> list[tuple[Any, ...]]:
        # Of nine combinations four are drawn, so the seed matters to the grid as well.
        wish = Search(strategy=kind, dimensions=space(project), trials=4, epochs=1, seed=seed)
        return [(dict(t.values), t.value) for t in trials_of(list(search(project, prepared, wish)))]

    assert tried(1) == tried(1)
    assert tried(1) != tried(2)


def test_a_grid_tries_every_combination_once(project: Project, prepared: Prepared) -> None:
    dimensions = (
        *rate_only(project),
        Dimension(path="training.optimizer", label="Optimizer", choices=("sgd", "adam")),
    )
    wish = Search(strategy=GridSearch(points=2), dimensions=dimensions, trials=50, epochs=1)
    assert wish.planned == 4
    tried = [tuple(t.values.values()) for t in trials_of(list(search(project, prepared, wish)))]
    assert tried == [(0.001, "sgd"), (0.001, "adam"), (0.1, "sgd"), (0.1, "adam")]


def test_a_random_search_draws_another_value_every_time(project: Project, prepared: Prepared) -> None:
    wish = Search(strategy=RandomSearch(), dimensions=rate_only(project), trials=8, epochs=1)
    rates = [float(t.values[RATE]) for t in trials_of(list(search(project, prepared, wish)))]
    assert len(set(rates)) == 8
    assert all(0.001 <= rate <= 0.1 for rate in rates)


def test_a_bayesian_search_comes_to_prefer_what_works(project: Project, prepared: Prepared) -> None:
    dimensions = rate_only(project, low=1e-5, high=1.0)
    wish = Search(strategy=BayesianSearch(start=5), dimensions=dimensions, trials=20, epochs=2)
    rates = [math.log10(float(t.values[RATE])) for t in trials_of(list(search(project, prepared, wish)))]
    # In two epochs only large rates get anywhere; by chance half the trials would lie below 0.003.
    assert sum(rates[-10:]) / 10 > sum(rates[:5]) / 5
    assert sum(rate > -2.5 for rate in rates[-10:]) >= 8


def test_accuracy_is_better_when_higher(project: Project, prepared: Prepared) -> None:
    wish = Search(
        strategy="random", dimensions=rate_only(project, low=1e-5), trials=5, epochs=3, monitor="val_accuracy"
    )
    events = list(search(project, prepared, wish))
    assert isinstance(events[-1], Best)
    assert events[-1].trial is not None
    assert events[-1].trial.value == max(t.value for t in trials_of(events) if t.value is not None)


def test_a_trial_that_runs_away_is_the_worst_and_the_search_goes_on(
    project: Project, prepared: Prepared
) -> None:
    huge = replace(prepared, train=replace(prepared.train, x=prepared.train.x * 1e30))
    wish = Search(strategy="bayesian", dimensions=rate_only(project, high=10.0), trials=3, epochs=2)
    events = list(search(project, huge, wish))
    assert [t.status for t in trials_of(events)] == ["failed"] * 3
    assert all(t.value is None and t.message for t in trials_of(events))
    assert events[-1] == Best(None)


def test_the_test_rows_do_not_matter(project: Project, prepared: Prepared) -> None:
    wish = Search(strategy="random", dimensions=rate_only(project), trials=2, epochs=2)
    blind = replace(prepared, test=replace(prepared.test, x=prepared.test.x[:0], y=prepared.test.y[:0]))
    seen, unseen = (
        [t.value for t in trials_of(list(search(project, one, wish)))] for one in (prepared, blind)
    )
    assert seen == unseen


def test_skipping_ends_one_trial(project: Project, prepared: Prepared) -> None:
    wish = Search(strategy="random", dimensions=rate_only(project), trials=3, epochs=50)
    events = search(project, prepared, wish)
    until(events, TrialGoesOn)
    told = events.throw(SkipTrial())
    assert isinstance(told, TrialDone)
    assert (told.trial.number, told.trial.status) == (1, "skipped")
    too_late = events.throw(SkipTrial())
    assert isinstance(too_late, TrialBegun)
    assert too_late.number == 2
    rest = trials_of(list(events))
    assert [t.status for t in rest] == ["done", "done"]


def test_stopping_tells_the_best_so_far(project: Project, prepared: Prepared) -> None:
    wish = Search(strategy="random", dimensions=rate_only(project), trials=30, epochs=2)
    events = search(project, prepared, wish)
    done = until(events, TrialDone)
    until(events, TrialGoesOn)
    last = events.throw(StopSearch())
    assert isinstance(last, Best)
    assert [last.trial] == trials_of(done)
    with pytest.raises(StopIteration):
        events.throw(StopSearch())


def test_closing_ends_at_once(project: Project, prepared: Prepared) -> None:
    wish = Search(strategy="random", dimensions=rate_only(project), trials=30, epochs=500)
    events = search(project, prepared, wish)
    until(events, TrialGoesOn)
    events.close()
    assert list(events) == []


def test_poor_trials_end_early_where_wanted(project: Project, prepared: Prepared) -> None:
    wish = Search(
        strategy=RandomSearch(), dimensions=rate_only(project, low=1e-5, high=1.0), trials=12, epochs=8
    )
    assert {t.status for t in trials_of(list(search(project, prepared, wish)))} == {"done"}
    statuses = [t.status for t in trials_of(list(search(project, prepared, wish.with_value("prune", True))))]
    assert statuses[:4] == ["done"] * 4
    assert "pruned" in statuses


def test_what_cannot_be_searched_is_said(project: Project, prepared: Prepared) -> None:
    with pytest.raises(CannotSearch, match="Nothing varies"):
        next(search(project, prepared, Search(dimensions=rate_only(project, on=False))))
    none = replace(prepared, validation=replace(prepared.validation, x=prepared.validation.x[:0],
                   rows=prepared.validation.rows[:0], y=prepared.validation.y[:0]))  # fmt: skip
    with pytest.raises(CannotSearch, match="no validation rows"):
        next(search(project, none, Search(dimensions=rate_only(project))))


def test_trials_are_ranked_by_value_and_end() -> None:
    def trial(number: int, status: Any, value: float | None) -> Trial:
        return Trial(number, {}, status, value, 1, 0.1)

    trials = [
        trial(1, "done", 0.5), trial(2, "failed", None), trial(3, "pruned", 0.1), trial(4, "done", 0.2),
        trial(5, "skipped", None),
    ]  # fmt: skip
    assert [t.number for t in ranked(trials, "val_loss")] == [4, 1, 3, 5, 2]
    assert [t.number for t in ranked(trials, "val_accuracy")] == [1, 4, 3, 5, 2]
    best = best_of(trials, "val_loss")
    assert best is not None
    assert best.number == 4
