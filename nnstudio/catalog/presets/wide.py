"""A straight line and a network side by side: what the line knows, the network need not learn."""

from __future__ import annotations

from typing import Literal

from nnstudio.catalog.activations import Tanh
from nnstudio.catalog.layers.dense import Dense, Flatten
from nnstudio.catalog.layers.merge import Concat
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.catalog.layers.sequence import GRU
from nnstudio.catalog.presets.shapes import output_layer
from nnstudio.core.network import INPUT, Layer, Network, Node
from nnstudio.core.param import param
from nnstudio.core.project import PRESETS, Preset
from nnstudio.core.shape import FEATURES, SEQUENCE
from nnstudio.core.trace import Signature

Reader = Literal["dense", "GRU"]


@PRESETS.entry
class WideAndDeep(Preset):
    """A hidden layer, and a skip connection that takes the inputs past it straight to the output.

    The output is a linear model plus what bends. Where a line is hard to beat (short series, few rows)
    the network begins with it and learns only what it misses. Known as wide and deep (Cheng et al. 2016).
    """

    kind = "wide_and_deep"
    title = "Wide and deep"
    family = "shape"
    units: int = param(
        16, "Width", "Units of the hidden layer beside the line.", low=2, high=512, scale="power of two",
        step=1, typical=(8, 128), too_low="Little more than a line.", too_high="Overfits small data.",
    )  # fmt: skip
    reader: Reader = param(
        "dense", "Hidden layer", "Dense units, or for a series a GRU that reads it step by step.",
        choices=("dense", "GRU"),
    )  # fmt: skip
    dropout: float = param(
        0.0, "Dropout", "Switched-off share of the hidden layer.", low=0.0, high=0.9, step=0.05,
        typical=(0.0, 0.3),
    )  # fmt: skip

    def unfit(self, signature: Signature) -> str:
        if signature.input.axes in (FEATURES, SEQUENCE):
            return ""
        return (
            f"These data are {signature.input.noun}, but {self.title} reads a series or a list of features."
        )

    def build(self, signature: Signature) -> Network:
        nodes, line = [], INPUT
        if signature.input.is_a(SEQUENCE):
            nodes, line = [Node(id="line", layer=Flatten(), inputs=(INPUT,))], "line"
        steps = self.reader == "GRU" and signature.input.is_a(SEQUENCE)
        hidden: Layer = GRU(units=self.units) if steps else Dense(units=self.units, activation=Tanh())
        nodes.append(Node(id="bend", layer=hidden, inputs=(INPUT if steps else line,)))
        if self.dropout:
            nodes.append(Node(id="noise", layer=Dropout(rate=self.dropout)))
        nodes.append(Node(id="both", layer=Concat(), inputs=(line, nodes[-1].id)))
        nodes.append(Node(id="answer", layer=output_layer(signature.target)))
        return Network(nodes=tuple(nodes))
