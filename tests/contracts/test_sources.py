"""Every bundled data set loads, repeats itself, explains itself and can be learnt from as it comes."""

from __future__ import annotations

import json

import numpy as np
import pytest

import nnstudio.catalog.datasets
import nnstudio.data  # noqa: F401  (registers the file formats)
from nnstudio.catalog.preparations.rows import missing
from nnstudio.core.dataset import SOURCES, SPLITS, Column, DataSpec, Source
from nnstudio.data.prepare import default_spec, prepare

EXAMPLES = [pytest.param(cls, id=cls.kind) for cls in SOURCES if cls.example]
DRAWN = [pytest.param(cls, id=cls.kind) for cls in SOURCES if "seed" in cls.params()]


def same(one: Column, other: Column) -> bool:
    return one.name == other.name and one.type == other.type and np.array_equal(one.values, other.values)


@pytest.mark.parametrize("cls", [pytest.param(cls, id=cls.kind) for cls in SOURCES])
def test_it_explains_itself(cls: type[Source]) -> None:
    assert cls.title
    assert cls.family
    assert len(cls.about()) > 60
    for name, spec in cls.params().items():
        assert spec.label, name
        assert spec.help.endswith("."), name


@pytest.mark.parametrize("cls", EXAMPLES)
def test_it_loads_the_same_twice(cls: type[Source]) -> None:
    first, second = cls().load(), cls().load()
    assert same(first.target, second.target)
    assert len(first.columns) == len(second.columns)
    assert all(same(one, other) for one, other in zip(first.columns, second.columns, strict=True))
    if first.pixels is not None:
        assert second.pixels is not None
        assert np.array_equal(first.pixels, second.pixels)


@pytest.mark.parametrize("cls", EXAMPLES)
def test_its_examples_keep_their_promises(cls: type[Source]) -> None:
    examples = cls().load()
    assert examples.title
    assert len(examples) >= 100
    assert (examples.pixels is None) == bool(examples.columns)
    assert (examples.target.type == "number") == (examples.task == "regression")
    for column in (*examples.columns, examples.target):
        assert len(column.values) == len(examples)
        assert not missing(column.values).any()
        assert column.values.dtype == (np.float64 if column.type == "number" else object)


@pytest.mark.parametrize("cls", EXAMPLES)
def test_it_can_be_learnt_from_as_it_comes(cls: type[Source]) -> None:
    source = cls()
    examples = source.load()
    prepared = prepare(examples, default_spec(source, examples))
    signature = prepared.signature
    assert sum(len(prepared.part(name)) for name in SPLITS) == len(examples)
    for name in SPLITS:
        part = prepared.part(name)
        assert part.x.dtype == np.float32
        assert part.x.shape == (len(part), *signature.input.sizes)
        assert np.isfinite(part.x).all()
        assert np.abs(part.x).max() < 20
        if signature.target.task == "classification":
            assert part.y.dtype == np.int64
            assert part.y.shape == (len(part),)
            assert set(part.y) == set(range(signature.target.count))
        else:
            assert part.y.dtype == np.float32
            assert part.y.shape == (len(part), signature.target.count)


@pytest.mark.parametrize("cls", EXAMPLES)
def test_its_settings_survive_saving(cls: type[Source]) -> None:
    spec = DataSpec(source=cls())
    assert DataSpec.model_validate(json.loads(spec.model_dump_json())) == spec


@pytest.mark.parametrize("cls", DRAWN)
def test_another_seed_draws_other_examples(cls: type[Source]) -> None:
    assert not same(cls.model_validate({"seed": 1}).load().columns[0], cls().load().columns[0])
