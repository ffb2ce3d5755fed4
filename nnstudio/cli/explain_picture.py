"""An explanation as a picture, drawn without a window."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

    from nnstudio.engine.explain.explanation import Explanation

WIDTH, EDGE, LINE, SIZE = 900, 24, 30, 17
SIDE = 400
VARIABLE = 200
"""Height of a variable of a series."""
FOR, AGAINST, INK, GREY = (232, 113, 10), (31, 111, 235), (28, 36, 48), (97, 108, 128)
MOST = 25
"""Bars or tokens that a picture shows: the strongest."""


def draw(found: Explanation, reading: str) -> Image:
    """Return the picture of an explanation, with a heading and a sentence on how to read it."""
    from PIL import Image as Pictures
    from PIL import ImageDraw as Drawing

    lines = _heading(found)
    top = EDGE + LINE * len(lines) + 10
    body = _height(found)
    picture = Pictures.new("RGB", (WIDTH, top + body + 2 * EDGE + 2 * LINE), "white")
    pen = Drawing.Draw(picture)
    for index, line in enumerate(lines):
        _text(pen, (EDGE, EDGE + LINE * index), line, INK if index == 0 else GREY)
    if found.curve is not None:
        for index in range(len(found.names)):
            _window(pen, found, index, top + VARIABLE * index)
    elif found.picture is not None:
        plain = _grey(found.picture)
        made = [_grey(found.rebuilt)] if found.rebuilt is not None else []
        tiles = [plain, *made, tinted(plain, found.values)]
        side = _side(found)
        for index, pixels in enumerate(tiles):
            image = Pictures.fromarray(pixels).resize((side, side), Pictures.Resampling.NEAREST)
            picture.paste(image, (EDGE + index * (side + EDGE), top))
    elif found.values.ndim == 2:
        white = np.full((*found.values.shape, 3), 255, np.uint8)
        image = Pictures.fromarray(tinted(white, found.values))
        picture.paste(image.resize((SIDE, SIDE), Pictures.Resampling.NEAREST), (EDGE, top))
    else:
        _bars(pen, found, top)
    for index, line in enumerate(_folded(reading)):
        _text(pen, (EDGE, top + body + EDGE + LINE * index), line, GREY)
    return picture


def tinted(base: NDArray[np.uint8], values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return a picture (H, W, 3) with orange where values speak for, blue where they speak against."""
    strength = np.abs(values) / (float(np.abs(values).max()) or 1.0)
    colour = np.where(values[..., None] < 0, np.array(AGAINST), np.array(FOR)).astype(float)
    mixed = 0.35 * base + 0.65 * 255
    mixed = mixed + 0.9 * strength[..., None] * (colour - mixed)
    tints: NDArray[np.uint8] = np.rint(mixed).astype(np.uint8)
    return tints


def _heading(found: Explanation) -> list[str]:
    if found.row < 0:
        return [found.method.title, found.note]
    start = f" · average answer {found.start:.3g}" if found.start is not None else ""
    if found.method.rebuilds:
        return [f"{found.method.title} · row {found.row + 1}", found.told]
    return [
        f"{found.method.title} · row {found.row + 1}",
        f"true {found.true} · predicted {found.predicted} · explained: {found.asked}{start}",
    ]


def _height(found: Explanation) -> int:
    if found.curve is not None:
        return VARIABLE * len(found.names)
    return _side(found) if found.values.ndim == 2 else LINE * min(len(found.values), MOST)


def _side(found: Explanation) -> int:
    """Return the side of a square: two or three stand beside each other."""
    return SIDE if found.rebuilt is None else (WIDTH - EDGE) // 3 - EDGE


def _window(pen: ImageDraw, found: Explanation, variable: int, top: int) -> None:
    """Draw one variable of a window: its curve, what was made of it, and a strip of heat."""
    assert found.curve is not None
    known = [found.curve[:, variable]] + ([found.rebuilt[:, variable]] if found.rebuilt is not None else [])
    low, high = min(float(v.min()) for v in known), max(float(v.max()) for v in known)
    _text(pen, (EDGE, top), f"{found.names[variable]}: {low:.4g} to {high:.4g}", INK)
    width = (WIDTH - 2 * EDGE) / len(found.curve)
    base, reach = top + VARIABLE - 50, VARIABLE - 50 - LINE
    for values, colour in zip(known, (INK, FOR), strict=False):
        heights = base - reach * (values - low) / ((high - low) or 1.0)
        points = [(EDGE + (step + 0.5) * width, float(y)) for step, y in enumerate(heights)]
        pen.line(points, fill=colour, width=2)
    # Tinted all together: one scale for all variables.
    white = np.full((*found.values.shape, 3), 255, np.uint8)
    for step, colour_of in enumerate(tinted(white, found.values)[:, variable].tolist()):
        box = (EDGE + step * width, base + 8, EDGE + (step + 1) * width, base + 30)
        pen.rectangle(box, fill=tuple(colour_of), outline=GREY)


def _bars(pen: ImageDraw, found: Explanation, top: int) -> None:
    order = np.arange(len(found.values))
    if found.method.kind != "gradients":
        order = np.argsort(-np.abs(found.values), kind="stable")
    largest = float(np.abs(found.values).max()) or 1.0
    middle, reach = WIDTH * 0.66, WIDTH * 0.2
    for line, index in enumerate(order[:MOST].tolist()):
        value, y = float(found.values[index]), top + LINE * line
        _text(pen, (EDGE, y), found.names[index][:42], INK)
        end = middle + reach * value / largest
        pen.rectangle(
            (min(middle, end), y + 4, max(middle, end), y + LINE - 8), fill=FOR if value >= 0 else AGAINST
        )
        _text(pen, (int(max(middle, end)) + 8, y), f"{value:+.3g}", GREY)
    pen.line((middle, top, middle, top + LINE * min(len(order), MOST)), fill=GREY)


def _grey(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return an image as bytes (H, W, 3); one channel becomes grey."""
    channels = picture if len(picture) >= 3 else np.repeat(picture[:1], 3, 0)
    return np.ascontiguousarray(np.rint(channels[:3] * 255).astype(np.uint8).transpose(1, 2, 0))


def _folded(text: str, width: int = 96) -> list[str]:
    return textwrap.wrap(text, width)


def _text(pen: ImageDraw, at: tuple[int, int], text: str, colour: tuple[int, int, int]) -> None:
    from PIL import ImageFont

    pen.text(at, text, fill=colour, font=ImageFont.load_default(SIZE))
