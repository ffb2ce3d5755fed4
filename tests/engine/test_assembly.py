"""What a run sets for itself is given back."""

from __future__ import annotations

import torch

from nnstudio.engine.assembly import repeatable_kernels


def test_the_kernels_of_the_rest_of_the_program_are_left_alone() -> None:
    before = torch.backends.cudnn.deterministic
    with repeatable_kernels():
        assert torch.backends.cudnn.deterministic
    assert torch.backends.cudnn.deterministic == before
