"""One training step; faster ways to do the same arithmetic can take its place."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nnstudio.engine.average import Average
from nnstudio.engine.batches import Batch, Batches
from nnstudio.engine.build import Graph
from nnstudio.engine.objective import Objective
from nnstudio.engine.precision import Context
from nnstudio.engine.update import Update

NORM_EVERY = 10
"""The gradient's length is taken at every so many steps of an epoch: often enough, nearly free."""


class Step(Protocol):
    """What the training loop needs: run a batch, leave its loss and outputs behind, never wait for it."""

    outputs: Tensor
    """(rows, units), in the order of the epoch, as the loss took them."""
    norms: Tensor
    """Sampled lengths of the gradient, before clipping."""
    gradient: Tensor
    """Flat gradient of the loss at the last step of the epoch, before penalties and clipping."""

    def __call__(self, index: int, rate: float) -> None:
        """Train on batch `index` of the epoch."""

    def ready(self) -> AbstractContextManager[object]:
        """Return what steps are to be done in, some together: entering it takes time too."""

    def once(self, index: int, rate: float) -> None:
        """Do what a call does, within `ready`."""

    def losses(self, first: int, last: int) -> NDArray[np.float32]:
        """Return the losses of the steps from `first` to before `last` of the epoch; waits for them."""


class GeneralStep:
    """The step for any network: autograd forward and backward on flat parameters.

    The weights change after every `accumulate` batches, by the gradient of the mean loss of all their
    rows, as one batch of that size would; what is left at the end of an epoch is a smaller one.
    """

    def __init__(
        self, graph: Graph, objective: Objective, batches: Batches, update: Update, units: int,
        accumulate: int = 1, average: Average | None = None, precision: Context | None = None,
    ) -> None:  # fmt: skip
        self._graph, self._objective, self._batches, self._update = graph, objective, batches, update
        self._average, self._precision, self._accumulate = average, precision, accumulate
        self._gradient = update.flat.gradient
        self.gradient = torch.zeros_like(self._gradient)
        device = self._gradient.device
        steps = len(batches)
        self._shares = shares(batches.sizes, accumulate)
        self._losses = torch.zeros(steps, device=device)
        self.outputs = torch.zeros(sum(batches.sizes), units, device=device)
        self.norms = torch.zeros(-(-steps // (accumulate * NORM_EVERY)), device=device)
        # Indexing a tensor costs more than the copy into it: all views are made once.
        self._loss_slots = self._losses.unbind()
        self._output_slots = self.outputs.split(batches.sizes)
        self._norm_slots = self.norms.unbind()

    def losses(self, first: int, last: int) -> NDArray[np.float32]:
        """Return the losses of the steps from `first` to before `last` of the epoch."""
        return self._losses[first:last].cpu().numpy().copy()

    def __call__(self, index: int, rate: float) -> None:
        """Train on batch `index` of the epoch."""
        self.once(index, rate)

    def ready(self) -> AbstractContextManager[object]:
        """Return what steps are to be done in: nothing."""
        return nullcontext()

    def once(self, index: int, rate: float) -> None:
        """Do what a call does."""
        batch = self._batches[index]
        done, place = divmod(index, self._accumulate)
        if not place:
            self._gradient.zero_()
        loss, answers = self._learn(batch, self._shares[index])
        self._loss_slots[index].copy_(loss)
        self._output_slots[index].copy_(answers)
        last = index == len(self._loss_slots) - 1
        if last:
            self.gradient.copy_(self._gradient)
        if last or place == self._accumulate - 1:
            self._update(rate, self._norm_slots[done // NORM_EVERY] if done % NORM_EVERY == 0 else None)
            if self._average is not None:
                self._average.follow()

    def _learn(self, batch: Batch, share: float) -> tuple[Tensor, Tensor]:
        """Add a share of the gradient of a batch to the others; return its loss and its answers."""
        x, targets, weights = batch
        outputs = self._forward(x)
        loss = self._objective(outputs, targets, weights)
        torch.autograd.backward(loss if share == 1 else loss * share)
        return loss.detach(), self._objective.answers(outputs.detach())

    def _forward(self, x: Tensor) -> Tensor:
        if self._precision is None:
            return self._objective.outputs(self._graph, x)
        with self._precision():
            outputs = self._objective.outputs(self._graph, x)
        return outputs.float()


def shares(sizes: Sequence[int], accumulate: int) -> list[float]:
    """Return the share of each batch in the rows of its update."""
    found: list[float] = []
    for at in range(0, len(sizes), accumulate):
        together = sizes[at : at + accumulate]
        found += [rows / sum(together) for rows in together]
    return found
