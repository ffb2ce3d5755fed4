"""Every schedule and the warm-up give the rates of torch's own schedulers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler

from nnstudio.catalog.optimizers import SGD
from nnstudio.catalog.schedules import (
    Constant,
    Cosine,
    CosineRestarts,
    Exponential,
    OneCycle,
    Polynomial,
    ReduceOnPlateau,
    StepDown,
)
from nnstudio.core.training import SCHEDULES, EarlyStopping, Schedule
from nnstudio.engine.rate import monitored, schedule_factor, warm_up
from tests.engine.made import classes, numbers, project_for
from tests.engine.plain import first_weights, history_of, plain_loop

EPOCHS = 8
Maker = Callable[[Any], Any]

CASES: list[tuple[Schedule, Maker]] = [
    (Constant(), lambda o: lr_scheduler.LambdaLR(o, lambda epoch: 1.0)),
    (StepDown(every=3, gamma=0.5), lambda o: lr_scheduler.StepLR(o, 3, 0.5)),
    (Exponential(gamma=0.8), lambda o: lr_scheduler.ExponentialLR(o, 0.8)),
    (Cosine(), lambda o: lr_scheduler.CosineAnnealingLR(o, EPOCHS)),
    (Cosine(floor=0.1), lambda o: lr_scheduler.CosineAnnealingLR(o, EPOCHS, eta_min=0.04)),
    (
        CosineRestarts(first=2, stretch=2, floor=0.25),
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 2, 2, eta_min=0.1),
    ),
    (OneCycle(), lambda o: lr_scheduler.OneCycleLR(o, 0.4, total_steps=EPOCHS, cycle_momentum=False)),
    (Polynomial(power=2.0), lambda o: lr_scheduler.PolynomialLR(o, EPOCHS, power=2.0)),
    (
        ReduceOnPlateau(patience=0, reduce_by=0.3),
        lambda o: lr_scheduler.ReduceLROnPlateau(o, factor=0.3, patience=0, min_lr=1e-7),
    ),
    (
        ReduceOnPlateau(patience=0, reduce_by=0.2, cooldown=1, minimum=0.1),
        lambda o: lr_scheduler.ReduceLROnPlateau(o, factor=0.2, patience=0, cooldown=1, min_lr=0.1),
    ),
]


@pytest.mark.parametrize("warmup", [0, 2])
@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case[0]))
def test_equals_torchs_scheduler(case: tuple[Schedule, Maker], warmup: int) -> None:
    entry, make = case
    prepared = numbers()
    # A rate this high makes the validation loss jump, so that plateaus occur.
    project = project_for(
        prepared, optimizer=SGD(rate=0.4), schedule=entry, epochs=EPOCHS, warmup_epochs=warmup
    )
    module = first_weights(project, prepared, nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 1)))
    optimizer = torch.optim.SGD(module.parameters(), lr=0.4)
    scheduler = make(optimizer)
    scheduled = optimizer.param_groups[0]["lr"]
    rates: list[float] = []

    def before_step(step: int) -> None:
        climb = min(1.0, (step + 1) / (warmup * 4)) if warmup else 1.0
        rates.append(scheduled * climb)
        optimizer.param_groups[0]["lr"] = rates[-1]

    def after_epoch(val_loss: float) -> None:
        nonlocal scheduled
        optimizer.param_groups[0]["lr"] = scheduled
        watched = isinstance(scheduler, lr_scheduler.ReduceLROnPlateau)
        scheduler.step(*([val_loss] if watched else []))
        scheduled = optimizer.param_groups[0]["lr"]

    losses, _ = plain_loop(
        project, prepared, module, lambda out, y: (out - y).square().mean(1), optimizer,
        before_step=before_step, after_epoch=after_epoch,
    )  # fmt: skip
    history = history_of(project, prepared)
    np.testing.assert_allclose(history["rate"], rates[3::4], rtol=1e-6)
    np.testing.assert_allclose(history.step_losses, losses, rtol=1e-3)
    if entry.watches and not warmup:
        assert min(rates) < 0.4


def test_every_schedule_is_compared() -> None:
    assert {case[0].kind for case in CASES} == {entry.kind for entry in SCHEDULES}


def test_a_plateau_of_the_accuracy_counts_rises_as_improvement() -> None:
    training = project_for(classes(), schedule=ReduceOnPlateau(monitor="val_accuracy", patience=0)).training
    rising, falling = [0.1, 0.2, 0.3], [0.3, 0.2, 0.1]
    assert schedule_factor(training, 3, {"val_accuracy": rising}) == 1.0
    assert schedule_factor(training, 3, {"val_accuracy": falling}) == 0.25


def test_without_the_wanted_value_a_loss_is_watched() -> None:
    assert monitored("val_r2", {"val_loss": [], "train_loss": []}) == "val_loss"
    assert monitored("val_r2", {"train_loss": []}) == "train_loss"


def test_the_warm_up_ends_at_the_full_rate() -> None:
    training = project_for(classes(), warmup_epochs=2).training
    assert [warm_up(training, step, 2) for step in range(6)] == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]


def test_without_validation_rows_early_stopping_watches_the_training_loss() -> None:
    prepared = classes(validation=0)
    rule = EarlyStopping(patience=1, monitor="val_accuracy")
    project = project_for(prepared, optimizer=SGD(rate=1e-6), epochs=50, batch_size=64, early_stopping=rule)
    history = history_of(project.set("training.early_stopping.min_delta", 0.1), prepared)
    assert history.epochs == 2
    assert not history["val_loss"]
