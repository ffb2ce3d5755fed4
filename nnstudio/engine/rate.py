"""The learning rate of every step: base rate, schedule and warm-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nnstudio.core.training import HIGHER_IS_BETTER, Training


def monitored(wanted: str, columns: Mapping[str, Sequence[float]]) -> str:
    """Return the value to watch: the wanted one if it is there, else the loss of the validation or
    training rows."""
    return next((name for name in (wanted, "val_loss") if name in columns), "train_loss")


def schedule_factor(training: Training, epoch: int, columns: Mapping[str, Sequence[float]]) -> float:
    """Return the schedule's factor for `epoch` (from 0), given the values of the finished epochs."""
    watched = training.schedule.watches
    seen: list[float] = []
    if watched is not None:
        name = monitored(watched, columns)
        sign = -1.0 if name in HIGHER_IS_BETTER else 1.0
        seen = [sign * value for value in columns.get(name, ())]
    return float(training.schedule.factor(training.optimizer.rate, epoch, training.epochs, seen))


def warm_up(training: Training, step: int, steps_per_epoch: int) -> float:
    """Return the factor of a linear climb for `step` (from 0) of the whole run; 1 once it is over.

    It multiplies the schedule, which counts from the first epoch on regardless.
    """
    climb = training.warmup_epochs * steps_per_epoch
    return min(1.0, (step + 1) / climb) if climb else 1.0
