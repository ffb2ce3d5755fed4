"""Fix everything: try one change after another and keep what is verified to help."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from nnstudio.cli.door import Door
from nnstudio.cli.output import Output, add_output_arguments, output
from nnstudio.cli.problem import FAILED, OK, Problem
from nnstudio.cli.projects import (
    add_project_argument,
    add_run_argument,
    checked_table,
    open_file,
    run_called,
    with_data,
)
from nnstudio.cli.trying import Curves, add_trying_arguments, budget_of, followed, write

if TYPE_CHECKING:
    from nnstudio.tuning.tries import Healed

NAME = "heal"
HELP = "fix everything: try one change after another, keep what helps"
EPILOG = """\
Begins with the last kept run, or trains one where the project has changed since. Each fix is an experiment,
as in nnstudio diagnose --try; a change that is kept is what the next one builds on. Where no fix makes a
problem go away, the one that eased it most is kept. The file is written once, at the end: Ctrl+C leaves the
project as it was. The exit code is 1 when something serious is still wrong at the end.
"""
OUTCOMES = {
    "healthy": "nothing serious is wrong any more",
    "no ideas": "out of ideas: no other fix helps",
    "steps": "stopped: the most steps allowed; there are more fixes to try",
    "time": "stopped: time is up; there are more fixes to try",
    "failed": "training fails, and no fix is known",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_project_argument(parser)
    add_run_argument(parser)
    parser.add_argument("--steps", type=int, default=12, metavar="N", help="fixes tried at most (default 12)")
    add_trying_arguments(parser)
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Heal the project, print the path, keep what helped."""
    from nnstudio.tuning.experiment import base_of
    from nnstudio.tuning.heal import heal

    out, budget = output(arguments), budget_of(arguments)
    if arguments.steps < 1:
        raise Problem("--steps needs at least 1.")
    saved = open_file(arguments.project)
    project, prepared = with_data(saved.project, out)
    checked_table(project)
    base = None
    if saved.runs or arguments.run_id:
        base = base_of(project, run_called(saved, arguments.run_id))
    events = heal(project, prepared, base, steps=arguments.steps, budget=budget)
    healed: Healed = followed(events, out, Curves())
    _say(out, healed)
    if healed.path and not arguments.dry_run:
        write(arguments, saved, healed.path, healed.kept, healed.trained if healed.kept else ())
    changed = bool(healed.kept) and not arguments.dry_run
    out.say(f"saved in {arguments.project}" if changed else "the project is as before")
    _give(out, healed, changed)
    return OK if healed.outcome == "healthy" else FAILED


def _say(out: Output, healed: Healed) -> None:
    for number, step in enumerate(healed.path, start=1):
        out.say(f"{number}. {step.finding.title} -> {step.fix.title}")
        out.say(f"   {step.verdict.text()}")
        if step in healed.kept and not step.verdict.accepted:
            out.say("   Kept all the same: nothing else was better.")
    if not healed.path and healed.outcome == "healthy":
        out.say("nothing serious is wrong")
        return
    out.say(OUTCOMES[healed.outcome])
    left = [finding.title for finding in healed.findings if finding.severity in ("error", "warning")]
    if left:
        out.say(f"still there: {'; '.join(left)}")


def _give(out: Output, healed: Healed, changed: bool) -> None:
    from nnstudio.diagnosis import finding_json

    out.give(
        {
            "outcome": healed.outcome,
            "path": [step.verdict.told() | {"kept": step in healed.kept} for step in healed.path],
            "saved": changed,
            "findings": [finding_json(finding, healed.project) for finding in healed.findings],
        }
    )
