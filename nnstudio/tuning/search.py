"""A search as a generator of events: trials one after another, compared on the validation rows."""

from __future__ import annotations

import math
from collections.abc import Generator
from contextlib import closing, suppress
from time import perf_counter

from nnstudio.core.dataset import Prepared
from nnstudio.core.project import EditProblem, Project
from nnstudio.core.run import Epoch, Finished
from nnstudio.core.training import HIGHER_IS_BETTER
from nnstudio.engine.train import train
from nnstudio.tuning.events import (
    Best,
    SearchEvent,
    SkipTrial,
    StopSearch,
    TrialBegun,
    TrialDone,
    TrialGoesOn,
)
from nnstudio.tuning.space import changed
from nnstudio.tuning.study import Asked, Study
from nnstudio.tuning.wish import Search, Trial, TrialStatus, best_of


class CannotSearch(ValueError):
    """Nothing can be searched: says why and what to do."""


Events = Generator[SearchEvent, None, None]


def search(project: Project, prepared: Prepared, wish: Search) -> Events:
    """Try settings and yield what happens; the last event is `Best`, unless the generator is closed.

    A trial trains the project with other settings for `wish.epochs`; it is worth the best value that the
    monitor had on the validation rows. The test rows are never looked at. A trial that fails is the worst
    and the search goes on. Throwing SkipTrial ends the present trial, StopSearch the whole search. On one
    device the same seed gives the same trials. Raises CannotSearch before the first trial.
    """
    if not wish.searched:
        raise CannotSearch("Nothing varies: switch on at least one setting.")
    if not len(prepared.validation):
        raise CannotSearch("There are no validation rows to compare trials on: give them a share.")
    study, done = Study(wish), list[Trial]()
    try:
        for number in range(1, wish.planned + 1):
            asked = study.ask()
            trial = yield from _trial(project, prepared, wish, number, asked)
            study.tell(asked, trial)
            done.append(trial)
            yield from _told(trial)
    except StopSearch:
        pass
    with suppress(SkipTrial, StopSearch):  # Asked for too late: all is over already.
        yield Best(best_of(done, wish.monitor))


def _told(trial: Trial) -> Events:
    with suppress(SkipTrial):  # Asked for too late: this trial is over already.
        yield TrialDone(trial)


def _trial(
    project: Project, prepared: Prepared, wish: Search, number: int, asked: Asked
) -> Generator[SearchEvent, None, Trial]:
    began, seen = perf_counter(), list[float]()
    try:
        yield TrialBegun(number, wish.planned, asked.values)
        status, message = yield from _trained(project, prepared, wish, number, asked, seen)
    except SkipTrial:
        status, message = "skipped", "Skipped by hand."
    except EditProblem as problem:
        status, message = "failed", str(problem)
    value, epoch = (None, 0) if status == "failed" else _best(seen, wish.monitor)
    return Trial(number, asked.values, status, value, epoch, perf_counter() - began, message)


def _trained(
    project: Project, prepared: Prepared, wish: Search, number: int, asked: Asked, seen: list[float]
) -> Generator[SearchEvent, None, tuple[TrialStatus, str]]:
    candidate = changed(project, asked.values).set("training.epochs", wish.epochs)
    candidate = candidate.set("training.checkpoint_every", 0)
    with closing(train(candidate, prepared)) as events:
        for event in events:
            if isinstance(event, Finished):
                return ("failed", event.message) if event.status == "failed" else ("done", event.message)
            if isinstance(event, Epoch):
                seen.append(event.values.get(wish.monitor, math.nan))
                if asked.hopeless(event.epoch, seen[-1]):
                    return "pruned", "Ended early: worse than half of the trials before it."
            yield TrialGoesOn(number, len(seen), _best(seen, wish.monitor)[0])
    raise AssertionError("the trainer ended without a last event")


def _best(seen: list[float], monitor: str) -> tuple[float | None, int]:
    """Return the best finite value and its epoch, from 1."""
    sign = -1.0 if monitor in HIGHER_IS_BETTER else 1.0
    finite = [(sign * value, epoch) for epoch, value in enumerate(seen, start=1) if math.isfinite(value)]
    if not finite:
        return None, 0
    value, epoch = min(finite)
    return sign * value, epoch
