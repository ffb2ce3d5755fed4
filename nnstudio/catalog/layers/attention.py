"""Attention layers: self-attention, Transformer blocks, positions, patches and the class token."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from nnstudio.catalog.activations import ACTIVATIONS, GELU, Activation
from nnstudio.catalog.layers.blocks import named
from nnstudio.catalog.layers.needs import nearest_divisor, need_image, need_sequence
from nnstudio.catalog.layers.weights import Weighted
from nnstudio.core.network import LAYERS, Layer, Misfit
from nnstudio.core.param import param
from nnstudio.core.registry import Call, one_of
from nnstudio.core.shape import Shape, sequence


class Attending(Layer):
    """Base of the layers in which steps look at each other."""

    family = "attention"
    has_units = True
    heads: int = param(
        4, "Heads", "How many ways of looking at once; must divide the features.", low=1, high=32,
        scale="power of two", step=1, typical=(2, 8), too_low="One kind of relation at a time.",
        too_high="Each head sees too little of a step.",
    )  # fmt: skip

    def output(self, *inputs: Shape) -> Shape:
        _, width = need_sequence(self, inputs[0], patches=True)
        if width % self.heads:
            raise Misfit(
                f"{self.heads} heads do not divide {width} features: "
                f"choose {nearest_divisor(width, self.heads)} heads.",
                then=inputs[0],
            )
        return inputs[0]

    def learnables(self, *inputs: Shape) -> int:
        width = inputs[0].sizes[1]
        return 4 * width * (width + 1)

    def multiply_adds(self, *inputs: Shape) -> int:
        steps, width = inputs[0].sizes
        return steps * width * (4 * width + 2 * steps)


def _left_out() -> Any:
    return param(
        0.0, "Attention dropout", "Share of the looks from step to step that is left out while training.",
        low=0.0, high=0.9, step=0.05, typical=(0.0, 0.2), advanced=True,
        too_low="A step may rely on a single other one.", too_high="Too little is gathered: underfits.",
        source="0.1 in BERT and GPT-2.",
    )  # fmt: skip


@LAYERS.entry
class Attention(Attending):
    """Every step looks at all others and gathers what matters to it; several heads look in several ways.

    The heart of the Transformer: far and near are equally close. It knows no order by itself: put
    Positions before it. Causal: a step sees only itself and earlier ones.
    """

    kind = "self_attention"
    title = "Self-attention"
    causal: bool = param(False, "Causal", "Look back only; needed where the next step is to be predicted.")
    attention_dropout: float = _left_out()

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        rare = {"dropout": self.attention_dropout} if self.attention_dropout else {}
        return (Call("SelfAttention", inputs[0].sizes[1], self.heads, self.causal, **rare),)

    def summary(self) -> str:
        return _heads(self.heads) + (" · causal" if self.causal else "")


class Block(Attending):
    """Base of the Transformer blocks."""

    causal: ClassVar[bool]
    hidden: int = param(
        128, "Feed-forward", "Units of the dense layer inside, usually two to four times the features.",
        low=1, high=4096, scale="power of two", step=1, typical=(64, 1024),
        too_low="Little room to work on what was gathered.", too_high="Slow; overfits small data.",
    )  # fmt: skip
    dropout: float = param(
        0.1, "Dropout", "Share of what the block adds that is switched off while training.",
        low=0.0, high=0.9, step=0.05, typical=(0.0, 0.3), live=True,
    )  # fmt: skip
    attention_dropout: float = _left_out()
    norm: Literal["before", "after"] = param(
        "before", "Layer norm", "Before each part trains steadily (GPT, ViT); after the sum is the original "
        "(BERT) and wants a warm-up.",
    )  # fmt: skip
    activation: one_of(ACTIVATIONS, Activation) = param(  # type: ignore[valid-type]
        GELU(), "Activation", "What the dense layer inside does to each value."
    )

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        rare = {"attention_dropout": self.attention_dropout} if self.attention_dropout else {}
        call = Call(
            "TransformerBlock", inputs[0].sizes[1], self.heads, self.hidden, self.dropout,
            named(self.activation), norm_first=self.norm == "before", causal=self.causal, **rare,
        )  # fmt: skip
        return (call,)

    def learnables(self, *inputs: Shape) -> int:
        width = inputs[0].sizes[1]
        return super().learnables(*inputs) + 4 * width + self.hidden * (2 * width + 1) + width

    def multiply_adds(self, *inputs: Shape) -> int:
        steps, width = inputs[0].sizes
        return super().multiply_adds(*inputs) + 2 * steps * width * self.hidden

    def summary(self) -> str:
        return f"{_heads(self.heads)} · {self.hidden}"


@LAYERS.entry
class EncoderBlock(Block):
    """Transformer encoder (BERT, ViT): attention over ALL steps, then a small dense network on each.

    Both results are added to what came in. Stack a few, with Positions before the first; Take step or
    Global pool afterwards. Padding is never looked at.
    """

    kind = "encoder_block"
    title = "Encoder"
    causal = False


@LAYERS.entry
class DecoderBlock(Block):
    """Transformer decoder (GPT): like the encoder block, but each step sees only itself and the past.

    So it can learn to predict what comes next, and write text. Take the last step for the answer.
    """

    kind = "decoder_block"
    title = "Decoder"
    causal = True


@LAYERS.entry
class Positions(Layer):
    """Adds to every step a pattern that tells where it stands; attention knows no order without it.

    Waves are fixed and need no learning; learnt positions fit the data but know only lengths they saw.
    """

    kind = "positions"
    title = "Positions"
    family = "attention"
    how: Literal["waves", "learnt"] = param(
        "waves", "Kind", "Waves of many lengths (sinusoidal, the first Transformer), or learnt (BERT, GPT)."
    )

    def output(self, *inputs: Shape) -> Shape:
        need_sequence(self, inputs[0], patches=True)
        return inputs[0]

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        name = "SinusoidalPositions" if self.how == "waves" else "LearnedPositions"
        return (Call(name, *inputs[0].sizes),)

    def learnables(self, *inputs: Shape) -> int:
        return inputs[0].count if self.how == "learnt" else 0

    def summary(self) -> str:
        return self.how


@LAYERS.entry
class PatchEmbedding(Weighted):
    """Cuts an image into square patches and turns each into a vector: the image becomes a sequence.

    How a Vision Transformer reads: row by row, left to right. Small patches keep detail but make many
    steps, and the work of attention grows with their square.
    """

    kind = "patch_embedding"
    title = "Patches"
    family = "attention"
    units: int = param(
        64, "Features", "Length of each patch's vector.", low=1, high=1024, scale="power of two", step=1,
        typical=(32, 256),
    )  # fmt: skip
    size: int = param(
        4, "Patch side", "Side of the square patches; must divide the image.", low=1, high=64, step=1,
        unit="pixels", typical=(2, 16), too_low="Very many steps: slow.", too_high="Details are blurred.",
    )  # fmt: skip

    def output(self, *inputs: Shape) -> Shape:
        _, height, width = need_image(self, inputs[0])
        rows, columns = height // self.size, width // self.size
        then = sequence(max(1, rows * columns), self.units)
        if height % self.size or width % self.size:
            sides = [n for n in range(1, min(height, width) + 1) if height % n == width % n == 0]
            raise Misfit(
                f"Patches of {self.size} do not fill an image of {height}×{width}: "
                f"choose a side of {' or '.join(str(n) for n in sides)}.",
                then=then,
            )
        return then

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        return (Call("PatchEmbedding", inputs[0].sizes[0], self.units, self.size, bias=self.bias),)

    def learnables(self, *inputs: Shape) -> int:
        return self.units * (inputs[0].sizes[0] * self.size**2 + self.bias)

    def multiply_adds(self, *inputs: Shape) -> int:
        return inputs[0].count * self.units

    def summary(self) -> str:
        return f"{self.units} · {self.size}×{self.size}"


@LAYERS.entry
class ClassToken(Layer):
    """Puts one learnt step in front of a sequence; attention gathers the answer for the whole in it.

    Behind the blocks, Take step (first) reads it out. Used by BERT and the Vision Transformer.
    """

    kind = "class_token"
    title = "Class token"
    family = "attention"

    def output(self, *inputs: Shape) -> Shape:
        steps, width = need_sequence(self, inputs[0], patches=True)
        return sequence(steps + 1, width)

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        return (Call("ClassToken", inputs[0].sizes[1]),)

    def learnables(self, *inputs: Shape) -> int:
        return inputs[0].sizes[1]


def _heads(count: int) -> str:
    return f"{count} head" + "s" * (count != 1)
