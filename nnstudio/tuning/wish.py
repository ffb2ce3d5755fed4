"""What a person wants searched, and what a trial has brought."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from nnstudio.core.kept import KeptSearch, KeptTrial, finite
from nnstudio.core.param import param
from nnstudio.core.project import Project
from nnstudio.core.registry import Frozen, one_of
from nnstudio.core.trace import Task
from nnstudio.core.training import HIGHER_IS_BETTER
from nnstudio.tuning.space import Dimension, Values, space
from nnstudio.tuning.strategies import STRATEGIES, BayesianSearch, Strategy

SearchMonitor = Literal[
    "val_loss", "val_accuracy", "val_f1", "val_kappa", "val_exact_match", "val_label_f1", "val_r2",
    "val_rmse", "val_mae",
]  # fmt: skip
MONITORS: dict[Task, tuple[SearchMonitor, ...]] = {
    "classification": ("val_loss", "val_accuracy", "val_f1"),
    "ordinal": ("val_loss", "val_accuracy", "val_kappa", "val_f1"),
    "multilabel": ("val_loss", "val_exact_match", "val_label_f1"),
    "regression": ("val_loss", "val_r2", "val_rmse", "val_mae"),
}
TrialStatus = Literal["done", "pruned", "skipped", "failed"]


class Search(Frozen):
    """One search: how, over what, how many trials, and what is compared."""

    strategy: one_of(STRATEGIES, Strategy) = param(  # type: ignore[valid-type]
        BayesianSearch(), "Strategy", "How the settings of the next trial are chosen."
    )
    dimensions: tuple[Dimension, ...] = ()
    trials: int = param(
        20, "Trials", "How many trainings with different settings.", low=1, high=500, scale="log", step=1,
        typical=(10, 50), too_low="Too few to find anything.", too_high="Takes long.",
    )  # fmt: skip
    epochs: int = param(
        20, "Epochs per trial", "How long each trial trains; the project's own epochs stay as they are.",
        low=1, high=500, scale="log", step=1, typical=(10, 50),
        too_low="Favours settings that learn fast at first.", too_high="Takes long.",
    )  # fmt: skip
    monitor: SearchMonitor = param(
        "val_loss", "Compare", "The value of the validation rows by which trials are compared."
    )
    prune: bool = param(
        False, "Stop poor trials early", "Ends a trial that is worse than half of those before it."
    )
    seed: int = param(0, "Search seed", "Same seed, same trials.", low=0, high=9999, step=1)

    @property
    def searched(self) -> tuple[Dimension, ...]:
        """The dimensions that are switched on."""
        return tuple(dimension for dimension in self.dimensions if dimension.on)

    @property
    def planned(self) -> int:
        """How many trials there will be."""
        number: int = self.strategy.planned(self.searched, self.trials)
        return number

    def with_value(self, path: str, value: Any) -> Search:
        """Return the search with one value changed, checked again; raises pydantic's ValidationError."""
        head, _, tail = path.partition(".")
        if tail:
            below = getattr(self, head)
            value = type(below)(**{**_fields(below), tail: value})
        return type(self)(**{**_fields(self), head: value})


@dataclass(frozen=True, slots=True)
class Trial:
    """One training with its settings, and what came of it."""

    number: int
    """From 1, in the order tried."""
    values: Values
    status: TrialStatus
    value: float | None
    """The best value of the monitor over the epochs; None when the trial failed or saw no epoch."""
    epoch: int
    """The epoch of that value; 0 when there is none."""
    seconds: float
    message: str = ""


def kept(wish: Search, trials: Iterable[Trial], created: str) -> KeptSearch:
    """Return what a project file keeps of a search."""
    told = (asdict(trial) for trial in trials)
    found = tuple(KeptTrial(**{**trial, "value": _finite(trial["value"])}) for trial in told)
    return KeptSearch(created=created, strategy=wish.strategy.kind, monitor=wish.monitor, trials=found)


def recalled(past: KeptSearch, project: Project) -> tuple[Search, list[Trial]]:
    """Return a search as it was kept: its wish as far as that is known, and its trials.

    Raises ValueError when this version knows no such strategy or monitor.
    """
    paths = {path for trial in past.trials for path in trial.values}
    known = tuple(d.model_copy(update={"on": d.path in paths}) for d in space(project))
    wish = Search(
        strategy=past.strategy,
        monitor=past.monitor,  # type: ignore[arg-type]
        dimensions=known,
        trials=max(1, len(past.trials)),
    )
    return wish, [Trial(**trial.model_dump()) for trial in past.trials]


def _finite(value: float | None) -> float | None:
    return None if value is None else finite(value)


def ranked(trials: Iterable[Trial], monitor: str) -> list[Trial]:
    """Return the trials, best first; those not trained to the end come after all others."""
    sign = -1.0 if monitor in HIGHER_IS_BETTER else 1.0
    order = {"done": 0, "pruned": 1, "skipped": 2, "failed": 3}

    def key(trial: Trial) -> tuple[int, float, int]:
        value = math.inf if trial.value is None else sign * trial.value
        return order[trial.status], value, trial.number

    return sorted(trials, key=key)


def best_of(trials: Iterable[Trial], monitor: str) -> Trial | None:
    """Return the best trial that was trained to its end."""
    order = ranked((trial for trial in trials if trial.status == "done"), monitor)
    return order[0] if order else None


def _fields(model: Frozen) -> dict[str, Any]:
    return {name: getattr(model, name) for name in type(model).model_fields}
