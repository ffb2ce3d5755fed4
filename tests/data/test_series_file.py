"""A series from a table: brought into order, gaps filled from the past, nothing from the future."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnstudio.core.dataset import DataProblem
from nnstudio.data.prepare import default_spec, prepare
from nnstudio.data.series_file import SeriesTable
from tests.data import files


def source(path: Path, **settings: object) -> SeriesTable:
    return SeriesTable.model_validate({"path": str(path), "forecast": "sales", "window": 4, **settings})


def test_rows_are_put_in_order_by_their_date(tmp_path: Path) -> None:
    path = files.months(tmp_path / "m.csv")
    ordered = source(path, order_column="month").load()
    assert ordered.order is not None
    assert ordered.order.type == "date"
    assert (np.diff(ordered.order.values) > 0).all()
    as_is = source(path).load()
    assert np.array_equal(as_is.target.values[::-1], ordered.target.values)


def test_every_number_is_read_or_only_what_is_foretold(tmp_path: Path) -> None:
    path = files.months(tmp_path / "m.csv")
    names = [column.name for column in source(path, order_column="month").load().columns]
    assert names == ["sales", "visits"]
    alone = source(path, order_column="month", variables="only the forecast").load()
    assert [column.name for column in alone.columns] == ["sales"]


def test_a_number_may_give_the_order_and_is_then_no_variable(tmp_path: Path) -> None:
    rows = [(i, 100 + (i * 7) % 13) for i in range(60)]
    path = files.table(tmp_path / "t.csv", ("tick", "sales"), rows[::-1])
    examples = source(path, order_column="tick").load()
    assert [column.name for column in examples.columns] == ["sales"]
    assert examples.order is not None
    assert examples.order.values[:3].tolist() == [0, 1, 2]


def test_a_gap_is_filled_with_the_last_known_value(tmp_path: Path) -> None:
    examples = source(files.months(tmp_path / "m.csv", gap=20), order_column="month").load()
    assert examples.target.values[20] == examples.target.values[19]
    assert "Gaps filled with the last known value: 1." in examples.notes


def test_what_is_missing_at_the_beginning_is_left_out(tmp_path: Path) -> None:
    examples = source(files.months(tmp_path / "m.csv", gap=0), order_column="month").load()
    assert len(examples) == 59
    assert any("at the beginning" in note for note in examples.notes)


def test_a_column_of_words_gives_no_order(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="'region' holds neither dates nor numbers"):
        source(files.months(tmp_path / "m.csv"), order_column="region").load()


def test_windows_follow_their_settings_down_to_the_arrays(tmp_path: Path) -> None:
    made = source(files.months(tmp_path / "m.csv"), order_column="month", window=3, horizon=2, step=2)
    prepared = prepare(made.load(), default_spec(made, made.load()))
    assert prepared.train.x.shape == (19, 3, 2)
    assert prepared.train.y.shape == (19, 2)
    assert prepared.feature_names == ("sales", "visits")
