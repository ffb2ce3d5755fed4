"""The exponential as an activation."""

from __future__ import annotations

from torch import Tensor, nn


class Exponential(nn.Module):
    """e to the power of every value."""

    def forward(self, x: Tensor) -> Tensor:
        return x.exp()
