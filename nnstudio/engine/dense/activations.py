"""Activations and their slopes, one entry each: the kernels that torch's own backward pass calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nnstudio.engine.modules.exponential import Exponential
from nnstudio.engine.products import Call

Forward = Callable[[Any, Tensor, Tensor], Call]
"""(module, values, out) -> the call that writes the outputs for what then lies in `values` to `out`."""
Backward = Callable[[Any, Tensor, Tensor], Call]
"""(module, gradient, kept) -> the call that turns the gradient behind the activation into the one before
it, in place."""

_aten = torch.ops.aten
# The kernels themselves, looked up once: that takes as long as the arithmetic of a small layer.
_elu = _aten.elu.out._op
_gelu = _aten.gelu.out._op
_leaky_relu = _aten.leaky_relu.out._op
_silu = _aten.silu.out._op
_softplus = _aten.softplus.out._op
_elu_backward = _aten.elu_backward.grad_input._op
_gelu_backward = _aten.gelu_backward.grad_input._op
_leaky_relu_backward = _aten.leaky_relu_backward.grad_input._op
_sigmoid_backward = _aten.sigmoid_backward.grad_input._op
_silu_backward = _aten.silu_backward.grad_input._op
_softplus_backward = _aten.softplus_backward.grad_input._op
_tanh_backward = _aten.tanh_backward.grad_input._op
_threshold_backward = _aten.threshold_backward.grad_input._op

SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946


@dataclass(frozen=True, slots=True)
class Curve:
    """An activation: how it acts, its slope, and whether that is told by its outputs or its inputs."""

    forward: Forward
    backward: Backward
    by_output: bool = False


def _softmax_backward(gradient: Tensor, out: Tensor) -> None:
    gradient.copy_(torch._softmax_backward_data(gradient, out, -1, torch.float32))


CURVES: dict[type[nn.Module], Curve] = {
    nn.ReLU: Curve(
        lambda m, z, out: partial(torch.clamp_min, z, 0, out=out),
        lambda m, g, out: partial(_threshold_backward, g, out, 0, grad_input=g),
        by_output=True,
    ),
    nn.LeakyReLU: Curve(
        lambda m, z, out: partial(_leaky_relu, z, m.negative_slope, out=out),
        lambda m, g, out: partial(_leaky_relu_backward, g, out, m.negative_slope, True, grad_input=g),
        by_output=True,
    ),
    nn.ELU: Curve(
        lambda m, z, out: partial(_elu, z, m.alpha, out=out),
        lambda m, g, z: partial(_elu_backward, g, m.alpha, 1, 1, False, z, grad_input=g),
    ),
    nn.SELU: Curve(
        lambda m, z, out: lambda: out.copy_(torch.selu(z)),
        lambda m, g, z: partial(_elu_backward, g, SELU_ALPHA, SELU_SCALE, 1, False, z, grad_input=g),
    ),
    nn.GELU: Curve(
        lambda m, z, out: partial(_gelu, z, approximate=m.approximate, out=out),
        lambda m, g, z: partial(_gelu_backward, g, z, approximate=m.approximate, grad_input=g),
    ),
    nn.SiLU: Curve(
        lambda m, z, out: partial(_silu, z, out=out),
        lambda m, g, z: partial(_silu_backward, g, z, grad_input=g),
    ),
    nn.Sigmoid: Curve(
        lambda m, z, out: partial(torch.sigmoid, z, out=out),
        lambda m, g, out: partial(_sigmoid_backward, g, out, grad_input=g),
        by_output=True,
    ),
    nn.Tanh: Curve(
        # NumPy's is the same to a bit or two, and up to eight times as fast where torch's is not vectorised.
        lambda m, z, out: partial(np.tanh, z.numpy(), out.numpy()),
        lambda m, g, out: partial(_tanh_backward, g, out, grad_input=g),
        by_output=True,
    ),
    nn.Softmax: Curve(
        lambda m, z, out: partial(torch.softmax, z, -1, out=out),
        lambda m, g, out: partial(_softmax_backward, g, out),
        by_output=True,
    ),
    nn.Softplus: Curve(
        lambda m, z, out: partial(_softplus, z, m.beta, m.threshold, out=out),
        lambda m, g, z: partial(_softplus_backward, g, z, m.beta, m.threshold, grad_input=g),
    ),
    Exponential: Curve(
        lambda m, z, out: partial(torch.exp, z, out=out),
        lambda m, g, out: partial(g.mul_, out),
        by_output=True,
    ),
}
