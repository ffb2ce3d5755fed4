"""Presets made of dense layers: funnel, constant, autoencoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nnstudio.catalog.activations import ACTIVATIONS, Activation, ReLU
from nnstudio.catalog.layers.dense import Dense, Flatten
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.catalog.layers.sequence import Embedding
from nnstudio.core.network import Layer, Network
from nnstudio.core.param import param
from nnstudio.core.project import PRESETS, Preset
from nnstudio.core.registry import one_of
from nnstudio.core.shape import FEATURES, TOKENS
from nnstudio.core.trace import Signature, Target

NARROWEST = 4
"""A funnel does not get narrower than this: fewer units lose the signal."""


def output_layer(target: Target) -> Dense:
    """Return the layer that fits a target: linear for numbers, softmax for one of several classes, sigmoid
    for two of them, for classes in order and for labels."""
    return Dense(units=target.units, activation=ACTIVATIONS[target.activation]())


@dataclass(frozen=True, slots=True)
class Part:
    """Layers of a preset that stand in a named group."""

    name: str
    layers: Sequence[Layer]


def chain(*parts: Layer | Part) -> Network:
    """Return a network of layers and groups of layers one behind another."""
    network = Network()
    for part in parts:
        begin = len(network.nodes)
        for layer in part.layers if isinstance(part, Part) else (part,):
            network = network.insert(layer)
        if isinstance(part, Part) and part.layers:
            network = network.group(network.ids[begin:], part.name)
    return network


class Shaped(Preset):
    """Base of presets made of dense layers whose widths follow a rule."""

    family = "shape"
    shaping = True
    depth: int = param(
        2, "Depth", "Number of hidden layers.", low=0, high=8, step=1, unit="layers", typical=(1, 3),
        too_low="Too simple for curved patterns.", too_high="Harder to train, more to overfit with.",
        source="Start with 1 to 3; go deeper only when that is not enough.",
    )  # fmt: skip
    width: int = param(
        128, "First width", "Units of the first hidden layer.", low=1, high=2048, scale="power of two",
        step=1, typical=(32, 256), too_low="Underfits.", too_high="Overfits small data; slow.",
        source="Common sizes are 64, 128, 256, 512.",
    )  # fmt: skip
    activation: one_of(ACTIVATIONS, Activation) = param(  # type: ignore[valid-type]
        ReLU(), "Activation", "Of every hidden layer."
    )
    dropout: float = param(
        0.0, "Dropout", "Switched-off share after every hidden layer; 0 adds no dropout layers.",
        low=0.0, high=0.9, step=0.05, typical=(0.2, 0.5),
    )  # fmt: skip

    def widths(self) -> list[int]:
        """Return the units of the hidden layers."""
        raise NotImplementedError

    def build(self, signature: Signature) -> Network:
        layers: list[Layer] = [Embedding()] if signature.input.is_a(TOKENS) else []
        if not signature.input.is_a(FEATURES):
            layers.append(Flatten())
        for units in self.widths():
            layers.append(Dense(units=units, activation=self.activation))
            if self.dropout:
                layers.append(Dropout(rate=self.dropout))
        return chain(*layers, output_layer(signature.target))


@PRESETS.entry
class Funnel(Shaped):
    """Each hidden layer has half the units of the one before: it condenses the data step by step."""

    kind = "funnel"
    title = "Funnel"

    def widths(self) -> list[int]:
        smallest = min(NARROWEST, self.width)
        return [max(smallest, self.width >> i) for i in range(self.depth)]


@PRESETS.entry
class Constant(Shaped):
    """All hidden layers have the same number of units: equal capacity at every level."""

    kind = "constant"
    title = "Constant"

    def widths(self) -> list[int]:
        return [self.width] * self.depth


@PRESETS.entry
class Autoencoder(Preset):
    """Squeezes the input through a few numbers, the code, and rebuilds it from them.

    What the code keeps is what matters in the data. Its target is the input itself: choose "reconstruct"
    on the data page. The encoder half can start another network.
    """

    kind = "autoencoder"
    title = "Autoencoder"
    family = "reconstruction"
    code: int = param(
        8, "Code", "Numbers in the narrowest layer.", low=1, high=512, scale="power of two", step=1,
        typical=(2, 64), too_low="Too little is kept to rebuild the input.",
        too_high="Copies the input without learning what matters.",
    )  # fmt: skip
    width: int = param(
        64, "Width", "Units of the layers beside the input and the output.", low=2, high=2048,
        scale="power of two", step=1, typical=(32, 256),
    )  # fmt: skip
    depth: int = param(
        1, "Depth", "Hidden layers on either side of the code.", low=0, high=4, step=1, unit="layers",
        typical=(1, 2),
    )  # fmt: skip

    def unfit(self, signature: Signature) -> str:
        if signature.target.asks == "numbers" and signature.target.count == signature.input.count:
            return ""
        return "An autoencoder rebuilds its input: choose the goal “reconstruct” on the data page first."

    def build(self, signature: Signature) -> Network:
        widths = [max(self.code, self.width >> i) for i in range(self.depth)]
        start: list[Layer] = [] if signature.input.is_a(FEATURES) else [Flatten()]
        encoder = [*start, *(Dense(units=units) for units in (*widths, self.code))]
        decoder = [*(Dense(units=units) for units in reversed(widths)), output_layer(signature.target)]
        return chain(Part("Encoder", encoder), Part("Decoder", decoder))
