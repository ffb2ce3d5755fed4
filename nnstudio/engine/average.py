"""A moving average of the weights, smoother than the weights of any single step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor


class Average:
    """Follows a tensor of weights: average = decay * average + (1 - decay) * weights.

    It begins as a copy of the weights after the first step, the same as torch's AveragedModel with
    `get_ema_multi_avg_fn(decay)`. With a decay of 0 it does nothing.
    """

    def __init__(self, weights: Tensor, decay: float) -> None:
        self._weights, self._decay = weights, decay
        self.values: Tensor | None = None
        """None until the first step."""

    @torch.no_grad()
    def follow(self) -> None:
        """Take the weights of another step in."""
        if not self._decay:
            return
        if self.values is None:
            # It outlives inference mode, in which a step may run.
            with torch.inference_mode(False):
                self.values = self._weights.clone()
        else:
            self.values.lerp_(self._weights, 1 - self._decay)

    def restore(self, values: Tensor | None) -> None:
        """Go on from an average that was kept; raises RuntimeError when it has another size."""
        if self._decay and values is not None:
            self.values = torch.empty_like(self._weights).copy_(values)

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Put the average in the place of the weights for a while."""
        if self.values is None:
            yield
            return
        with torch.no_grad():
            held = self._weights.clone()
            self._weights.copy_(self.values)
        try:
            yield
        finally:
            with torch.no_grad():
                self._weights.copy_(held)
