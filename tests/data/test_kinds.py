"""Texts, pixels and autoencoders on their way through the preparation."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.catalog.datasets.shapes import Shapes
from nnstudio.catalog.datasets.sklearn_sets import Wine
from nnstudio.catalog.datasets.texts import Opinions
from nnstudio.catalog.preparations import NormalisePixels, ScaleInputs, Tokenise
from nnstudio.catalog.tokenisers import Words
from nnstudio.core.dataset import SPLITS, Column, DataProblem, DataSpec, Examples, Preparation
from nnstudio.data.arrays import from_arrays
from nnstudio.data.prepare import default_spec, prepare, transform


def spec(*chain: Preparation, goal: str = "predict") -> DataSpec:
    return DataSpec.model_validate({"source": Wine(), "preparation": chain, "goal": goal})


def sayings(*texts: str | None) -> Examples:
    """Return each text twenty times with one of two labels."""
    many = np.array(list(texts) * 20, dtype=object)
    labels = np.array(["yes", "no"] * (len(many) // 2) + ["yes"] * (len(many) % 2), dtype=object)
    return Examples("S", Column("said", "category", labels), "classification", (Column("t", "text", many),))


def test_short_texts_are_padded_and_long_ones_cut_off() -> None:
    prepared = prepare(sayings("one two three four five", "one two", None), spec(Tokenise(length=3)))
    kinds = {tuple(row) for part in map(prepared.part, SPLITS) for row in part.x}
    assert {sum(id > 0 for id in row) for row in kinds} == {3, 2, 0}
    assert all(sorted(row, key=bool, reverse=True) == list(row) for row in kinds)
    notes = " ".join(prepared.notes)
    assert "Cut off because they are longer than 3 tokens: 33.3% of the texts." in notes
    assert "Padding fills 44% of the inputs." in notes


def test_the_standard_chain_gives_texts_a_length_that_most_fit_in() -> None:
    (step,) = default_spec(Opinions(), Opinions().load()).preparation
    assert isinstance(step, Tokenise)
    prepared = prepare(Opinions().load(), spec(step))
    assert step.length % 8 == 0
    assert (prepared.train.x[:, -1] > 0).mean() < 0.05
    assert not any("Cut off" in note for note in prepared.notes)


def test_new_texts_become_ids_as_the_training_texts_did() -> None:
    settings = spec(Tokenise(tokeniser=Words(), length=6))
    examples = Opinions().load()
    prepared = prepare(examples, settings)
    found = transform(prepared, settings, (Column("text", "text", examples.columns[0].values),))
    assert found.dtype == np.int64
    assert np.array_equal(found[prepared.test.rows], prepared.test.x)


def test_token_ids_count_as_scaled() -> None:
    facts = prepare(Opinions().load(), spec(Tokenise())).facts
    assert (facts.feature_mean_max, facts.feature_std_max, facts.feature_abs_max) == (0, 1, 1)
    assert facts.constant_features == ()


def test_a_text_without_the_step_tokens_is_refused_with_the_way_out() -> None:
    with pytest.raises(DataProblem, match="put the step Tokens"):
        prepare(Opinions().load(), spec())


def test_opinions_differ_from_each_other_and_are_balanced() -> None:
    examples = Opinions(samples=400).load()
    assert len(set(examples.columns[0].values)) == 400
    assert (examples.target.values == "positive").sum() == 200


@pytest.mark.parametrize("colour", ["grey", "colour"])
def test_pixels_are_normalised_by_channel_on_the_training_images(colour: str) -> None:
    examples = Shapes.model_validate({"colour": colour, "samples": 200}).load()
    assert examples.pixels is not None
    prepared = prepare(examples, spec(NormalisePixels()))
    train = examples.pixels[prepared.train.rows]
    means, deviations = train.mean(axis=(0, 2, 3)), train.std(axis=(0, 2, 3))
    for part in map(prepared.part, SPLITS):
        expected = (examples.pixels[part.rows] - means[:, None, None]) / deviations[:, None, None]
        np.testing.assert_allclose(part.x, expected, atol=1e-4)
    assert prepared.raw[prepared.feature_names[0]] == pytest.approx((means[0], deviations[0]), abs=1e-4)


def test_pixels_from_minus_one_to_one() -> None:
    prepared = prepare(Shapes(samples=100, noise=0.5).load(), spec(NormalisePixels(method="from -1 to 1")))
    assert (prepared.train.x.min(), prepared.train.x.max()) == (-1, 1)


def test_an_autoencoder_has_its_input_as_its_answer() -> None:
    examples = Wine().load()
    prepared = prepare(examples, spec(ScaleInputs(), goal="reconstruct"))
    target = prepared.signature.target
    assert target.task == "regression"
    assert target.names == prepared.feature_names
    assert prepared.units.linear == (0, 1)
    for part in map(prepared.part, SPLITS):
        assert np.array_equal(part.x, part.y)
        assert part.y.dtype == np.float32


def test_an_image_is_rebuilt_pixel_by_pixel() -> None:
    prepared = prepare(Shapes(samples=100, size=8).load(), spec(goal="reconstruct"))
    target = prepared.signature.target
    assert target.count == 64
    assert target.names[:2] == ("brightness 1/1", "brightness 1/2")
    assert np.array_equal(prepared.train.x.reshape(-1, 64), prepared.train.y)


def test_an_autoencoder_needs_no_labels() -> None:
    rng = np.random.default_rng(0)
    examples = from_arrays(rng.normal(size=(40, 3)), np.zeros(40, int))
    with pytest.raises(DataProblem, match="same class"):
        prepare(examples, spec())
    assert len(prepare(examples, spec(goal="reconstruct")).train) == 28


def test_tokens_cannot_be_rebuilt() -> None:
    with pytest.raises(DataProblem, match="cannot be reconstructed"):
        prepare(Opinions().load(), spec(Tokenise(), goal="reconstruct"))
