"""Accumulated gradients, averaged weights, mixed precision, frozen layers and rates of their own."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from nnstudio.catalog.activations import Softmax
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.regularise import BatchNorm
from nnstudio.catalog.optimizers import SGD, Adam, AdamW
from nnstudio.core.controls import Controls
from nnstudio.core.project import Project
from nnstudio.core.run import Epoch, Finished, Snapshot
from nnstudio.engine.build import build
from nnstudio.engine.checkpoint import pack, unpack
from nnstudio.engine.evaluate import evaluate
from nnstudio.engine.precision import halves
from nnstudio.engine.step import shares
from nnstudio.engine.train import train
from tests.engine.made import classes, project_for
from tests.engine.plain import first_weights, history_of, plain_loop

CROSS_ENTROPY = nn.CrossEntropyLoss(reduction="none")


def plain_module() -> nn.Sequential:
    return nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))


def finished(project: Project, prepared: object) -> Finished:
    *_, last = train(project, prepared)  # type: ignore[arg-type]
    assert isinstance(last, Finished)
    return last


@pytest.mark.parametrize("weighted", [False, True])
def test_accumulated_batches_are_one_large_batch(weighted: bool) -> None:
    prepared = classes(3)
    project = project_for(prepared, optimizer=Adam(rate=0.01), class_weights=weighted, clip_norm=0.3)
    large = history_of(project, prepared)
    small = history_of(project.set("training.batch_size", 4).set("training.accumulate", 4), prepared)
    np.testing.assert_allclose(small["val_loss"], large["val_loss"], rtol=1e-5)
    np.testing.assert_allclose(small["train_loss"], large["train_loss"], rtol=1e-5)
    assert len(small.step_losses) == 3 * 13


def test_the_shares_of_an_update_add_up() -> None:
    assert shares([4, 4, 4, 2], 1) == [1.0] * 4
    assert shares([4, 4, 4, 2], 3) == [1 / 3, 1 / 3, 1 / 3, 1.0]
    assert shares([6, 2], 8) == [0.75, 0.25]


def test_averaged_weights_are_torchs() -> None:
    prepared = classes(3)
    project = project_for(prepared, optimizer=Adam(rate=0.02), ema=0.8)
    module = first_weights(project, prepared, plain_module())
    averaged = AveragedModel(module, multi_avg_fn=get_ema_multi_avg_fn(0.8))
    optimizer = torch.optim.Adam(module.parameters(), lr=0.02)

    def before_step(step: int) -> None:
        if step:
            averaged.update_parameters(module)

    plain_loop(project, prepared, module, CROSS_ENTROPY, optimizer, before_step=before_step)
    averaged.update_parameters(module)
    end = finished(project, prepared)
    found, expected = unpack(end.last), averaged.module.state_dict()
    for own, given in zip(sorted(found), sorted(expected), strict=True):
        torch.testing.assert_close(found[own], expected[given], rtol=1e-4, atol=1e-6)


def test_the_average_is_what_is_validated_kept_and_shown() -> None:
    prepared = classes(3)
    project = project_for(prepared, optimizer=Adam(rate=0.05), ema=0.95)
    history, end = history_of(project, prepared), finished(project, prepared)
    loss = evaluate(project, prepared, end.last, "validation").values["loss"]
    assert loss == pytest.approx(history["val_loss"][-1], rel=1e-6)
    plain = history_of(project.set("training.ema", 0.0), prepared)
    np.testing.assert_array_equal(history.step_losses, plain.step_losses)
    assert history["val_loss"] != plain["val_loss"]


def test_a_rate_of_its_own_is_a_group_of_torchs() -> None:
    prepared = classes(3)
    for entry, kind in ((AdamW(rate=0.01), torch.optim.AdamW), (SGD(rate=0.1), torch.optim.SGD)):
        project = project_for(prepared, optimizer=entry, weight_decay=0.05, epochs=4)
        project = project.set("network.n1.rate_factor", 0.1)
        module = first_weights(project, prepared, plain_module())
        groups = [
            {
                "params": [p],
                "lr": entry.rate * (0.1 if layer == 0 else 1),
                "weight_decay": 0.05 * (p.ndim > 1),
            }
            for layer in (0, 2)
            for p in module[layer].parameters()  # type: ignore[index]
        ]
        losses, _ = plain_loop(project, prepared, module, CROSS_ENTROPY, kind(groups))
        np.testing.assert_allclose(history_of(project, prepared).step_losses, losses, rtol=2e-4)


def test_a_frozen_layer_stays_as_it_is_and_the_rest_learns() -> None:
    prepared = classes(3)
    layers = (Dense(units=8), BatchNorm(), Dense(units=3, activation=Softmax()))
    project = project_for(prepared, *layers, weight_decay=0.1, ema=0.5)
    project = project.set("network.n1.frozen", True).set("network.n2.frozen", True)
    before = build(project.network, prepared.signature.input, project.training.seed).state_dict()
    after = unpack(finished(project, prepared).last)
    for name, value in after.items():
        assert torch.equal(value, before[name]) == (not name.startswith("n3")), name


def test_nothing_left_to_learn_is_said() -> None:
    prepared = classes(3)
    project = project_for(prepared).set("network.n1.frozen", True).set("network.n2.frozen", True)
    assert "Every layer with weights is frozen" in finished(project, prepared).message


def test_half_precision_is_near_and_stays_repeatable() -> None:
    prepared = classes(3)
    project = project_for(prepared, optimizer=Adam(rate=0.01))
    exact = history_of(project, prepared)
    half = project.set("training.precision", "bfloat16")
    rough = history_of(half, prepared)
    assert not np.array_equal(rough.step_losses, exact.step_losses)
    np.testing.assert_allclose(rough.step_losses, exact.step_losses, rtol=0.05)
    np.testing.assert_array_equal(history_of(half, prepared).step_losses, rough.step_losses)
    assert all(value.dtype == torch.float32 for value in unpack(finished(half, prepared).last).values())


def test_auto_leaves_a_processor_at_full_precision() -> None:
    cpu = torch.device("cpu")
    assert (halves("auto", cpu), halves("float32", cpu), halves("bfloat16", cpu)) == (False, False, True)


def test_a_snapshot_shows_the_average() -> None:
    prepared = classes(3)
    project = project_for(prepared, optimizer=Adam(rate=0.05), ema=0.9, epochs=2)
    controls = Controls(rhythm="epoch")
    shown, losses = [], []
    for event in train(project, prepared, controls):
        controls.snapshot = isinstance(event, Epoch)
        if isinstance(event, Snapshot):
            shown.append(event.weights)
        if isinstance(event, Epoch):
            losses.append(event.values["val_loss"])
    loss = evaluate(project, prepared, pack(unpack(shown[0])), "validation").values["loss"]
    assert loss == pytest.approx(losses[0], rel=1e-6)
