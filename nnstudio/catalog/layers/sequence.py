"""Layers for sequences: embedding, recurrent layers, picking one step."""

from __future__ import annotations

from typing import ClassVar, Literal

from nnstudio.catalog.layers.needs import need_sequence
from nnstudio.core.network import LAYERS, Layer, Misfit
from nnstudio.core.param import param
from nnstudio.core.registry import Call
from nnstudio.core.shape import TOKENS, Shape, features, sequence


@LAYERS.entry
class Embedding(Layer):
    """Gives every token of the vocabulary a vector of its own, which is learnt.

    The first layer of every network for text: words used alike end up with similar vectors. Padding
    always is a vector of zeros. The size of the vocabulary comes from the data.
    """

    kind = "embedding"
    title = "Embedding"
    family = "sequence"
    has_units = True
    units: int = param(
        64, "Features", "Length of each token's vector.", low=1, high=1024, scale="power of two", step=1,
        typical=(32, 256), too_low="Different words cannot be told apart.",
        too_high="Many learnables: overfits a small set of texts.",
    )  # fmt: skip

    def output(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if not shape.is_a(TOKENS):
            raise Misfit(
                f"Embedding turns token ids into vectors, but gets {shape.noun} ({shape.text()}): "
                "take it out, it belongs right behind text.",
                then=shape,
            )
        then = sequence(shape.sizes[0], self.units)
        if not shape.vocabulary:
            raise Misfit(
                "Embedding needs to know how many tokens there are: load the texts first.", then=then
            )
        return then

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        return (Call("Embedding", inputs[0].vocabulary, self.units, padding_idx=0),)

    def learnables(self, *inputs: Shape) -> int:
        return inputs[0].vocabulary * self.units

    def summary(self) -> str:
        return str(self.units)


class RecurrentLayer(Layer):
    """Base of the layers that read step by step."""

    family = "sequence"
    has_units = True
    gates: ClassVar[int]
    """How many dense layers each step passes."""
    units: int = param(
        64, "Units", "How much the layer can keep in mind.", low=1, high=1024, scale="power of two", step=1,
        typical=(32, 256), too_low="Forgets what matters.", too_high="Slow; memorises the training texts.",
    )  # fmt: skip
    layers: int = param(
        1, "Layers", "How many are stacked: each reads the outputs of the one below.",
        low=1, high=6, step=1, typical=(1, 2), too_high="Slow and hard to train.",
    )  # fmt: skip
    both_ways: bool = param(
        False, "Both directions", "Read from the end too and lay both outputs side by side. Not for "
        "forecasts: the future must not be seen.",
    )  # fmt: skip
    gives: Literal["last step", "all steps"] = param(
        "last step", "Gives", "One vector for the whole sequence, or one for every step (for another layer "
        "that reads steps).",
    )  # fmt: skip
    dropout: float = param(
        0.0, "Dropout", "Share of the values that is switched off between stacked layers while training.",
        low=0.0, high=0.9, step=0.05, typical=(0.0, 0.5), live=True,
    )  # fmt: skip

    def output(self, *inputs: Shape) -> Shape:
        steps, _ = need_sequence(self, inputs[0])
        return features(self._width()) if self.gives == "last step" else sequence(steps, self._width())

    def _width(self) -> int:
        return self.units * (1 + self.both_ways)

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        call = Call(
            "Recurrent", self.title, inputs[0].sizes[1], self.units, self.layers,
            both_ways=self.both_ways, all_steps=self.gives == "all steps", dropout=self.dropout,
        )  # fmt: skip
        return (call,)

    def _weights(self, width: int) -> int:
        """Weights of all layers and directions."""
        sizes = [width] + [self._width()] * (self.layers - 1)
        return sum((size + self.units) * self.gates * self._width() for size in sizes)

    def learnables(self, *inputs: Shape) -> int:
        return self._weights(inputs[0].sizes[1]) + 2 * self.gates * self._width() * self.layers

    def multiply_adds(self, *inputs: Shape) -> int:
        steps, width = inputs[0].sizes
        return steps * self._weights(width)

    def summary(self) -> str:
        words = [str(self.units)]
        words += [f"{self.layers} layers"] if self.layers > 1 else []
        words += ["both ways"] if self.both_ways else []
        return " · ".join(words)


@LAYERS.entry
class RNN(RecurrentLayer):
    """Reads a sequence step by step and keeps a memory that every step rewrites. The simplest kind.

    Good for short sequences; over many steps the gradient fades, so it forgets how things began: use
    LSTM or GRU then.
    """

    kind = "rnn"
    title = "RNN"
    gates = 1


@LAYERS.entry
class LSTM(RecurrentLayer):
    """A recurrent layer whose gates decide what to keep, what to forget and what to show.

    Its separate memory carries things over a hundred steps and more. The classic for series and text.
    """

    kind = "lstm"
    title = "LSTM"
    gates = 4


@LAYERS.entry
class GRU(RecurrentLayer):
    """Like LSTM with two gates instead of three: a quarter fewer learnables, faster, often as good.

    A fine first choice for small data; try LSTM when very long memories matter.
    """

    kind = "gru"
    title = "GRU"
    gates = 3


@LAYERS.entry
class TakeStep(Layer):
    """Keeps one step of a sequence: the last (padding not counted) or the first.

    Last behind a causal decoder or a recurrent layer that gives all steps: it has seen everything.
    First where a class token stands. For the mean over all steps use Global pool.
    """

    kind = "take_step"
    title = "Take step"
    family = "sequence"
    which: Literal["last", "first"] = param("last", "Step", "Which one is kept.")
    every: bool = param(
        False, "Learn at every step",
        "While training, each step of a text answers which token follows it, not only the last: many more "
        "lessons from the same text. Only for a text to be continued, behind layers that look back only.",
    )  # fmt: skip

    def output(self, *inputs: Shape) -> Shape:
        _, width = need_sequence(self, inputs[0])
        if self.every and self.which == "first":
            raise Misfit(
                "The first step has seen nothing of the text: take the last to learn at every step.",
                then=features(width),
            )
        return features(width)

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        rare = {"every": True} if self.every else {}
        return (Call("LastStep" if self.which == "last" else "FirstStep", **rare),)

    def summary(self) -> str:
        return f"{self.which}, learns at every" if self.every else self.which
