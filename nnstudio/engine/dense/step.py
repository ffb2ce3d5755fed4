"""The training step of a dense chain."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import accumulate as running_sums

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nnstudio.engine.average import Average
from nnstudio.engine.batches import Batches
from nnstudio.engine.dense.heads import head_of, shares_of
from nnstudio.engine.dense.losses import Losses
from nnstudio.engine.dense.program import Program
from nnstudio.engine.objective import Objective
from nnstudio.engine.products import Call
from nnstudio.engine.step import NORM_EVERY, shares
from nnstudio.engine.update import Update

KEPT = 10_000
"""Batches whose calls are kept; where an epoch has more of them, they are prepared anew each time."""


class DenseStep:
    """The step for a chain of dense layers: fixed buffers, no autograd, losses only when asked for."""

    def __init__(
        self, modules: Sequence[nn.Module], objective: Objective, batches: Batches, update: Update,
        units: int, accumulate: int = 1, average: Average | None = None,
    ) -> None:  # fmt: skip
        self._batches, self._average = batches, average
        self._accumulate, self._steps = accumulate, len(batches)
        # Without its decorator: a step records no gradients anyway.
        self._apply = partial(inspect.unwrap(type(update).__call__), update)
        self._gradient = update.flat.gradient
        self.gradient = torch.zeros_like(self._gradient)
        self.norms = torch.zeros(-(-self._steps // (accumulate * NORM_EVERY)))
        self._norm_slots = self.norms.unbind()
        rows, sizes = sum(batches.sizes), batches.sizes
        self.outputs = torch.zeros(rows, units)
        self._targets = torch.zeros_like(batches.targets)
        self._weights = None if batches.weights is None else torch.zeros_like(batches.weights)
        self._losses = Losses(objective, self.outputs, self._targets, self._weights, sizes)
        self._head, self._loss = head_of(objective), objective.module
        self._shares = shares_of(objective, batches.targets, units)
        self._aims = self._targets if self._shares is None else torch.zeros(rows, units)
        width = batches.x[0].numel()
        self._programs = {size: Program(modules, update.flat, size, width) for size in sorted(set(sizes))}
        self._rooms = {size: torch.empty((size, *batches.x.shape[1:])) for size in sorted(set(sizes))}
        factor = self._head.factor / (units if self._head.mean_of_units else 1)
        self._even = torch.tensor(
            [
                factor * share / n
                for n, share in zip(sizes, shares(sizes, accumulate), strict=True)
                for _ in range(n)
            ]
        )[:, None]
        self._scale = self._even.clone()
        self._starts = [0, *running_sums(sizes)]
        self._kept: dict[int, list[Call]] = {}

    def losses(self, first: int, last: int) -> NDArray[np.float32]:
        """Return the losses of the steps from `first` to before `last` of the epoch."""
        return self._losses.read(first, last)

    def __call__(self, index: int, rate: float) -> None:
        """Train on batch `index` of the epoch."""
        with self.ready():
            self.once(index, rate)

    @contextmanager
    def ready(self) -> Iterator[None]:
        """Record no gradients; numbers that run away are for the loop to judge, not to be warned of."""
        with torch.inference_mode(), np.errstate(all="ignore"):
            yield

    def once(self, index: int, rate: float) -> None:
        """Do what a call does, within `ready`."""
        if not index:
            self._begin()
        for call in self._calls(index):
            call()
        done, place = divmod(index, self._accumulate)
        last = index == self._steps - 1
        if last:
            self.gradient.copy_(self._gradient)
        if last or place == self._accumulate - 1:
            self._apply(rate, self._norm_slots[done // NORM_EVERY] if done % NORM_EVERY == 0 else None)
            if self._average is not None:
                self._average.follow()

    def _calls(self, index: int) -> list[Call]:
        calls = self._kept.get(index)
        if calls is None:
            calls = self._prepared(index)
            if len(self._kept) < KEPT:
                self._kept[index] = calls
        return calls

    def _prepared(self, index: int) -> list[Call]:
        """Return everything that a step does before the update, as calls on the tensors of its rows."""
        rows = slice(self._starts[index], self._starts[index + 1])
        size = rows.stop - rows.start
        program, x, fetch = self._programs[size], self._batches.place(index), list[Call]()
        if x is None:
            x = self._rooms[size]
            fetch = [partial(self._batches.gather, index, x)]
        outputs, add = self.outputs[rows], index % self._accumulate > 0
        forward, backward = program.bind(x.flatten(1), outputs, add)
        slope = self._head.slope(self._loss, outputs, self._aims[rows], program.gradient)
        scale = partial(program.gradient.mul_, self._scale[rows])
        return [*fetch, *forward, *slope, scale, *backward]

    def _begin(self) -> None:
        """Lay targets and weights out in the order of this epoch."""
        order, batches = self._batches.order, self._batches
        self._losses.forget()
        torch.index_select(batches.targets, 0, order, out=self._targets)
        if self._shares is not None:
            torch.index_select(self._shares, 0, self._targets, out=self._aims)
        if batches.weights is not None and self._weights is not None:
            torch.index_select(batches.weights, 0, order, out=self._weights)
            torch.mul(self._even, self._weights[:, None], out=self._scale)
