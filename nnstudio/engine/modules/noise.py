"""Random disturbances that act in training only and draw from a generator of their own.

torch.nn.Dropout draws from the global generator, which other threads may use while a run is paused:
the curve would then depend on what else happens in the program.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Noise(nn.Module):
    """Base of random modules; without a generator they draw from torch's global one."""

    generator: torch.Generator | None = None


class Dropout(Noise):
    """Sets a share `p` of the values to zero and scales the rest by 1 / (1 - p); nothing in eval mode."""

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        return dropped(x, self.p, self.generator)

    def extra_repr(self) -> str:
        return f"p={self.p}"


def dropped(x: Tensor, p: float, generator: torch.Generator | None) -> Tensor:
    """Return the values with a share `p` of them zero and the rest scaled by 1 / (1 - p)."""
    kept = torch.empty_like(x).bernoulli_(1 - p, generator=generator)
    return x * kept.div_(1 - p)


class SpatialDropout(Dropout):
    """Dropout of whole channels: all values along `axis` (the batch axis counts) live or fall together."""

    def __init__(self, p: float, axis: int) -> None:
        super().__init__(p)
        self.axis = axis

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        sizes = [n if axis in (0, self.axis) else 1 for axis, n in enumerate(x.shape)]
        kept = x.new_empty(sizes).bernoulli_(1 - self.p, generator=self.generator)
        return x * kept.div_(1 - self.p)

    def extra_repr(self) -> str:
        return f"p={self.p}, axis={self.axis}"


class GaussianNoise(Noise):
    """Adds normal noise of a fixed spread to every value; nothing in eval mode."""

    def __init__(self, std: float) -> None:
        super().__init__()
        self.std = std

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.std == 0:
            return x
        return x + torch.empty_like(x).normal_(0, self.std, generator=self.generator)

    def extra_repr(self) -> str:
        return f"std={self.std}"


def draw_from(module: nn.Module, generator: torch.Generator) -> None:
    """Let every random module below draw from this generator."""
    for part in module.modules():
        if isinstance(part, Noise):
            part.generator = generator
