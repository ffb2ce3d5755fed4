"""The training rows on the device, shuffled and cut into batches."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Batch = tuple[Tensor, Tensor, Tensor | None]
"""Inputs, targets and example weights."""

GATHER_BYTES = {"cpu": 8 << 20, "cuda": 1 << 30, "mps": 256 << 20}
"""Up to this size the epoch is gathered in its new order at once (8 MiB stay near a core's cache)."""


class Batches:
    """The rows of a split in an order that changes every epoch, unless they are not to be `shuffled`.

    The last, smaller batch is kept. Where `pairs` are needed (batch norm has no spread of a single
    example) a last batch of one joins the batch before it.
    """

    note = ""
    """What to tell of them beside the device."""

    def __init__(
        self,
        x: Tensor,
        targets: Tensor,
        weights: Tensor | None,
        size: int,
        generator: torch.Generator,
        pairs: bool = False,
        augment: Callable[[Batch], Batch] | None = None,
        shuffled: bool = True,
    ) -> None:
        self._augment, self._shuffled = augment, shuffled
        self.x, self.targets, self.weights = x, targets, weights
        self._generator = generator
        self.sizes = batch_sizes(len(x), size, pairs)
        self.order = torch.arange(len(x), device=x.device)
        self._parts = self.order.split(self.sizes)
        self._gathered: list[Batch] = []
        self._buffers: dict[int, Tensor] = {}
        self._lay_out()

    def _lay_out(self) -> None:
        """Make room for the epoch in its order, or for a batch where that is large."""
        x, targets, weights = self.x, self.targets, self.weights
        if x.nbytes <= GATHER_BYTES.get(x.device.type, 0):
            self._whole = [torch.empty_like(t) for t in (x, targets, weights) if t is not None]
            x_parts, y_parts, *w_parts = [whole.split(self.sizes) for whole in self._whole]
            for i in range(len(self.sizes)):
                self._gathered.append((x_parts[i], y_parts[i], w_parts[0][i] if w_parts else None))
        else:
            # Memory that is used again at every step stays mapped and, if it is small, in the cache.
            self._buffers = {rows: x.new_empty((rows, *x.shape[1:])) for rows in set(self.sizes)}

    def __len__(self) -> int:
        return len(self.sizes)

    def shuffle(self) -> None:
        """Draw the order of the next epoch; unshuffled rows stay in theirs."""
        if self._shuffled:
            self.order.copy_(torch.randperm(len(self.x), generator=self._generator))
        if self._gathered:
            tables = [t for t in (self.x, self.targets, self.weights) if t is not None]
            for table, whole in zip(tables, self._whole, strict=True):
                torch.index_select(table, 0, self.order, out=whole)

    def close(self) -> None:
        """End what goes on beside; rows on the device need nothing."""

    def __getitem__(self, index: int) -> Batch:
        """Return (x, targets, example weights) of one batch, varied where that is wished."""
        batch = self._plain(index)
        return batch if self._augment is None else self._augment(batch)

    def first(self) -> Batch:
        """Return a batch to try a step on: the first rows in their own order, varied if that is wished."""
        rows = self.sizes[0]
        batch = self.x[:rows], self.targets[:rows], None if self.weights is None else self.weights[:rows]
        return batch if self._augment is None else self._augment(batch)

    def _plain(self, index: int) -> Batch:
        if self._gathered:
            return self._gathered[index]
        rows = self._parts[index]
        weights = None if self.weights is None else self.weights[rows]
        return self.inputs(index), self.targets[rows], weights

    @property
    def varied(self) -> bool:
        """Tell whether the examples change every time they are shown."""
        return self._augment is not None

    def inputs(self, index: int) -> Tensor:
        """Return the inputs of one batch as they are; valid until the next call."""
        if self._gathered:
            return self._gathered[index][0]
        buffer = self._buffers[self.sizes[index]]
        self.gather(index, buffer)
        return buffer

    def place(self, index: int) -> Tensor | None:
        """Return where the inputs of a batch lie in every epoch; None where they must be gathered."""
        return self._gathered[index][0] if self._gathered else None

    def gather(self, index: int, out: Tensor) -> None:
        """Write the inputs of one batch as they are to `out`."""
        torch.index_select(self.x, 0, self._parts[index], out=out)


def batch_sizes(rows: int, size: int, pairs: bool = False) -> list[int]:
    """Return the number of rows in each batch of an epoch."""
    full, left = divmod(rows, size)
    sizes = [size] * full + ([left] if left else [])
    if pairs and left == 1 and full:
        sizes[-2:] = [size + 1]
    return sizes
