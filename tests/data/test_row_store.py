"""Rows that do not fit in memory lie in files and are the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from nnstudio.catalog.samplers import OverSampling, Smote, UnderSampling
from nnstudio.core.dataset import Column, DataProblem, DataSpec, Examples, Prepared, Windows
from nnstudio.data import memory, row_store
from nnstudio.data.arrays import from_arrays
from nnstudio.data.features import matrix
from nnstudio.data.prepare import default_spec, prepare
from nnstudio.data.row_store import chunks, filled, fits
from tests.engine.made import InMemory


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let rows of more than 500 bytes go to a folder of files, in steps of 100 bytes; return the folder."""
    folder = tmp_path / "rows"
    monkeypatch.setattr(row_store, "BUDGET", 500)
    monkeypatch.setattr(row_store, "CHUNK", 100)
    monkeypatch.setattr(row_store, "cache_folder", lambda: folder)
    return folder


def table(**details: Any) -> Examples:
    """Return a table whose second class is rare."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(120, 4))
    return from_arrays(x, (rng.random(120) < 0.2).astype(int), classes=("often", "rare"), **details)


def in_memory(make: Callable[[], Prepared], monkeypatch: pytest.MonkeyPatch) -> Prepared:
    """Return what is made where everything fits."""
    with monkeypatch.context() as patch:
        patch.setattr(row_store, "BUDGET", 1 << 30)
        return make()


def test_a_long_table_lies_in_a_file_and_is_the_same(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    examples = table()
    spec = default_spec(InMemory(), examples)
    mapped = prepare(examples, spec)
    plain = in_memory(lambda: prepare(examples, spec), monkeypatch)
    assert isinstance(mapped.train.x, np.memmap)
    assert not isinstance(plain.train.x, np.memmap)
    for own, given in zip(
        (mapped.train, mapped.validation, mapped.test),
        (plain.train, plain.validation, plain.test),
        strict=True,
    ):
        np.testing.assert_array_equal(own.x, given.x)
        np.testing.assert_array_equal(own.y, given.y)
    assert mapped.facts == plain.facts
    files = {path: path.stat().st_mtime_ns for path in cache.iterdir()}
    prepare(examples, spec)
    assert {path: path.stat().st_mtime_ns for path in cache.iterdir()} == files


def test_another_table_is_another_file(cache: Path) -> None:
    keep = np.ones(200, np.bool_)
    one, two = (matrix([Column("a", "number", np.arange(200.0) + at)], keep) for at in (0, 1))
    assert isinstance(one, np.memmap)
    assert one[0, 0] == 0
    assert two[0, 0] == 1
    keep[7] = False
    assert len(matrix([Column("a", "number", np.arange(200.0))], keep)) == 199


def test_gaps_of_a_long_table_are_refused_and_nothing_is_left(cache: Path) -> None:
    values = np.arange(200.0)
    values[[3, 150]] = np.nan
    with pytest.raises(DataProblem, match="Values missing in the column 'b': 2"):
        matrix(
            [Column("a", "number", np.arange(200.0)), Column("b", "number", values)], np.ones(200, np.bool_)
        )
    assert not list(cache.iterdir())


def test_a_table_that_may_have_gaps_stays_in_memory(cache: Path) -> None:
    x = matrix([Column("a", "number", np.full(200, np.nan))], np.ones(200, np.bool_), gaps=True)
    assert not isinstance(x, np.memmap)
    assert np.isnan(x).all()


def test_windows_of_a_series_lie_in_a_file(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.sin(np.arange(90) / 5)
    column = Column("y", "number", values)
    examples = Examples("Waves", column, "regression", (column,), windows=Windows(size=6))
    spec = DataSpec(source=InMemory())
    mapped, plain = prepare(examples, spec), in_memory(lambda: prepare(examples, spec), monkeypatch)
    assert isinstance(mapped.train.x, np.memmap)
    np.testing.assert_array_equal(mapped.train.x, plain.train.x)
    np.testing.assert_array_equal(mapped.validation.x, plain.validation.x)


@pytest.mark.parametrize("sampler", [OverSampling(), UnderSampling(ratio=0.5), Smote()])
def test_balanced_rows_are_the_same(sampler: Any, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    examples = table()
    spec = default_spec(InMemory(), examples).model_copy(update={"sampler": sampler})
    mapped = prepare(examples, spec).learnt
    plain = in_memory(lambda: prepare(examples, spec), monkeypatch).learnt
    np.testing.assert_array_equal(mapped.x, plain.x)
    np.testing.assert_array_equal(mapped.y, plain.y)
    assert isinstance(mapped.x, np.memmap) != sampler.makes_rows


def test_the_room_follows_the_free_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_store, "available_memory", lambda: 8000)
    assert fits(1000)
    assert not fits(1001)
    monkeypatch.setattr(row_store, "available_memory", lambda: 1 << 60)
    assert fits(row_store.BUDGET)
    assert not fits(row_store.BUDGET + 1)
    monkeypatch.setattr(row_store, "available_memory", lambda: None)
    assert fits(row_store.BUDGET)


def test_this_machine_tells_its_free_memory() -> None:
    found = memory.available_memory()
    assert found is None or found > 1 << 20


def test_mapped_rows_cannot_be_changed(cache: Path) -> None:
    rows = filled((200,), lambda: b"ones", lambda out: out.fill(1))
    with pytest.raises(ValueError, match="read-only"):
        rows[0] = 2


def test_chunks_cover_every_row(cache: Path) -> None:
    rows = np.arange(70, dtype=np.float32).reshape(35, 2)
    assert [len(rows[at]) for at in chunks(rows)] == [12, 12, 11]
    assert not chunks(rows[:0])


def test_a_full_disk_is_told_in_words(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=2 << 30))
    filled((200,), lambda: b"few", lambda out: out.fill(1))
    with pytest.raises(DataProblem, match=r"take 1.2 GB, .* only 2.1 GB free"):
        filled((300_000_000,), lambda: b"many", lambda out: out.fill(1))
    assert len(list(cache.iterdir())) == 1
