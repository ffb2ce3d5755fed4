"""Presets for sequences and texts: 1-D CNN, recurrent networks, BERT and GPT styles."""

from __future__ import annotations

from typing import ClassVar

from nnstudio.catalog.activations import Linear
from nnstudio.catalog.layers.attention import DecoderBlock, EncoderBlock, Positions
from nnstudio.catalog.layers.conv import Conv1D
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.pool import GlobalPool, MaxPool
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.catalog.layers.sequence import GRU, LSTM, RNN, Embedding, TakeStep
from nnstudio.catalog.presets.shapes import Part, chain, output_layer
from nnstudio.core.network import Layer, Network
from nnstudio.core.param import param
from nnstudio.core.project import PRESETS, Preset
from nnstudio.core.shape import SEQUENCE, TOKENS
from nnstudio.core.tokens import continues_text
from nnstudio.core.trace import Signature


class ForSequences(Preset):
    """Base of presets that need texts or series."""

    family = "sequences"
    units: int = param(
        64, "Width", "Numbers that describe a word or a step.", low=4, high=1024, scale="power of two",
        step=4, typical=(32, 256), too_low="Underfits.", too_high="Overfits small data; slow.",
    )  # fmt: skip
    dropout: float = param(
        0.1, "Dropout", "Switched-off share.", low=0.0, high=0.9, step=0.05, typical=(0.1, 0.5)
    )

    def unfit(self, signature: Signature) -> str:
        if signature.input.axes in (TOKENS, SEQUENCE):
            return ""
        return f"{self.title} reads texts or series, but these data are {signature.input.noun}."

    def words(self, signature: Signature) -> list[Layer]:
        """Return the layer that turns token ids into numbers; a series has numbers already."""
        return [Embedding(units=self.units)] if signature.input.is_a(TOKENS) else []

    def end(self, signature: Signature) -> list[Layer]:
        """Return dropout (if any) and the output layer."""
        last: list[Layer] = [Dropout(rate=self.dropout)] if self.dropout else []
        return [*last, output_layer(signature.target)]


@PRESETS.entry
class Conv1DStyle(ForSequences):
    """Slides filters along the steps: finds short patterns wherever they stand, and trains fast."""

    kind = "cnn1d"
    title = "1-D CNN"
    rounds: int = param(
        2, "Rounds", "Convolutions; all but the last are followed by pooling.", low=1, high=5, step=1,
        typical=(1, 3),
    )  # fmt: skip
    kernel: int = param(5, "Kernel", "Steps a filter sees.", low=2, high=15, step=1, typical=(3, 7))

    def build(self, signature: Signature) -> Network:
        layers: list[Layer] = []
        steps = signature.input.sizes[0]
        for index in range(self.rounds):
            layers.append(Conv1D(filters=self.units, kernel=self.kernel))
            if index < self.rounds - 1 and steps >= 4:
                layers.append(MaxPool())
                steps //= 2
        convolutions = Part("Convolutions", layers)
        pool = GlobalPool(how="maximum")
        return chain(*self.words(signature), convolutions, pool, *self.end(signature))


class Recurrent(ForSequences):
    """Base of presets that read step by step with a memory."""

    layer: ClassVar[type[RNN | LSTM | GRU]]
    layers: int = param(
        1, "Layers", "Recurrent layers on top of each other.", low=1, high=4, step=1, typical=(1, 2)
    )
    both_ways: bool = param(False, "Both ways", "Read from both ends: for whole texts, not for forecasts.")

    def build(self, signature: Signature) -> Network:
        reader = self.layer(units=self.units, layers=self.layers, both_ways=self.both_ways)
        taken: list[Layer] = []
        if continues_text(signature) and not self.both_ways:
            reader, taken = reader.model_copy(update={"gives": "all steps"}), [TakeStep(every=True)]
        return chain(*self.words(signature), reader, *taken, *self.end(signature))


@PRESETS.entry
class RNNStyle(Recurrent):
    """The plainest memory: fine for short sequences (below about 50 steps), forgets longer ones."""

    kind = "rnn"
    title = "RNN"
    layer = RNN


@PRESETS.entry
class LSTMStyle(Recurrent):
    """Gates decide what to keep and what to forget: remembers over hundreds of steps."""

    kind = "lstm"
    title = "LSTM"
    layer = LSTM


@PRESETS.entry
class GRUStyle(Recurrent):
    """Two gates instead of three: faster than LSTM with fewer learnables, and often as good."""

    kind = "gru"
    title = "GRU"
    layer = GRU


class Attentive(ForSequences):
    """Base of Transformer presets."""

    blocks: int = param(
        2, "Blocks", "Transformer blocks on top of each other.", low=1, high=12, step=1, typical=(2, 6),
        too_high="Needs much data and time.",
    )  # fmt: skip
    heads: int = param(
        4, "Heads", "Different ways to look at the others; the width must be a multiple.", low=1, high=16,
        scale="power of two", step=1, typical=(2, 8),
    )  # fmt: skip

    def start(self, signature: Signature) -> Part:
        """Return the layers before the first block: numbers per step, and where each step stands."""
        # A series is brought to the width by a plain projection, as words are by their embedding.
        first = self.words(signature) or [Dense(units=self.units, activation=Linear())]
        return Part("Embeddings", [*first, Positions(how="learnt")])

    def fitting_heads(self) -> int:
        """Return the largest number of heads, up to the chosen one, that divides the width."""
        return next(n for n in range(self.heads, 0, -1) if self.units % n == 0)


@PRESETS.entry
class BertStyle(Attentive):
    """Encoder blocks in which every word looks at all others, then the mean over the words: to classify."""

    kind = "bert"
    title = "BERT"

    def build(self, signature: Signature) -> Network:
        blocks = [
            EncoderBlock(heads=self.fitting_heads(), hidden=2 * self.units, dropout=self.dropout)
            for _ in range(self.blocks)
        ]
        last = (GlobalPool(), output_layer(signature.target))
        return chain(self.start(signature), Part("Encoder blocks", blocks), *last)


@PRESETS.entry
class GptStyle(Attentive):
    """Decoder blocks in which a word sees only what came before: to predict, and to write, what follows."""

    kind = "gpt"
    title = "GPT"

    def build(self, signature: Signature) -> Network:
        blocks = [
            DecoderBlock(heads=self.fitting_heads(), hidden=2 * self.units, dropout=self.dropout)
            for _ in range(self.blocks)
        ]
        last = (TakeStep(every=continues_text(signature)), output_layer(signature.target))
        return chain(self.start(signature), Part("Decoder blocks", blocks), *last)
