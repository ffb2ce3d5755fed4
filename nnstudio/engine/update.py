"""How a gradient changes the weights: penalties, clipping, and the optimizer."""

from __future__ import annotations

import inspect

import torch
from torch import Tensor

from nnstudio.core.registry import Call
from nnstudio.core.training import Training
from nnstudio.engine.flat import FlatParameters

DECOUPLED = ("AdamW",)
"""Optimizers that shrink the weights themselves instead of adding the penalty to the gradient."""


class Update:
    """One step of the optimizer on flat parameters.

    Order, the same as in a plain loop that adds `l1 * sum|w|` to the loss, clips, and steps a torch
    optimizer with weight_decay: L1 is added to the gradient; the gradient is clipped by norm, then by
    value; L2 is added (AdamW: the weights shrink by rate * decay); the optimizer steps. L1 and L2 act
    on weights only, not on biases and norms.
    """

    def __init__(self, flat: FlatParameters, training: Training) -> None:
        self.flat = flat
        self._norm = torch.zeros((), device=flat.values.device)
        call = training.optimizer.call()
        self._decoupled = call.name in DECOUPLED
        self._optimizer = _optimizer(call, flat.parameter)
        self._group = self._optimizer.param_groups[0]
        # Without the wrappers for profilers and hooks, which cost more than the update of a small network.
        self._step = inspect.unwrap(type(self._optimizer).step)
        self.set(training)

    def set(self, training: Training) -> None:
        """Take the live settings: momentum, penalties and clipping (the rate comes with each step)."""
        self._decay, self._l1 = training.weight_decay, training.l1
        self._clip_norm, self._clip_value = training.clip_norm, training.clip_value
        settings = dict(training.optimizer.call().kwargs)
        self._group.update(settings)
        state = self._optimizer.state.get(self.flat.parameter)
        if state and settings.get("momentum") and "momentum_buffer" not in state and "square_avg" in state:
            # RMSprop makes its momentum on the first step or never.
            state["momentum_buffer"] = torch.zeros_like(self.flat.values)

    @torch.no_grad()
    def __call__(self, rate: float, norm: Tensor | None = None) -> None:
        """Change the weights by the gradient that lies in `flat.gradient`.

        `norm` receives the length of the gradient before clipping.
        """
        flat, gradient = self.flat, self.flat.gradient
        if self._l1:
            flat.weight_gradient.add_(flat.weights.sign(), alpha=self._l1)
        if norm is not None or self._clip_norm:
            length = torch.linalg.vector_norm(gradient)
            if norm is not None:
                norm.copy_(length)
            if self._clip_norm:
                # The same small constant as torch.nn.utils.clip_grad_norm_.
                gradient.mul_((self._clip_norm / (length + 1e-6)).clamp_(max=1.0))
        if self._clip_value:
            gradient.clamp_(-self._clip_value, self._clip_value)
        if self._decay:
            if self._decoupled:
                flat.weights.mul_(1 - rate * self._decay)
            else:
                flat.weight_gradient.add_(flat.weights, alpha=self._decay)
        self._group["lr"] = rate
        self._step(self._optimizer)


def _optimizer(call: Call, parameter: Tensor) -> torch.optim.Optimizer:
    """Build the torch optimizer, in one fused kernel where torch has it."""
    kind = getattr(torch.optim, call.name)
    # The wrapper of this method imports torch's compiler: a second's wait before the first step.
    plain = {"add_param_group": inspect.unwrap(kind.add_param_group)}
    kind = type(kind.__name__, (kind,), plain)
    settings = dict(call.kwargs) | {"weight_decay": 0.0}
    if "fused" in inspect.signature(kind).parameters:
        settings["fused"] = True
    optimizer: torch.optim.Optimizer = kind([parameter], *call.args, **settings)
    return optimizer
