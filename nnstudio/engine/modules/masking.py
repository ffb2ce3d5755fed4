"""Which steps of a padded sequence are real, and how modules that look across steps are told.

A text shorter than its row is filled up with id 0 at the end. The graph works out once, from the ids,
which steps are real, hands that to every module derived from `Masked`, and asks it what is real behind
it. All other modules act on each step alone, need no mask and hand it on. So padding never changes
the result of a real step, however much of it there is.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

PADDING = 0
"""The token id that stands for nothing."""


class Masked(nn.Module):
    """Base of modules whose `forward(x, mask=None)` looks across steps; mask (N, steps), True where real."""

    def mask_after(self, mask: Tensor) -> Tensor | None:
        """Return which steps of the output are real; None when it has no steps that pair with them."""
        return mask


def real_steps(ids: Tensor) -> Tensor:
    """Return which steps of token ids are real; (N, steps) -> bool (N, steps).

    The first step always counts, so that an empty text has something to look at.
    """
    return first_counts(ids != PADDING)


def first_counts(mask: Tensor) -> Tensor:
    """Return the mask with its first step real."""
    return torch.cat([torch.ones_like(mask[:, :1]), mask[:, 1:]], 1)


def blanked(x: Tensor, mask: Tensor | None) -> Tensor:
    """Return a sequence (N, steps, features) whose steps that are not real are zero."""
    return x if mask is None else x * mask[:, :, None].to(x.dtype)
