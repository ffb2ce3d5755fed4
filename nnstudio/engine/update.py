"""How a gradient changes the weights: penalties, clipping, and the optimizer."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from nnstudio.core.registry import Call
from nnstudio.core.training import Training
from nnstudio.engine.flat import FlatParameters
from nnstudio.engine.kernels import Kernel, kernel

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
        self._optimizer = make_optimizer(call, [segment.parameter for segment in flat.segments])
        self._groups = self._optimizer.param_groups
        # Without the wrappers for profilers and hooks, which cost more than the update of a small network.
        self._step = inspect.unwrap(type(self._optimizer).step)
        self._kernels: list[Kernel] | None = None
        self.set(training)

    def set(self, training: Training) -> None:
        """Take the live settings: momentum, penalties and clipping (the rate comes with each step)."""
        self._kernels = None
        self._decay, self._l1 = training.weight_decay, training.l1
        self._clip_norm, self._clip_value = training.clip_norm, training.clip_value
        settings = dict(training.optimizer.call().kwargs)
        for group in self._groups:
            group.update(settings)
        for parameter, state in self._optimizer.state.items():
            if settings.get("momentum") and "momentum_buffer" not in state and "square_avg" in state:
                # RMSprop makes its momentum on the first step or never.
                state["momentum_buffer"] = torch.zeros_like(parameter)

    def tensors(self) -> dict[str, Tensor]:
        """Return what the optimizer remembers, by segment and name; not copied."""
        return {
            f"{at}/{name}": value
            for at, segment in enumerate(self.flat.segments)
            for name, value in self._optimizer.state.get(segment.parameter, {}).items()
            if isinstance(value, Tensor)
        }

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Let the optimizer remember what `tensors` said of another one of its kind."""
        own = self.tensors()
        for key, value in tensors.items():
            at, _, name = key.partition("/")
            parameter = self.flat.segments[int(at)].parameter
            # Counters lie where the optimizer reads them: beside the weights only in one fused kernel.
            place = own[key].device if key in own else parameter.device
            if not value.ndim and key not in own and not self._groups[0].get("fused"):
                place = torch.device("cpu")
            self._optimizer.state[parameter][name] = value.to(place, copy=True)
        self._kernels = None

    @torch.no_grad()
    def __call__(self, rate: float, norm: Tensor | None = None) -> None:
        """Change the weights by the gradient that lies in `flat.gradient`.

        `norm` receives the length of the gradient before clipping.
        """
        flat = self.flat
        if self._l1:
            flat.weight_gradient.add_(flat.weights.sign(), alpha=self._l1)
        if norm is not None or self._clip_norm:
            self._clip_by_norm(norm)
        if self._clip_value:
            flat.gradient.clamp_(-self._clip_value, self._clip_value)
        if self._decay:
            self._shrink(rate)
        if self._kernels is None:
            self._step_of_torch(rate)
            return
        for segment, run in zip(flat.segments, self._kernels, strict=True):
            run(rate * segment.factor)

    def _clip_by_norm(self, norm: Tensor | None) -> None:
        gradient = self.flat.gradient
        length = torch.linalg.vector_norm(gradient)
        if norm is not None:
            norm.copy_(length)
        if self._clip_norm:
            # The same small constant as torch.nn.utils.clip_grad_norm_.
            gradient.mul_((self._clip_norm / (length + 1e-6)).clamp_(max=1.0))

    def _shrink(self, rate: float) -> None:
        """Let the weight decay act."""
        if not self._decoupled:
            self.flat.weight_gradient.add_(self.flat.weights, alpha=self._decay)
            return
        for segment in self.flat.segments:
            segment.weights.mul_(1 - rate * segment.factor * self._decay)

    def _step_of_torch(self, rate: float) -> None:
        for group, segment in zip(self._groups, self.flat.segments, strict=True):
            group["lr"] = rate * segment.factor
        # What the optimizer remembers outlives inference mode.
        with torch.inference_mode(False), torch.no_grad():
            self._step(self._optimizer)
        self._kernels = self._fused_kernels()

    def _fused_kernels(self) -> list[Kernel] | None:
        """Return the fused kernel of every segment; None where torch has none."""
        found = []
        for at, segment in enumerate(self.flat.segments):
            run = kernel(self._optimizer, segment.values, segment.gradient, at)
            if run is None:
                return None
            found.append(run)
        return found


def make_optimizer(call: Call, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    """Build the torch optimizer with a group for each parameter, in one fused kernel where torch has it."""
    kind = getattr(torch.optim, call.name)
    # The wrapper of this method imports torch's compiler: a second's wait before the first step.
    plain = {"add_param_group": inspect.unwrap(kind.add_param_group)}
    kind = type(kind.__name__, (kind,), plain)
    settings = dict(call.kwargs) | {"weight_decay": 0.0}
    if "fused" in inspect.signature(kind).parameters:
        settings["fused"] = True
    groups = [{"params": [parameter]} for parameter in parameters]
    optimizer: torch.optim.Optimizer = kind(groups, *call.args, **settings)
    return optimizer
