"""Modules that filter and pool over the steps of a sequence (N, steps, features)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nnstudio.engine.modules.masking import Masked, blanked, first_counts


class Conv1dOverSteps(nn.Conv1d, Masked):
    """A 1-D convolution along the steps; steps that are not real count as the zeros beyond the end."""

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        return super().forward(blanked(x, mask).transpose(1, 2)).transpose(1, 2)

    def mask_after(self, mask: Tensor) -> Tensor:
        """An output is real where the middle of its window is; without a border, where all of it is."""
        kernel, stride, border, dilation = (
            int(part[0]) for part in (self.kernel_size, self.stride, self.padding, self.dilation)
        )
        if not border:
            return _whole_windows(mask, kernel, stride, dilation)
        steps = (mask.shape[1] + 2 * border - dilation * (kernel - 1) - 1) // stride + 1
        middle = mask[:, ::stride][:, :steps]
        return nn.functional.pad(middle, (0, steps - middle.shape[1]))


class CausalConv1dOverSteps(Conv1dOverSteps):
    """A 1-D convolution whose window ends at its own step: an output never sees a later one."""

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        before = self.dilation[0] * (self.kernel_size[0] - 1)
        return super().forward(nn.functional.pad(blanked(x, mask), (0, 0, before, 0)))

    def mask_after(self, mask: Tensor) -> Tensor:
        """An output is real where its own step is."""
        return mask[:, :: self.stride[0]]


class BatchNormOverSteps(nn.BatchNorm1d, Masked):
    """Batch norm of every feature over all real steps of the batch; (N, steps, features)."""

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        if mask is None or not self.training:
            return super().forward(x.transpose(1, 2)).transpose(1, 2)
        real = super().forward(x[mask])
        out = real.new_zeros(x.shape)
        out[mask] = real
        return out


class _PoolOverSteps(Masked):
    """Base of pools along the steps; a window is real where all of its steps are."""

    def __init__(self, size: int, stride: int) -> None:
        super().__init__()
        self.size, self.stride = size, stride

    def mask_after(self, mask: Tensor) -> Tensor:
        return _whole_windows(mask, self.size, self.stride)

    def extra_repr(self) -> str:
        return f"{self.size}, {self.stride}"


class MaxPoolOverSteps(_PoolOverSteps):
    """The largest value of every window of steps."""

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        rows = blanked(x, mask).transpose(1, 2)
        return nn.functional.max_pool1d(rows, self.size, self.stride).transpose(1, 2)


class AvgPoolOverSteps(_PoolOverSteps):
    """The mean of every window of steps."""

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        rows = blanked(x, mask).transpose(1, 2)
        return nn.functional.avg_pool1d(rows, self.size, self.stride).transpose(1, 2)


class MeanOverSteps(Masked):
    """The mean over all real steps; (N, steps, features) -> (N, features)."""

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        if mask is None:
            return x.mean(1)
        return blanked(x, mask).sum(1) / mask.sum(1, keepdim=True)


class MaxOverSteps(Masked):
    """The largest value of each feature over all real steps; (N, steps, features) -> (N, features)."""

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        real = x if mask is None else x.masked_fill(~mask[:, :, None], float("-inf"))
        return real.amax(1)


class LastStep(Masked):
    """The last real step; (N, steps, features) -> (N, features).

    Made with `every`, it lets all steps pass while `shows_all` is set: for the loss, no one else.
    """

    def __init__(self, every: bool = False) -> None:
        super().__init__()
        self.every, self.shows_all = every, False

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        return x if self.shows_all else last_step(x, mask)

    def extra_repr(self) -> str:
        return "every=True" if self.every else ""


class FirstStep(Masked):
    """The first step, where a class token stands; (N, steps, features) -> (N, features)."""

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        return x[:, 0]


def last_step(x: Tensor, mask: Tensor | None) -> Tensor:
    """Return the last real step; (N, steps, features) -> (N, features)."""
    if mask is None:
        return x[:, -1]
    at = (mask.sum(1) - 1)[:, None, None].expand(-1, 1, x.shape[2])
    return x.gather(1, at)[:, 0]


def _whole_windows(mask: Tensor, size: int, stride: int, dilation: int = 1) -> Tensor:
    gaps = nn.functional.max_pool1d((~mask).to(torch.float32), size, stride, 0, dilation)
    return first_counts(gaps == 0)
