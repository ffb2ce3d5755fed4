"""The same project at many learning rates: what would come of each."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np

from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.core.run import Epoch, Finished
from nnstudio.engine.build import CannotBuild
from nnstudio.engine.sweep.alike import NotTogether
from nnstudio.engine.sweep.sweep import sweep
from nnstudio.engine.train import train

LOWEST, HIGHEST = 1e-5, 1.0
COUNT = 24
EPOCHS = 20
"""Enough to tell good rates from bad ones; the founding documents see no progress after 20 as none."""


@dataclass(frozen=True, slots=True)
class RateOutcome:
    """What has come of one rate so far."""

    rate: float
    loss: float
    """Lowest loss so far, of the validation rows where there are any; NaN before the first epoch."""
    last: float
    """Loss of the last epoch; NaN when it was no number."""
    epochs: int
    """Epochs done; fewer than the others when it ended in NaN."""


@dataclass(frozen=True, slots=True)
class RateStrip:
    """All rates, the lowest first, and how far the comparison has come."""

    outcomes: tuple[RateOutcome, ...]
    done: float
    """Share of the work, 0 to 1."""
    together: bool
    """Trained in one program, not one after another."""

    @property
    def best(self) -> RateOutcome | None:
        """The rate with the lowest loss, None before any has one."""
        known = [outcome for outcome in self.outcomes if math.isfinite(outcome.loss)]
        return min(known, key=lambda outcome: outcome.loss) if known else None


def rates_between(low: float = LOWEST, high: float = HIGHEST, count: int = COUNT) -> tuple[float, ...]:
    """Return rates at equal distances on the log scale, two digits each."""
    return tuple(float(f"{rate:.2g}") for rate in np.geomspace(low, high, count))


def compare_rates(
    project: Project, prepared: Prepared, rates: Sequence[float] = (), epochs: int = EPOCHS
) -> Generator[RateStrip, None, None]:
    """Train the project at every rate for some epochs; yields the whole strip again and again as it fills.

    Dense networks are trained together, others one after another. Early stopping is off, so that all
    rates are given the same. Raises CannotBuild where the project cannot be trained.
    """
    rates = rates or rates_between()
    plain = project.set("training.early_stopping.on", False).set("training.epochs", epochs)
    projects = [plain.set("training.optimizer.rate", rate) for rate in rates]
    try:
        yield from _together(projects, prepared)
    except NotTogether:
        yield from _one_by_one(projects, prepared)


def _together(projects: Sequence[Project], prepared: Prepared) -> Generator[RateStrip, None, None]:
    rates = [project.training.optimizer.rate for project in projects]
    epochs = projects[0].training.epochs
    best = np.full(len(rates), np.nan)
    done = np.zeros(len(rates), int)
    strip = RateStrip((), 0.0, together=True)
    for told in sweep(projects, prepared):
        if told is None:
            yield strip
            continue
        best = np.fmin(best, np.where(np.isfinite(told.train_loss), told.val_loss, np.nan))
        done += np.isfinite(told.val_loss)
        outcomes = tuple(
            RateOutcome(rate, float(low), float(last), int(count))
            for rate, low, last, count in zip(rates, best, told.val_loss, done, strict=True)
        )
        strip = RateStrip(outcomes, told.epoch / epochs, together=True)
        yield strip


def _one_by_one(projects: Sequence[Project], prepared: Prepared) -> Generator[RateStrip, None, None]:
    outcomes = [RateOutcome(project.training.optimizer.rate, math.nan, math.nan, 0) for project in projects]
    for at, project in enumerate(projects):
        losses: list[float] = []
        for event in train(project, prepared):
            yield RateStrip(tuple(outcomes), at / len(projects), together=False)
            if isinstance(event, Epoch):
                losses.append(event.values.get("val_loss", event.values["train_loss"]))
            elif isinstance(event, Finished) and not losses:
                raise CannotBuild(event.message)
        known = [loss for loss in losses if math.isfinite(loss)]
        low = min(known, default=math.nan)
        outcomes[at] = RateOutcome(project.training.optimizer.rate, low, losses[-1], len(known))
        yield RateStrip(tuple(outcomes), (at + 1) / len(projects), together=False)
