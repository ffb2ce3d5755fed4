"""Runs that go wrong end with a message and keep what was good."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from nnstudio.catalog.activations import Linear
from nnstudio.catalog.layers.dense import Dense, Flatten
from nnstudio.catalog.layers.regularise import BatchNorm
from nnstudio.catalog.optimizers import SGD
from nnstudio.core.controls import Controls, Rhythm
from nnstudio.core.project import Project
from nnstudio.core.run import Epoch, Event, Finished, Steps, fold
from nnstudio.engine.build import build
from nnstudio.engine.checkpoint import all_finite, pack, unpack
from nnstudio.engine.dense.step import DenseStep
from nnstudio.engine.failure import message_for
from nnstudio.engine.train import train
from tests.engine.made import classes, numbers, project_for


def finished(events: list[Event]) -> Finished:
    event = events[-1]
    assert isinstance(event, Finished)
    return event


def runaway(rate: float) -> Project:
    return project_for(numbers(), optimizer=SGD(rate=rate), epochs=50, batch_size=4)


@pytest.mark.parametrize("rhythm", ["screen", "step", "epoch"])
def test_a_loss_that_runs_away_ends_the_run(rhythm: Rhythm) -> None:
    prepared = numbers()
    events = list(train(runaway(10.0), prepared, Controls(rhythm=rhythm)))
    end, history = finished(events), fold(events)
    assert end.status == "failed"
    assert "in epoch" in end.message
    assert "Divide the learning rate (now 10) by 10" in end.message
    assert math.isnan(history["train_loss"][-1]) or math.isinf(history["train_loss"][-1])
    assert math.isnan(history["val_loss"][-1])
    broken = ~np.isfinite(history.step_losses)
    assert broken.sum() == 1
    assert broken[-1]
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert [event.epoch for event in epochs] == list(range(1, len(epochs) + 1))
    assert all(len(history[name]) == len(epochs) for name in epochs[-1].values)
    assert end.last == b"" or all_finite(unpack(end.last))


def test_the_ruined_curve_is_the_same_in_every_rhythm() -> None:
    prepared = numbers()
    curves = [
        fold(train(runaway(10.0), prepared, Controls(rhythm=rhythm))).step_losses
        for rhythm in ("screen", "step", "epoch")
    ]
    np.testing.assert_array_equal(curves[0], curves[1])
    np.testing.assert_array_equal(curves[0], curves[2])


def test_the_best_weights_survive_a_later_failure() -> None:
    prepared = numbers()
    project = project_for(prepared, optimizer=SGD(rate=0.01), epochs=100)
    controls = Controls()
    events: list[Event] = []
    for event in train(project, prepared, controls):
        events.append(event)
        if isinstance(event, Epoch) and event.epoch == 5:
            controls.project = project.set("training.optimizer.rate", 10.0)
    end = finished(events)
    assert end.status == "failed"
    assert end.best_epoch == 5
    assert all_finite(unpack(end.best))


def test_running_out_of_memory_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = classes(3)
    real = DenseStep.once
    calls = iter(range(100))

    def step(self: DenseStep, index: int, rate: float) -> None:
        if next(calls) == 5:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        real(self, index, rate)

    monkeypatch.setattr(DenseStep, "once", step)
    events = list(train(project_for(prepared), prepared))
    end = finished(events)
    assert end.status == "failed"
    assert end.message.startswith("Out of memory in epoch 2: batches of 16")
    assert "Try a batch size of 8" in end.message
    assert end.best_epoch == 1
    assert end.best


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("first line\nand pages"), "Training stopped in epoch 3: first line"),
        (MemoryError(), "Out of memory in epoch 3"),
        (
            RuntimeError("DefaultCPUAllocator: can't allocate memory"),
            "Out of memory",
        ),
        (RuntimeError("something odd"), "Training stopped in epoch 3: something odd"),
        (KeyError(), "Training stopped in epoch 3: KeyError"),
    ],
)
def test_messages(error: Exception, said: str) -> None:
    assert message_for(error, 3, 32, "cpu").startswith(said)


def test_on_a_gpu_the_cpu_is_named_as_a_way_out() -> None:
    assert "the CPU as device" in message_for(MemoryError(), 1, 32, "cuda")


def test_a_network_that_does_not_fit_cannot_be_trained() -> None:
    prepared = classes(3)
    events = list(train(project_for(prepared, Dense(units=7, activation=Linear())), prepared))
    assert len(events) == 1
    assert finished(events).status == "failed"
    assert "3 classes" in finished(events).message


def test_a_network_without_learnables_has_nothing_to_learn() -> None:
    prepared = numbers(outputs=5)
    events = list(train(project_for(prepared, Flatten()), prepared))
    assert "nothing to learn" in finished(events).message


def test_without_training_rows_nothing_starts() -> None:
    prepared = classes(3, rows=30)
    events = list(train(project_for(prepared), prepared))
    assert "no training rows" in finished(events).message


def test_missing_values_are_named_instead_of_the_rate() -> None:
    prepared = classes(3)
    prepared.validation.x[3, 1] = np.nan
    events = list(train(project_for(prepared), prepared))
    assert "prepared validation rows hold missing" in finished(events).message


def test_weights_that_run_away_in_the_very_last_step_are_noticed() -> None:
    prepared = numbers(validation=0)
    project = project_for(prepared, optimizer=SGD(rate=10.0), epochs=1, batch_size=64, weight_decay=1.0)
    huge = build(project.network, prepared.signature.input, 0)
    with torch.no_grad():
        next(huge.parameters()).fill_(1e18)
        list(huge.parameters())[2].fill_(1.0)
    events = list(train(project, prepared, start=pack(huge)))
    assert finished(events).status == "failed"
    assert finished(events).last == b""
    assert finished(events).best == b""


def test_batch_norm_on_single_examples_says_what_to_do() -> None:
    prepared = classes(3)
    project = project_for(prepared, BatchNorm(), Dense(units=3, activation=Linear()), batch_size=1)
    events = list(train(project, prepared))
    assert "batch size of at least 2" in finished(events).message
    assert not any(isinstance(event, Steps) for event in events)


def test_weights_of_another_network_are_refused() -> None:
    prepared = classes(3)
    wide = list(train(project_for(prepared, epochs=1), prepared))
    other = project_for(prepared, Dense(units=3, activation=Linear()))
    events = list(train(other, prepared, start=finished(wide).last))
    assert "belong to another network" in finished(events).message
