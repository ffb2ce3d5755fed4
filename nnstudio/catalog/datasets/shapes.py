"""Small pictures of shapes, drawn afresh: for a first convolutional network."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.random import Generator

from nnstudio.core.dataset import SOURCES, Column, Examples, Source
from nnstudio.core.param import param

SHAPES = ("circle", "square", "triangle", "cross")
FINER = 4
"""Shapes are drawn this much larger and shrunk again: smooth edges."""


@SOURCES.entry
class Shapes(Source):
    """Circles, squares, triangles and crosses of any size and place, turned and of any brightness.

    Drawn by the program, so there are as many as you like. A dense network has to learn every place
    anew; a convolutional one sees a corner as a corner wherever it is, and gets along with far fewer
    pictures.
    """

    kind = "shapes"
    title = "Shapes"
    family = "pictures"
    example = True

    samples: int = param(
        800, "Pictures", "How many pictures are drawn.", low=50, high=5000, scale="log", step=10,
        typical=(400, 2000), too_low="The validation curve is noise.",
    )  # fmt: skip
    size: int = param(
        20, "Size", "Width and height of a picture.", low=8, high=64, step=1, unit="pixels",
        typical=(16, 32), too_low="A circle and a square look the same.", too_high="Slow to train.",
    )  # fmt: skip
    noise: float = param(
        0.1, "Noise", "How much the brightness of every pixel wavers.", low=0.0, high=0.6, step=0.01,
        typical=(0.0, 0.3), too_high="The shape drowns in the noise.",
    )  # fmt: skip
    colour: Literal["grey", "colour"] = param(
        "grey", "Colour", "One channel of brightness, or three of red, green and blue.",
        choices=("grey", "colour"),
    )  # fmt: skip
    seed: int = param(0, "Data seed", "Another seed draws other pictures.", low=0, high=9999, step=1)

    def load(self) -> Examples:
        rng = np.random.default_rng(self.seed)
        labels = np.arange(self.samples) % len(SHAPES)
        pixels = np.stack([self._picture(SHAPES[label], rng) for label in labels])
        pixels += rng.normal(0.0, self.noise, pixels.shape).astype(np.float32)
        order = rng.permutation(self.samples)
        names = np.array(SHAPES, dtype=object)[labels[order]]
        target = Column("shape", "category", names)
        return Examples(self.title, target, "classification", pixels=np.clip(pixels[order], 0.0, 1.0))

    def _picture(self, shape: str, rng: Generator) -> Any:
        """Return one picture without noise, (channels, size, size)."""
        # Pillow is loaded only by those who draw.
        from PIL import Image, ImageDraw

        side = self.size * FINER
        radius = rng.uniform(0.2, 0.36) * side
        middle = rng.uniform(radius, side - radius, 2)
        mask = Image.new("L", (side, side), 0)
        _draw(ImageDraw.Draw(mask), shape, middle, radius, rng.uniform(0, 2 * np.pi))
        small = np.asarray(mask.resize((self.size, self.size), Image.Resampling.BOX), np.float32) / 255.0
        channels = 1 if self.colour == "grey" else 3
        back, front = rng.uniform(0.0, 0.35, channels), rng.uniform(0.6, 1.0, channels)
        shades = back[:, None, None] + (front - back)[:, None, None] * small
        return shades.astype(np.float32)


def _draw(pen: Any, shape: str, middle: Any, radius: float, angle: float) -> None:
    x, y = middle
    if shape == "circle":
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    elif shape == "cross":
        for turn in (angle, angle + np.pi / 2):
            dx, dy = radius * np.cos(turn), radius * np.sin(turn)
            pen.line((x - dx, y - dy, x + dx, y + dy), fill=255, width=max(2, round(radius * 0.45)))
    else:
        corners = {"square": 4, "triangle": 3}[shape]
        turns = angle + 2 * np.pi * np.arange(corners) / corners
        pen.polygon([(x + radius * np.cos(t), y + radius * np.sin(t)) for t in turns], fill=255)
