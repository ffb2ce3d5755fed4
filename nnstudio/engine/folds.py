"""Cross-validation: one network per fold, and what their scores say together."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import mean, stdev

import numpy as np

from nnstudio.core.dataset import Examples
from nnstudio.core.kept import KeptScore, KeptValidation, finite, thinned
from nnstudio.core.project import Project
from nnstudio.core.run import Epoch, Finished, History, Status
from nnstudio.data.folds import Folds, divided
from nnstudio.data.prepare import prepare
from nnstudio.engine.train import train

SHOWN = ("val_", "train_")


@dataclass(frozen=True, slots=True)
class FoldEpoch:
    """An epoch of a fold (from 1) is over."""

    fold: int
    folds: int
    epoch: int
    epochs: int
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Fold:
    """A fold is over: its curves, and its scores at the best epoch."""

    fold: int
    history: History
    status: Status
    message: str
    best_epoch: int
    values: dict[str, float]
    rows: tuple[int, int]
    """Training and validation examples."""


@dataclass(frozen=True, slots=True)
class Score:
    """One value over the folds; the spread is the standard deviation of a sample, NaN for one fold."""

    mean: float
    spread: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """All folds together."""

    folds: tuple[Fold, ...]
    scores: dict[str, Score]


Event = FoldEpoch | Fold | CrossValidation


def cross_validate(project: Project, examples: Examples, folds: Folds) -> Generator[Event, None, None]:
    """Train a network per fold and yield what happens, at last a CrossValidation.

    Preparation and balancing are fitted on the training rows of each fold. Every network starts from
    the same first weights. Raises DataProblem; closing the generator ends the work.
    """
    done: list[Fold] = []
    for number, (known, parts) in enumerate(divided(examples, project.data, folds), start=1):
        prepared = prepare(replace(known, split=parts), project.data)
        history, finished = History(), None
        for event in train(project, prepared):
            history.add(event)
            if isinstance(event, Epoch):
                yield FoldEpoch(number, folds.count, event.epoch, project.training.epochs, event.values)
            if isinstance(event, Finished):
                finished = event
        assert finished is not None
        values = _values(history, finished.best_epoch)
        rows = (len(prepared.train), len(prepared.validation))
        fold = Fold(number, history, finished.status, finished.message, finished.best_epoch, values, rows)
        done.append(fold)
        yield fold
    yield CrossValidation(tuple(done), scores(done))


def kept(folds: Folds, result: CrossValidation, created: str) -> KeptValidation:
    """Return what a project file keeps of a cross-validation."""
    curves = [thinned([float(v) for v in fold.history["val_loss"]]) for fold in result.folds]
    return KeptValidation(
        created=created,
        folds=folds.model_dump(),
        scores={
            name: KeptScore(**{field: finite(value) for field, value in asdict(score).items()})
            for name, score in result.scores.items()
        },
        epochs=tuple(epochs for epochs, _ in curves),
        curves=tuple(values for _, values in curves),
        rows=result.folds[0].rows,
    )


def scores(folds: Sequence[Fold]) -> dict[str, Score]:
    """Return mean and spread of every value over the folds that trained."""
    good = [fold.values for fold in folds if fold.status != "failed"]
    names = dict.fromkeys(name for values in good for name in values)
    return {name: _score([v[name] for v in good if math.isfinite(v.get(name, math.nan))]) for name in names}


def _values(history: History, best: int) -> dict[str, float]:
    if not best:
        return {}
    names = [name for name in history.columns if name.startswith(SHOWN)]
    return {
        name: history[name][best - 1] for name in sorted(names, key=lambda name: not name.startswith("val"))
    }


def _score(values: Sequence[float]) -> Score:
    if not values:
        return Score(math.nan, math.nan, math.nan, math.nan)
    spread = stdev(values) if len(values) > 1 else math.nan
    return Score(mean(values), spread, float(np.min(values)), float(np.max(values)))
