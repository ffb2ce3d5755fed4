"""Every data source loads, repeats itself, explains itself and can be learnt from as it comes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnstudio.catalog.datasets
import nnstudio.data  # noqa: F401  (registers the file formats)
from nnstudio.catalog.preparations.rows import missing
from nnstudio.core.dataset import SOURCES, SPLITS, Column, DataSpec, Source
from nnstudio.core.shape import TOKENS
from nnstudio.data.csv_file import CsvSource
from nnstudio.data.csv_sniff import sniff
from nnstudio.data.prepare import default_spec, prepare
from tests.data import files

EXAMPLES = [pytest.param(cls, id=cls.kind) for cls in SOURCES if cls.example]
EVERY = [pytest.param(cls, id=cls.kind) for cls in SOURCES]
DRAWN = [pytest.param(cls, id=cls.kind) for cls in SOURCES if "seed" in cls.params()]


def ready(cls: type[Source], folder: Path) -> Source:
    """Return a source that can be loaded: bundled as it comes, or from files of its kind."""
    if cls.example:
        return cls()
    if cls is CsvSource:
        return sniff(str(files.months(folder / "a.csv"))).source.with_target("sales")
    kinds: dict[str, tuple[Callable[[Path], Path], dict[str, Any]]] = {
        "array_file": (files.arrays, {}),
        "image_folder": (files.images, {"size": 8}),
        "image_table": (files.image_table, {"column": "file", "target": "kind"}),
        "text_table": (files.reviews, {"column": "review"}),
        "text_folder": (files.texts, {}),
        "plain_text": (files.prose, {}),
        "series_table": (files.months, {"forecast": "sales", "order_column": "month", "window": 4}),
    }
    write, settings = kinds[cls.kind]
    return cls.model_validate({"path": str(write(folder / "own")), **settings})


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


@pytest.mark.parametrize("cls", EVERY)
def test_it_loads_the_same_twice(cls: type[Source], tmp_path: Path) -> None:
    source = ready(cls, tmp_path)
    first, second = source.load(), source.load()
    assert first.windows == second.windows
    assert len(first.columns) == len(second.columns)
    pairs = zip((first.target, *first.columns), (second.target, *second.columns), strict=True)
    assert all(same(one, other) for one, other in pairs)
    if first.pixels is not None:
        assert second.pixels is not None
        assert np.array_equal(first.pixels, second.pixels)


@pytest.mark.parametrize("cls", EVERY)
def test_its_examples_keep_their_promises(cls: type[Source], tmp_path: Path) -> None:
    examples = ready(cls, tmp_path).load()
    assert examples.title
    assert len(examples) >= (80 if cls.example else 20)
    assert (examples.pixels is None) == bool(examples.columns)
    if examples.pixels is not None:
        assert examples.pixels.dtype == np.float32
        assert 0 <= examples.pixels.min() <= examples.pixels.max() <= 1
    if examples.windows is None:
        assert (examples.target.type == "number") == (examples.task == "regression")
    for column in (*examples.columns, examples.target, *([examples.order] if examples.order else [])):
        assert len(column.values) == len(examples)
        assert not missing(column.values).any()
        assert column.values.dtype == (np.float64 if column.type in ("number", "date") else object)


@pytest.mark.parametrize("cls", EVERY)
def test_it_can_be_learnt_from_as_it_comes(cls: type[Source], tmp_path: Path) -> None:
    source = ready(cls, tmp_path)
    examples = source.load()
    prepared = prepare(examples, default_spec(source, examples))
    signature = prepared.signature
    rows = sum(len(prepared.part(name)) for name in SPLITS)
    assert rows == len(examples) or examples.windows is not None
    for name in SPLITS:
        part = prepared.part(name)
        assert part.x.shape == (len(part), *signature.input.sizes)
        assert len(part.rows) == len(part)
        if signature.input.is_a(TOKENS):
            assert part.x.dtype == np.int64
            assert 0 <= part.x.min() <= part.x.max() < signature.input.vocabulary
        else:
            assert part.x.dtype == np.float32
            assert np.isfinite(part.x).all()
            assert np.abs(part.x).max() < 20
        if signature.target.asks == "class":
            assert part.y.dtype == np.int64
            assert part.y.shape == (len(part),)
            assert set(part.y) <= set(range(signature.target.count))
        else:
            assert part.y.dtype == np.float32
            assert part.y.shape == (len(part), signature.target.count)


@pytest.mark.parametrize("cls", EVERY)
def test_its_settings_survive_saving(cls: type[Source], tmp_path: Path) -> None:
    spec = DataSpec(source=ready(cls, tmp_path))
    assert DataSpec.model_validate(json.loads(spec.model_dump_json())) == spec


@pytest.mark.parametrize("cls", DRAWN)
def test_another_seed_draws_other_examples(cls: type[Source]) -> None:
    one, other = cls.model_validate({"seed": 1}).load(), cls().load()
    if one.pixels is not None and other.pixels is not None:
        assert not np.array_equal(one.pixels, other.pixels)
    else:
        assert not same(one.columns[0], other.columns[0])
