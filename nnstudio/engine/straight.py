"""A chain as one straight line of functions: less to do than stage by stage, to the same bits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

Function = Callable[..., Tensor]

_FRESH = (nn.Conv1d, nn.Conv2d, nn.Linear, nn.MaxPool2d)
"""Layers that do not look at their outputs again, which may therefore be overwritten."""


def straightened(functions: Sequence[Function]) -> tuple[Function, ...]:
    """Return functions with the same result, and the same gradients, run one after another.

    ReLU changes places with a max pool behind it, which leaves it a quarter of the values: the largest
    stays the largest, and where all are negative both give zero without slope. It then works in place.
    """
    line = list(functions)
    for at in range(len(line) - 1):
        if _is(line[at], nn.ReLU) and _is(line[at + 1], nn.MaxPool2d):
            line[at], line[at + 1] = line[at + 1], line[at]
    for at in range(1, len(line)):
        if _is(line[at], nn.ReLU) and _is(line[at - 1], *_FRESH):
            line[at] = torch.relu_
    return tuple(line)


def _is(function: Function, *kinds: type[nn.Module]) -> bool:
    return type(getattr(function, "__self__", None)) in kinds
