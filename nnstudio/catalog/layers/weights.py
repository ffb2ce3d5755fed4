"""Settings that every layer with weights shares: initialisation and bias."""

from __future__ import annotations

from math import inf
from typing import Literal

from nnstudio.catalog.activations import Activation
from nnstudio.core.network import Layer
from nnstudio.core.param import param
from nnstudio.core.registry import Frozen

InitName = Literal["auto", "he", "glorot", "lecun", "normal", "uniform", "zeros", "constant"]


class Init(Frozen):
    """A resolved initialisation: how the engine fills the weights of a layer."""

    name: InitName
    value: float
    bias: float = 0.0


class Initialised(Layer):
    """Base of layers whose first weights can be chosen."""

    has_units = True
    init: InitName = param(
        "auto", "Initial weights",
        "How the weights start: He for ReLU-like activations, LeCun for SELU, Glorot otherwise; "
        "auto picks by the activation. Zeros or a constant make all units equal for ever.",
        advanced=True,
    )  # fmt: skip
    init_value: float = param(
        0.05, "Initial size",
        "Standard deviation (normal), bound (uniform) or value (constant); the others ignore it.",
        low=-10.0, high=100.0, least=-inf, most=inf, step=0.01, advanced=True,
    )  # fmt: skip

    def initialisation(self, activation: Activation | None = None) -> Init:
        """Return the initialisation with `auto` resolved by the activation behind the weights."""
        if self.init != "auto":
            return Init(name=self.init, value=self.init_value)
        name: InitName = "glorot"
        if activation is not None and activation.init in ("he", "lecun"):
            name = "he" if activation.init == "he" else "lecun"
        return Init(name=name, value=self.init_value)


class Weighted(Initialised):
    """Base of layers whose weights have an optional bias."""

    bias: bool = param(True, "Bias", "A learnable offset for every unit.", advanced=True)
    bias_value: float = param(
        0.0, "Initial bias", "What every offset starts at.", low=-10.0, high=10.0, least=-inf, most=inf,
        step=0.01, advanced=True,
    )  # fmt: skip

    def initialisation(self, activation: Activation | None = None) -> Init:
        return super().initialisation(activation).model_copy(update={"bias": self.bias_value})
