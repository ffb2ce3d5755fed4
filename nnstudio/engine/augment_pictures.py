"""What varies pictures (N, channels, height, width): moves put together into one sampling, and colours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Generator, Tensor, nn


class Moving:
    """Base of everything that moves pixels: a map from places of the new picture to places of the old."""

    def fit(self, x: Tensor) -> None:
        """Moves do not depend on what the pictures show."""

    def matrices(self, x: Tensor, generator: Generator) -> Tensor:
        """Return one map (N, 3, 3) per picture, in places from -1 to 1 across and down."""
        raise NotImplementedError


def moved(x: Tensor, moves: Sequence[Moving], generator: Generator) -> Tensor:
    """Move the pictures by all moves at once; what comes in from outside repeats the edge."""
    whole = moves[0].matrices(x, generator)
    for move in moves[1:]:
        whole = whole @ move.matrices(x, generator)
    grid = nn.functional.affine_grid(whole[:, :2], list(x.shape), align_corners=False)
    return nn.functional.grid_sample(x, grid, padding_mode="border", align_corners=False)


@dataclass
class Rotate(Moving):
    """Turn by up to so many degrees to either side; the sides of a picture need not be equal."""

    degrees: float

    def matrices(self, x: Tensor, generator: Generator) -> Tensor:
        angle = _around_zero(x, generator) * math.radians(self.degrees)
        ratio = x.shape[2] / x.shape[3]
        maps = _same(x)
        maps[:, 0, 0] = maps[:, 1, 1] = angle.cos()
        maps[:, 0, 1], maps[:, 1, 0] = -angle.sin() * ratio, angle.sin() / ratio
        return maps


@dataclass
class Zoom(Moving):
    """Enlarge or shrink by up to a share."""

    share: float

    def matrices(self, x: Tensor, generator: Generator) -> Tensor:
        maps = _same(x)
        maps[:, 0, 0] = maps[:, 1, 1] = 1 / (1 + self.share * _around_zero(x, generator))
        return maps


@dataclass
class Shift(Moving):
    """Move across and down by up to a share of the side."""

    share: float

    def matrices(self, x: Tensor, generator: Generator) -> Tensor:
        maps = _same(x)
        maps[:, 0, 2] = 2 * self.share * _around_zero(x, generator)
        maps[:, 1, 2] = 2 * self.share * _around_zero(x, generator)
        return maps


@dataclass
class Flip(Moving):
    """Mirror some of the pictures."""

    chance: float
    vertical: bool

    def matrices(self, x: Tensor, generator: Generator) -> Tensor:
        maps = _same(x)
        axis = 1 if self.vertical else 0
        maps[:, axis, axis] = 1.0 - 2.0 * (_share(x, generator) < self.chance).to(x.dtype)
        return maps


@dataclass
class Crop(Moving):
    """Enlarge a part that keeps at least a share of the side."""

    keep: float

    def matrices(self, x: Tensor, generator: Generator) -> Tensor:
        maps = _same(x)
        side = self.keep + (1 - self.keep) * _share(x, generator)
        maps[:, 0, 0] = maps[:, 1, 1] = side
        maps[:, 0, 2] = (1 - side) * _around_zero(x, generator)
        maps[:, 1, 2] = (1 - side) * _around_zero(x, generator)
        return maps


@dataclass
class Colouring:
    """Base of what changes colours; knows the darkest and lightest value of the training pictures."""

    low: float = field(init=False, default=0.0)
    high: float = field(init=False, default=1.0)

    def fit(self, x: Tensor) -> None:
        """Take the range of the training pictures."""
        self.low, self.high = float(x.amin()), float(x.amax())

    def __call__(self, x: Tensor, generator: Generator) -> Tensor:
        """Return the pictures changed, within the range."""
        return self.change(x, generator).clamp(self.low, self.high)

    def change(self, x: Tensor, generator: Generator) -> Tensor:
        """Return the pictures changed."""
        raise NotImplementedError


@dataclass
class Brightness(Colouring):
    """Add the same to all pixels of a picture."""

    share: float

    def change(self, x: Tensor, generator: Generator) -> Tensor:
        return x + self.share * (self.high - self.low) * _around_zero(x, generator)[:, None, None, None]


@dataclass
class Contrast(Colouring):
    """Stretch around the mean of each picture."""

    share: float

    def change(self, x: Tensor, generator: Generator) -> Tensor:
        mean = x.mean(dim=(1, 2, 3), keepdim=True)
        return mean + (x - mean) * (1 + self.share * _around_zero(x, generator)[:, None, None, None])


@dataclass
class PixelNoise(Colouring):
    """Add normal noise to every pixel."""

    share: float

    def change(self, x: Tensor, generator: Generator) -> Tensor:
        noise = torch.randn(x.shape, generator=generator, device=x.device, dtype=x.dtype)
        return x + self.share * (self.high - self.low) * noise


@dataclass
class Erase(Colouring):
    """Cover a square of some pictures with the middle of the range; it lies in the picture as a whole."""

    share: float
    chance: float

    def change(self, x: Tensor, generator: Generator) -> Tensor:
        height, width = x.shape[2:]
        inside = (_share(x, generator) < self.chance)[:, None, None]
        for size, dim in ((height, 1), (width, 2)):
            long = max(1, round(self.share * size))
            start = (_share(x, generator) * (size - long + 1)).floor()[:, None]
            at = torch.arange(size, device=x.device)[None]
            inside = inside & ((at >= start) & (at < start + long)).unsqueeze(3 - dim)
        return torch.where(inside[:, None], x.new_tensor((self.low + self.high) / 2), x)


def _share(x: Tensor, generator: Generator) -> Tensor:
    return torch.rand(len(x), generator=generator, device=x.device, dtype=x.dtype)


def _around_zero(x: Tensor, generator: Generator) -> Tensor:
    return 2 * _share(x, generator) - 1


def _same(x: Tensor) -> Tensor:
    return torch.eye(3, device=x.device, dtype=x.dtype).repeat(len(x), 1, 1)
