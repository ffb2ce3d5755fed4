"""Layers of a dense chain for batches of one size: what each does, as calls on buffers that stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import torch
from torch import Tensor, nn

from nnstudio.engine.dense.activations import CURVES
from nnstudio.engine.flat import FlatParameters
from nnstudio.engine.modules.noise import Dropout, GaussianNoise
from nnstudio.engine.products import Call, affine, product

_aten = torch.ops.aten
_batch_norm = _aten.native_batch_norm.out
_batch_norm_backward = _aten.native_batch_norm_backward
_layer_norm = _aten.native_layer_norm.out
_layer_norm_backward = _aten.native_layer_norm_backward


@dataclass(slots=True)
class Place:
    """Where a layer stands: batches of `rows`, `width` inputs, and what its neighbours need."""

    flat: FlatParameters
    rows: int
    width: int
    passes_on: bool
    """Something below learns: the gradient goes on."""
    may_overwrite: bool
    """Nobody needs the inputs once the layer has read them."""


Backward = Callable[[Tensor, bool], tuple[list[Call], Tensor]]
"""(where the gradient for the outputs will lie, add) -> calls, and where the one for the inputs then lies.

The calls may overwrite the one given; they replace the learnables' gradients, or with `add` add to them.
"""


@dataclass(frozen=True, slots=True)
class Bound:
    """A layer bound to the tensor that its inputs will lie in."""

    out: Tensor
    forward: list[Call]
    backward: Backward


class Layer(Protocol):
    """A layer with its learnables and buffers."""

    width: int
    """Number of outputs."""
    gives_away: bool
    """The layer above may overwrite what it has put out."""

    def bind(self, x: Tensor, out: Tensor | None = None) -> Bound:
        """Return what the layer does to inputs in `x`, with its outputs in `out` or a buffer of its own."""


class Linear:
    """x W' + b."""

    gives_away = True

    def __init__(self, module: nn.Linear, place: Place) -> None:
        flat, self.width = place.flat, module.out_features
        self._weight, self._weight_gradient = _views(flat, module.weight)
        self._bias = self._bias_gradient = None
        if module.bias is not None:
            self._bias, self._bias_gradient = _views(flat, module.bias)
        self._ones = torch.ones(place.rows)
        self._out = torch.zeros(place.rows, self.width)
        self._below = torch.zeros(place.rows, place.width) if place.passes_on else None

    def bind(self, x: Tensor, out: Tensor | None = None) -> Bound:
        out = self._out if out is None else out
        return Bound(out, [affine(x, self._weight, self._bias, out)], partial(self._backward, x))

    def _backward(self, x: Tensor, gradient: Tensor, add: bool) -> tuple[list[Call], Tensor]:
        turned, weight, bias = gradient.t(), self._weight_gradient, self._bias_gradient
        calls: list[Call] = [partial(weight.addmm_, turned, x) if add else product(turned, x, weight)]
        if bias is not None and add:
            calls.append(partial(bias.addmv_, turned, self._ones))
        elif bias is not None:
            calls.append(partial(torch.mv, turned, self._ones, out=bias))
        if self._below is None:
            return calls, gradient
        return [*calls, product(gradient, self._weight, self._below)], self._below


class Curved:
    """An activation; in place where nobody needs the values before it."""

    gives_away = False

    def __init__(self, module: nn.Module, place: Place) -> None:
        self._module, self._curve, self.width = module, CURVES[type(module)], place.width
        self._in_place = place.may_overwrite and self._curve.by_output
        self._out = torch.zeros(place.rows, place.width)

    def bind(self, x: Tensor, out: Tensor | None = None) -> Bound:
        if out is None:
            out = x if self._in_place else self._out
        kept = out if self._curve.by_output else x
        return Bound(out, [self._curve.forward(self._module, x, out)], partial(self._backward, kept))

    def _backward(self, kept: Tensor, gradient: Tensor, add: bool) -> tuple[list[Call], Tensor]:
        return [self._curve.backward(self._module, gradient, kept)], gradient


class Dropped:
    """Dropout; draws as the module does, from the same stream. Its share can change while it trains."""

    gives_away = False

    def __init__(self, module: Dropout, place: Place) -> None:
        self._module, self.width = module, place.width
        self._kept, self._out = torch.zeros(2, place.rows, place.width)

    def bind(self, x: Tensor, out: Tensor | None = None) -> Bound:
        out = self._out if out is None else out
        return Bound(out, [partial(self._drop, x, out)], self._backward)

    def _drop(self, x: Tensor, out: Tensor) -> None:
        share = self._module.p
        if share:
            self._kept.bernoulli_(1 - share, generator=self._module.generator).div_(1 - share)
            torch.mul(x, self._kept, out=out)
        else:
            self._kept.fill_(1)
            out.copy_(x)

    def _backward(self, gradient: Tensor, add: bool) -> tuple[list[Call], Tensor]:
        return [partial(gradient.mul_, self._kept)], gradient


