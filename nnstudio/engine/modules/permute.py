"""Axes in another order."""

from __future__ import annotations

from torch import Tensor

from nnstudio.engine.modules.masking import Masked


class SwapAxes(Masked):
    """Swaps two axes (the batch axis counts)."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__()
        self.first, self.second = first, second

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        return x.transpose(self.first, self.second)

    def mask_after(self, mask: Tensor) -> None:
        """What was a step is a feature now."""

    def extra_repr(self) -> str:
        return f"{self.first}, {self.second}"
