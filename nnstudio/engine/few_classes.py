"""Softmax and cross-entropy for many rows of few classes, class by class.

PyTorch works row by row, and a row shorter than the processor's vectors is worked out one value at a time:
for ten classes that takes ten times as long.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor

from nnstudio.engine.products import Call

FEW = 32
"""Classes up to which turning the table pays."""
MANY = 64
"""Rows from which it does."""


def pays(z: Tensor) -> bool:
    """Tell whether scores (rows, classes) are better worked out class by class."""
    return z.ndim == 2 and z.device.type == "cpu" and z.shape[0] >= MANY and z.shape[1] <= FEW


def softmax(z: Tensor) -> Tensor:
    """Return the softmax of every row of scores (rows, classes)."""
    return torch.softmax(z.t().contiguous(), 0).t().contiguous() if pays(z) else torch.softmax(z, -1)


def cross_entropies(loss: Any, z: Tensor, targets: Tensor) -> Tensor:
    """Return what a CrossEntropyLoss without reduction says of every row; (rows,)."""
    each: Tensor = loss(z.t()[None], targets[None])[0] if pays(z) else loss(z, targets)
    return each


def softmax_less(z: Tensor, subtracted: Tensor, out: Tensor) -> list[Call]:
    """Return the calls that write softmax(z) - subtracted to `out`; (..., rows, classes)."""
    rows = z.flatten(0, -2)
    if not pays(rows):
        return [partial(torch.softmax, z, -1, out=out), partial(out.sub_, subtracted)]
    turned, done = torch.empty(2, rows.shape[1], rows.shape[0])
    back = done.t().view(z.shape)
    return [
        partial(turned.copy_, rows.t()), partial(torch.softmax, turned, 0, out=done),
        partial(torch.sub, back, subtracted, out=out),
    ]  # fmt: skip
