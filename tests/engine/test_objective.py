"""Every loss equals its formula, fused or not, with class weights and without."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from torch import Tensor, nn
from torch.nn import functional as F

from nnstudio.catalog.activations import Activation, Linear, Sigmoid, Softmax, Softplus
from nnstudio.catalog.layers.dense import ActivationLayer, Dense
from nnstudio.catalog.losses import (
    BinaryCrossEntropy,
    BinaryFocal,
    BinaryHinge,
    CrossEntropy,
    Focal,
    Hinge,
    Huber,
    KLDivergence,
    LogCosh,
    MeanAbsoluteError,
    MeanSquaredError,
    Quantile,
    ReconstructionCrossEntropy,
)
from nnstudio.core.dataset import Prepared
from nnstudio.core.training import LOSSES, Loss
from nnstudio.engine.build import CannotBuild
from nnstudio.engine.objective import Objective, class_weights
from tests.engine.made import classes, numbers, project_for
from tests.engine.plain import first_weights, history_of, plain_loop

Formula = Callable[[Tensor, Tensor], Tensor]


def _clipped(p: Tensor) -> Tensor:
    return p.clamp(1e-7, 1 - 1e-7)


def _of_shares(out: Tensor, y: Tensor) -> Tensor:
    shares = F.softplus(out) / F.softplus(out).sum(1, keepdim=True)
    return -_clipped(shares)[torch.arange(len(y)), y].log()


def _binary_on_one_hot(out: Tensor, y: Tensor) -> Tensor:
    target = F.one_hot(y, out.shape[1]).float()
    return F.binary_cross_entropy(out.sigmoid(), target, reduction="none").mean(1)


def _binary_of_softmax(out: Tensor, y: Tensor) -> Tensor:
    target = F.one_hot(y, out.shape[1]).float()
    return F.binary_cross_entropy(_clipped(out.softmax(1)), target, reduction="none").mean(1)


def _focal(out: Tensor, y: Tensor) -> Tensor:
    p = out.softmax(1)[torch.arange(len(y)), y]
    return -((1 - p) ** 1.5) * p.log()


ALPHA = (0.2, 0.5, 1.3)


def _focal_alpha(out: Tensor, y: Tensor) -> Tensor:
    return torch.tensor(ALPHA)[y] * _focal(out, y)


def _focal_balanced(out: Tensor, y: Tensor) -> Tensor:
    counts = np.bincount(classes(3).train.y)
    return torch.tensor(counts.sum() / (3 * counts), dtype=torch.float32)[y] * _focal(out, y)


def _binary_focal(out: Tensor, y: Tensor) -> Tensor:
    p = torch.where(y == 1, out[:, 0].sigmoid(), 1 - out[:, 0].sigmoid())
    return -torch.where(y == 1, 0.7, 0.3) * (1 - p) ** 2 * p.log()


def _kl(out: Tensor, y: Tensor) -> Tensor:
    target = F.one_hot(y, out.shape[1]).float()
    return F.kl_div(out.log_softmax(1), target, reduction="none").sum(1)


def _margin(out: Tensor, y: Tensor) -> Tensor:
    return F.multi_margin_loss(out, y, margin=0.5, reduction="none")


def _smoothed(out: Tensor, y: Tensor) -> Tensor:
    return F.cross_entropy(out, y, reduction="none", label_smoothing=0.2)


def _smoothed_shares(out: Tensor, y: Tensor) -> Tensor:
    return _smoothed((F.softplus(out) / F.softplus(out).sum(1, keepdim=True)).log(), y)


CROSS_ENTROPY = nn.CrossEntropyLoss(reduction="none")

CASES: list[tuple[str, Prepared, Loss, int, Activation, bool, Formula]] = [
    ("softmax", classes(3), CrossEntropy(), 3, Softmax(), True, CROSS_ENTROPY),
    ("scores", classes(3), CrossEntropy(expects="scores"), 3, Linear(), False, CROSS_ENTROPY),
    ("twice", classes(3), CrossEntropy(expects="scores"), 3, Softmax(), False,
     lambda out, y: F.cross_entropy(out.softmax(1), y, reduction="none")),
    ("shares", classes(3), CrossEntropy(), 3, Softplus(), False, _of_shares),
    ("one-unit-softmax", classes(2), CrossEntropy(), 1, Softmax(), False,
     lambda out, y: out[:, 0] * 0 - y * torch.tensor(1 - 1e-7).log()),
    ("two-units", classes(2), CrossEntropy(), 2, Softmax(), True, CROSS_ENTROPY),
    ("binary", classes(2), BinaryCrossEntropy(), 1, Sigmoid(), True,
     lambda out, y: F.binary_cross_entropy(out[:, 0].sigmoid(), y.float(), reduction="none")),
    ("binary-one-hot", classes(3), BinaryCrossEntropy(), 3, Sigmoid(), True, _binary_on_one_hot),
    ("binary-softmax", classes(3), BinaryCrossEntropy(), 3, Softmax(), False, _binary_of_softmax),
    ("mse-of-classes", classes(3), MeanSquaredError(), 3, Softmax(), False,
     lambda out, y: (out.softmax(1) - F.one_hot(y, 3)).square().mean(1)),
    ("mse", numbers(), MeanSquaredError(), 1, Linear(), False, lambda out, y: (out - y).square().mean(1)),
    ("mse-two", numbers(2), MeanSquaredError(), 2, Linear(), False,
     lambda out, y: (out - y).square().mean(1)),
    ("mae", numbers(2), MeanAbsoluteError(), 2, Linear(), False, lambda out, y: (out - y).abs().mean(1)),
    ("huber", numbers(2), Huber(delta=0.3), 2, Linear(), False,
     lambda out, y: F.huber_loss(out, y, reduction="none", delta=0.3).mean(1)),
    ("smoothed", classes(3), CrossEntropy(smoothing=0.2), 3, Softmax(), True, _smoothed),
    ("smoothed-scores", classes(3), CrossEntropy(smoothing=0.2, expects="scores"), 3, Linear(), False,
     _smoothed),
    ("smoothed-shares", classes(3), CrossEntropy(smoothing=0.2), 3, Softplus(), False, _smoothed_shares),
    ("focal", classes(3), Focal(gamma=1.5), 3, Softmax(), True, _focal),
    ("focal-scores", classes(3), Focal(gamma=1.5, expects="scores"), 3, Linear(), False, _focal),
    ("focal-alpha", classes(3), Focal(gamma=1.5, alpha="0.2, 0.5, 1.3"), 3, Softmax(), True, _focal_alpha),
    ("focal-one-alpha", classes(3), Focal(gamma=1.5, alpha="0.25"), 3, Softmax(), True,
     lambda out, y: 0.25 * _focal(out, y)),
    ("focal-balanced", classes(3), Focal(gamma=1.5, alpha="balanced"), 3, Softmax(), True, _focal_balanced),
    ("focal-of-zero", classes(3), Focal(gamma=0.0), 3, Softmax(), True, CROSS_ENTROPY),
    ("binary-focal", classes(2), BinaryFocal(alpha=0.7), 1, Sigmoid(), True, _binary_focal),
    ("kl", classes(3), KLDivergence(), 3, Softmax(), True, _kl),
    ("hinge", classes(3), Hinge(margin=0.5), 3, Softmax(), True, _margin),
    ("hinge-scores", classes(3), Hinge(margin=0.5, expects="scores"), 3, Linear(), False, _margin),
    ("binary-hinge", classes(2), BinaryHinge(), 1, Sigmoid(), True,
     lambda out, y: (1 - (2 * y - 1) * out[:, 0]).clamp_min(0)),
    ("reconstruction", numbers(2), ReconstructionCrossEntropy(), 2, Sigmoid(), True,
     lambda out, y: F.binary_cross_entropy_with_logits(out, y, reduction="none").mean(1)),
    ("log-cosh", numbers(2), LogCosh(), 2, Linear(), False, lambda out, y: (out - y).cosh().log().mean(1)),
    ("quantile", numbers(2), Quantile(q=0.9), 2, Linear(), False,
     lambda out, y: torch.where(y > out, 0.9 * (y - out), 0.1 * (out - y)).mean(1)),
]  # fmt: skip


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_equals_its_formula(
    case: tuple[str, Prepared, Loss, int, Activation, bool, Formula], weighted: bool
) -> None:
    _, prepared, loss, units, activation, fused, formula = case
    target = prepared.signature.target
    last = Dense(units=units, activation=activation)
    project = project_for(prepared, Dense(units=8), last, loss=loss, class_weights=weighted)
    assert Objective(project, target, units).fused == fused
    module = first_weights(project, prepared, nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, units)))
    weights = None
    if weighted and target.task == "classification":
        counts = np.bincount(prepared.train.y)
        weights = torch.tensor(len(prepared.train) / (target.count * counts), dtype=torch.float32)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    losses, val_losses = plain_loop(project, prepared, module, formula, optimizer, weights=weights)
    history = history_of(project, prepared)
    np.testing.assert_allclose(history.step_losses, losses, rtol=1e-4, atol=1e-9)
    np.testing.assert_allclose(history["val_loss"], val_losses, rtol=1e-4, atol=1e-9)


def test_every_loss_is_compared() -> None:
    assert {case[2].kind for case in CASES} == {entry.kind for entry in LOSSES}


def test_an_activation_layer_at_the_end_is_fused_too() -> None:
    prepared = classes(3)
    apart = project_for(prepared, Dense(units=3, activation=Linear()), ActivationLayer(activation=Softmax()))
    joined = project_for(prepared, Dense(units=3, activation=Softmax()))
    assert Objective(apart, prepared.signature.target, 3).fused
    assert history_of(apart, prepared)["train_loss"] == history_of(joined, prepared)["train_loss"]


def test_class_weights_balance_the_classes() -> None:
    weights = class_weights(np.array([0, 0, 0, 1]), 3)
    np.testing.assert_allclose(weights, [4 / 9, 4 / 3, 0.0])


def test_the_training_loss_of_an_epoch_is_the_mean_over_its_rows() -> None:
    prepared = classes(3)
    history = history_of(project_for(prepared, epochs=1), prepared)
    assert len(prepared.train) == 50
    expected = np.average(history.step_losses, weights=[16, 16, 16, 2])
    assert history["train_loss"][0] == pytest.approx(expected, rel=1e-6)


def test_alpha_is_taken_as_a_person_writes_it() -> None:
    assert Focal.model_validate({"alpha": 0.5}).alpha == "0.5"
    assert Focal.model_validate({"alpha": [0.2, 0.5]}).alpha == "0.2, 0.5"
    assert Focal(alpha="1,2 , 3").call().args[1] == (1.0, 2.0, 3.0)
    assert Focal().call().args == (2.0,)
    for wrong in ("", "rare", "1,,2", "-1, 2", "inf", "0, 0"):
        with pytest.raises(ValidationError, match="a number for each class, separated by commas"):
            Focal(alpha=wrong)


def test_rare_classes_count_more_in_proportion() -> None:
    assert Focal(alpha="balanced").on([30, 10, 0]).call().args[1] == (40 / 90, 40 / 30, 0.0)


def test_as_many_weights_as_classes_are_asked_for() -> None:
    prepared = classes(3)
    project = project_for(prepared, Dense(units=3, activation=Softmax()), loss=Focal(alpha="1, 2"))
    with pytest.raises(CannotBuild, match=r"has 2 class weights .* network 3 outputs"):
        Objective(project, prepared.signature.target, 3)
