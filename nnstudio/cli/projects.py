"""What commands do with project files: open, edit by path, load the data, find a run, save."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnstudio.cli.output import Output
from nnstudio.cli.problem import FAILED, Problem

if TYPE_CHECKING:
    from nnstudio.core.dataset import DataFacts, Prepared
    from nnstudio.core.files import Saved
    from nnstudio.core.finding import Evidence
    from nnstudio.core.project import Project
    from nnstudio.core.run import Run
    from nnstudio.core.trace import Signature, Trace


def add_project_argument(parser: argparse.ArgumentParser) -> None:
    """Add the positional PROJECT."""
    parser.add_argument("project", metavar="PROJECT", type=Path, help="a project file (.nnproj)")


def add_run_argument(parser: argparse.ArgumentParser) -> None:
    """Add --run."""
    parser.add_argument(
        "--run", dest="run_id", metavar="ID", help="id or name of a kept run (default: the last)"
    )


def open_file(path: Path) -> Saved:
    """Return what a project file holds; raises FileProblem."""
    # Both fill the registries that the file's kinds are looked up in.
    import nnstudio.catalog
    import nnstudio.data  # noqa: F401
    from nnstudio.data.project_file import open_project

    return open_project(path)


def with_suffix(path: Path) -> Path:
    """Return the path with the suffix of project files."""
    from nnstudio.core.files import SUFFIX

    return path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)


def edited(project: Project, edits: Iterable[str]) -> Project:
    """Return the project with `path=value` edits done; raises EditProblem or Problem."""
    for edit in edits:
        path, sign, text = edit.partition("=")
        if not sign or not path:
            raise Problem(f"--set needs path=value, for example training.optimizer.rate=0.01, not {edit!r}.")
        project = project.set(path.strip(), _value(text.strip()))
    return project


def _value(text: str) -> Any:
    """Read lists, tables and null as JSON; anything else stays a text, which the project converts."""
    if text == "null" or text[:1] in ("[", "{"):
        try:
            return json.loads(text)
        except ValueError as error:
            raise Problem(f"{text!r} is no valid JSON: {error}.") from None
    return text


def with_data(project: Project, out: Output, before: Signature | None = None) -> tuple[Project, Prepared]:
    """Load and prepare the data; return the project fitted to them. Raises DataProblem.

    `before` is what the data looked like when edits have made the project forget it.
    """
    from nnstudio.catalog.defaults import refit
    from nnstudio.data.prepare import load

    prepared = load(project.data, lambda text, share: out.progress.show(share, text))
    out.progress.clear()
    return refit(project, prepared.signature, before), prepared


def run_called(saved: Saved, name: str | None) -> Run:
    """Return a run by id, name or the beginning of its id; the last one for None. Raises Problem."""
    if not saved.runs:
        raise Problem("This project has no runs yet: train it first.")
    if name is None:
        return saved.runs[-1]
    for run in saved.runs:
        if name in (run.record.id, run.record.name):
            return run
    near = [run for run in saved.runs if run.record.id.startswith(name)]
    if len(near) == 1:
        return near[0]
    known = ", ".join(f"{run.record.id} ({run.record.name})" for run in saved.runs)
    raise Problem(f"There is no run {name!r}; there are: {known}.")


def evidence_of(run: Run, facts: DataFacts | None = None) -> Evidence:
    """Return what a diagnosis of a kept run rests on; `facts` help where the run failed before it began."""
    from nnstudio.core.finding import Evidence

    return Evidence.of(run, facts)


def checked_table(project: Project) -> Trace:
    """Return the layer table of a project with known data; raises Problem naming every misfit."""
    table = project.trace()
    assert table is not None
    if table.errors:
        raise Problem(errors_in_words(table), FAILED)
    return table


def errors_in_words(table: Trace) -> str:
    """Return every error with its layer, one per line."""
    return "\n".join(f"layer {id}: {text}" if id != "input" else text for id, text in table.errors.items())
