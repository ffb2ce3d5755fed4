"""The CSV source as a value: roles that move, paths that follow the project, settings that survive saving."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from nnstudio.core.dataset import SOURCES, DataSpec
from nnstudio.core.param import params
from nnstudio.data.csv_file import ColumnSpec, CsvSource, rebase

COLUMNS = (
    ColumnSpec(name="size", type="number"),
    ColumnSpec(name="story", type="text", role="ignore"),
    ColumnSpec(name="kind", type="category", role="target"),
)
SOURCE = CsvSource(path="data/plants.csv", columns=COLUMNS)


def test_it_survives_saving() -> None:
    assert SOURCES.parse(SOURCE.model_dump(mode="json")) == SOURCE
    assert SOURCE.label() == "plants.csv"
    assert {"delimiter", "encoding", "decimal", "task"} <= set(params(CsvSource))


def test_a_new_target_frees_the_old_one() -> None:
    changed = SOURCE.with_target("story")
    assert [(c.type, c.role) for c in changed.columns] == [
        ("number", "feature"), ("category", "target"), ("category", "feature"),
    ]  # fmt: skip
    assert changed.with_column("size", role="target").target == ColumnSpec(
        name="size", type="number", role="target"
    )
    assert SOURCE.with_column("kind", type="text").target == ColumnSpec(
        name="kind", type="text", role="target"
    )
    with pytest.raises(KeyError, match="there are: size, story, kind"):
        SOURCE.with_target("colour")


def test_two_targets_or_equal_names_are_refused() -> None:
    two = (*COLUMNS, ColumnSpec(name="other", type="number", role="target"))
    with pytest.raises(ValidationError, match="only one column can be the target"):
        CsvSource(path="x", columns=two, task="ordinal")
    with pytest.raises(ValidationError, match="two columns are called 'size'"):
        CsvSource(path="x", columns=(*COLUMNS, ColumnSpec(name="size", type="number")))


def test_several_columns_can_be_a_label_each() -> None:
    both = SOURCE.with_target("size", "kind")
    assert [column.name for column in both.targets] == ["size", "kind"]
    labels = SOURCE.model_copy(update={"task": "multilabel"})
    assert len(labels.with_column("size", role="target").targets) == 2
    assert len(SOURCE.with_column("size", role="target").targets) == 1


def test_paths_are_absolute_to_load_and_relative_to_save(tmp_path: Path) -> None:
    spec = DataSpec(source=SOURCE)
    absolute = rebase(spec, tmp_path / "project", absolute=True)
    assert absolute.source.path == str(tmp_path / "project" / "data" / "plants.csv")
    assert rebase(absolute, tmp_path / "project", absolute=False) == spec
    assert (
        rebase(absolute, tmp_path / "elsewhere", absolute=False).source.path == "../project/data/plants.csv"
    )


def test_sources_without_a_file_are_left_alone() -> None:
    from nnstudio.catalog.datasets.playground import Circles

    spec = DataSpec(source=Circles())
    assert rebase(spec, Path("/somewhere"), absolute=True) == spec
