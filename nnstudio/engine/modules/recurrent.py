"""Recurrent networks: simple, LSTM and GRU, stacked, in one direction or both, over padded sequences."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from nnstudio.engine.modules.masking import Masked
from nnstudio.engine.modules.noise import Dropout
from nnstudio.engine.modules.steps import last_step

CELLS: dict[str, Callable[..., nn.Module]] = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}


class Recurrent(Masked):
    """Reads (N, steps, features) step by step; gives the last output (N, units) or all of them.

    Each layer and direction is one torch network. The backward direction reads every text from its own
    last real step, as packed sequences do, but without asking the device for the lengths: a GPU would
    wait. Dropout between the layers draws from our own generator, which torch's does not.
    """

    def __init__(
        self, cell: str, features: int, units: int, layers: int = 1, both_ways: bool = False,
        all_steps: bool = False, dropout: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__()
        self.units, self.all_steps = units, all_steps
        sizes = [features] + [units * (1 + both_ways)] * (layers - 1)
        self.ahead = nn.ModuleList(CELLS[cell](size, units, batch_first=True) for size in sizes)
        backward = sizes if both_ways else []
        self.back = nn.ModuleList(CELLS[cell](size, units, batch_first=True) for size in backward)
        self.dropout = Dropout(dropout)
        for part in (*self.ahead, *self.back):
            remembering(part, units, cell)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        for at, layer in enumerate(self.ahead):
            x = self.dropout(x) if at else x
            ahead = layer(x)[0]
            if self.back:
                behind = turned(self.back[at](turned(x, mask))[0], mask)
                ahead = torch.cat([ahead, behind], -1)
            x = ahead
        if self.all_steps:
            return x
        last = last_step(x[..., : self.units], mask)
        return torch.cat([last, x[:, 0, self.units :]], -1) if self.back else last


@torch.no_grad()
def remembering(part: nn.Module, units: int, cell: str) -> None:
    """Fill one layer so that it remembers from the start.

    Inputs Glorot, recurrent weights orthogonal (Saxe et al. 2014), biases zero, but 1 at the LSTM's
    forget gate (Jozefowicz et al. 2015): with torch's own start, what was seen fades in a few steps.
    """
    for name, value in part.named_parameters():
        if name.startswith("bias"):
            value.zero_()
            continue
        for gate in value.split(units):
            fill = nn.init.xavier_uniform_ if name.startswith("weight_ih") else nn.init.orthogonal_
            fill(gate)
    if cell == "LSTM":
        part.get_parameter("bias_ih_l0")[units : 2 * units] = 1.0


def turned(x: Tensor, mask: Tensor | None) -> Tensor:
    """Return a sequence back to front; padding stays at the end."""
    if mask is None:
        return x.flip(1)
    steps = torch.arange(x.shape[1], device=x.device)[None]
    back = mask.sum(1, keepdim=True) - 1 - steps
    order = torch.where(back >= 0, back, steps)
    return x.gather(1, order[:, :, None].expand_as(x))
