"""Say what is wrong with a kept run, from its curves alone: nothing is trained again."""

from __future__ import annotations

import argparse

from nnstudio.cli.door import Door
from nnstudio.cli.findings import say_findings
from nnstudio.cli.output import add_output_arguments, output
from nnstudio.cli.problem import OK
from nnstudio.cli.projects import add_project_argument, add_run_argument, evidence_of, open_file, run_called

NAME = "diagnose"
HELP = "say what is wrong with a kept run"
EPILOG = "Apply a fix with: nnstudio apply PROJECT FIX"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_project_argument(parser)
    add_run_argument(parser)
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Print the findings of a run."""
    from nnstudio.diagnosis import diagnose, finding_json

    out = output(arguments)
    kept = run_called(open_file(arguments.project), arguments.run_id)
    findings = diagnose(evidence_of(kept))
    record = kept.record
    out.say(f"{record.name} ({record.id}), {record.status} after {kept.history.epochs} epochs")
    say_findings(out, findings, record.project)
    out.give(
        {
            "run": record.id,
            "name": record.name,
            "status": record.status,
            "findings": [finding_json(finding, record.project) for finding in findings],
        }
    )
    return OK
