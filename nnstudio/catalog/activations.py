"""Activations: what makes a stack of layers more than one straight line."""

from __future__ import annotations

from typing import ClassVar

from nnstudio.core.param import param
from nnstudio.core.registry import Call, Entry, Registry


class Activation(Entry):
    """Base of every activation; elementwise unless `over_classes`."""

    family = "activation"
    bounds: ClassVar[tuple[float, float]] = (float("-inf"), float("inf"))
    """Range of its values."""
    saturates: ClassVar[bool] = False
    """Flat at both ends: gradients vanish there."""
    rectifies: ClassVar[bool] = False
    """Exactly zero for negative inputs: units can die."""
    over_classes: ClassVar[bool] = False
    """Mixes the values of one example instead of acting on each."""
    init: ClassVar[str] = "glorot"
    """The weight initialisation that suits the layer before it."""

    def call(self, axis: int = -1) -> Call | None:
        """Return the torch module; `axis` is the feature axis. None: nothing to do."""
        raise NotImplementedError


ACTIVATIONS: Registry[Activation] = Registry("activation")


@ACTIVATIONS.entry
class Linear(Activation):
    """No activation: the value passes as it is.

    Use it on the output layer when the target is a number that may take any value. Between hidden
    layers it is useless: two linear layers in a row are just one.
    """

    kind = "linear"
    title = "Linear"

    def call(self, axis: int = -1) -> Call | None:
        return None


@ACTIVATIONS.entry
class ReLU(Activation):
    """Keeps positive values, sets negative ones to zero. The default for hidden layers.

    Very fast and works nearly always. A unit whose input is negative for every example gives zero
    for ever ("dies"); Leaky ReLU is the safe alternative.
    """

    kind = "relu"
    title = "ReLU"
    bounds = (0.0, float("inf"))
    rectifies = True
    init = "he"

    def call(self, axis: int = -1) -> Call:
        return Call("ReLU")


@ACTIVATIONS.entry
class LeakyReLU(Activation):
    """Like ReLU, but lets a small share of a negative value through, so that no unit can die.

    Choose it when many ReLU units are stuck at zero.
    """

    kind = "leaky_relu"
    title = "Leaky ReLU"
    init = "he"
    slope: float = param(
        0.01, "Negative slope", "The share of a negative value that is kept.",
        low=0.001, high=0.5, scale="log", typical=(0.01, 0.2),
    )  # fmt: skip

    def call(self, axis: int = -1) -> Call:
        return Call("LeakyReLU", self.slope)


@ACTIVATIONS.entry
class ELU(Activation):
    """Smooth below zero, where it levels off at a negative value; keeps the mean near zero."""

    kind = "elu"
    title = "ELU"
    bounds = (-1.0, float("inf"))
    init = "he"

    def call(self, axis: int = -1) -> Call:
        return Call("ELU")


@ACTIVATIONS.entry
class SELU(Activation):
    """A scaled ELU that keeps mean and spread steady through many dense layers (with LeCun weights)."""

    kind = "selu"
    title = "SELU"
    bounds = (-1.7580993408473766, float("inf"))
    init = "lecun"

    def call(self, axis: int = -1) -> Call:
        return Call("SELU")


@ACTIVATIONS.entry
class GELU(Activation):
    """A smooth relative of ReLU used in Transformers (BERT, GPT)."""

    kind = "gelu"
    title = "GELU"
    init = "he"

    def call(self, axis: int = -1) -> Call:
        return Call("GELU")


@ACTIVATIONS.entry
class Swish(Activation):
    """The value times its own sigmoid (SiLU): smooth, found by search, good in image networks."""

    kind = "swish"
    title = "Swish"
    init = "he"

    def call(self, axis: int = -1) -> Call:
        return Call("SiLU")


@ACTIVATIONS.entry
class Sigmoid(Activation):
    """Squeezes any number into 0..1, so it reads as a probability.

    Use it on the output of a yes/no question. In hidden layers it starves the layers before it of
    gradient: avoid it there.
    """

    kind = "sigmoid"
    title = "Sigmoid"
    bounds = (0.0, 1.0)
    saturates = True

    def call(self, axis: int = -1) -> Call:
        return Call("Sigmoid")


@ACTIVATIONS.entry
class Tanh(Activation):
    """Squeezes any number into -1..1, centred on zero; better than sigmoid in hidden layers.

    Its ends are flat too, so deep stacks of it learn slowly.
    """

    kind = "tanh"
    title = "Tanh"
    bounds = (-1.0, 1.0)
    saturates = True

    def call(self, axis: int = -1) -> Call:
        return Call("Tanh")


@ACTIVATIONS.entry
class Softmax(Activation):
    """Turns the scores of all classes into probabilities that add up to 1.

    For the output layer when exactly one of several classes is right. Over a single unit it is
    always 1, whatever the network does.
    """

    kind = "softmax"
    title = "Softmax"
    bounds = (0.0, 1.0)
    over_classes = True

    def call(self, axis: int = -1) -> Call:
        return Call("Softmax", dim=axis)


@ACTIVATIONS.entry
class Softplus(Activation):
    """A smooth ReLU, always positive: for outputs that must not be negative."""

    kind = "softplus"
    title = "Softplus"
    bounds = (0.0, float("inf"))
    init = "he"

    def call(self, axis: int = -1) -> Call:
        return Call("Softplus")


@ACTIVATIONS.entry
class Exponential(Activation):
    """e to the power of the value: always positive, and grows without bound, so training is fragile."""

    kind = "exponential"
    title = "Exponential"
    bounds = (0.0, float("inf"))

    def call(self, axis: int = -1) -> Call:
        return Call("Exponential")
