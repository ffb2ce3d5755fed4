"""The optimizer on the learnables of many runs, each at its own rate and penalties.

Every torch optimizer moves the weights by the rate times something the rate has no part in. So one
fused kernel works that something out for all runs at a rate of 1, and it is scaled run by run.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from nnstudio.core.training import Training
from nnstudio.engine.kernels import Kernel, kernel
from nnstudio.engine.sweep.stack import Stack
from nnstudio.engine.update import DECOUPLED, make_optimizer


class Update:
    """One step for all runs; the trainings differ in rate, L2 and L1 at most."""

    def __init__(self, stack: Stack, trainings: Sequence[Training]) -> None:
        self._stack = stack
        call = trainings[0].optimizer.call()
        self._decoupled = call.name in DECOUPLED
        self._move = torch.zeros_like(stack.values)
        parameter = nn.Parameter(self._move)
        parameter.grad = stack.gradient
        self._optimizer = make_optimizer(call, [parameter])
        self._optimizer.param_groups[0]["lr"] = 1.0
        self._step = inspect.unwrap(type(self._optimizer).step)
        self._kernel: Kernel | None = None
        self._rates = torch.zeros_like(stack.values)
        own = slice(0, stack.weights)
        self._weights, self._weight_gradient = stack.values[own], stack.gradient[own]
        self._run_of_weights = stack.run_of[own]
        self._decay = self._spread([training.weight_decay for training in trainings])
        self._l1 = self._spread([training.l1 for training in trainings])
        self._keep: Tensor | None = None

    def set_rates(self, rates: Tensor) -> None:
        """Take the learning rate of every run, (runs,)."""
        torch.index_select(rates, 0, self._stack.run_of, out=self._rates)
        if self._decoupled and self._decay is not None:
            self._keep = 1 - self._rates[: self._stack.weights] * self._decay

    def __call__(self) -> None:
        """Change the weights by the gradient of every run."""
        if self._l1 is not None:
            self._weight_gradient.addcmul_(self._weights.sign(), self._l1)
        if self._keep is not None:
            self._weights.mul_(self._keep)
        elif self._decay is not None:
            self._weight_gradient.addcmul_(self._weights, self._decay)
        if self._kernel is not None:
            self._kernel(1.0)
        else:
            with torch.inference_mode(False), torch.no_grad():
                self._step(self._optimizer)
            self._kernel = kernel(self._optimizer, self._move, self._stack.gradient, 0)
        self._stack.values.addcmul_(self._move, self._rates)
        self._move.zero_()

    def _spread(self, values: Sequence[float]) -> Tensor | None:
        """Return a value for each weight; None where every run has none."""
        return torch.tensor(values)[self._run_of_weights] if any(values) else None
