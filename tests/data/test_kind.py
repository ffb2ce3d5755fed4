"""What a file or folder looks like, and what else it may be used as."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnstudio.core.dataset import DataProblem
from nnstudio.data.image_files import ImageTable
from nnstudio.data.kind import look
from nnstudio.data.series_file import SeriesTable
from nnstudio.data.text_files import TextTable
from tests.data import files


def test_folders_are_images_or_texts(tmp_path: Path) -> None:
    assert look(str(files.images(tmp_path / "a"))).likely == "images"
    assert look(str(files.texts(tmp_path / "b"))).likely == "texts"
    (tmp_path / "c").mkdir()
    with pytest.raises(DataProblem, match="neither images nor texts"):
        look(str(tmp_path / "c"))


def test_a_table_with_long_texts_is_texts(tmp_path: Path) -> None:
    looked = look(str(files.reviews(tmp_path / "r.csv")))
    assert looked.likely == "texts"
    source = looked.sources["texts"]
    assert isinstance(source, TextTable)
    assert (source.column, source.target) == ("review", "label")
    assert set(looked.sources) == {"table", "texts", "images", "series"}


def test_a_table_with_paths_of_pictures_is_images(tmp_path: Path) -> None:
    source = look(str(files.image_table(tmp_path / "a"))).sources["images"]
    assert look(source.path).likely == "images"  # type: ignore[attr-defined]
    assert isinstance(source, ImageTable)
    assert (source.column, source.target) == ("file", "kind")


def test_a_table_in_order_of_time_is_a_series(tmp_path: Path) -> None:
    looked = look(str(files.months(tmp_path / "m.csv")))
    assert looked.likely == "series"
    source = looked.sources["series"]
    assert isinstance(source, SeriesTable)
    assert (source.order_column, source.forecast) == ("month", "sales")


def test_any_other_table_is_a_table(tmp_path: Path) -> None:
    rows = [(i % 7, "ab"[i % 2], f"2020-01-{1 + i % 28:02d}") for i in range(60)]
    assert look(str(files.table(tmp_path / "t.csv", ("size", "kind", "day"), rows))).likely == "table"


def test_prose_is_a_text_to_continue_and_a_table_in_a_txt_is_one(tmp_path: Path) -> None:
    assert look(str(files.prose(tmp_path / "p.txt"))).likely == "text"
    looked = look(str(files.table(tmp_path / "t.txt", ("a", "b"), [(i, 2 * i) for i in range(40)])))
    assert looked.likely == "table"
    assert "text" in looked.sources
