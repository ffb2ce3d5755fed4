"""The losses of an epoch's steps, worked out from its outputs when somebody wants to know."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nnstudio.engine.objective import Objective

BLOCK_ROWS = 4096
"""Rows whose losses are worked out together. Blocks are fixed, so that a loss has the same bits
whenever it is asked for: kernels round the end of a tensor differently from its middle."""


class Losses:
    """Mean loss of every step, from tensors that hold the epoch in its order."""

    def __init__(
        self, objective: Objective, outputs: Tensor, targets: Tensor, weights: Tensor | None, sizes: list[int]
    ) -> None:
        self._objective, self._sizes = objective, sizes
        self._tables = outputs, targets, weights
        self._values = torch.zeros(len(sizes))
        self._known = 0
        self._starts = np.concatenate([[0], np.cumsum(sizes)]).tolist()
        self._blocks = _blocks(sizes)

    def forget(self) -> None:
        """Begin another epoch."""
        self._known = 0

    def read(self, first: int, last: int) -> NDArray[np.float32]:
        """Return the losses of the steps from `first` to before `last`, all of them done."""
        if last > self._known:
            for start, end in self._blocks:
                if start < last and end > self._known:
                    self._work_out(start, end)
            self._known = last
        found: NDArray[np.float32] = self._values[first:last].numpy().copy()
        return found

    @torch.inference_mode()
    def _work_out(self, start: int, end: int) -> None:
        rows = slice(self._starts[start], self._starts[end])
        outputs, targets, weights = self._tables
        each = self._objective.each(outputs[rows], targets[rows])
        if weights is not None:
            each = each * weights[rows]
        torch.mean(each.view(end - start, self._sizes[start]), 1, out=self._values[start:end])


def _blocks(sizes: list[int]) -> list[tuple[int, int]]:
    """Return (first step, end) of runs of equal batches of at most BLOCK_ROWS rows."""
    found, start = [], 0
    for at in range(1, len(sizes) + 1):
        full = at < len(sizes) and (at - start + 1) * sizes[start] > BLOCK_ROWS
        if at == len(sizes) or sizes[at] != sizes[start] or full:
            found.append((start, at))
            start = at
    return found