class Noisy:
    """Gaussian noise; draws as the module does, from the same stream."""

    gives_away = False

    def __init__(self, module: GaussianNoise, place: Place) -> None:
        self._module, self.width = module, place.width
        self._out = torch.zeros(place.rows, place.width)

    def bind(self, x: Tensor, out: Tensor | None = None) -> Bound:
        out = self._out if out is None else out
        return Bound(out, [partial(self._shake, x, out)], self._backward)

    def _shake(self, x: Tensor, out: Tensor) -> None:
        if self._module.std == 0:
            out.copy_(x)
        else:
            out.normal_(0, self._module.std, generator=self._module.generator).add_(x)

    def _backward(self, gradient: Tensor, add: bool) -> tuple[list[Call], Tensor]:
        return [], gradient


class BatchNormed:
    """Batch norm, with torch's own kernels; its running statistics are the module's."""

    gives_away = True

    def __init__(self, module: nn.BatchNorm1d, place: Place) -> None:
        self._module, self.width = module, place.width
        self._weight, self._weight_gradient = _views(place.flat, module.weight)
        self._bias, self._bias_gradient = _views(place.flat, module.bias)
        self._out = torch.zeros(place.rows, place.width)
        self._mean, self._spread = torch.zeros(2, place.width)

    def bind(self, x: Tensor, out: Tensor | None = None) -> Bound:
        out, module = self._out if out is None else out, self._module
        assert module.num_batches_tracked is not None
        norm = partial(
            _batch_norm, x, self._weight, self._bias, module.running_mean, module.running_var, True,
            module.momentum, module.eps, out=out, save_mean=self._mean, save_invstd=self._spread,
        )  # fmt: skip
        return Bound(out, [partial(module.num_batches_tracked.add_, 1), norm], partial(self._backward, x))

    def _backward(self, x: Tensor, gradient: Tensor, add: bool) -> tuple[list[Call], Tensor]:
        return [partial(self._learn, x, gradient, add)], gradient

    def _learn(self, x: Tensor, gradient: Tensor, add: bool) -> None:
        module = self._module
        below, weight, bias = _batch_norm_backward(
            gradient, x, self._weight, module.running_mean, module.running_var, self._mean, self._spread,
            True, module.eps, [True, True, True],
        )  # fmt: skip
        _take(self._weight_gradient, weight, add)
        _take(self._bias_gradient, bias, add)
        gradient.copy_(below)


class LayerNormed:
    """Layer norm, with torch's own kernels."""

    gives_away = True

    def __init__(self, module: nn.LayerNorm, place: Place) -> None:
        self._shape, self._eps, self.width = module.normalized_shape, module.eps, place.width
        self._weight, self._weight_gradient = _views(place.flat, module.weight)
        self._bias, self._bias_gradient = _views(place.flat, module.bias)
        self._out = torch.zeros(place.rows, place.width)
        self._mean, self._spread = torch.zeros(2, place.rows, 1)

    def bind(self, x: Tensor, out: Tensor | None = None) -> Bound:
        out = self._out if out is None else out
        norm = partial(
            _layer_norm, x, self._shape, self._weight, self._bias, self._eps,
            out0=out, out1=self._mean, out2=self._spread,
        )  # fmt: skip
        return Bound(out, [norm], partial(self._backward, x))

    def _backward(self, x: Tensor, gradient: Tensor, add: bool) -> tuple[list[Call], Tensor]:
        return [partial(self._learn, x, gradient, add)], gradient

    def _learn(self, x: Tensor, gradient: Tensor, add: bool) -> None:
        below, weight, bias = _layer_norm_backward(
            gradient, x, self._shape, self._mean, self._spread, self._weight, self._bias, [True, True, True]
        )
        _take(self._weight_gradient, weight, add)
        _take(self._bias_gradient, bias, add)
        gradient.copy_(below)


LAYERS: dict[type[nn.Module], type[Layer]] = {
    nn.Linear: Linear,
    Dropout: Dropped,
    GaussianNoise: Noisy,
    nn.BatchNorm1d: BatchNormed,
    nn.LayerNorm: LayerNormed,
    **dict.fromkeys(CURVES, Curved),
}


def _views(flat: FlatParameters, parameter: Tensor) -> tuple[Tensor, Tensor]:
    """Return a learnable and its gradient as plain parts of the flat tensors."""
    return flat.view(flat.values, parameter), flat.view(flat.gradient, parameter)


def _take(place: Tensor, gradient: Tensor, add: bool) -> None:
    if add:
        place.add_(gradient)
    else:
        place.copy_(gradient)
