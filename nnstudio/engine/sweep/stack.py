"""The learnables of many runs side by side, and a dense chain that acts on all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn

from nnstudio.engine.dense.activations import CURVES
from nnstudio.engine.products import Call, products


class Stack:
    """One flat tensor: every learnable of all runs as a block (runs, *shape), weights before biases."""

    def __init__(self, chains: Sequence[Sequence[nn.Module]]) -> None:
        self.runs = len(chains)
        named = [
            (f"{at}.{name}", parameter.ndim < 2)
            for at, module in enumerate(chains[0])
            for name, parameter in module.named_parameters()
        ]
        self.names = [name for name, _ in sorted(named, key=lambda pair: pair[1])]
        tables = [
            {
                f"{at}.{name}": p.detach()
                for at, module in enumerate(chain)
                for name, p in module.named_parameters()
            }
            for chain in chains
        ]
        blocks = [torch.stack([table[name] for table in tables]) for name in self.names]
        self._shapes = [block.shape for block in blocks]
        self.values = torch.cat([block.flatten() for block in blocks])
        self.gradient = torch.zeros_like(self.values)
        self.weights = sum(b.numel() for b, n in zip(blocks, self.names, strict=True) if not dict(named)[n])
        """How many of the values are weights: what penalties act on."""
        self.run_of = torch.cat(
            [torch.arange(self.runs).repeat_interleave(block[0].numel()) for block in blocks]
        )
        """The run that each value belongs to."""

    def blocks(self, flat: Tensor) -> dict[str, Tensor]:
        """Return the views of a tensor laid out like `values`, (runs, *shape) by name."""
        parts = flat.split([shape.numel() for shape in self._shapes])
        return {
            name: part.view(shape) for name, part, shape in zip(self.names, parts, self._shapes, strict=True)
        }


class Program:
    """The chain for batches of `rows`: (runs, rows, features) in, gradients of all runs out."""

    def __init__(self, modules: Sequence[nn.Module], stack: Stack, rows: int, width: int) -> None:
        values, gradients = stack.blocks(stack.values), stack.blocks(stack.gradient)
        self._layers: list[_Linear | _Curved] = []
        for at, module in enumerate(modules):
            if isinstance(module, nn.Linear):
                own = {n: values.get(f"{at}.{n}") for n in ("weight", "bias")}
                back = {n: gradients.get(f"{at}.{n}") for n in ("weight", "bias")}
                lowest = not any(isinstance(layer, _Linear) for layer in self._layers)
                self._layers.append(_Linear(own, back, stack.runs, rows, width, lowest))
                width = module.out_features
            else:
                above_linear = bool(self._layers) and isinstance(self._layers[-1], _Linear)
                self._layers.append(_Curved(module, stack.runs, rows, width, above_linear))
        self._runs = stack.runs
        self.gradient = torch.zeros(stack.runs, rows, width)
        """Of the losses for the outputs; to be filled before the backward calls, which overwrite it."""

    def bind(self, x: Tensor) -> tuple[list[Call], list[Call], Tensor]:
        """Return the forward and backward calls for inputs in `x`, and where the outputs then lie.

        `x` is (runs, rows, features), or (1, ...) for inputs that all runs share. The backward calls
        write the gradients by what lies in `gradient`.
        """
        x = x.expand(self._runs, -1, -1)
        forward: list[Call] = []
        kept: list[Tensor] = []
        for layer in self._layers:
            kept.append(x)
            calls, x = layer.forward(x)
            forward += calls
        first = next(at for at, layer in enumerate(self._layers) if isinstance(layer, _Linear))
        backward: list[Call] = []
        gradient = self.gradient
        for layer, below in list(zip(self._layers, kept, strict=True))[first:][::-1]:
            calls, gradient = layer.backward(below, gradient)
            backward += calls
        return forward, backward, x


class _Linear:
    """x W' + b, for every run its own."""

    def __init__(
        self, own: dict[str, Tensor | None], back: dict[str, Tensor | None], runs: int, rows: int,
        width: int, lowest: bool,
    ) -> None:  # fmt: skip
        weight, weight_gradient = own["weight"], back["weight"]
        assert weight is not None
        assert weight_gradient is not None
        self._weight, self._gradient = weight, weight_gradient
        bias, bias_gradient = own["bias"], back["bias"]
        self._bias = None if bias is None else bias[:, None]
        self._bias_gradient = None if bias_gradient is None else bias_gradient[:, None]
        self._out = torch.zeros(runs, rows, weight.shape[1])
        self._below = None if lowest else torch.zeros(runs, rows, width)

    def forward(self, x: Tensor) -> tuple[list[Call], Tensor]:
        calls = [products(x, self._weight.transpose(1, 2), self._out)]
        if self._bias is not None:
            calls.append(partial(self._out.add_, self._bias))
        return calls, self._out

    def backward(self, x: Tensor, gradient: Tensor) -> tuple[list[Call], Tensor]:
        calls = [products(gradient.transpose(1, 2), x, self._gradient)]
        if self._bias_gradient is not None:
            calls.append(partial(torch.sum, gradient, 1, keepdim=True, out=self._bias_gradient))
        if self._below is None:
            return calls, gradient
        return [*calls, products(gradient, self._weight, self._below)], self._below


class _Curved:
    """An activation, the same for all runs."""

    def __init__(self, module: nn.Module, runs: int, rows: int, width: int, above_linear: bool) -> None:
        self._module, self._curve = module, CURVES[type(module)]
        # What a dense layer has put out, nobody needs any more.
        self._in_place = above_linear and self._curve.by_output
        self._out = torch.zeros(runs, rows, width)

    def forward(self, x: Tensor) -> tuple[list[Call], Tensor]:
        out = x if self._in_place else self._out
        return [self._curve.forward(self._module, x, out)], out

    def backward(self, x: Tensor, gradient: Tensor) -> tuple[list[Call], Tensor]:
        kept = self._out if self._curve.by_output and not self._in_place else x
        return [self._curve.backward(self._module, gradient, kept)], gradient
