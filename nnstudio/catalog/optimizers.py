"""Optimizers: how the gradient changes the weights."""

from __future__ import annotations

from math import inf
from typing import Any

from nnstudio.core.param import param
from nnstudio.core.registry import Call
from nnstudio.core.training import OPTIMIZERS, Optimizer


def _rate(default: float, typical: tuple[float, float]) -> Any:
    return param(
        default, "Learning rate", "The size of the step of every update: the setting that matters most.",
        low=1e-6, high=10.0, least=0.0, most=inf, scale="log", typical=typical, live=True,
        too_low="The loss falls very slowly or seems stuck: multiply by 2 to 5.",
        too_high="The loss jumps up and down or becomes NaN: divide by 10.",
        source="0.001 is the standard for Adam, 0.01 for SGD, 0.0001 for fine-tuning.",
    )  # fmt: skip


def _momentum(default: float, label: str = "Momentum", advanced: bool = False, most: float = 0.999999) -> Any:
    return param(
        default, label, "How much of the last step is carried on, like a rolling ball.",
        low=0.0, high=0.999, most=most, step=0.001, typical=(0.8, 0.99), live=True,
        too_low="Slow and zigzagging.", too_high="Rolls past the minimum.", advanced=advanced,
    )  # fmt: skip


def _epsilon(default: float = 1e-8) -> Any:
    return param(
        default, "Epsilon", "Keeps the division by a tiny spread in bounds.", low=1e-10, high=1e-2,
        least=0.0, most=inf, scale="log", advanced=True,
    )  # fmt: skip


def _beta2() -> Any:
    return param(
        0.999, "Memory of squares (β2)", "How long the typical gradient size is remembered.",
        low=0.5, high=0.99999, least=0.0, most=0.9999999, step=0.0005, typical=(0.99, 0.999), advanced=True,
    )  # fmt: skip


@OPTIMIZERS.entry
class SGD(Optimizer):
    """Stochastic gradient descent: a plain step downhill. Easy to understand, slow, sensitive to the rate."""

    kind = "sgd"
    title = "SGD"
    family = "plain"
    rate: float = _rate(0.01, (1e-3, 1e-1))

    def call(self) -> Call:
        return Call("SGD", lr=self.rate)


@OPTIMIZERS.entry
class Momentum(Optimizer):
    """SGD with inertia: faster, fewer zigzags; with a well-tuned rate it often generalises best in vision."""

    kind = "momentum"
    title = "SGD + momentum"
    family = "plain"
    rate: float = _rate(0.01, (1e-3, 1e-1))
    momentum: float = _momentum(0.9, most=1.0)
    nesterov: bool = param(True, "Nesterov", "Look ahead along the momentum before taking the gradient.")

    def call(self) -> Call:
        # torch refuses Nesterov without momentum; at 0 both are plain SGD.
        return Call("SGD", lr=self.rate, momentum=self.momentum, nesterov=self.nesterov and self.momentum > 0)


@OPTIMIZERS.entry
class Adam(Optimizer):
    """Adapts the step of every weight by itself: works well untuned. The default."""

    kind = "adam"
    title = "Adam"
    family = "adaptive"
    rate: float = _rate(0.001, (1e-4, 1e-2))
    momentum: float = _momentum(0.9, "Momentum (β1)", advanced=True)
    beta2: float = _beta2()
    epsilon: float = _epsilon()

    def call(self) -> Call:
        return Call("Adam", lr=self.rate, betas=(self.momentum, self.beta2), eps=self.epsilon)


@OPTIMIZERS.entry
class AdamW(Optimizer):
    """Adam with weight decay applied straight to the weights: the standard for Transformers."""

    kind = "adamw"
    title = "AdamW"
    family = "adaptive"
    rate: float = _rate(0.001, (1e-4, 1e-2))
    momentum: float = _momentum(0.9, "Momentum (β1)", advanced=True)
    beta2: float = _beta2()
    epsilon: float = _epsilon()

    def call(self) -> Call:
        return Call("AdamW", lr=self.rate, betas=(self.momentum, self.beta2), eps=self.epsilon)


@OPTIMIZERS.entry
class RMSprop(Optimizer):
    """Divides every step by the recent gradient size: good for recurrent networks and changing data."""

    kind = "rmsprop"
    title = "RMSprop"
    family = "adaptive"
    rate: float = _rate(0.001, (1e-4, 1e-2))
    momentum: float = _momentum(0.0, advanced=True)
    alpha: float = param(
        0.99, "Memory", "How long the typical gradient size is remembered.", low=0.5, high=0.9999,
        least=0.0, most=0.999999, step=0.005, typical=(0.9, 0.99), advanced=True,
    )  # fmt: skip
    epsilon: float = _epsilon()

    def call(self) -> Call:
        return Call("RMSprop", lr=self.rate, alpha=self.alpha, eps=self.epsilon, momentum=self.momentum)


@OPTIMIZERS.entry
class NAdam(Optimizer):
    """Adam that looks ahead along its momentum (Nesterov): often a little faster than Adam."""

    kind = "nadam"
    title = "NAdam"
    family = "adaptive"
    rate: float = _rate(0.002, (1e-4, 1e-2))
    momentum: float = _momentum(0.9, "Momentum (β1)", advanced=True)
    beta2: float = _beta2()
    epsilon: float = _epsilon()

    def call(self) -> Call:
        return Call("NAdam", lr=self.rate, betas=(self.momentum, self.beta2), eps=self.epsilon)


@OPTIMIZERS.entry
class RAdam(Optimizer):
    """Adam that goes carefully in the first steps, while it knows little: warms up by itself."""

    kind = "radam"
    title = "RAdam"
    family = "adaptive"
    rate: float = _rate(0.001, (1e-4, 1e-2))
    momentum: float = _momentum(0.9, "Momentum (β1)", advanced=True)
    beta2: float = _beta2()
    epsilon: float = _epsilon()

    def call(self) -> Call:
        return Call("RAdam", lr=self.rate, betas=(self.momentum, self.beta2), eps=self.epsilon)


@OPTIMIZERS.entry
class Adagrad(Optimizer):
    """Gives rarely moved weights larger steps: good for sparse inputs such as words.

    It never forgets a gradient, so its steps only ever get smaller and long training stalls.
    """

    kind = "adagrad"
    title = "Adagrad"
    family = "adaptive"
    rate: float = _rate(0.01, (1e-3, 1e-1))
    epsilon: float = _epsilon(1e-10)

    def call(self) -> Call:
        return Call("Adagrad", lr=self.rate, eps=self.epsilon)


@OPTIMIZERS.entry
class Adadelta(Optimizer):
    """Adagrad with a memory that fades; finds the size of its steps by itself, so the rate stays near 1."""

    kind = "adadelta"
    title = "Adadelta"
    family = "adaptive"
    rate: float = _rate(1.0, (0.1, 1.0))
    rho: float = param(
        0.9, "Memory", "How long gradients and steps are remembered.", low=0.5, high=0.9999, least=0.0,
        most=0.999999, step=0.005,
        typical=(0.9, 0.99), advanced=True,
    )  # fmt: skip
    epsilon: float = _epsilon(1e-6)

    def call(self) -> Call:
        return Call("Adadelta", lr=self.rate, rho=self.rho, eps=self.epsilon)
