"""Options of `nnstudio train` to begin with the weights of another project, and what they take over."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.cli.output import Output
from nnstudio.cli.problem import Problem

if TYPE_CHECKING:
    from nnstudio.core.project import Project


def add_start_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --start-from, --start-run and --freeze."""
    group = parser.add_argument_group("start from weights")
    group.add_argument(
        "--start-from", metavar="OTHER.nnproj", type=Path,
        help="begin with the weights of a run of another project, in the layers from the start that match",
    )  # fmt: skip
    group.add_argument("--start-run", metavar="ID", help="id or name of that run (default: the last)")
    group.add_argument("--freeze", action="store_true", help="leave what is taken over as it is")


def with_start(project: Project, arguments: argparse.Namespace, out: Output) -> Project:
    """Return the project that begins from the weights asked for, told layer by layer; raises Problem."""
    from nnstudio.engine.transfer import StartProblem, matches, runs_with_weights, start_from, started

    place: Path | None = arguments.start_from
    if place is None:
        if arguments.freeze or arguments.start_run:
            raise Problem("--freeze and --start-run need --start-from OTHER.nnproj.")
        return project
    assert project.signature is not None
    try:
        runs = runs_with_weights(place)
    except StartProblem as problem:
        raise Problem(str(problem)) from None
    wanted = arguments.start_run
    run = next((run for run in reversed(runs) if wanted in (None, run.record.id, run.record.name)), None)
    if run is None:
        known = ", ".join(f"{run.record.id} ({run.record.name})" for run in runs)
        raise Problem(f"{place.name} has no trained run {wanted!r}; there are: {known}.")
    found = matches(project.network, project.signature, run)
    rows = [
        (match.id, match.title, match.source_title or f"begins anew: {match.reason}", str(match.learnables))
        for match in found
    ]
    out.say(f"start from {run.record.name} of {place.name}:")
    out.table(("layer", "", "takes over", "learnables"), rows, right=(3,))
    out.say()
    return started(project, start_from(place, run), found, arguments.freeze)
