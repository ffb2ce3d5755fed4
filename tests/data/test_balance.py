"""Balancing inside the preparation: training rows only, facts as they were."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.catalog.datasets.playground import Circles
from nnstudio.catalog.preparations import EncodeCategories, ScaleInputs
from nnstudio.catalog.samplers import OverSampling, Smote, SmoteNc
from nnstudio.core.dataset import Column, DataProblem, DataSpec, Examples, Sampler
from nnstudio.data.arrays import from_arrays
from nnstudio.data.balance import flags
from nnstudio.data.prepare import prepare


def rare(n: int = 200) -> Examples:
    rng = np.random.default_rng(0)
    y = (np.arange(n) % 10 == 0).astype(int)
    return from_arrays(rng.normal(size=(n, 2)) + y[:, None], y)


def spec(sampler: Sampler) -> DataSpec:
    return DataSpec(source=Circles(), preparation=(ScaleInputs(),), sampler=sampler)


def test_only_the_rows_learnt_from_change() -> None:
    plain = prepare(rare(), DataSpec(source=Circles(), preparation=(ScaleInputs(),)))
    done = prepare(rare(), spec(Smote()))
    assert plain.learnt is plain.train
    for name in ("train", "validation", "test"):
        assert np.array_equal(plain.part(name).x, done.part(name).x)
    assert plain.facts == done.facts
    assert done.facts.train.class_counts == (126, 14)
    assert np.bincount(done.learnt.y).tolist() == [126, 126]
    assert any("140 training rows became 252" in note for note in done.notes)


def test_numbers_to_predict_are_left_alone() -> None:
    x = np.random.default_rng(0).normal(size=(60, 2))
    done = prepare(from_arrays(x, x.sum(1), task="regression"), spec(OverSampling()))
    assert done.learnt is done.train
    assert any("only classes can be balanced" in note for note in done.notes)


def test_images_can_be_repeated_but_not_made() -> None:
    pixels = np.random.default_rng(0).random((100, 1, 4, 4), np.float32)
    images = from_arrays(pixels, (np.arange(100) % 10 == 0).astype(int))
    done = prepare(images, DataSpec(source=Circles(), sampler=OverSampling()))
    assert np.bincount(done.learnt.y).tolist() == [63, 63]
    with pytest.raises(DataProblem, match="over-sampling or under-sampling for an image"):
        prepare(images, DataSpec(source=Circles(), sampler=Smote()))


def test_one_hot_inputs_of_a_column_are_one_category() -> None:
    rng = np.random.default_rng(0)
    colour = rng.choice(np.array(["red", "blue", "green"], dtype=object), 100)
    columns = (Column("size", "number", rng.normal(size=100)), Column("colour", "category", colour))
    label = np.array(["rare" if i % 8 == 0 else "common" for i in range(100)], dtype=object)
    examples = Examples("Things", Column("label", "category", label), "classification", columns)
    chain = (EncodeCategories(), ScaleInputs())
    done = prepare(examples, DataSpec(source=Circles(), preparation=chain, sampler=SmoteNc()))
    assert flags(done.train, done.feature_names) == ((1, 2, 3),)
    assert (done.learnt.x[:, 1:].sum(1) == 1).all()
    assert set(np.bincount(done.learnt.y).tolist()) == {int(np.bincount(done.learnt.y).max())}
