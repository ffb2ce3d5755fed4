"""The dense path and the general path give the same curve and the same weights, to rounding."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
import torch

from nnstudio.catalog.activations import ACTIVATIONS, Linear, Sigmoid, Softmax, Tanh
from nnstudio.catalog.layers.dense import ActivationLayer, Dense, Flatten
from nnstudio.catalog.layers.regularise import BatchNorm, Dropout, GaussianNoise, LayerNorm
from nnstudio.catalog.losses import CrossEntropy, MeanSquaredError, Quantile
from nnstudio.catalog.optimizers import Adam, Momentum
from nnstudio.core.dataset import Prepared
from nnstudio.core.network import Layer
from nnstudio.core.project import Project
from nnstudio.core.run import Epoch, Finished, Steps
from nnstudio.core.training import LOSSES, OPTIMIZERS
from nnstudio.engine import assembly
from nnstudio.engine.checkpoint import unpack
from nnstudio.engine.dense.step import DenseStep
from nnstudio.engine.step import GeneralStep
from nnstudio.engine.train import train
from tests.engine.made import classes, images, numbers, project_for

OUTPUTS = (Softmax(), Sigmoid(), Linear())
LOSS_CASES = [
    (loss, task, last, count)
    for loss in LOSSES
    for task in loss.tasks
    for last, count in product(OUTPUTS, (2, 3))
]
NORMS: dict[str, tuple[Layer, ...]] = {
    "plain": (),
    "batch norm": (BatchNorm(), ActivationLayer(activation=Tanh())),
    "layer norm": (LayerNorm(), ActivationLayer(activation=Tanh())),
    "dropout": (Dropout(rate=0.3),),
    "noise": (GaussianNoise(std=0.2),),
    "no dropout": (Dropout(rate=0.0), ActivationLayer(activation=Tanh())),
}
REGULARISERS: dict[str, dict[str, Any]] = {
    "none": {},
    "L2": {"weight_decay": 0.02},
    "L1": {"l1": 0.002},
    "clipped": {"clip_norm": 0.3, "clip_value": 0.1},
    "weighted": {"class_weights": True},
    "accumulated": {"accumulate": 3, "class_weights": True, "batch_size": 7},
    "averaged": {"ema": 0.9},
    "all": {"weight_decay": 0.01, "l1": 0.001, "clip_norm": 0.5, "accumulate": 2, "ema": 0.8},
}


def curve(project: Project, prepared: Prepared) -> tuple[np.ndarray, list[dict[str, float]], dict[str, Any]]:
    """Return step losses, values of every epoch and last weights."""
    losses, epochs, weights = [], [], {}
    for event in train(project, prepared):
        if isinstance(event, Steps):
            losses.append(event.losses)
        if isinstance(event, Epoch):
            epochs.append({k: v for k, v in event.values.items() if k != "seconds"})
        if isinstance(event, Finished):
            assert event.status == "done", event.message
            weights = unpack(event.last)
    return np.concatenate(losses), epochs, weights


def assert_same(
    project: Project, prepared: Prepared, monkeypatch: pytest.MonkeyPatch, tolerance: float = 2e-4
) -> None:
    """Train on both paths and compare."""
    taken: list[type] = []
    dense = DenseStep.__init__

    def note(self: DenseStep, *args: Any, **settings: Any) -> None:
        taken.append(DenseStep)
        dense(self, *args, **settings)

    with monkeypatch.context() as patch:
        patch.setattr(DenseStep, "__init__", note)
        losses, epochs, weights = curve(project, prepared)
    assert taken, "the dense path was not taken"
    with monkeypatch.context() as patch:
        patch.setattr(assembly, "chain_of", lambda *parts: None)
        expected, values, kept = curve(project, prepared)
    np.testing.assert_allclose(losses, expected, rtol=tolerance, atol=1e-6)
    for own, given in zip(epochs, values, strict=True):
        assert own == pytest.approx(given, rel=20 * tolerance, abs=1e-5)
    for name, value in kept.items():
        np.testing.assert_allclose(weights[name], value, rtol=20 * tolerance, atol=1e-5, err_msg=name)


def hidden(*layers: Layer, activation: Any = None, output: Any = None, units: int = 3) -> tuple[Layer, ...]:
    first = Dense(units=8, activation=Tanh())
    return (first, *layers, Dense(units=6, activation=activation or Tanh()),
            Dense(units=units, activation=output or Softmax()))  # fmt: skip


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda o: o.kind)
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda a: a.kind)
def test_every_activation_with_every_optimizer(
    activation: Any, optimizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = classes(3)
    project = project_for(prepared, *hidden(activation=activation()), optimizer=optimizer(), epochs=2)
    assert_same(project, prepared, monkeypatch)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("case", LOSS_CASES, ids=lambda c: f"{c[0].kind}-{c[2].kind}-{c[3]}")
def test_every_loss_with_every_output(case: Any, weighted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    loss, task, last, count = case
    prepared = classes(count) if task == "classification" else numbers(count)
    settings = {"loss": loss(), "optimizer": Adam(rate=0.01), "class_weights": weighted, "epochs": 2}
    project = project_for(prepared, *hidden(output=last, units=count), **settings)
    # Where the loss has kinks and the outputs are divided by their sum, rounding grows from step to step.
    assert_same(project, prepared, monkeypatch, 1e-3)


@pytest.mark.parametrize("regulariser", REGULARISERS)
@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("optimizer", [Adam(rate=0.01), Momentum(rate=0.05)], ids=lambda o: o.kind)
def test_every_regulariser_with_every_norm(
    norm: str, regulariser: str, optimizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = classes(3)
    settings = {"optimizer": optimizer, **REGULARISERS[regulariser]}
    project = project_for(prepared, *hidden(*NORMS[norm]), **settings)
    assert_same(project, prepared, monkeypatch, 5e-4)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("batch", [1, 7, 80])
def test_bias_and_batch_size(bias: bool, batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = numbers(2)
    layers = (Dense(units=5, bias=bias, activation=Tanh()), Dense(units=2, bias=bias, activation=Linear()))
    assert_same(project_for(prepared, *layers, batch_size=batch), prepared, monkeypatch)


def test_smoothed_labels_noisy_inputs_and_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = images(4)
    layers = (Flatten(), GaussianNoise(std=0.1), Dropout(rate=0.2), *hidden())
    for loss in (CrossEntropy(smoothing=0.1), CrossEntropy(smoothing=0.2, expects="scores")):
        project = project_for(prepared, *layers, loss=loss, optimizer=Adam(rate=0.01))
        assert_same(project, prepared, monkeypatch)


def test_a_last_layer_that_is_an_activation(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = numbers(2)
    layers = (Dense(units=5), Dense(units=2, activation=Linear()), ActivationLayer(activation=Tanh()))
    for loss in (MeanSquaredError(), Quantile(q=0.9)):
        assert_same(project_for(prepared, *layers, loss=loss), prepared, monkeypatch)


def test_layers_with_rates_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = classes(3)
    project = project_for(prepared, optimizer=Adam(rate=0.01), weight_decay=0.02)
    assert_same(project.set("network.n1.rate_factor", 0.1), prepared, monkeypatch)


def test_rows_gathered_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnstudio.engine.batches.GATHER_BYTES", {})
    prepared = classes(3)
    assert_same(project_for(prepared, optimizer=Adam(rate=0.01)), prepared, monkeypatch)


def test_gradients_and_step_type(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gradient that probes look at is the same too."""
    prepared = classes(3)
    project = project_for(prepared, weight_decay=0.1)
    cpu = torch.device("cpu")
    found = []
    for kind in (DenseStep, GeneralStep):
        parts = assembly.assemble(project, prepared, cpu)
        assert isinstance(parts.step, kind)
        parts.batches.shuffle()
        for index in range(len(parts.batches)):
            parts.step(index, 0.1)
        found.append((parts.step.gradient.numpy().copy(), parts.step.norms.numpy().copy()))
        monkeypatch.setattr(assembly, "chain_of", lambda *parts: None)
    for own, given in zip(*found, strict=True):
        np.testing.assert_allclose(own, given, rtol=1e-4, atol=1e-6)
