"""Independent random streams from one seed, so that nothing draws from torch's global generator."""

from __future__ import annotations

from typing import Literal

import torch

Purpose = Literal["weights", "order", "noise", "augment"]

_OFFSETS: dict[Purpose, int] = {"weights": 0, "order": 1_000_003, "noise": 2_000_003, "augment": 3_000_003}


def stream(seed: int, purpose: Purpose, device: torch.device | str = "cpu") -> torch.Generator:
    """Return the generator of one purpose: first weights, order of the rows, dropout and noise,
    or the variation of examples."""
    return torch.Generator(device).manual_seed(seed + _OFFSETS[purpose])
