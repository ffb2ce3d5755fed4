"""Going on from a checkpoint equals never having stopped, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nnstudio.catalog.activations import Softmax
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.regularise import BatchNorm, Dropout, GaussianNoise
from nnstudio.catalog.optimizers import Adam, Momentum, RMSprop
from nnstudio.catalog.schedules import OneCycle, ReduceOnPlateau
from nnstudio.core.controls import Controls
from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.core.run import Checkpoint, Epoch, Event, Finished, Steps, fold
from nnstudio.core.training import OPTIMIZERS, EarlyStopping, Optimizer
from nnstudio.engine.resume import CheckpointProblem, words_of
from nnstudio.engine.stop import StopTraining
from nnstudio.engine.train import train
from tests.engine.made import classes, project_for

EPOCHS = 6


def restless(**training: Any) -> tuple[Project, Prepared]:
    """Return a project in which everything that a checkpoint must hold matters."""
    prepared = classes(3)
    layers = (
        Dense(units=8),
        BatchNorm(),
        Dropout(rate=0.4),
        GaussianNoise(std=0.1),
        Dense(units=3, activation=Softmax()),
    )
    settings = {"epochs": EPOCHS, "checkpoint_every": 2, "l1": 1e-4, "weight_decay": 1e-3} | training
    return project_for(prepared, *layers, **settings), prepared


def checkpoints(events: list[Event]) -> list[Checkpoint]:
    return [event for event in events if isinstance(event, Checkpoint)]


def end(events: list[Event]) -> Finished:
    assert isinstance(events[-1], Finished)
    return events[-1]


def assert_same_run(found: list[Event], expected: list[Event]) -> None:
    one, other = fold(found), fold(expected)
    np.testing.assert_array_equal(one.step_losses, other.step_losses)
    assert one.columns.keys() == other.columns.keys()
    for name in one.columns.keys() - {"seconds"}:
        assert one[name] == other[name], name
    assert end(found).last == end(expected).last
    assert end(found).best == end(expected).best
    assert end(found).best_epoch == end(expected).best_epoch
    assert end(found).status == end(expected).status


def assert_goes_on_as_if_never_stopped(project: Project, prepared: Prepared) -> None:
    whole = list(train(project, prepared))
    middle = next(c for c in checkpoints(whole) if c.epoch == 4)
    assert_same_run(list(train(project, prepared, resume=middle)), whole)


@pytest.mark.parametrize("ema", [0.0, 0.9])
@pytest.mark.parametrize("entry", list(OPTIMIZERS), ids=lambda entry: entry.kind)
def test_every_optimizer_goes_on(entry: type[Optimizer], ema: float) -> None:
    assert_goes_on_as_if_never_stopped(*restless(optimizer=entry(rate=0.01), ema=ema))


@pytest.mark.parametrize(
    "training",
    [
        {"optimizer": RMSprop(rate=0.01, momentum=0.9)},
        {"schedule": ReduceOnPlateau(patience=0), "optimizer": Momentum(rate=0.5)},
        {"schedule": OneCycle(), "warmup_epochs": 5},
        {"accumulate": 3},
        {"class_weights": True, "clip_norm": 0.3},
        {"early_stopping": EarlyStopping(patience=1, min_delta=0.05)},
    ],
    ids=lambda training: "+".join(training),
)
def test_schedules_and_stopping_go_on(training: dict[str, Any]) -> None:
    assert_goes_on_as_if_never_stopped(*restless(**training))


def test_different_rates_and_frozen_layers_go_on() -> None:
    project, prepared = restless(optimizer=Adam(rate=0.01))
    project = project.set("network.n1.frozen", True).set("network.n5.rate_factor", 0.1)
    assert_goes_on_as_if_never_stopped(project, prepared)


def test_a_run_stopped_in_the_middle_of_an_epoch_goes_on_from_its_last_whole_one() -> None:
    project, prepared = restless(optimizer=Adam(rate=0.01), checkpoint_every=0)
    whole = list(train(project, prepared))
    run = train(project, prepared, Controls(rhythm="step"))
    for event in run:
        if isinstance(event, Steps) and event.step == 14:
            break
    stopped = run.throw(StopTraining())
    assert isinstance(stopped, Finished)
    (last,) = stopped.checkpoints
    assert (last.epoch, last.role) == (3, "last")
    assert_same_run(list(train(project, prepared, resume=last)), whole)


def test_more_epochs_may_be_asked_for_at_the_end() -> None:
    project, prepared = restless(optimizer=Adam(rate=0.01))
    short = list(train(project.set("training.epochs", 3), prepared))
    (last, *_) = end(short).checkpoints
    assert_same_run(list(train(project, prepared, resume=last)), list(train(project, prepared)))
    done = end(list(train(project.set("training.epochs", 3), prepared, resume=last)))
    assert (done.status, "All 3 epochs are done" in done.message) == ("failed", True)


def test_checkpoints_come_every_so_often_with_the_loss_and_the_best_at_the_end() -> None:
    project, prepared = restless(optimizer=Adam(rate=0.05), epochs=9, checkpoint_every=3)
    events = list(train(project, prepared))
    losses = fold(events)["val_loss"]
    found = checkpoints(events)
    assert [(c.epoch, c.role) for c in found] == [(3, "every"), (6, "every"), (9, "every")]
    assert [c.loss for c in found] == [losses[2], losses[5], losses[8]]
    assert words_of(found[0].data)["epoch"] == 3
    roles = {c.role: c.epoch for c in end(events).checkpoints}
    assert roles["last"] == 9
    best = end(events).best_epoch
    assert roles.get("best", 9) == best


def test_the_best_epoch_can_be_gone_on_from() -> None:
    rule = EarlyStopping(patience=2, min_delta=0.1)
    project, prepared = restless(optimizer=Adam(rate=0.05), epochs=40, early_stopping=rule)
    whole = list(train(project, prepared))
    assert end(whole).status == "early stopped"
    best = next(c for c in end(whole).checkpoints if c.role == "best")
    assert_same_run(list(train(project, prepared, resume=best)), whole)


def test_the_epochs_before_are_told_once_more() -> None:
    project, prepared = restless()
    whole = list(train(project, prepared))
    again = list(train(project, prepared, resume=checkpoints(whole)[0]))
    assert [event.epoch for event in again if isinstance(event, Epoch)] == list(range(1, EPOCHS + 1))
    assert fold(again)["seconds"][:2] == fold(whole)["seconds"][:2]


def test_another_network_or_damage_is_refused_in_words() -> None:
    project, prepared = restless()
    found = checkpoints(list(train(project, prepared)))[0]
    other = project.set("network.n1.units", 9)
    assert "belong to another network" in end(list(train(other, prepared, resume=found))).message
    cut = Checkpoint(found.epoch, found.loss, found.data[:-9])
    assert "damaged" in end(list(train(project, prepared, resume=cut))).message
    with pytest.raises(CheckpointProblem, match="no checkpoint"):
        words_of(b"something else")
