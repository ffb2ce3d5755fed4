"""Shapes with named axes: what flows between layers, batch axis left out."""

from __future__ import annotations

from math import prod
from typing import Self

from pydantic import model_validator

from nnstudio.core.registry import Frozen

FEATURES = ("features",)
IMAGE = ("channels", "height", "width")
SEQUENCE = ("steps", "features")
TOKENS = ("tokens",)


class Shape(Frozen):
    """The size and the name of every axis of one example; `tokens` are integer ids."""

    sizes: tuple[int, ...]
    axes: tuple[str, ...]
    vocabulary: int = 0
    """How many ids tokens can have; 0 stands for padding. Not tokens: 0."""

    @model_validator(mode="after")
    def _one_name_per_axis(self) -> Self:
        if len(self.sizes) != len(self.axes):
            raise ValueError(f"{len(self.sizes)} sizes but {len(self.axes)} axis names")
        if not self.sizes or min(self.sizes) < 1:
            raise ValueError("every axis needs a size of at least 1")
        return self

    @property
    def count(self) -> int:
        """Number of values in one example."""
        return prod(self.sizes)

    @property
    def noun(self) -> str:
        """What this shape is, in a word a student knows."""
        names = {
            FEATURES: "a list of features",
            IMAGE: "an image",
            SEQUENCE: "a sequence",
            TOKENS: "token ids",
        }
        return names.get(self.axes, "an array of " + " x ".join(self.axes))

    def is_a(self, axes: tuple[str, ...]) -> bool:
        """Tell whether the axes are exactly these."""
        return self.axes == axes

    def text(self) -> str:
        """Return the sizes, e.g. `3×32×32`."""
        return "×".join(str(n) for n in self.sizes)

    def named(self) -> str:
        """Return the sizes with their axes, e.g. `3 channels × 32 height × 32 width`."""
        pairs = zip(self.sizes, self.axes, strict=True)
        return " × ".join(f"{n} {axis.removesuffix('s') if n == 1 else axis}" for n, axis in pairs)


def _shape(sizes: tuple[int, ...], axes: tuple[str, ...], vocabulary: int = 0) -> Shape:
    # Tracing runs on every slider move: skip pydantic's validation for shapes made by our own code.
    return Shape.model_construct(sizes=sizes, axes=axes, vocabulary=vocabulary)


def features(count: int) -> Shape:
    """Return the shape of a flat list of `count` features."""
    return _shape((count,), FEATURES)


def image(channels: int, height: int, width: int) -> Shape:
    """Return the shape of an image, channels first."""
    return _shape((channels, height, width), IMAGE)


def sequence(steps: int, size: int) -> Shape:
    """Return the shape of `steps` steps with `size` features each."""
    return _shape((steps, size), SEQUENCE)


def tokens(steps: int, vocabulary: int = 0) -> Shape:
    """Return the shape of a text of `steps` token ids below `vocabulary`; id 0 is padding, at the end."""
    return _shape((steps,), TOKENS, vocabulary)
