"""Rows that stay where they lie, in a mapped file or in memory beside a GPU: batches are read ahead."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nnstudio.data.memory import available_memory
from nnstudio.engine.ahead import DEPTH, Ahead
from nnstudio.engine.batches import Batch, Batches

SHARE = 0.5
"""Of a device's free memory that rows may take: the rest is for the network and for other programs."""

TOGETHER_BYTES = 1 << 20
"""Small batches are read some at a time: handing over a single one takes longer than a small step."""

ENOUGH = 256 << 20
"""Bytes of rows that tell the range and the spread of all."""


def stays(x: NDArray[Any], device: torch.device) -> bool:
    """Tell whether rows are left where they lie: they are too many for the device, or the processor
    reads them from a file as well as from memory."""
    if device.type == "cpu" and isinstance(x, np.memmap):
        return True
    free = free_bytes(device)
    return free is not None and x.nbytes > SHARE * free


def free_bytes(device: torch.device) -> int | None:
    """Return the free memory of a device; None where nobody tells."""
    if device.type == "cuda":
        # What torch keeps for itself and has not given out is free too.
        kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(torch.cuda.mem_get_info(device)[0]) + kept
    if device.type == "mps":
        return int(torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory())
    return available_memory()


def shared(x: NDArray[Any]) -> Tensor:
    """Return a tensor on the memory of an array, which is never to be changed."""
    with warnings.catch_warnings():
        # It cannot be written to, and nobody does.
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")
        return torch.from_numpy(x)


def on(device: torch.device, x: NDArray[Any]) -> Tensor:
    """Return a copy of an array on a device."""
    return torch.tensor(x) if device.type == "cpu" else shared(x).to(device)


def some_of(rows: Tensor, device: torch.device) -> Tensor:
    """Return all rows where they are on the device, else as many of them, spread over all, as it has room
    for beside a network."""
    if rows.device.type == device.type:
        return rows
    return rows[:: max(1, -(-rows.nbytes // ENOUGH))].to(device)


class StreamedBatches(Batches):
    """Batches gathered one by one by a thread that is a little ahead, and sent to the device.

    The same batches in the same order as of rows on the device. Inputs, answers and weights lie on
    the processor's side.
    """

    note = "; rows are read as they are needed, for want of memory"

    def __init__(
        self, x: Tensor, targets: Tensor, weights: Tensor | None, size: int, generator: torch.Generator,
        device: torch.device, pairs: bool = False, augment: Callable[[Batch], Batch] | None = None,
        shuffled: bool = True,
    ) -> None:  # fmt: skip
        self._pinned, self._device = device.type == "cuda", device
        super().__init__(x, targets, weights, size, generator, pairs, augment, shuffled)
        together = max(1, TOGETHER_BYTES // max(1, x[: max(self.sizes)].nbytes))
        self._together = min(together, len(self.sizes))
        rooms = 0 if self._pinned else self._together * (DEPTH + 1)
        self._rooms = [self._room(max(self.sizes)) for _ in range(rooms)]
        self._ahead = Ahead(self._gather, -(-len(self.sizes) // self._together))
        self._held: tuple[int, list[Batch]] = -1, []

    def _lay_out(self) -> None:
        """Gather nothing beforehand."""

    def shuffle(self) -> None:
        """Draw the order of the next epoch, once nobody reads in the order before it."""
        self.close()
        super().shuffle()

    def close(self) -> None:
        """End the reading ahead."""
        self._ahead.close()
        self._held = -1, []

    def inputs(self, index: int) -> Tensor:
        """Return the inputs of one batch as they are; valid until the next call."""
        return self._plain(index)[0]

    def gather(self, index: int, out: Tensor) -> None:
        """Write the inputs of one batch as they are to `out`."""
        out.copy_(self._plain(index)[0])

    def first(self) -> Batch:
        """Return a batch to try a step on: the first rows in their own order, varied if that is wished."""
        batch = self._sent(self._picked(torch.arange(self.sizes[0]), self._room(self.sizes[0])))
        return batch if self._augment is None else self._augment(batch)

    def __iter__(self) -> Iterator[Batch]:
        try:
            for index in range(len(self)):
                yield self._plain(index)
        finally:
            self.close()

    def _plain(self, index: int) -> Batch:
        some, place = divmod(index, self._together)
        if some != self._held[0]:
            self._held = some, self._ahead.take(some)
        return self._sent(self._held[1][place])

    def _gather(self, some: int) -> list[Batch]:
        first = some * self._together
        # A room is filled again when the batches in it have been given back by taking the next ones.
        # Pinned memory is torch's to watch: it is used again when its copy has arrived.
        rooms = self._rooms
        return [
            self._picked(self._parts[i], rooms[i % len(rooms)] if rooms else self._room(self.sizes[i]))
            for i in range(first, min(first + self._together, len(self.sizes)))
        ]

    def _picked(self, rows: Tensor, room: Batch) -> Batch:
        x, targets, weights = room
        torch.index_select(self.x, 0, rows, out=x[: len(rows)])
        torch.index_select(self.targets, 0, rows, out=targets[: len(rows)])
        if weights is not None and self.weights is not None:
            torch.index_select(self.weights, 0, rows, out=weights[: len(rows)])
            weights = weights[: len(rows)]
        return x[: len(rows)], targets[: len(rows)], weights

    def _room(self, rows: int) -> Batch:
        x, targets, weights = (
            None if table is None
            else torch.empty((rows, *table.shape[1:]), dtype=table.dtype, pin_memory=self._pinned)
            for table in (self.x, self.targets, self.weights)
        )  # fmt: skip
        assert x is not None
        assert targets is not None
        return x, targets, weights

    def _sent(self, batch: Batch) -> Batch:
        x, targets, weights = (
            None if tensor is None else tensor.to(self._device, non_blocking=self._pinned) for tensor in batch
        )
        assert x is not None
        assert targets is not None
        return x, targets, weights
