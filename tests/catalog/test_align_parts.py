"""Parts that were scaled apart outside come together again, and nothing else is touched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnstudio.catalog.preparations import AlignParts
from nnstudio.core.dataset import Column, DataSpec, Prepared, Table
from nnstudio.data.array_file import ArrayFile
from nnstudio.data.prepare import prepare, transform

ROWS = 300


def prepared(folder: Path, *, images: bool = False, apart: bool = True) -> Prepared:
    """Rows of three parts, those of validation in other units."""
    rng = np.random.default_rng(0)
    shape = (ROWS, 3, 4, 4) if images else (ROWS, 4)
    arrays: dict[str, Any] = {}
    for part in ("train", "val", "test"):
        x = rng.normal(size=shape).astype(np.float32)
        arrays |= {f"x_{part}": 50 * x - 7 if apart and part == "val" else x}
        arrays |= {f"y_{part}": rng.integers(0, 2, ROWS)}
    np.savez(folder / "rows.npz", **arrays)
    source = ArrayFile(path=str(folder / "rows.npz"), layout="images" if images else "table")
    return prepare(source.load(), DataSpec(source=source, preparation=(AlignParts(),)))


@pytest.mark.parametrize("images", [False, True])
def test_validation_comes_to_the_scale_of_training(tmp_path: Path, images: bool) -> None:
    found = prepared(tmp_path, images=images)
    assert found.validation.x.mean() == pytest.approx(found.train.x.mean(), abs=1e-3)
    assert found.validation.x.std() == pytest.approx(found.train.x.std(), rel=1e-3)


def test_parts_on_one_scale_stay_as_they_are(tmp_path: Path) -> None:
    assert prepared(tmp_path, apart=False).states[0] == {"parts": {}}
    assert set(prepared(tmp_path).states[0]["parts"]) == {"validation"}, "training and test rows are alike"


def test_new_rows_are_on_the_scale_of_training(tmp_path: Path) -> None:
    found = prepared(tmp_path)
    spec = DataSpec(source=ArrayFile(path="rows.npz"), preparation=(AlignParts(),))
    columns = [Column(name, "number", np.array([1.0, 2.0])) for name in found.feature_names]
    assert transform(found, spec, columns).tolist() == [[1.0] * 4, [2.0] * 4]


def test_series_are_left_alone(tmp_path: Path) -> None:
    target = Column("y", "number", np.zeros(6))
    parts = np.array(["train"] * 3 + ["validation"] * 3, dtype=object)
    column = Column("x", "number", np.array([0.0, 1.0, 2.0, 50.0, 60.0, 70.0]))
    table = Table((column,), target, parts == "train", np.ones(6, np.bool_), parts=parts)
    assert AlignParts().fit(table)["parts"]
    assert AlignParts().fit(replace(table, series=True)) == {"parts": {}}, "time goes on between the parts"
