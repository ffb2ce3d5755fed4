"""Apply a fix that the diagnosis offers: of a kept run, or of the design where there is no run yet."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.cli.door import Door
from nnstudio.cli.output import Output, add_output_arguments, output
from nnstudio.cli.problem import FAILED, OK, Problem
from nnstudio.cli.projects import (
    add_project_argument,
    add_run_argument,
    evidence_of,
    open_file,
    run_called,
    with_data,
    with_suffix,
)

if TYPE_CHECKING:
    from nnstudio.core.files import Saved
    from nnstudio.core.finding import Finding

NAME = "apply"
HELP = "apply a fix that the diagnosis or the inspection of the data offers"
EPILOG = """\
FIX is finding/fix as printed by nnstudio diagnose (overfitting/dropout_0.3) or nnstudio
inspect (doubtful_labels/drop_doubtful, trend/difference_12), or the fix alone.
The project is changed, its runs are not: train again to see what the fix does.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_project_argument(parser)
    parser.add_argument("fix", metavar="FIX", help="finding/fix, or the fix alone")
    add_run_argument(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="write to another project file")
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Change the project and save it."""
    from nnstudio.data.project_file import save_project
    from nnstudio.diagnosis import NoSuchFix, find_fix

    out = output(arguments)
    saved = open_file(arguments.project)
    findings = _findings(saved, arguments.run_id, out)
    try:
        fix = find_fix(findings, arguments.fix)
    except NoSuchFix:
        # Looking through the data takes seconds, so only where the diagnosis does not know the fix.
        fix = find_fix([*findings, *_in_data(saved)], arguments.fix)
    changes = fix.preview(saved.project)
    if not changes:
        raise Problem(f"The project is like that already: {fix.title}.", FAILED)
    target = with_suffix(arguments.out) if arguments.out else arguments.project
    save_project(target, replace(saved, project=fix.apply(saved.project)))
    out.say(fix.title)
    for change in changes:
        out.say(f"   {change.text()}")
    out.say(f"saved in {target}")
    told = [{**asdict(change), "text": change.text()} for change in changes]
    out.give(
        {"project": str(target), "fix": fix.id, "title": fix.title, "restart": fix.restart, "changes": told}
    )
    return OK


def _in_data(saved: Saved) -> tuple[Finding, ...]:
    from nnstudio.data.prepare import prepare
    from nnstudio.data.quality import inspect

    data = saved.project.data
    examples = data.source.load()
    return inspect(examples, prepare(examples, data), data).findings


def _findings(saved: Saved, run_id: str | None, out: Output) -> list[Finding]:
    from nnstudio.core.finding import Evidence
    from nnstudio.diagnosis import check, diagnose

    if saved.runs or run_id:
        return diagnose(evidence_of(run_called(saved, run_id)))
    project, prepared = with_data(saved.project, out)
    return check(Evidence(project, project.trace(), prepared.facts))
