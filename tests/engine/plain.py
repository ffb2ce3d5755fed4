"""The training loop that everybody writes, to compare the trainer with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from nnstudio.core.dataset import Part, Prepared
from nnstudio.core.project import Project
from nnstudio.core.run import History, fold
from nnstudio.engine.build import build
from nnstudio.engine.randomness import stream
from nnstudio.engine.train import train

LossFunction = Callable[[Tensor, Tensor], Tensor]
"""(raw outputs of the hand-written module, y as prepared) -> one loss per example."""


def first_weights(project: Project, prepared: Prepared, module: nn.Module) -> nn.Module:
    """Give a hand-written module the weights that the trainer begins with."""
    graph = build(project.network, prepared.signature.input, project.training.seed)
    for own, given in zip(module.parameters(), graph.parameters(), strict=True):
        own.data = given.detach().clone()
    return module


def tensors(part: Part) -> tuple[Tensor, Tensor]:
    """Return (x, y) of a split."""
    return torch.tensor(part.x), torch.tensor(part.y)


def in_groups(module: nn.Module, decay: float = 0.0) -> list[dict[str, Any]]:
    """Return parameter groups in which the decay acts on weights only."""
    weights = [p for p in module.parameters() if p.ndim >= 2]
    others = [p for p in module.parameters() if p.ndim < 2]
    return [{"params": weights, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


def plain_loop(
    project: Project,
    prepared: Prepared,
    module: nn.Module,
    loss: LossFunction,
    optimizer: torch.optim.Optimizer,
    *,
    after_epoch: Callable[[float], None] = lambda val_loss: None,
    before_step: Callable[[int], None] = lambda step: None,
    weights: Tensor | None = None,
) -> tuple[list[float], list[float]]:
    """Return the loss of every step and the validation loss of every epoch."""
    training = project.training
    (x, y), (x_val, y_val) = tensors(prepared.train), tensors(prepared.validation)
    order = stream(training.seed, "order")
    losses, val_losses, step = [], [], 0
    for _ in range(training.epochs):
        module.train()
        for rows in torch.randperm(len(x), generator=order).split(training.batch_size):
            before_step(step)
            optimizer.zero_grad()
            each = loss(module(x[rows]), y[rows])
            data_loss = (each if weights is None else each * weights[y[rows]]).mean()
            matrices = [p for p in module.parameters() if p.ndim >= 2]
            penalty = training.l1 * sum((w.abs().sum() for w in matrices), torch.zeros(()))
            (data_loss + penalty).backward()
            if training.clip_norm:
                nn.utils.clip_grad_norm_(module.parameters(), training.clip_norm)
            if training.clip_value:
                nn.utils.clip_grad_value_(module.parameters(), training.clip_value)
            optimizer.step()
            losses.append(data_loss.item())
            step += 1
        module.eval()
        with torch.no_grad():
            each = loss(module(x_val), y_val)
            val_losses.append((each if weights is None else each * weights[y_val]).mean().item())
        after_epoch(val_losses[-1])
    return losses, val_losses


def history_of(project: Project, prepared: Prepared) -> History:
    """Return the history of a whole run of the trainer."""
    return fold(train(project, prepared))
