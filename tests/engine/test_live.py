"""Live changes act at the next step, are reported, and equal a loop that changes at the same step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from nnstudio.catalog.activations import Softmax
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.catalog.optimizers import SGD, Adam, Momentum, RMSprop
from nnstudio.core.controls import Controls
from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.core.run import Changed, Event, Steps, fold
from nnstudio.core.training import Optimizer
from nnstudio.engine.live import live_changes
from nnstudio.engine.train import train
from tests.engine.made import classes, project_for
from tests.engine.plain import first_weights, in_groups, plain_loop

AT = 6
"""The step after which the setting is changed."""


def edited_run(project: Project, prepared: Prepared, edited: Project) -> list[Event]:
    """Train and let the edited project arrive after step AT."""
    controls = Controls(rhythm="step")
    events: list[Event] = []
    for event in train(project, prepared, controls):
        events.append(event)
        if isinstance(event, Steps) and event.step == AT:
            controls.project = edited
    return events


CASES: list[tuple[Optimizer, str, float, Any, dict[str, Any], dict[str, Any]]] = [
    (SGD(rate=0.1), "training.optimizer.rate", 0.02, torch.optim.SGD, {"lr": 0.1}, {"lr": 0.02}),
    (Momentum(rate=0.05, nesterov=False), "training.optimizer.momentum", 0.5, torch.optim.SGD,
     {"lr": 0.05, "momentum": 0.9}, {"momentum": 0.5}),
    (Momentum(rate=0.05, momentum=0.0), "training.optimizer.momentum", 0.9, torch.optim.SGD,
     {"lr": 0.05}, {"momentum": 0.9, "nesterov": True}),
    (Adam(rate=0.01), "training.optimizer.momentum", 0.5, torch.optim.Adam,
     {"lr": 0.01}, {"betas": (0.5, 0.999)}),
    (RMSprop(rate=0.01, momentum=0.9), "training.optimizer.momentum", 0.2, torch.optim.RMSprop,
     {"lr": 0.01, "momentum": 0.9}, {"momentum": 0.2}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0].kind}-{case[1]}-{case[2]}")
def test_the_optimizer_changes_at_the_next_step(case: Any) -> None:
    entry, path, value, kind, before, after = case
    prepared = classes(3)
    project = project_for(prepared, optimizer=entry, epochs=4)
    module = first_weights(project, prepared, nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3)))
    optimizer = kind(module.parameters(), **before)

    def before_step(step: int) -> None:
        if step == AT:
            optimizer.param_groups[0].update(after)

    losses, _ = plain_loop(
        project, prepared, module, nn.CrossEntropyLoss(reduction="none"), optimizer, before_step=before_step
    )
    events = edited_run(project, prepared, project.set(path, value))
    np.testing.assert_allclose(fold(events).step_losses, losses, rtol=2e-4)
    marks = [event for event in events if isinstance(event, Changed)]
    assert marks == [Changed(AT / 4, path, getattr(entry, path.rpartition(".")[2]), value)]


def test_rmsprop_gains_a_momentum_it_did_not_begin_with() -> None:
    prepared = classes(3)
    project = project_for(prepared, optimizer=RMSprop(rate=0.001))
    events = edited_run(project, prepared, project.set("training.optimizer.momentum", 0.9))
    still = fold(train(project, prepared)).step_losses
    moved = fold(events).step_losses
    # The first step with momentum is the same: there is nothing yet to carry on.
    np.testing.assert_allclose(moved[: AT + 2], still[: AT + 2], rtol=1e-5)
    assert not np.allclose(moved[AT + 2 :], still[AT + 2 :], rtol=1e-5)


def test_the_decay_changes_at_the_next_step() -> None:
    prepared = classes(3)
    project = project_for(prepared, epochs=4)
    module = first_weights(project, prepared, nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3)))
    optimizer = torch.optim.SGD(in_groups(module), lr=0.1)

    def before_step(step: int) -> None:
        if step == AT:
            optimizer.param_groups[0]["weight_decay"] = 0.3

    losses, _ = plain_loop(
        project, prepared, module, nn.CrossEntropyLoss(reduction="none"), optimizer, before_step=before_step
    )
    events = edited_run(project, prepared, project.set("training.weight_decay", 0.3))
    np.testing.assert_allclose(fold(events).step_losses, losses, rtol=2e-4)


@pytest.mark.parametrize("path", ["training.l1", "training.clip_norm", "training.clip_value"])
def test_penalty_and_clipping_change_at_the_next_step(path: str) -> None:
    prepared = classes(3)
    project = project_for(prepared)
    still = fold(train(project, prepared)).step_losses
    moved = fold(edited_run(project, prepared, project.set(path, 0.01))).step_losses
    np.testing.assert_array_equal(moved[: AT + 1], still[: AT + 1])
    assert not np.allclose(moved[AT + 1 :], still[AT + 1 :], rtol=1e-6)


def test_dropout_changes_at_the_next_step() -> None:
    prepared = classes(3)
    layers = (Dense(units=32), Dropout(rate=0.0), Dense(units=3, activation=Softmax()))
    project = project_for(prepared, *layers)
    events = edited_run(project, prepared, project.set("network.n2.rate", 0.5))
    still, moved = fold(train(project, prepared)).step_losses, fold(events).step_losses
    np.testing.assert_array_equal(moved[:AT], still[:AT])
    assert moved[AT] != still[AT]
    assert Changed(AT / 4, "network.n2.rate", 0.0, 0.5) in events


def test_an_edit_made_before_the_first_step_counts() -> None:
    prepared = classes(3)
    project = project_for(prepared)
    edited = project.set("training.optimizer.rate", 0.02)
    events = list(train(project, prepared, Controls(project=edited)))
    expected = fold(train(edited, prepared))
    np.testing.assert_array_equal(fold(events).step_losses, expected.step_losses)
    assert Changed(0.0, "training.optimizer.rate", 0.1, 0.02) in events


def test_what_is_not_live_waits_for_the_next_start() -> None:
    prepared = classes(3)
    project = project_for(prepared)
    edited = project.set("network.n1.units", 99).set("training.batch_size", 4).set("training.epochs", 50)
    edited = edited.with_network(edited.network.insert(Dropout(rate=0.9), 1))
    edited = edited.set("training.optimizer", Adam(rate=1.0))
    assert live_changes(project, edited) == []
    events = edited_run(project, prepared, edited)
    np.testing.assert_array_equal(fold(events).step_losses, fold(train(project, prepared)).step_losses)
