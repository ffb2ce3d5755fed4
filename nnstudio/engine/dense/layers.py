"""Layers of a dense chain for batches of one size: forward into a buffer, backward by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from nnstudio.engine.dense.activations import CURVES
from nnstudio.engine.flat import FlatParameters
from nnstudio.engine.modules.noise import Dropout, GaussianNoise

_batch_norm_backward = torch.ops.aten.native_batch_norm_backward
_layer_norm_backward = torch.ops.aten.native_layer_norm_backward


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


class Layer(Protocol):
    """A layer bound to its learnables and buffers."""

    width: int
    """Number of outputs."""
    gives_away: bool
    """The layer above may overwrite what it has put out."""

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs, which stay valid until the next call."""

    def backward(self, gradient: Tensor, add: bool) -> Tensor:
        """Return the gradient for the inputs; may overwrite the one given.

        The learnables' gradients are replaced, or with `add` added to.
        """


class Linear:
    """x W' + b."""

    gives_away = True

    def __init__(self, module: nn.Linear, place: Place) -> None:
        flat, self.width = place.flat, module.out_features
        self._weight, self._weight_gradient = _views(flat, module.weight)
        self._turned = self._weight.t()
        self._bias = self._bias_gradient = None
        if module.bias is not None:
            self._bias, self._bias_gradient = _views(flat, module.bias)
        self._ones = torch.ones(place.rows)
        self.out = torch.zeros(place.rows, self.width)
        self._below = torch.zeros(place.rows, place.width) if place.passes_on else None
        self._x = self._seen = self._seen_turned = self.out

    def forward(self, x: Tensor) -> Tensor:
        self._x = x
        if self._bias is None:
            torch.mm(x, self._turned, out=self.out)
        else:
            torch.addmm(self._bias, x, self._turned, out=self.out)
        return self.out

    def backward(self, gradient: Tensor, add: bool) -> Tensor:
        if gradient is not self._seen:
            # It is the same buffer at every step; turning it anew costs as much as a small product.
            self._seen, self._seen_turned = gradient, gradient.t()
        turned, weight, bias = self._seen_turned, self._weight_gradient, self._bias_gradient
        if add:
            weight.addmm_(turned, self._x)
            if bias is not None:
                bias.addmv_(turned, self._ones)
        else:
            torch.mm(turned, self._x, out=weight)
            if bias is not None:
                torch.mv(turned, self._ones, out=bias)
        if self._below is None:
            return gradient
        return torch.mm(gradient, self._weight, out=self._below)


class Curved:
    """An activation; in place where nobody needs the values before it."""

    gives_away = False

    def __init__(self, module: nn.Module, place: Place) -> None:
        self._module, self._curve, self.width = module, CURVES[type(module)], place.width
        self._by_output = self._curve.by_output
        self._in_place = place.may_overwrite and self._by_output
        self._run, self._slope = self._curve.forward, self._curve.backward
        self.out = torch.zeros(place.rows, place.width)
        self._kept = self.out

    def forward(self, x: Tensor) -> Tensor:
        out = x if self._in_place else self.out
        self._run(self._module, x, out)
        self._kept = out if self._by_output else x
        return out

    def backward(self, gradient: Tensor, add: bool) -> Tensor:
        self._slope(self._module, gradient, self._kept)
        return gradient

    def write_to_out(self) -> None:
        """Write to `out` even where the inputs could be overwritten."""
        self._in_place = False


class Dropped:
    """Dropout; draws as the module does, from the same stream."""

    gives_away = False

    def __init__(self, module: Dropout, place: Place) -> None:
        self._module, self.width = module, place.width
        self._kept, self._out = torch.zeros(2, place.rows, place.width)
        self._acts = False

    def forward(self, x: Tensor) -> Tensor:
        share = self._module.p
        self._acts = share != 0
        if not self._acts:
            return x
        kept = self._kept.bernoulli_(1 - share, generator=self._module.generator).div_(1 - share)
        return torch.mul(x, kept, out=self._out)

    def backward(self, gradient: Tensor, add: bool) -> Tensor:
        return gradient.mul_(self._kept) if self._acts else gradient


class Noisy:
    """Gaussian noise; draws as the module does, from the same stream."""

    gives_away = False

    def __init__(self, module: GaussianNoise, place: Place) -> None:
        self._module, self.width = module, place.width
        self._out = torch.zeros(place.rows, place.width)

    def forward(self, x: Tensor) -> Tensor:
        if self._module.std == 0:
            return x
        return self._out.normal_(0, self._module.std, generator=self._module.generator).add_(x)

    def backward(self, gradient: Tensor, add: bool) -> Tensor:
        return gradient


class BatchNormed:
    """Batch norm, with torch's own kernels; its running statistics are the module's."""

    gives_away = True

    def __init__(self, module: nn.BatchNorm1d, place: Place) -> None:
        self._module, self.width = module, place.width
        self._weight, self._weight_gradient = _views(place.flat, module.weight)
        self._bias, self._bias_gradient = _views(place.flat, module.bias)
        assert module.num_batches_tracked is not None
        assert module.momentum is not None
        self._count, self._momentum = module.num_batches_tracked, module.momentum
        self._kept: tuple[Tensor, ...] = ()

    def forward(self, x: Tensor) -> Tensor:
        module = self._module
        self._count.add_(1)
        out, *spread = torch.native_batch_norm(
            x, self._weight, self._bias, module.running_mean, module.running_var, True,
            self._momentum, module.eps,
        )  # fmt: skip
        self._kept = (x, *spread)
        return out

    def backward(self, gradient: Tensor, add: bool) -> Tensor:
        (x, *spread), module = self._kept, self._module
        below: Tensor
        below, weight, bias = _batch_norm_backward(
            gradient, x, self._weight, module.running_mean, module.running_var, *spread, True,
            module.eps, [True, True, True],
        )  # fmt: skip
        _take(self._weight_gradient, weight, add)
        _take(self._bias_gradient, bias, add)
        return below


class LayerNormed:
    """Layer norm, with torch's own kernels."""

    gives_away = True

    def __init__(self, module: nn.LayerNorm, place: Place) -> None:
        self._shape, self._eps, self.width = module.normalized_shape, module.eps, place.width
        self._weight, self._weight_gradient = _views(place.flat, module.weight)
        self._bias, self._bias_gradient = _views(place.flat, module.bias)
        self._kept: tuple[Tensor, ...] = ()

    def forward(self, x: Tensor) -> Tensor:
        out, *spread = torch.native_layer_norm(x, self._shape, self._weight, self._bias, self._eps)
        self._kept = (x, *spread)
        return out

    def backward(self, gradient: Tensor, add: bool) -> Tensor:
        x, *spread = self._kept
        below: Tensor
        below, weight, bias = _layer_norm_backward(
            gradient, x, self._shape, *spread, self._weight, self._bias, [True, True, True]
        )
        _take(self._weight_gradient, weight, add)
        _take(self._bias_gradient, bias, add)
        return below


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
