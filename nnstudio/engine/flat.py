"""All learnables of a network as views of one flat tensor, their gradients likewise.

The optimizer then updates one tensor in one call, however many layers there are.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

ALIGNMENT = 16
"""Every learnable starts at a multiple of this many values (64 bytes), as matrix kernels like it."""


class FlatParameters:
    """The learnables of a module: weights (two axes or more) first, then biases and norms.

    The gaps between them hold zeros, which no update moves.
    """

    def __init__(self, module: nn.Module) -> None:
        parameters = [p for p in module.parameters() if p.requires_grad]
        parameters.sort(key=lambda p: p.ndim < 2)
        starts, weights, end = [], 0, 0
        for parameter in parameters:
            starts.append(end)
            end += -(-parameter.numel() // ALIGNMENT) * ALIGNMENT
            weights = end if parameter.ndim >= 2 else weights
        device = parameters[0].device if parameters else torch.device("cpu")
        self.values = torch.zeros(end, device=device)
        self.gradient = torch.zeros(end, device=device)
        self._places = {id(p): (at, p.shape) for p, at in zip(parameters, starts, strict=True)}
        for parameter in parameters:
            own = self.view(self.values, parameter)
            own.copy_(parameter.detach())
            parameter.data = own
            parameter.grad = self.view(self.gradient, parameter)
        self.parameter = nn.Parameter(self.values)
        self.parameter.grad = self.gradient
        self.weights = self.values[:weights]
        self.weight_gradient = self.gradient[:weights]

    def view(self, flat: Tensor, parameter: Tensor) -> Tensor:
        """Return the part of a tensor laid out like `values` that belongs to one learnable."""
        at, shape = self._places[id(parameter)]
        return flat[at : at + shape.numel()].view(shape)
