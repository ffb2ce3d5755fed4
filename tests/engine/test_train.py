"""A run as its events: order, rhythm, stopping, keeping, and the same curve every time."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
import torch

from nnstudio.catalog.activations import ACTIVATIONS, Linear, ReLU, Softmax
from nnstudio.catalog.layers.conv import Conv2D
from nnstudio.catalog.layers.dense import ActivationLayer, Dense, Flatten
from nnstudio.catalog.layers.merge import Add, Concat
from nnstudio.catalog.layers.regularise import BatchNorm, Dropout, GaussianNoise
from nnstudio.catalog.optimizers import SGD, Adam
from nnstudio.core.controls import Controls, Rhythm
from nnstudio.core.network import Network
from nnstudio.core.project import Project
from nnstudio.core.run import Epoch, Event, Finished, Snapshot, Started, Steps, fold
from nnstudio.core.training import EarlyStopping
from nnstudio.engine.checkpoint import unpack
from nnstudio.engine.evaluate import evaluate
from nnstudio.engine.stop import StopTraining
from nnstudio.engine.train import train
from tests.engine.made import classes, images, numbers, project_for


def last(events: list[Event]) -> Finished:
    """Return the last event, which must be the only Finished."""
    assert [isinstance(event, Finished) for event in events].count(True) == 1
    assert isinstance(events[-1], Finished)
    return events[-1]


def noisy(**training: Any) -> tuple[Project, Any]:
    """Return a project in which every step draws random numbers."""
    prepared = classes(3)
    layers = (
        Dense(units=16),
        Dropout(rate=0.4),
        GaussianNoise(std=0.2),
        Dense(units=3, activation=Softmax()),
    )
    return project_for(prepared, *layers, optimizer=Adam(rate=0.01), **training), prepared


def values_of(events: list[Event]) -> list[dict[str, float]]:
    """Return the values of the epochs that do not depend on the clock."""
    found = [dict(event.values) for event in events if isinstance(event, Epoch)]
    for values in found:
        values.pop("seconds")
    return found


def losses_of(events: list[Event]) -> np.ndarray:
    return fold(events).step_losses


def test_the_events_of_a_run() -> None:
    prepared = classes(3)
    events = list(train(project_for(prepared, epochs=2), prepared))
    started = events[0]
    assert isinstance(started, Started)
    assert (started.device, started.epochs, started.steps_per_epoch) == ("cpu", 2, 4)
    assert started.facts is prepared.facts
    steps = [event for event in events if isinstance(event, Steps)]
    assert steps[-1].step == 8
    assert steps[-1].epoch == 2.0
    assert sum(len(event.losses) for event in steps) == 8
    assert all(event.examples_per_second > 0 for event in steps)
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert [event.epoch for event in epochs] == [1, 2]
    assert set(epochs[0].values) == {
        "train_loss", "val_loss", "rate", "gradient_norm", "seconds",
        *(f"{split}_{m}" for split in ("train", "val") for m in ("accuracy", "f1", "precision", "recall")),
    }  # fmt: skip
    confusion = epochs[0].confusion
    assert confusion is not None
    assert confusion.sum() == len(prepared.validation)
    assert last(events).status == "done"


@pytest.mark.parametrize("rhythm", ["screen", "step", "epoch"])
def test_the_curve_does_not_depend_on_the_rhythm_or_on_what_others_draw(rhythm: Rhythm) -> None:
    project, prepared = noisy()
    expected = list(train(project, prepared))
    events: list[Event] = []
    for event in train(project, prepared, Controls(rhythm=rhythm)):
        events.append(event)
        torch.rand(7)
    assert values_of(events) == values_of(expected)
    np.testing.assert_array_equal(losses_of(events), losses_of(expected))
    assert last(events).last == last(expected).last


def test_training_leaves_the_global_random_stream_and_the_threads_alone() -> None:
    project, prepared = noisy()
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    run = train(project, prepared)
    next(run)
    run.close()
    list(train(project, prepared))
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == threads


def test_step_by_step_and_epoch_by_epoch() -> None:
    prepared = classes(3)
    project = project_for(prepared, epochs=2)
    single = [e for e in train(project, prepared, Controls(rhythm="step")) if isinstance(e, Steps)]
    assert [len(event.losses) for event in single] == [1] * 8
    assert [event.step for event in single] == list(range(1, 9))
    whole = [e for e in train(project, prepared, Controls(rhythm="epoch")) if isinstance(e, Steps)]
    assert [len(event.losses) for event in whole] == [4, 4]


def test_another_seed_gives_another_curve() -> None:
    project, prepared = noisy()
    other = project.set("training.seed", 1)
    assert values_of(list(train(project, prepared))) != values_of(list(train(other, prepared)))


def test_starting_from_the_same_weights_reproduces_the_curve() -> None:
    project, prepared = noisy()
    controls = Controls(snapshot=True)
    events = list(train(project, prepared, controls))
    first = next(event for event in events if isinstance(event, Snapshot))
    assert first.epoch == 0.0
    again = list(train(project, prepared, start=first.weights))
    assert values_of(again) == values_of(events)


def test_a_snapshot_is_given_once_and_does_not_change_afterwards() -> None:
    prepared = classes(3)
    controls = Controls(rhythm="step")
    events: list[Event] = []
    for event in train(project_for(prepared), prepared, controls):
        events.append(event)
        if isinstance(event, Steps) and event.step == 6:
            controls.snapshot = True
    found = [event for event in events if isinstance(event, Snapshot)]
    assert len(found) == 1
    assert found[0].epoch == 1.5
    final = unpack(last(events).last)
    assert not np.array_equal(found[0].weights["n1.0.weight"], final["n1.0.weight"].numpy())


def pulled(run: Generator[Event, None, None], steps: int) -> None:
    """Pull until so many steps are done."""
    for event in run:
        if isinstance(event, Steps) and event.step >= steps:
            return


def test_closing_ends_at_once_without_a_word() -> None:
    prepared = classes(3)
    run = train(project_for(prepared), prepared, Controls(rhythm="step"))
    pulled(run, 3)
    run.close()
    assert list(run) == []


def test_stopping_keeps_best_and_last_weights() -> None:
    prepared = classes(3)
    run = train(project_for(prepared, epochs=50), prepared, Controls(rhythm="step"))
    pulled(run, 10)
    event = run.throw(StopTraining())
    assert isinstance(event, Finished)
    assert (event.status, event.best_epoch) == ("stopped", 2)
    assert event.best
    assert event.best != event.last
    assert list(run) == []


def test_stopping_before_the_first_epoch_keeps_the_weights_of_now() -> None:
    prepared = classes(3)
    run = train(project_for(prepared), prepared)
    next(run)
    event = run.throw(StopTraining())
    assert isinstance(event, Finished)
    assert event.best_epoch == 0
    assert event.best == event.last != b""


def test_early_stopping_keeps_the_best_epoch() -> None:
    prepared = numbers()
    rule = EarlyStopping(patience=3)
    project = project_for(prepared, optimizer=SGD(rate=0.3), epochs=200, early_stopping=rule)
    events = list(train(project, prepared))
    history, end = fold(events), last(events)
    assert end.status == "early stopped"
    assert end.message == "The validation loss has not improved for 3 epochs."
    assert end.best_epoch == history.best_epoch()
    assert history.epochs == end.best_epoch + 3
    values = evaluate(project, prepared, end.best, "validation").values
    assert values["loss"] == pytest.approx(min(history["val_loss"]), rel=1e-6)
    assert values["rmse"] == pytest.approx(history["val_rmse"][end.best_epoch - 1], rel=1e-6)
    values = evaluate(project, prepared, end.last, "validation").values
    assert values["loss"] == pytest.approx(history["val_loss"][-1], rel=1e-6)


def test_without_restore_best_the_last_weights_are_offered() -> None:
    prepared = numbers()
    rule = EarlyStopping(patience=3, restore_best=False)
    project = project_for(prepared, optimizer=SGD(rate=0.3), epochs=200, early_stopping=rule)
    events = list(train(project, prepared))
    end = last(events)
    assert end.best == end.last
    assert end.best_epoch == fold(events).epochs


def test_a_batch_larger_than_the_data_is_the_data() -> None:
    prepared = classes(3)
    events = list(train(project_for(prepared, batch_size=4096), prepared))
    assert isinstance(events[0], Started)
    assert events[0].steps_per_epoch == 1
    assert last(events).status == "done"


def test_a_single_last_example_joins_the_batch_before_it_when_batch_norm_is_there() -> None:
    prepared = classes(3, rows=79)
    plain = project_for(prepared)
    layers = (Dense(units=8, activation=Linear()), BatchNorm(), ActivationLayer(activation=ReLU()))
    normed = project_for(prepared, *layers, Dense(units=3, activation=Softmax()))
    for project, steps in ((plain, 4), (normed, 3)):
        events = list(train(project, prepared))
        assert last(events).status == "done", last(events).message
        assert isinstance(events[0], Started)
        assert events[0].steps_per_epoch == steps


@pytest.mark.parametrize("kind", [entry.kind for entry in ACTIVATIONS])
def test_every_activation_trains(kind: str) -> None:
    prepared = classes(3)
    project = project_for(prepared, activation=ACTIVATIONS[kind](), optimizer=SGD(rate=0.01), epochs=1)
    events = list(train(project, prepared))
    assert last(events).status == "done"
    assert np.isfinite(losses_of(events)).all()


def test_images_and_skip_connections_train() -> None:
    prepared = images()
    network = Network()
    for layer in (Conv2D(filters=4), BatchNorm(), Conv2D(filters=4), Add(), Concat(), Flatten()):
        network = network.insert(layer)
    network = network.insert(Dense(units=3, activation=Softmax()))
    network = network.wire("n2", "n4").wire("n1", "n5")
    project = project_for(prepared).with_network(network)
    events = list(train(project, prepared))
    assert last(events).status == "done", last(events).message
    assert len(fold(events)["val_accuracy"]) == 3


def test_metrics_of_regression_are_in_the_units_of_the_target() -> None:
    scaled = numbers(scale=(100.0, 10.0))
    raw = numbers()
    project = project_for(raw)
    in_units, plain = fold(train(project, scaled)), fold(train(project, raw))
    assert in_units["val_loss"] == plain["val_loss"]
    np.testing.assert_allclose(in_units["val_mae"], 10 * np.array(plain["val_mae"]), rtol=1e-6)
    np.testing.assert_allclose(in_units["train_r2"], plain["train_r2"], rtol=1e-5)
