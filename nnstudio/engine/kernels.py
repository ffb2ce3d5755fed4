"""Torch's fused optimizer kernels, called without the bookkeeping around them.

`torch.optim` looks its lists together anew at every step, which takes longer than updating a small
network. The first step is left to it, as it makes what the optimizer remembers; what comes after is
the same kernel on the same tensors, so the weights are the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

Kernel = Callable[[float], object]
"""Takes the learning rate and changes the weights by the gradient."""

State = Mapping[str, Tensor]
Lists = tuple[list[Tensor], ...]


def kernel(optimizer: torch.optim.Optimizer, values: Tensor, gradient: Tensor, at: int) -> Kernel | None:
    """Return the kernel for group `at`, whose only parameter lies in `values`.

    None where torch has no fused one, or before the optimizer has made what it remembers.
    """
    group = optimizer.param_groups[at]
    state = optimizer.state.get(group["params"][0], {})
    make = _KERNELS.get(type(optimizer).__name__)
    return make(group, state, values, gradient) if make is not None and group.get("fused") else None


def _adam(group: dict[str, Any], state: State, values: Tensor, gradient: Tensor) -> Kernel | None:
    if "exp_avg" not in state:
        return None
    update = torch._fused_adamw_ if group["decoupled_weight_decay"] else torch._fused_adam_
    step, one = state["step"], torch.ones_like(state["step"])
    lists: Lists = [values], [gradient], [state["exp_avg"]], [state["exp_avg_sq"]], [], [step]
    beta1, beta2 = group["betas"]
    settings = {
        "beta1": beta1, "beta2": beta2, "weight_decay": 0.0, "eps": group["eps"],
        "amsgrad": False, "maximize": False,
    }  # fmt: skip

    def run(rate: float) -> None:
        step.add_(one)
        update(*lists, lr=rate, **settings)

    return run


def _sgd(group: dict[str, Any], state: State, values: Tensor, gradient: Tensor) -> Kernel | None:
    momentum = group["momentum"]
    if momentum and "momentum_buffer" not in state:
        return None
    lists: Lists = [values], [gradient], [state["momentum_buffer"]] if momentum else []
    settings = {
        "weight_decay": 0.0, "momentum": momentum, "dampening": 0.0, "nesterov": group["nesterov"],
        "maximize": False, "is_first_step": False,
    }  # fmt: skip
    return lambda rate: torch._fused_sgd_(*lists, lr=rate, **settings)


def _adagrad(group: dict[str, Any], state: State, values: Tensor, gradient: Tensor) -> Kernel | None:
    if "sum" not in state:
        return None
    step, one = state["step"], torch.ones_like(state["step"])
    lists: Lists = [values], [gradient], [state["sum"]], [step]
    settings = {"lr_decay": 0.0, "weight_decay": 0.0, "eps": group["eps"], "maximize": False}

    def run(rate: float) -> None:
        step.add_(one)
        torch._fused_adagrad_(*lists, lr=rate, **settings)

    return run


_KERNELS = {"Adam": _adam, "AdamW": _adam, "SGD": _sgd, "Adagrad": _adagrad}
