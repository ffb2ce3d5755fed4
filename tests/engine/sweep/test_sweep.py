"""Runs trained together equal themselves alone."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import torch

from nnstudio.catalog.activations import GELU, Linear, Sigmoid, Softmax, Tanh
from nnstudio.catalog.layers.dense import ActivationLayer, Dense
from nnstudio.catalog.layers.regularise import BatchNorm
from nnstudio.catalog.losses import Focal, MeanAbsoluteError
from nnstudio.catalog.optimizers import SGD, Adam
from nnstudio.catalog.presets import Funnel
from nnstudio.catalog.schedules import Cosine, ReduceOnPlateau
from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.core.run import Epoch, Finished
from nnstudio.core.training import OPTIMIZERS, EarlyStopping
from nnstudio.engine.checkpoint import unpack
from nnstudio.engine.sweep import sweep as module
from nnstudio.engine.sweep.alike import NotTogether
from nnstudio.engine.sweep.sweep import SweepEpoch, SweepRun, sweep
from nnstudio.engine.train import train
from tests.engine.made import classes, numbers, project_for

RATES = (0.002, 0.01, 0.05)


def together(projects: Sequence[Project], prepared: Prepared) -> tuple[list[SweepEpoch], list[SweepRun]]:
    """Train to the end; return epochs and runs."""
    generator: Generator[SweepEpoch | None, None, list[SweepRun]] = sweep(projects, prepared)
    epochs: list[SweepEpoch] = []
    while True:
        try:
            told = next(generator)
        except StopIteration as end:
            return epochs, end.value
        if told is not None:
            epochs.append(told)


def alone(project: Project, prepared: Prepared) -> tuple[list[Epoch], Finished]:
    """Train one run by the engine's usual way."""
    events = list(train(project, prepared))
    finished = events[-1]
    assert isinstance(finished, Finished)
    return [event for event in events if isinstance(event, Epoch)], finished


def assert_equal_to_alone(projects: Sequence[Project], prepared: Prepared) -> None:
    """Check losses and best weights of every run."""
    _, runs = together(projects, prepared)
    for project, run in zip(projects, runs, strict=True):
        epochs, finished = alone(project, prepared)
        for name in ("train_loss", "val_loss"):
            expected = [epoch.values[name] for epoch in epochs]
            np.testing.assert_allclose(getattr(run, name), expected, rtol=2e-4, err_msg=name)
        assert run.best_epoch == finished.best_epoch
        weights = unpack(finished.best)
        assert run.weights.keys() == weights.keys()
        for name, value in weights.items():
            np.testing.assert_allclose(run.weights[name], value.numpy(), rtol=2e-3, atol=2e-5)


def variants(project: Project, *, decay: Sequence[float] = (0.0, 0.01)) -> list[Project]:
    """Return the project at several rates and penalties."""
    return [
        project.set("training.optimizer.rate", rate).set("training.weight_decay", penalty)
        for rate in RATES
        for penalty in decay
    ]


def test_activations_on_the_inputs_and_on_each_other() -> None:
    """Each writes where nobody needs the values before it any more."""
    prepared = classes(3)
    curves = ActivationLayer(activation=Tanh()), ActivationLayer(activation=Sigmoid())
    layers = (*curves, Dense(units=6, activation=Tanh()), *curves, Dense(units=3, activation=Softmax()))
    assert_equal_to_alone(variants(project_for(prepared, *layers)), prepared)


@pytest.mark.parametrize("kind", [cls.kind for cls in OPTIMIZERS])
def test_every_optimizer_with_rates_and_penalties(kind: str) -> None:
    prepared = classes(3)
    optimizer = OPTIMIZERS[kind].model_validate({})
    project = project_for(prepared, optimizer=optimizer, l1=0.0, activation=Tanh())
    runs = [p.set("training.l1", l1) for p in variants(project) for l1 in (0.0, 0.001)]
    assert_equal_to_alone(runs, prepared)


def test_seeds_draw_their_own_weights_and_orders() -> None:
    prepared = classes(2)
    project = project_for(prepared, optimizer=Adam(rate=0.01))
    seeds = [project.set("training.seed", seed) for seed in (0, 1, 2, 1)]
    assert_equal_to_alone(seeds, prepared)
    _, runs = together(seeds, prepared)
    assert runs[1].train_loss == runs[3].train_loss
    assert runs[0].train_loss != runs[1].train_loss


