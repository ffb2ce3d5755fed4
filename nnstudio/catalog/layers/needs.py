"""What a layer asks of its input, and the layer that gives it: misfits in words, with their remedy."""

from __future__ import annotations

from math import gcd, isqrt
from typing import Any

from nnstudio.core.network import LAYERS, Layer, Misfit
from nnstudio.core.shape import IMAGE, SEQUENCE, TOKENS, Shape


def need_numbers(layer: Layer, inputs: tuple[Shape, ...]) -> None:
    """Raise Misfit for token ids: they are names, no numbers to reckon with."""
    for shape in inputs:
        if not shape.is_a(TOKENS):
            continue
        if layer.merges:
            text = f"{layer.title} needs numbers, but gets token ids: put Embedding into that branch."
            raise Misfit(text)
        raise _lacks(layer, shape, "numbers", _placed("embedding"))


def need_image(layer: Layer, shape: Shape) -> tuple[int, int, int]:
    """Return channels, height and width; raises Misfit for anything but an image."""
    if shape.is_a(IMAGE):
        channels, height, width = shape.sizes
        return channels, height, width
    if shape.is_a(TOKENS):
        raise Misfit(
            f"{layer.title} needs an image, but gets token ids ({shape.text()}): "
            "put Embedding in its place, and behind it layers for sequences."
        )
    raise _lacks(layer, shape, "an image", as_image(shape))


def need_sequence(layer: Layer, shape: Shape, *, patches: bool = False) -> tuple[int, int]:
    """Return steps and features; raises Misfit for anything but a sequence.

    `patches`: an image becomes a sequence of patches rather than of its rows.
    """
    if not shape.is_a(SEQUENCE):
        raise _lacks(layer, shape, "a sequence", as_sequence(shape, patches))
    steps, features = shape.sizes
    return steps, features


def as_image(shape: Shape) -> Layer:
    """Return the Reshape that makes these values a grey image, as square as their number allows."""
    side = next(n for n in range(isqrt(shape.count), 0, -1) if shape.count % n == 0)
    return _placed("reshape", to="image", sizes=(1, side, shape.count // side))


def as_sequence(shape: Shape, patches: bool = False) -> Layer:
    """Return the layer that makes a sequence of these values: of tokens, of an image, of a list."""
    if shape.is_a(TOKENS):
        return _placed("embedding")
    if not shape.is_a(IMAGE):
        return _placed("reshape", to="sequence", sizes=(shape.count, 1))
    channels, height, width = shape.sizes
    if not patches:
        return _placed("reshape", to="sequence", sizes=(channels * height, width))
    return _placed("patch_embedding", size=_patch(height, width))


def _placed(kind: str, **settings: Any) -> Layer:
    return LAYERS[kind].model_validate(settings)


def _patch(height: int, width: int) -> int:
    """The largest side that divides an image into at least four by four patches."""
    both = gcd(height, width)
    return max(n for n in range(1, both + 1) if both % n == 0 and (n == 1 or 4 * n <= min(height, width)))


def _lacks(layer: Layer, shape: Shape, what: str, before: Layer) -> Misfit:
    text = (
        f"{layer.title} needs {what}, but gets {shape.noun} ({shape.text()}): put {before.title} before it."
    )
    try:
        return Misfit(text, before=before, then=layer.output(before.output(shape)))
    except Misfit as still:
        return Misfit(text, then=still.then)


def nearest_divisor(number: int, wanted: int) -> int:
    """Return the divisor of `number` closest to the wanted one, the smaller of two."""
    return min((n for n in range(1, number + 1) if number % n == 0), key=lambda n: (abs(n - wanted), n))
