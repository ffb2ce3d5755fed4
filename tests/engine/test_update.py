"""Every optimizer, penalty and clipping equals torch's own in a plain loop."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from nnstudio.catalog.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    Momentum,
    NAdam,
    RAdam,
    RMSprop,
)
from nnstudio.core.training import OPTIMIZERS, Optimizer
from tests.engine.made import classes, project_for
from tests.engine.plain import first_weights, history_of, in_groups, plain_loop

Kind = Any

CASES: list[tuple[Optimizer, Kind, dict[str, Any]]] = [
    (SGD(rate=0.1), torch.optim.SGD, {"lr": 0.1}),
    (Momentum(rate=0.05), torch.optim.SGD, {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    (Momentum(rate=0.05, momentum=0.8, nesterov=False), torch.optim.SGD, {"lr": 0.05, "momentum": 0.8}),
    (Momentum(rate=0.05, momentum=0.0), torch.optim.SGD, {"lr": 0.05}),
    (Adam(rate=0.01), torch.optim.Adam, {"lr": 0.01}),
    (
        Adam(rate=0.01, momentum=0.5, beta2=0.9, epsilon=1e-3),
        torch.optim.Adam,
        {"lr": 0.01, "betas": (0.5, 0.9), "eps": 1e-3},
    ),
    (AdamW(rate=0.01), torch.optim.AdamW, {"lr": 0.01}),
    (RMSprop(rate=0.01), torch.optim.RMSprop, {"lr": 0.01}),
    (
        RMSprop(rate=0.003, momentum=0.7, alpha=0.9),
        torch.optim.RMSprop,
        {"lr": 0.003, "momentum": 0.7, "alpha": 0.9},
    ),
    (NAdam(rate=0.01), torch.optim.NAdam, {"lr": 0.01}),
    (
        RAdam(rate=0.01, momentum=0.8, beta2=0.9),
        torch.optim.RAdam,
        {"lr": 0.01, "betas": (0.8, 0.9)},
    ),
    (Adagrad(rate=0.05), torch.optim.Adagrad, {"lr": 0.05}),
    (Adadelta(rate=0.8, rho=0.8), torch.optim.Adadelta, {"lr": 0.8, "rho": 0.8}),
]

PENALTIES: list[dict[str, Any]] = [
    {},
    {"weight_decay": 0.05},
    {"l1": 0.003},
    {"clip_norm": 0.3},
    {"clip_value": 0.02},
    {"weight_decay": 0.02, "l1": 0.001, "clip_norm": 0.5, "clip_value": 0.1},
]


@pytest.mark.parametrize("penalties", PENALTIES, ids=lambda p: "+".join(p) or "plain")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0].kind}-{case[2]}")
def test_equals_a_plain_loop(case: tuple[Optimizer, Kind, dict[str, Any]], penalties: dict[str, Any]) -> None:
    entry, kind, settings = case
    prepared = classes(3)
    project = project_for(prepared, optimizer=entry, epochs=4, **penalties)
    module = first_weights(project, prepared, nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3)))
    optimizer = kind(in_groups(module, project.training.weight_decay), **settings)
    losses, val_losses = plain_loop(
        project, prepared, module, nn.CrossEntropyLoss(reduction="none"), optimizer
    )
    history = history_of(project, prepared)
    np.testing.assert_allclose(history.step_losses, losses, rtol=2e-4)
    np.testing.assert_allclose(history["val_loss"], val_losses, rtol=2e-4)


def test_training_does_not_load_the_compiler() -> None:
    lines = [
        "import sys",
        "from tests.engine.made import classes, project_for",
        "from nnstudio.engine.train import train",
        "prepared = classes()",
        "assert list(train(project_for(prepared), prepared))[-1].status == 'done'",
        "assert 'torch._dynamo' not in sys.modules",
    ]
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_optimizer_is_compared() -> None:
    assert {case[0].kind for case in CASES} == {entry.kind for entry in OPTIMIZERS}


def test_the_gradient_norm_is_the_one_before_clipping() -> None:
    prepared = classes(3)
    free = history_of(project_for(prepared, epochs=1, batch_size=64), prepared)
    cut = history_of(project_for(prepared, epochs=1, batch_size=64, clip_norm=0.01), prepared)
    assert free["gradient_norm"] == cut["gradient_norm"]
    assert free["gradient_norm"][0] > 0.01
