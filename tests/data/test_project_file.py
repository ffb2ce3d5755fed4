"""A project and its table find each other again wherever both are moved."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from nnstudio.core.files import Saved, load
from nnstudio.core.project import Project
from nnstudio.data.csv_file import CsvSource
from nnstudio.data.project_file import open_project, save_project
from tests.core import samples


def on(path: str) -> Project:
    return samples.project().set("data.source", CsvSource(path=path))


def test_paths_are_relative_on_disk_and_absolute_inside(tmp_path: Path) -> None:
    project = on(str(tmp_path / "tables" / "a.csv"))
    run = samples.run()
    run = replace(run, record=run.record.model_copy(update={"project": project}))
    path = tmp_path / "work" / "a.nnproj"
    path.parent.mkdir()
    save_project(path, Saved(project, (run,)))
    raw = load(path)
    assert raw.project.data.source.path == "../tables/a.csv"
    assert raw.runs[0].record.project.data.source.path == "../tables/a.csv"
    saved = open_project(path)
    assert saved.project == project
    assert saved.runs[0].record.project == project


def test_moved_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path)
    save_project("here/a.nnproj", Saved(on(str(tmp_path / "here" / "a.csv"))))
    shutil.move("here", "there")
    assert open_project("there/a.nnproj").project.data.source.path == str(tmp_path / "there" / "a.csv")


def test_bundled_data_have_no_path(tmp_path: Path) -> None:
    save_project(tmp_path / "a.nnproj", Saved(samples.project()))
    assert open_project(tmp_path / "a.nnproj").project == samples.project()
