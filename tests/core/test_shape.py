"""Shapes know their axes."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from nnstudio.core.shape import FEATURES, IMAGE, Shape, features, image, sequence, tokens


@pytest.mark.parametrize(
    ("shape", "count", "noun", "text"),
    [
        (features(5), 5, "a list of features", "5"),
        (image(3, 32, 16), 1536, "an image", "3×32×16"),
        (sequence(10, 4), 40, "a sequence", "10×4"),
        (tokens(7), 7, "token ids", "7"),
        (Shape(sizes=(2, 3), axes=("rows", "beats")), 6, "an array of rows x beats", "2×3"),
    ],
)
def test_words(shape: Shape, count: int, noun: str, text: str) -> None:
    assert (shape.count, shape.noun, shape.text()) == (count, noun, text)
    assert Shape.model_validate_json(shape.model_dump_json()) == shape


def test_named_axes() -> None:
    assert image(3, 32, 16).named() == "3 channels × 32 height × 16 width"
    assert image(1, 2, 2).is_a(IMAGE)
    assert not image(1, 2, 2).is_a(FEATURES)


@pytest.mark.parametrize(
    ("sizes", "axes"), [((1,), ()), ((1, 2), ("features",)), ((), ()), ((0,), FEATURES), ((-4,), FEATURES)]
)
def test_impossible_shapes(sizes: tuple[int, ...], axes: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError):
        Shape(sizes=sizes, axes=axes)
