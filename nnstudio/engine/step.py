"""One training step; faster ways to do the same arithmetic can take its place."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from nnstudio.engine.batches import Batches
from nnstudio.engine.build import Graph
from nnstudio.engine.objective import Objective
from nnstudio.engine.update import Update

NORM_EVERY = 10
"""The gradient's length is taken at every so many steps of an epoch: often enough, nearly free."""


class Step(Protocol):
    """What the training loop needs: run a batch, leave its loss and outputs behind, never wait for it."""

    losses: Tensor
    """(steps of an epoch,)"""
    outputs: Tensor
    """(rows, units), in the order of the epoch, as the loss took them."""
    norms: Tensor
    """Sampled lengths of the gradient, before clipping."""
    gradient: Tensor
    """Flat gradient of the loss at the last step of the epoch, before penalties and clipping."""

    def __call__(self, index: int, rate: float) -> None:
        """Train on batch `index` of the epoch."""


class GeneralStep:
    """The step for any network: autograd forward and backward on flat parameters."""

    def __init__(
        self, graph: Graph, objective: Objective, batches: Batches, update: Update, units: int
    ) -> None:
        self._graph, self._objective, self._batches, self._update = graph, objective, batches, update
        self._gradient = update.flat.gradient
        self.gradient = torch.zeros_like(self._gradient)
        device = self._gradient.device
        steps = len(batches)
        self.losses = torch.zeros(steps, device=device)
        self.outputs = torch.zeros(sum(batches.sizes), units, device=device)
        self.norms = torch.zeros(-(-steps // NORM_EVERY), device=device)
        # Indexing a tensor costs more than the copy into it: all views are made once.
        self._loss_slots = self.losses.unbind()
        self._output_slots = self.outputs.split(batches.sizes)
        self._norm_slots = self.norms.unbind()

    def __call__(self, index: int, rate: float) -> None:
        x, targets, weights = self._batches[index]
        self._gradient.zero_()
        outputs = self._objective.outputs(self._graph, x)
        loss = self._objective(outputs, targets, weights)
        torch.autograd.backward(loss)
        self._loss_slots[index].copy_(loss.detach())
        self._output_slots[index].copy_(outputs.detach())
        if index == len(self._loss_slots) - 1:
            self.gradient.copy_(self._gradient)
        sampled = index % NORM_EVERY == 0
        self._update(rate, self._norm_slots[index // NORM_EVERY] if sampled else None)
