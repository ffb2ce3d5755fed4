"""Open and save projects whose data lie in files: paths are absolute in the program, relative on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nnstudio.core.files import Saved, load, save
from nnstudio.core.project import Project
from nnstudio.core.run import Run
from nnstudio.data.csv_file import rebase, rebased


def open_project(path: str | Path) -> Saved:
    """Return a project file with the paths of its data made absolute; raises FileProblem."""
    return _rebased(load(path), Path(path).resolve().parent, absolute=True)


def save_project(path: str | Path, saved: Saved) -> None:
    """Write a project file with the paths of its data relative to its folder; raises FileProblem.

    Moved together, project and table find each other again.
    """
    save(path, _rebased(saved, Path(path).resolve().parent, absolute=False))


def _rebased(saved: Saved, folder: Path, *, absolute: bool) -> Saved:
    def project(p: Project) -> Project:
        moved = {"data": rebase(p.data, folder, absolute=absolute)}
        if p.start_from is None:
            return p.model_copy(update=moved)
        return p.model_copy(update=moved | {"start_from": rebased(p.start_from, folder, absolute=absolute)})

    def run(r: Run) -> Run:
        return r.with_record(project=project(r.record.project))

    return replace(saved, project=project(saved.project), runs=tuple(run(r) for r in saved.runs))
