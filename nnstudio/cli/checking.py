"""Checks on demand from the command line: run them, show their verdicts, keep them with the run."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnstudio.cli.output import Output
from nnstudio.cli.problem import Problem
from nnstudio.cli.projects import checked_table, with_data

if TYPE_CHECKING:
    from nnstudio.core.check import CheckResult
    from nnstudio.core.dataset import Prepared
    from nnstudio.core.files import Saved
    from nnstudio.core.project import Project
    from nnstudio.core.run import Run

SIGNS = {"good": "ok", "bad": "!!", "unclear": "? "}


def add_check_argument(parser: argparse.ArgumentParser) -> None:
    """Add --check."""
    parser.add_argument(
        "--check", default="", metavar="NAMES", help="run checks first: names with commas between, or all"
    )


def results_of(project: Project, prepared: Prepared, wanted: str, out: Output) -> tuple[CheckResult, ...]:
    """Run the checks of these names and print what each finds; raises Problem."""
    from nnstudio.core.check import CheckResult
    from nnstudio.engine.checks import checks_called, run_checks

    try:
        asked = checks_called(name.strip() for name in wanted.split(","))
    except ValueError as problem:
        raise Problem(f"{problem}.") from None
    checked_table(project)
    results = []
    titles = {check.id: check.title for check in asked}
    for event in run_checks(asked, project, prepared):
        if isinstance(event, CheckResult):
            out.progress.clear()
            out.say(f"{SIGNS[event.outcome]} {titles[event.id]}: {event.verdict}")
            results.append(event)
        else:
            out.progress.show(event.share, f"{titles[event.id]}: {event.words}")
    return tuple(results)


def checked(path: Path, saved: Saved, run: Run, wanted: str, out: Output) -> Run:
    """Run checks on the project of a kept run and save what they find with it."""
    from nnstudio.data.project_file import save_project

    project, prepared = with_data(run.record.project, out)
    done = run.with_checks(results_of(project, prepared, wanted, out))
    runs = tuple(done if each is run else each for each in saved.runs)
    save_project(path, replace(saved, runs=runs))
    out.say()
    return done


def results_json(results: Iterable[CheckResult]) -> list[dict[str, Any]]:
    """Return results as plain JSON data."""
    return [result.model_dump() for result in results]
