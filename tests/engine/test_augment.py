"""Varied examples: moves that are exact where they can be, one seed one curve, validation untouched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from nnstudio.catalog.activations import Softmax
from nnstudio.catalog.augmentations import (
    Brightness,
    DeleteTokens,
    Erase,
    FeatureNoise,
    FlipHorizontally,
    FlipVertically,
    InsertTokens,
    Mixup,
    RandomCrop,
    ReplaceTokens,
    Rotate,
    Shift,
    SwapTokens,
    WindowShift,
    Zoom,
)
from nnstudio.catalog.layers.dense import Dense, Flatten
from nnstudio.core.run import Epoch, Finished
from nnstudio.core.shape import Shape, features, image, sequence, tokens
from nnstudio.core.training import AUGMENTATIONS, Augmentation, Training
from nnstudio.engine.augment import Augment
from nnstudio.engine.build import CannotBuild
from nnstudio.engine.randomness import stream
from nnstudio.engine.train import train
from tests.engine.made import classes, images, project_for

SHAPES: dict[str, tuple[Shape, Tensor]] = {
    "images": (image(3, 8, 6), torch.rand(40, 3, 8, 6)),
    "tables": (features(4), torch.randn(40, 4)),
    "series": (sequence(9, 2), torch.randn(40, 9, 2)),
    "texts": (tokens(10, 30), torch.randint(2, 30, (40, 10)) * (torch.arange(10) < 7)),
}


WORDS = ("[PAD]", "[UNK]", "good", "great", "movie", "film", "not", *(f"word{i}" for i in range(23)))


def varied(
    entry: Augmentation, x: Tensor, shape: Shape, seed: int = 0, words: Sequence[str] = WORDS
) -> Tensor:
    augment = Augment((entry,), shape, x, 1, stream(seed, "augment"), words)
    return augment((x, torch.zeros(len(x), 1), None))[0]


@pytest.mark.parametrize("entry", AUGMENTATIONS, ids=lambda entry: entry.kind)
def test_every_one_varies_its_kind_and_repeats_with_the_seed(entry: Any) -> None:
    assert len(entry.about()) > 40
    shape, x = SHAPES[entry.family]
    before = x.clone()
    one, same, other = (varied(entry(), x, shape, seed) for seed in (1, 1, 2))
    assert one.shape == x.shape
    assert one.dtype == x.dtype
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert torch.equal(x, before)
    assert torch.isfinite(one.float()).all()


def test_flips_equal_torch() -> None:
    shape, x = SHAPES["images"]
    torch.testing.assert_close(varied(FlipHorizontally(chance=1), x, shape), x.flip(3))
    torch.testing.assert_close(varied(FlipVertically(chance=1), x, shape), x.flip(2))


def test_a_half_turn_equals_two_flips(monkeypatch: pytest.MonkeyPatch) -> None:
    from nnstudio.engine import augment_pictures

    monkeypatch.setattr(augment_pictures, "_around_zero", lambda x, _g: torch.ones(len(x)))
    shape, x = SHAPES["images"]
    torch.testing.assert_close(varied(Rotate(degrees=180), x, shape), x.flip(2, 3), atol=1e-4, rtol=0)
    square = torch.rand(5, 1, 6, 6)
    turned = varied(Rotate(degrees=90), square, image(1, 6, 6))
    torch.testing.assert_close(turned, square.rot90(1, (2, 3)), atol=1e-4, rtol=0)


def test_moves_keep_to_their_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    from nnstudio.engine import augment_pictures

    monkeypatch.setattr(augment_pictures, "_around_zero", lambda x, _g: torch.ones(len(x)))
    x = torch.rand(5, 1, 10, 10)
    moved = varied(Shift(share=0.2), x, image(1, 10, 10))
    torch.testing.assert_close(moved[:, :, :8, :8], x[:, :, 2:, 2:], atol=1e-5, rtol=0)
    flat = torch.full((3, 1, 5, 5), 0.3)
    for entry in (Zoom(), RandomCrop(), Rotate()):
        torch.testing.assert_close(varied(entry, flat, image(1, 5, 5)), flat)


def test_colours_stay_in_the_range_of_the_training_pictures() -> None:
    shape, x = SHAPES["images"]
    done = varied(Brightness(share=0.8), x, shape)
    assert x.min() <= done.min()
    assert done.max() <= x.max()


def test_what_is_covered_is_one_square() -> None:
    x = torch.rand(30, 2, 8, 8)
    changed = varied(Erase(share=0.5, chance=1.0), x, image(2, 8, 8)) != x
    assert (changed[:, 0].sum((1, 2)) == 16).all()


def test_noise_is_in_the_measure_of_each_input() -> None:
    x = torch.randn(4000, 2) * torch.tensor([1.0, 100.0])
    noise = varied(FeatureNoise(share=0.1), x, features(2)) - x
    np.testing.assert_allclose(noise.std(0), [0.1, 10.0], rtol=0.1)


def test_mixup_blends_rows_and_answers_alike() -> None:
    x = torch.eye(3)[torch.randint(0, 3, (500,))]
    augment = Augment((Mixup(alpha=1.0),), features(3), x, 3, stream(0, "augment"))
    mixed, answers, _ = augment((x, x.argmax(1), None))
    torch.testing.assert_close(mixed, answers)
    assert (mixed.gather(1, x.argmax(1)[:, None]) >= 0.5).all()
    own = mixed.max(1).values[(mixed.max(1).values < 1)]
    assert 0.70 < float(own.mean()) < 0.80


def test_series_move_along() -> None:
    x = torch.arange(10.0)[None, :, None].repeat(50, 1, 1)
    moved = varied(WindowShift(steps=3), x, sequence(10, 1))
    steps = moved[:, 5, 0] - 5
    assert set(steps.int().tolist()) == set(range(-3, 4))
    assert moved.min() == 0
    assert moved.max() == 9


def test_texts_keep_their_words_and_padding_stays_behind() -> None:
    shape, x = SHAPES["texts"]
    swapped = varied(SwapTokens(share=0.5), x, shape)
    assert torch.equal(swapped.sort(1).values, x.sort(1).values)
    assert ((swapped == 0) == (x == 0)).all()
    for entry in (DeleteTokens(share=0.5), InsertTokens(share=0.5)):
        done = varied(entry, x, shape)
        assert ((done == 0).int().diff(dim=1) >= 0).all()
        assert (done[:, 0] != 0).all()
        for before, after in zip(x.tolist(), done.tolist(), strict=True):
            assert set(after) <= set(before)


def test_only_words_with_synonyms_are_replaced_and_only_by_these() -> None:
    shape, x = SHAPES["texts"]
    done = varied(ReplaceTokens(share=1), x, shape)
    other = {2: 3, 3: 2, 4: 5, 5: 4}
    expected = [[other.get(id, id) for id in row] for row in x.tolist()]
    assert done.tolist() == expected, "both groups hold two words: each becomes the other one"


def test_a_synonym_is_drawn_evenly_and_in_its_share() -> None:
    words = ("[PAD]", "[UNK]", "good", "fine", "great", "decent", "chair")
    x = torch.tensor([[2, 6]]).repeat(8000, 1)
    done = varied(ReplaceTokens(share=0.5), x, tokens(2, 7), words=words)
    assert (done[:, 1] == 6).all()
    counts = torch.bincount(done[:, 0], minlength=6)[2:] / 8000
    np.testing.assert_allclose(counts, [1 / 2, 1 / 6, 1 / 6, 1 / 6], atol=0.02)


@pytest.mark.parametrize(
    ("words", "row", "after"),
    [
        (("[PAD]", "[UNK]", "good", "great", "##ness"), [2, 4, 2], [2, 4, 3]),
        (("[PAD]", "[UNK]", "▁good", "▁great", "ness", "good"), [5, 2, 4, 2], [5, 2, 4, 3]),
        (("[PAD]", "[UNK]", "Good", "great", "Great", "good"), [2, 3, 0], [4, 5, 0]),
    ],
    ids=["WordPiece", "BPE", "capitals"],
)
def test_parts_of_words_stay_and_capitals_are_kept(
    words: Sequence[str], row: list[int], after: list[int]
) -> None:
    found = varied(ReplaceTokens(share=1), torch.tensor([row]), tokens(len(row), len(words)), words=words)
    assert found.tolist() == [after]


def test_a_vocabulary_without_synonyms_is_named() -> None:
    with pytest.raises(CannotBuild, match="no two synonyms among the 3 tokens"):
        varied(ReplaceTokens(), torch.ones(2, 2), tokens(2, 3), words=("[PAD]", "[UNK]", "a"))


@pytest.mark.parametrize("entry", [FeatureNoise(share=0.3), Mixup()])
def test_training_with_variation_repeats_and_validates_on_plain_rows(entry: Augmentation) -> None:
    prepared = classes()
    plain, project = project_for(prepared), project_for(prepared, augmentations=(entry,))
    first, second, without = (list(train(p, prepared)) for p in (project, project, plain))
    losses = [
        [e.values["train_loss"] for e in run if isinstance(e, Epoch)] for run in (first, second, without)
    ]
    assert losses[0] == losses[1]
    assert losses[0] != losses[2]
    end = first[-1]
    assert isinstance(end, Finished)
    assert end.status == "done"


def test_pictures_train_varied() -> None:
    prepared = images()
    chosen = tuple(cls() for cls in AUGMENTATIONS if cls.family == "images")
    layers = (Flatten(), Dense(units=3, activation=Softmax()))
    project = project_for(prepared, *layers, augmentations=chosen)
    assert Training.model_validate(project.training.model_dump()) == project.training
    end = list(train(project, prepared))[-1]
    assert isinstance(end, Finished)
    assert end.status == "done", end.message


def test_what_does_not_fit_the_data_is_said() -> None:
    with pytest.raises(CannotBuild, match="“Rotate” varies an image"):
        Augment((Rotate(),), features(4), torch.zeros(3, 4), 1, stream(0, "augment"))