def test_schedule_warm_up_and_class_weights() -> None:
    prepared = classes(3)
    project = project_for(
        prepared, optimizer=SGD(rate=0.1), schedule=Cosine(), warmup_epochs=2, class_weights=True, epochs=4
    )
    assert_equal_to_alone(variants(project, decay=(0.0,)), prepared)


def test_numbers_and_a_loss_whose_slope_autograd_works_out() -> None:
    two = numbers(2)
    layers = (Dense(units=6, activation=GELU()), Dense(units=2, activation=Linear()))
    assert_equal_to_alone(variants(project_for(two, *layers, loss=MeanAbsoluteError())), two)
    three = classes(3)
    assert_equal_to_alone(variants(project_for(three, loss=Focal())), three)


def test_activations_told_by_their_inputs_and_no_bias() -> None:
    prepared = classes(2)
    layers = (
        Dense(units=6, activation=GELU(), bias=False), Dense(units=5, activation=Sigmoid()),
        Dense(units=1, activation=Sigmoid()),
    )  # fmt: skip
    assert_equal_to_alone(variants(project_for(prepared, *layers)), prepared)


def test_early_stopping_ends_each_run_for_itself() -> None:
    prepared = classes(2, rows=60)
    rule = EarlyStopping(patience=2, restore_best=True)
    project = project_for(prepared, optimizer=Adam(rate=0.01), early_stopping=rule, epochs=40)
    runs = variants(project, decay=(0.0,)) + variants(project.set("training.seed", 5), decay=(0.0,))
    assert_equal_to_alone(runs, prepared)
    lengths = {len(run.train_loss) for run in together(runs, prepared)[1]}
    assert len(lengths) > 1
    assert min(lengths) < 40


def test_a_run_that_explodes_ends_and_leaves_the_others_alone() -> None:
    prepared = numbers()
    project = project_for(prepared, optimizer=SGD(rate=0.01), epochs=6)
    wild = project.set("training.optimizer.rate", 10.0)
    epochs, (calm, ended) = together([project, wild], prepared)
    assert len(calm.train_loss) == 6
    assert len(ended.train_loss) < 6
    assert np.isnan(epochs[-1].train_loss[1])
    np.testing.assert_allclose(calm.val_loss, together([project], prepared)[1][0].val_loss, rtol=1e-5)


@pytest.mark.parametrize("cores", [1, 2])
def test_groups_that_fit_the_cache_change_nothing(cores: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after another, or each on a core of its own."""

    @contextmanager
    def some_threads(work: int) -> Iterator[None]:
        before = torch.get_num_threads()
        torch.set_num_threads(cores)
        yield
        torch.set_num_threads(before)

    monkeypatch.setattr(module, "threads_for", some_threads)
    prepared = classes(3)
    runs = variants(project_for(prepared, optimizer=Adam(rate=0.01)))
    _, whole = together(runs, prepared)
    monkeypatch.setattr(module, "CACHE_VALUES", 1)
    epochs, single = together(runs, prepared)
    assert epochs[0].train_loss.shape == (6,)
    for one, other in zip(whole, single, strict=True):
        np.testing.assert_allclose(one.val_loss, other.val_loss, rtol=1e-4)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"training.batch_size": 8}, "may differ"),
        ({"training.clip_norm": 1.0}, "clipping"),
        ({"training.accumulate": 2}, "accumulation"),
        ({"training.schedule": ReduceOnPlateau()}, "plateau"),
    ],
)
def test_what_cannot_be_trained_together_is_said(change: dict[str, Any], words: str) -> None:
    prepared = classes(3)
    project = project_for(prepared)
    ((path, value),) = change.items()
    changed = project.set(path, value)
    projects = [project, changed] if words == "may differ" else [changed, changed]
    with pytest.raises(NotTogether, match=words):
        next(sweep(projects, prepared))


def test_layers_that_the_program_does_not_know_are_named() -> None:
    prepared = classes(3)
    dense = Dense(units=3, activation=Linear())
    with pytest.raises(NotTogether, match="BatchNorm1d"):
        next(sweep([project_for(prepared, Dense(units=4), BatchNorm(), dense)], prepared))
    dropped = project_for(prepared).with_preset(Funnel(dropout=0.2))
    with pytest.raises(NotTogether, match="Dropout"):
        next(sweep([dropped], prepared))
