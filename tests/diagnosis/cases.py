"""One firing case per rule; a silent one is its healthy twin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nnstudio.catalog.activations import Linear, ReLU, Sigmoid, Softmax, Tanh
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.catalog.losses import CrossEntropy, MeanSquaredError
from nnstudio.catalog.presets import Constant
from nnstudio.core.comparison import ReferenceFacts
from nnstudio.core.finding import Evidence
from nnstudio.core.project import Project
from nnstudio.diagnosis.comparison import with_reference
from tests.diagnosis.simulate import (
    VAL,
    accuracy,
    decay,
    evidence,
    facts,
    healthy_run,
    history,
    ill_layers,
    project,
    scattered,
    split,
    stuck_run,
)

LN2 = float(np.log(2))


def with_layer(of: Project, place: int, **values: Any) -> Project:
    node = of.network.nodes[place]
    return of.with_network(of.network.replace(node.id, node.layer.model_copy(update=values)))


def _imbalanced(collapsed: bool) -> Evidence:
    known = facts(train=700, val=150).model_copy(
        update={"train": split(700, 2, (680, 20)), "validation": split(150, 2, (143, 7))}
    )
    run = healthy_run(40)
    run.columns["val_accuracy"] = [0.953 if collapsed else 0.98] * 40
    run.columns["train_accuracy"] = [0.971 if collapsed else 0.99] * 40
    run.confusion = np.array([[143, 0], [7, 0]] if collapsed else [[142, 1], [1, 6]])
    return evidence(run, known=known)


def shuffled_run() -> Evidence:
    train = decay(100, 0.72, 0.02)
    guess = 0.5 + 0.02 * np.random.default_rng(0).standard_normal(100)
    return evidence(history(train, 0.7 + np.linspace(0, 1.5, 100), accuracy(train, LN2, 1.0, 0.5), guess))


def beside_simple(run: Evidence, linear: float, forest: float, wrong: float | None = None) -> Evidence:
    """Return the evidence with simple models that reach these scores."""
    assert run.facts is not None
    found = ReferenceFacts(
        scores={"linear": linear, "forest": forest}, constant=0.5, rows=700, wrong_labels=wrong
    )
    return with_reference(run, found)


def _noisy_labels(train: float = 0.99, wrong: float = 0.2) -> Evidence:
    loss = decay(60, 0.7, 0.05, 5)
    unseen = np.full(60, 0.76)
    run = history(loss, np.linspace(0.6, 0.9, 60), accuracy(loss, LN2, train, 0.5), unseen)
    return beside_simple(evidence(run, project(training__early_stopping__on=False)), 0.78, 0.79, wrong)


def overfitting_run(epochs: int = 40, best: int = 16) -> Any:
    """Return a run that validates best at an epoch and then worse and worse, while training goes on."""
    train = decay(epochs, 0.7, 0.01, 6)
    t = np.arange(1, epochs + 1)
    val = np.where(t <= best, 0.7 - 0.4 * np.minimum(1, t / best), 0.3 + 0.025 * (t - best))
    seen = accuracy(train, LN2, 0.998, 0.5)
    unseen = np.where(t <= best, 0.5 + 0.38 * t / best, 0.871)
    return history(train, scattered(val, 0.01), seen, unseen)


def _oscillating() -> Evidence:
    wave = np.where(np.arange(60) % 2 == 0, 0.55, 0.28) + 0.03 * np.random.default_rng(1).standard_normal(60)
    high = np.full(60, 0.84)
    return evidence(history(wave, wave + 0.02, high, high - 0.01))


def _too_high() -> Evidence:
    loss = np.abs(1.4 + 0.4 * np.random.default_rng(2).standard_normal(40))
    chance = np.full(40, 0.5)
    return evidence(history(loss, loss, chance, chance), project(training__optimizer__rate=0.3))


def _too_low() -> Evidence:
    loss = np.linspace(0.7000, 0.6975, 40)
    chance = np.full(40, 0.5)
    of = project(training__optimizer__rate=1e-6)
    return evidence(history(loss, loss, chance, chance, layers=ill_layers(of, update_ratio=1e-6)), of)


def _underfitting() -> Evidence:
    loss = scattered(decay(100, 0.7, 0.66, 12), 0.004)
    score = 0.5 + 0.1 * (1 - np.exp(-np.arange(100) / 8))
    return evidence(history(loss, loss + 0.01, score, score - 0.01), project(width=2))


def _too_few() -> Evidence:
    loss = decay(12, 0.7, 0.2, 1.5)
    score = accuracy(loss, LN2, 0.8, 0.5)
    return evidence(history(loss, loss + 0.01, score, score - 0.01), project(training__epochs=12))


def _overtrained() -> Evidence:
    train = decay(100, 0.7, 0.3, 20)
    t = np.arange(100)
    val = np.where(t < 25, 0.7 - 0.35 * t / 25, 0.35 + 0.0018 * (t - 25))
    seen, unseen = (
        accuracy(train, LN2, 0.88, 0.5),
        np.where(t < 25, 0.5 + 0.36 * t / 25, 0.86 - 0.001 * (t - 25)),
    )
    return evidence(history(train, val, seen, unseen), project(training__early_stopping__on=False))


def _noisy_batches() -> Evidence:
    loss = 0.4 + 0.09 * np.random.default_rng(5).standard_normal(60)
    score = np.full(60, 0.8)
    return evidence(history(loss, loss, score, score), project(training__batch_size=1))


def _few_steps() -> Evidence:
    loss = decay(60, 0.7, 0.55, 1)
    score = accuracy(loss, LN2, 0.75, 0.5)
    of = project(training__batch_size=1024, training__epochs=60)
    return evidence(history(loss, loss, score, score), of)


def _sick(of: Project, **values: Any) -> Evidence:
    return evidence(stuck_run(layers=ill_layers(of, **values)), of)


def _tanh() -> Project:
    return project(preset=Constant(depth=5, width=16, activation=Tanh()))


def _output_dropout() -> Project:
    of = project()
    return of.with_network(of.network.insert(Dropout(rate=0.3)))


FIRING: dict[str, Callable[[], Evidence]] = {
    "data_leakage": lambda: evidence(known=facts(leaked=60, duplicates=60)),
    "train_val_preprocessing_mismatch": lambda: evidence(
        known=facts().model_copy(
            update={"validation": split(VAL, 2).model_copy(update={"input_mean": 40.0, "input_std": 12.0})}
        )
    ),
    "unnormalized_input": lambda: evidence(known=facts(feature_std_max=315.0, feature_mean_max=750.0)),
    "unnormalized_target": lambda: evidence(
        of=project(0),
        known=facts(0).model_copy(
            update={"train": split(700, 0, target_mean=152.0, target_std=77.0, target_min=25, target_max=346)}
        ),
    ),
    "corrupted_labels": shuffled_run,
    "label_noise": _noisy_labels,
    "class_imbalance": lambda: _imbalanced(True),
    "wrong_output_activation": lambda: evidence(of=with_layer(project(), -1, activation=Softmax())),
    "wrong_loss": lambda: evidence(of=project(3, training__loss=MeanSquaredError())),
    "double_softmax": lambda: evidence(of=project(3, training__loss=CrossEntropy(expects="scores"))),
    "bad_init_symmetry": lambda: evidence(of=with_layer(project(), 0, init="constant", init_value=0.1)),
    "bad_init_scale": lambda: evidence(of=with_layer(project(), 0, init="normal", init_value=20.0)),
    "nan_or_exploding": lambda: evidence(
        history(*(np.array([0.7, 3.0, np.nan]),) * 4), status="failed", message="The loss became NaN."
    ),
    "lr_too_high": _too_high,
    "oscillating_loss": _oscillating,
    "lr_too_low": _too_low,
    "batch_too_large": _few_steps,
    "batch_too_small": _noisy_batches,
    "missing_activation": lambda: evidence(of=with_layer(project(), 0, activation=Linear())),
    "wrong_hidden_activation": lambda: evidence(
        of=project(preset=Constant(depth=3, width=16, activation=Sigmoid()))
    ),
    "vanishing_gradient": lambda: _sick(_tanh(), fade=20.0),
    "saturation": lambda: _sick(_tanh(), saturated=0.8),
    "dying_relu": lambda: _sick(project(), dead=0.9),
    "over_regularization": lambda: evidence(stuck_run(), project(training__weight_decay=1.0)),
    "excessive_dropout": lambda: evidence(of=_output_dropout()),
    "overfitting": lambda: evidence(overfitting_run(), status="stopped"),
    "underfitting": _underfitting,
    "too_few_epochs": _too_few,
    "overtraining": _overtrained,
    "stagnation": lambda: evidence(stuck_run(), project(width=128)),
}

SILENT: dict[str, Callable[[], Evidence]] = {
    "data_leakage": lambda: evidence(known=facts(leaked=1, duplicates=1)),
    "label_noise": lambda: _noisy_labels(wrong=0.02),
    "corrupted_labels": lambda: beside_simple(shuffled_run(), 0.8, 0.85),
    "underfitting": lambda: beside_simple(_underfitting(), 0.55, 0.58),
    "class_imbalance": lambda: _imbalanced(False),
    "wrong_output_activation": lambda: evidence(of=with_layer(project(0), -1, activation=Linear())),
    "vanishing_gradient": lambda: evidence(
        healthy_run(layers=ill_layers(_tanh(), fade=20.0)), _tanh(), status="early stopped"
    ),
    "saturation": lambda: evidence(healthy_run(layers=ill_layers(_tanh(), saturated=0.8)), _tanh()),
    "dying_relu": lambda: evidence(healthy_run(layers=ill_layers(project(), dead=0.95))),
    "missing_activation": lambda: evidence(of=with_layer(project(), 0, activation=ReLU())),
    "wrong_hidden_activation": lambda: evidence(of=_tanh()),
    "batch_too_large": lambda: evidence(healthy_run(300), project(training__batch_size=1024)),
    "overfitting": lambda: evidence(healthy_run(gap=0.03), status="early stopped"),
}
