"""A dense chain bound to buffers for batches of one size."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from nnstudio.engine.dense.layers import LAYERS, Curved, Layer, Linear, Place
from nnstudio.engine.flat import FlatParameters


class Program:
    """Forward and backward through all layers, for batches of `rows`."""

    def __init__(self, modules: Sequence[nn.Module], flat: FlatParameters, rows: int, width: int) -> None:
        learns = [any(True for _ in module.parameters()) for module in modules]
        lowest = learns.index(True)
        layers: list[Layer] = []
        for at, module in enumerate(modules):
            below = layers[-1] if layers else None
            taken = width if below is None else below.width
            place = Place(flat, rows, taken, at > lowest, below is not None and below.gives_away)
            layers.append(LAYERS[type(module)](module, place))  # type: ignore[call-arg]
        last = layers[-1]
        assert isinstance(last, Linear | Curved)
        if isinstance(last, Curved):
            last.write_to_out()
        self._last = last
        self._forward = [layer.forward for layer in layers]
        self._backward = [layer.backward for layer in layers[lowest:][::-1]]
        self.gradient = torch.zeros(rows, last.width)
        """Of the loss for the outputs; to be filled before `backward`, which overwrites it."""

    def forward(self, x: Tensor, out: Tensor) -> None:
        """Run the chain on a batch; the outputs land in `out`."""
        self._last.out = out
        for run in self._forward:
            x = run(x)

    def backward(self, add: bool) -> None:
        """Write the learnables' gradients, or `add` to them, by what lies in `gradient`."""
        gradient = self.gradient
        for run in self._backward:
            gradient = run(gradient, add)
