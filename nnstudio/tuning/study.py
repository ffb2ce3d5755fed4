"""The memory of a search: asks Optuna for settings and tells it what they were worth."""

from __future__ import annotations

import math

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import TrialState

from nnstudio.core.training import HIGHER_IS_BETTER
from nnstudio.tuning.space import Dimension, Value
from nnstudio.tuning.wish import Search, Trial

PATIENT_TRIALS = 4
"""Trials that run to their end before others are compared with their median."""


class Asked:
    """The settings of one trial, and a way to report how it goes."""

    def __init__(self, trial: optuna.Trial, values: dict[str, Value]) -> None:
        self.values = values
        self.trial = trial

    def hopeless(self, epoch: int, value: float) -> bool:
        """Report the value of an epoch; tell whether the trial is worse than half of those before it."""
        if not math.isfinite(value):
            return False
        self.trial.report(value, epoch)
        return self.trial.should_prune()


class Study:
    """One search in memory."""

    def __init__(self, wish: Search) -> None:
        self._searched = wish.searched
        self._fixed = wish.strategy.fixed(self._searched, wish.trials, wish.seed)
        higher = wish.monitor in HIGHER_IS_BETTER
        self._worst = -math.inf if higher else math.inf
        warm = max(1, wish.epochs // 4)
        median = optuna.pruners.MedianPruner(n_startup_trials=PATIENT_TRIALS, n_warmup_steps=warm)
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._study = optuna.create_study(
            direction="maximize" if higher else "minimize",
            sampler=wish.strategy.sampler(wish.seed),
            pruner=median if wish.prune else optuna.pruners.NopPruner(),
        )
        self._distributions = {d.path: _distribution(d) for d in self._searched}

    def ask(self) -> Asked:
        """Return what to try next."""
        point = next(self._fixed, None)
        trial = self._study.ask(self._distributions)
        drawn = {d.path: _drawn(d, trial.params[d.path]) for d in self._searched}
        return Asked(trial, point if point is not None else drawn)

    def tell(self, asked: Asked, trial: Trial) -> None:
        """Remember how a trial ended: a failed one counts as the worst, a skipped one not at all."""
        if trial.status == "skipped":
            self._study.tell(asked.trial, state=TrialState.FAIL)
        elif trial.status == "pruned":
            self._study.tell(asked.trial, state=TrialState.PRUNED)
        else:
            self._study.tell(asked.trial, self._worst if trial.value is None else trial.value)


def _distribution(dimension: Dimension) -> BaseDistribution:
    if dimension.choices:
        return CategoricalDistribution(dimension.choices)
    low, high = dimension.inner
    if dimension.whole:
        return IntDistribution(math.ceil(low), math.floor(high))
    return FloatDistribution(low, high)


def _drawn(dimension: Dimension, drawn: float | str) -> Value:
    return drawn if isinstance(drawn, str) else dimension.value(drawn)
