"""Losses on probabilities, for outputs that have already passed their activation."""

from __future__ import annotations

from torch import Tensor, nn

EPSILON = 1e-7
"""Probabilities are kept this far from 0 and 1, as in Keras: log(0) would be infinite."""


class CrossEntropyOfProbabilities(nn.Module):
    """-sum(t log p) per example, with the outputs divided by their sum first; (N, K) -> (N,).

    Outputs that are all zero stay zero: a bad prediction, not a NaN.
    """

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        total = outputs.sum(-1, keepdim=True)
        shares = outputs / total.where(total != 0, EPSILON)
        return -(targets * shares.clamp(EPSILON, 1 - EPSILON).log()).sum(-1)


class BinaryCrossEntropyOfProbabilities(nn.Module):
    """-(t log p + (1-t) log(1-p)) per example, the mean over its units; (N, units) -> (N,)."""

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        p = outputs.clamp(EPSILON, 1 - EPSILON)
        return -(targets * p.log() + (1 - targets) * (1 - p).log()).mean(-1)
