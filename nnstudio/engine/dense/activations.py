"""Activations and their slopes, one entry each: the kernels that torch's own backward pass calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from nnstudio.engine.modules.exponential import Exponential

Forward = Callable[[Any, Tensor, Tensor], object]
"""(module, values, out)"""
Backward = Callable[[Any, Tensor, Tensor], object]
"""(module, gradient, kept): turns the gradient behind the activation into the one before it, in place."""

_aten = torch.ops.aten
# Looked up once: that takes as long as the arithmetic of a small layer.
_elu_backward = _aten.elu_backward.grad_input
_gelu_backward = _aten.gelu_backward.grad_input
_leaky_relu_backward = _aten.leaky_relu_backward.grad_input
_sigmoid_backward = _aten.sigmoid_backward.grad_input
_silu_backward = _aten.silu_backward.grad_input
_softplus_backward = _aten.softplus_backward.grad_input
_tanh_backward = _aten.tanh_backward.grad_input
_threshold_backward = _aten.threshold_backward.grad_input


@dataclass(frozen=True, slots=True)
class Curve:
    """An activation: how it acts, its slope, and whether that is told by its outputs or its inputs."""

    forward: Forward
    backward: Backward
    by_output: bool = False


def _relu(module: nn.ReLU, gradient: Tensor, out: Tensor) -> None:
    _threshold_backward(gradient, out, 0, grad_input=gradient)


def _leaky_relu(module: nn.LeakyReLU, gradient: Tensor, out: Tensor) -> None:
    _leaky_relu_backward(gradient, out, module.negative_slope, True, grad_input=gradient)


def _elu(module: nn.ELU, gradient: Tensor, z: Tensor) -> None:
    _elu_backward(gradient, module.alpha, 1, 1, False, z, grad_input=gradient)


def _selu(module: nn.SELU, gradient: Tensor, z: Tensor) -> None:
    alpha, scale = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
    _elu_backward(gradient, alpha, scale, 1, False, z, grad_input=gradient)


def _gelu(module: nn.GELU, gradient: Tensor, z: Tensor) -> None:
    _gelu_backward(gradient, z, approximate=module.approximate, grad_input=gradient)


def _swish(module: nn.SiLU, gradient: Tensor, z: Tensor) -> None:
    _silu_backward(gradient, z, grad_input=gradient)


def _sigmoid(module: nn.Sigmoid, gradient: Tensor, out: Tensor) -> None:
    _sigmoid_backward(gradient, out, grad_input=gradient)


def _tanh(module: nn.Tanh, gradient: Tensor, out: Tensor) -> None:
    _tanh_backward(gradient, out, grad_input=gradient)


def _softmax(module: nn.Softmax, gradient: Tensor, out: Tensor) -> None:
    gradient.copy_(torch._softmax_backward_data(gradient, out, -1, torch.float32))


def _softplus(module: nn.Softplus, gradient: Tensor, z: Tensor) -> None:
    _softplus_backward(gradient, z, module.beta, module.threshold, grad_input=gradient)


def _exponential(module: Exponential, gradient: Tensor, out: Tensor) -> None:
    gradient.mul_(out)


CURVES: dict[type[nn.Module], Curve] = {
    nn.ReLU: Curve(lambda m, z, out: torch.clamp_min(z, 0, out=out), _relu, by_output=True),
    nn.LeakyReLU: Curve(
        lambda m, z, out: _aten.leaky_relu.out(z, m.negative_slope, out=out), _leaky_relu, by_output=True
    ),
    nn.ELU: Curve(lambda m, z, out: _aten.elu.out(z, m.alpha, out=out), _elu),
    nn.SELU: Curve(lambda m, z, out: out.copy_(torch.selu(z)), _selu),
    nn.GELU: Curve(lambda m, z, out: _aten.gelu.out(z, approximate=m.approximate, out=out), _gelu),
    nn.SiLU: Curve(lambda m, z, out: _aten.silu.out(z, out=out), _swish),
    nn.Sigmoid: Curve(lambda m, z, out: torch.sigmoid(z, out=out), _sigmoid, by_output=True),
    nn.Tanh: Curve(lambda m, z, out: torch.tanh(z, out=out), _tanh, by_output=True),
    nn.Softmax: Curve(lambda m, z, out: torch.softmax(z, -1, out=out), _softmax, by_output=True),
    nn.Softplus: Curve(lambda m, z, out: _aten.softplus.out(z, m.beta, m.threshold, out=out), _softplus),
    Exponential: Curve(lambda m, z, out: torch.exp(z, out=out), _exponential, by_output=True),
}
