"""Mixed precision: the layers in bfloat16, everything else in 32 bits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import torch

Context = Callable[[], AbstractContextManager[object]]


def halves(wanted: str, device: torch.device) -> bool:
    """Tell whether layers run in bfloat16; auto takes it on GPUs that have units for it."""
    if wanted == "auto":
        return device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    return wanted == "bfloat16"


def precision_for(wanted: str, device: torch.device) -> Context | None:
    """Return what to run the forward pass in; None where nothing is to be done.

    bfloat16 has the range of float32, so the gradients need no scaling (Kalamkar et al. 2019).
    """
    return partial(torch.autocast, device.type, torch.bfloat16) if halves(wanted, device) else None
