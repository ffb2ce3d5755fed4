"""The slope of every loss: what the backward pass of a dense chain begins with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from nnstudio.engine.few_classes import softmax_less
from nnstudio.engine.objective import Objective
from nnstudio.engine.products import Call

Slope = Callable[[Any, Tensor, Tensor, Tensor], list[Call]]
"""(loss module, outputs, targets, out) -> the calls that write the slope to `out`, per example, up to the
head's factor."""


@dataclass(frozen=True, slots=True)
class Head:
    """The slope of a loss: `factor` times what `slope` writes, for a loss that is the mean over units."""

    slope: Slope
    factor: float = 1.0
    mean_of_units: bool = True


def _softmax_less_target(loss: Any, z: Tensor, targets: Tensor, out: Tensor) -> list[Call]:
    return softmax_less(z, targets, out)


def _sigmoid_less_target(loss: Any, z: Tensor, targets: Tensor, out: Tensor) -> list[Call]:
    return [partial(torch.sigmoid, z, out=out), partial(out.sub_, targets)]


def _error(loss: Any, outputs: Tensor, targets: Tensor, out: Tensor) -> list[Call]:
    return [partial(torch.sub, outputs, targets, out=out)]


def _sign(loss: Any, outputs: Tensor, targets: Tensor, out: Tensor) -> list[Call]:
    return [*_error(loss, outputs, targets, out), out.sign_]


def _huber(loss: Any, outputs: Tensor, targets: Tensor, out: Tensor) -> list[Call]:
    return [*_error(loss, outputs, targets, out), partial(out.clamp_, -loss.delta, loss.delta)]


def _log_cosh(loss: Any, outputs: Tensor, targets: Tensor, out: Tensor) -> list[Call]:
    return [*_error(loss, outputs, targets, out), out.tanh_]


def _quantile(loss: Any, outputs: Tensor, targets: Tensor, out: Tensor) -> list[Call]:
    """Where the error is exactly zero, the mean of both slopes, as torch takes it."""
    signs = _sign(loss, outputs, targets, out)
    return [*signs, partial(out.mul_, 0.5), partial(out.add_, 0.5 - loss.q)]


def _hinge(loss: Any, z: Tensor, targets: Tensor, out: Tensor) -> list[Call]:
    def slope() -> None:
        torch.mul(z, targets, out=out)
        true = out.sum(-1, keepdim=True)
        torch.sub(z, true, out=out)
        out.copy_(out > -loss.margin).mul_(1 - targets)
        out.sub_(targets * out.sum(-1, keepdim=True))

    return [slope]


def _binary_hinge(loss: Any, z: Tensor, targets: Tensor, out: Tensor) -> list[Call]:
    def slope() -> None:
        signs = 1 - 2 * targets
        torch.mul(z, signs, out=out)
        out.copy_(out > -loss.margin).mul_(signs)

    return [slope]


KNOWN_SETTINGS = {"reduction", "label_smoothing", "delta"}
"""Named settings of a loss module that the slopes here take into account."""

HEADS: dict[str, Head] = {
    "CrossEntropyLoss": Head(_softmax_less_target, mean_of_units=False),
    "KLDivergence": Head(_softmax_less_target, mean_of_units=False),
    "BCEWithLogitsLoss": Head(_sigmoid_less_target),
    "MSELoss": Head(_error, factor=2.0),
    "L1Loss": Head(_sign),
    "HuberLoss": Head(_huber),
    "LogCosh": Head(_log_cosh),
    "Quantile": Head(_quantile),
    "Hinge": Head(_hinge),
    "BinaryHinge": Head(_binary_hinge),
}


def head_of(objective: Objective) -> Head:
    """Return the slope of a loss; one that is not in the table is derived by autograd, the loss alone."""

    def derived(loss: Any, outputs: Tensor, targets: Tensor, out: Tensor) -> list[Call]:
        def slope() -> None:
            with torch.inference_mode(False), torch.enable_grad():
                leaf = outputs.detach().requires_grad_()
                (gradient,) = torch.autograd.grad(objective.each(leaf, targets).sum(), leaf)
            out.copy_(gradient)

        return [slope]

    head, settings = HEADS.get(objective.call.name), {name for name, _ in objective.call.kwargs}
    return head if head is not None and settings <= KNOWN_SETTINGS else Head(derived, mean_of_units=False)


def shares_of(objective: Objective, targets: Tensor, units: int) -> Tensor | None:
    """Return what the slope subtracts for each class, (classes, units); None where targets say it."""
    if targets.dtype != torch.int64:
        return None
    smoothing = dict(objective.call.kwargs).get("label_smoothing", 0.0)
    shares: Tensor = torch.eye(units) * (1 - smoothing) + smoothing / units
    return shares
