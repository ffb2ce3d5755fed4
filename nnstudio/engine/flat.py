"""All learnables of a network as views of one flat tensor, their gradients likewise.

The optimizer then updates one tensor in one call, however many layers there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

ALIGNMENT = 16
"""Every learnable starts at a multiple of this many values (64 bytes), as matrix kernels like it."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Neighbouring learnables with one rate: a parameter of the optimizer that shares their memory."""

    parameter: nn.Parameter
    values: Tensor
    gradient: Tensor
    weights: Tensor
    """The part of it that penalties act on: no biases and norms."""
    factor: float
    """The learning rate, as a multiple of everybody's."""


class FlatParameters:
    """The learnables of a module: weights (two axes or more) first, then biases and norms.

    Among each of them, learnables of one rate lie together. The gaps hold zeros, which no update
    moves. `factors` are the rate multipliers of children by name, 1 where there is none; learnables
    that need no gradient are left out.
    """

    def __init__(self, module: nn.Module, factors: Mapping[str, float] | None = None) -> None:
        factors = factors or {}
        named = [(name, p) for name, p in module.named_parameters() if p.requires_grad]
        keys = {id(p): (p.ndim < 2, factors.get(name.split(".")[0], 1.0)) for name, p in named}
        parameters = sorted((p for _, p in named), key=lambda p: keys[id(p)])
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
        self.weights = self.values[:weights]
        self.weight_gradient = self.gradient[:weights]
        self.segments = self._segments([keys[id(p)] for p in parameters], [*starts, end], weights)

    def _segments(
        self, keys: list[tuple[bool, float]], edges: list[int], weights: int
    ) -> tuple[Segment, ...]:
        """Cut where the rate changes; with one rate for all, a single kernel updates everything."""
        rates = {factor for _, factor in keys}
        cuts = [at for at in range(1, len(keys)) if len(rates) > 1 and keys[at] != keys[at - 1]]
        found = []
        for at, end in zip([0, *cuts], [*cuts, len(keys)], strict=True):
            low, high = edges[at], edges[end]
            values, gradient = self.values[low:high], self.gradient[low:high]
            parameter = nn.Parameter(values)
            parameter.grad = gradient
            factor = keys[at][1] if keys else 1.0
            own_weights = self.values[low : min(high, max(low, weights))]
            found.append(Segment(parameter, values, gradient, own_weights, factor))
        return tuple(found)

    def __contains__(self, parameter: Tensor) -> bool:
        """Tell whether a learnable takes part in training."""
        return id(parameter) in self._places

    def view(self, flat: Tensor, parameter: Tensor) -> Tensor:
        """Return the part of a tensor laid out like `values` that belongs to one learnable."""
        at, shape = self._places[id(parameter)]
        own = flat[at : at + shape.numel()]
        if len(shape) != 4:
            return own.view(shape)
        # Channels last: convolutions that see it in their weights keep their images that way, which
        # spares them turning every image forth and back.
        outputs, inputs, height, width = shape
        return own.view(outputs, height, width, inputs).permute(0, 3, 1, 2)
