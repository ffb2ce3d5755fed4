"""What varies rows of a table (N, features), series (N, steps, features) and texts (N, tokens)."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Generator, Tensor

from nnstudio.engine.modules.masking import PADDING


@dataclass
class Spread:
    """Base of noise that knows the spread of each feature in the training rows."""

    share: float
    deviation: Tensor = field(init=False)

    def fit(self, x: Tensor) -> None:
        """Take the standard deviation of every feature, the last axis."""
        self.deviation = x.std(dim=tuple(range(x.ndim - 1)), correction=0)

    def __call__(self, x: Tensor, generator: Generator) -> Tensor:
        """Add normal noise in the measure of each feature."""
        noise = torch.randn(x.shape, generator=generator, device=x.device, dtype=x.dtype)
        return x + self.share * self.deviation * noise


class FeatureNoise(Spread):
    """Noise on the inputs of a table."""


class Jitter(Spread):
    """Noise on every step of a series."""


@dataclass
class Mixup:
    """Blend rows with others of the batch; each keeps the larger part of itself."""

    alpha: float

    def fit(self, x: Tensor) -> None:
        """Blending needs no scale."""

    def __call__(self, x: Tensor, targets: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
        """Return inputs and answers (N, units) blended in the same measure, one measure per row."""
        own = _beta(self.alpha, len(x), x, generator)
        own = torch.maximum(own, 1 - own)[:, None]
        other = torch.randperm(len(x), generator=generator, device=x.device)
        return own * x + (1 - own) * x[other], own * targets + (1 - own) * targets[other]


@dataclass
class Scaling:
    """Multiply each feature of a series by a factor near 1."""

    share: float

    def fit(self, x: Tensor) -> None:
        """The factor needs no scale."""

    def __call__(self, x: Tensor, generator: Generator) -> Tensor:
        """Return the series scaled, one factor per feature."""
        size = (len(x), 1, x.shape[2])
        return x * (1 + self.share * torch.randn(size, generator=generator, device=x.device, dtype=x.dtype))


@dataclass
class WindowShift:
    """Move along the steps; the first or last step fills what becomes free."""

    steps: int

    def fit(self, x: Tensor) -> None:
        """The move needs no scale."""

    def __call__(self, x: Tensor, generator: Generator) -> Tensor:
        """Return the series moved, each by its own whole number of steps."""
        size = (len(x), 1)
        move = torch.randint(-self.steps, self.steps + 1, size, generator=generator, device=x.device)
        at = (torch.arange(x.shape[1], device=x.device)[None] + move).clamp(0, x.shape[1] - 1)
        return torch.gather(x, 1, at[:, :, None].expand(-1, -1, x.shape[2]))


@dataclass
class Reordering:
    """Base of what moves, drops or adds tokens: each gets a place, and they are sorted by it."""

    share: float

    def fit(self, x: Tensor) -> None:
        """Places need no scale."""

    def chosen(self, x: Tensor, generator: Generator) -> Tensor:
        """Return which tokens (N, length) something is done to; padding never is."""
        drawn = torch.rand(x.shape, generator=generator, device=x.device)
        return (drawn < self.share) & (x != PADDING)


class SwapTokens(Reordering):
    """Let tokens change places with the next one."""

    def __call__(self, x: Tensor, generator: Generator) -> Tensor:
        """Return the tokens; each chosen one stands behind its neighbour."""
        chosen = self.chosen(x, generator)
        # The last word has no neighbour: behind it there is only padding.
        chosen = chosen & (x.roll(-1, 1) != PADDING)
        chosen[:, -1] = False
        return _sorted(x, _places(x) + 1.5 * chosen)


class DeleteTokens(Reordering):
    """Leave tokens out."""

    def __call__(self, x: Tensor, generator: Generator) -> Tensor:
        """Return the tokens that stay, moved together; the first stays where all would go."""
        chosen = self.chosen(x, generator)
        none_left = (chosen | (x == PADDING)).all(1)
        chosen[none_left, 0] = False
        return _sorted(torch.where(chosen, PADDING, x), _places(x) + x.shape[1] * chosen)


class InsertTokens(Reordering):
    """Repeat tokens at random places of their text."""

    def __call__(self, x: Tensor, generator: Generator) -> Tensor:
        """Return the tokens with the repeated ones among them, cut off to the same length."""
        chosen = self.chosen(x, generator)
        long = (x != PADDING).sum(1, keepdim=True)
        place = torch.rand(x.shape, generator=generator, device=x.device) * long
        last = torch.full_like(place, 2.0 * x.shape[1])
        places = torch.cat([_places(x), torch.where(chosen, place, last)], 1)
        more = torch.cat([x, torch.where(chosen, x, PADDING)], 1)
        return _sorted(more, places)[:, : x.shape[1]]


@dataclass
class ReplaceTokens:
    """Put a token of the same meaning in place of others."""

    share: float
    groups: tuple[tuple[int, ...], ...]
    """Ids that can stand for each other."""
    joined: tuple[int, ...]
    """Ids that go on with the word before, which is then no whole word."""

    def fit(self, x: Tensor) -> None:
        """Make the tables: the synonyms of every id (ids, most), how many, and which go on with a word."""
        tokens = 1 + max(int(x.max()), *self.joined, *(id for group in self.groups for id in group))
        most = max(len(group) for group in self.groups) - 1
        self._others = torch.zeros(tokens, most, dtype=torch.int64, device=x.device)
        self._counts = torch.zeros(tokens, dtype=torch.int64, device=x.device)
        self._joined = torch.zeros(tokens, dtype=torch.bool, device=x.device)
        self._joined[list(self.joined)] = True
        for group in self.groups:
            for id in group:
                self._others[id, : len(group) - 1] = torch.tensor([other for other in group if other != id])
                self._counts[id] = len(group) - 1

    def __call__(self, x: Tensor, generator: Generator) -> Tensor:
        """Return the tokens (N, length), each chosen one replaced by one of its synonyms."""
        ids = x.long()
        drawn, which = torch.rand((2, *x.shape), generator=generator, device=x.device)
        behind = ids.roll(-1, 1)
        behind[:, -1] = PADDING
        counts = self._counts[ids]
        chosen = (drawn < self.share) & (counts > 0) & ~self._joined[behind]
        other = self._others[ids, (which * counts).long()]
        return torch.where(chosen, other, ids).to(x.dtype)


def _places(x: Tensor) -> Tensor:
    """Return the place of every token; those of padding come after all words."""
    at = torch.arange(x.shape[1], device=x.device, dtype=torch.float32).expand(x.shape)
    return at + x.shape[1] * (x == PADDING)


def _sorted(x: Tensor, places: Tensor) -> Tensor:
    return torch.gather(x, 1, places.argsort(dim=1, stable=True))


def _beta(alpha: float, count: int, like: Tensor, generator: Generator) -> Tensor:
    """Draw from Beta(alpha, alpha)."""
    both = torch.full((count, 2), alpha, device=like.device)
    # torch.distributions draws in the same way, but only from the global generator.
    return torch._sample_dirichlet(both, generator)[:, 0].to(like.dtype)
