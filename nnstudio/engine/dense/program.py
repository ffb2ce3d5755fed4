"""A dense chain bound to buffers for batches of one size."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from nnstudio.engine.dense.layers import LAYERS, Bound, Layer, Place
from nnstudio.engine.flat import FlatParameters
from nnstudio.engine.products import Call


class Program:
    """Forward and backward through all layers, for batches of `rows`."""

    def __init__(self, modules: Sequence[nn.Module], flat: FlatParameters, rows: int, width: int) -> None:
        learns = [any(True for _ in module.parameters()) for module in modules]
        self._lowest = learns.index(True)
        self._layers: list[Layer] = []
        for at, module in enumerate(modules):
            below = self._layers[-1] if self._layers else None
            taken = width if below is None else below.width
            place = Place(flat, rows, taken, at > self._lowest, below is not None and below.gives_away)
            self._layers.append(LAYERS[type(module)](module, place))  # type: ignore[call-arg]
        self.gradient = torch.zeros(rows, self._layers[-1].width)
        """Of the loss for the outputs; to be filled before the backward calls, which overwrite it."""

    def bind(self, x: Tensor, out: Tensor, add: bool) -> tuple[list[Call], list[Call]]:
        """Return the forward calls, from inputs in `x` to outputs in `out`, and the backward calls.

        These write the learnables' gradients, or `add` to them, by what lies in `gradient`.
        """
        last = self._layers[-1]
        chain: list[Bound] = []
        for layer in self._layers:
            chain.append(layer.bind(x, out if layer is last else None))
            x = chain[-1].out
        backward: list[Call] = []
        gradient = self.gradient
        for bound in chain[self._lowest :][::-1]:
            calls, gradient = bound.backward(gradient, add)
            backward += calls
        return [call for bound in chain for call in bound.forward], backward
