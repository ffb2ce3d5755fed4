"""Say what is wrong with a kept run, or with the design where there is none; run checks when asked."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from nnstudio.cli.checking import add_check_argument, checked, results_json, results_of
from nnstudio.cli.door import Door
from nnstudio.cli.findings import design_findings, say_findings
from nnstudio.cli.output import Output, add_output_arguments, output
from nnstudio.cli.problem import OK, Problem
from nnstudio.cli.projects import (
    add_project_argument,
    add_run_argument,
    evidence_of,
    open_file,
    run_called,
    with_data,
)
from nnstudio.cli.trying import add_trying_arguments, try_fix

if TYPE_CHECKING:
    from nnstudio.core.files import Saved

NAME = "diagnose"
HELP = "say what is wrong with a kept run, or with a design"
EPILOG = """\
Apply a fix with: nnstudio apply PROJECT FIX

--try trains with a fix and without it, with the same epochs, seed and split, and keeps the fix only where the
problem is gone, the gain is more than twice the noise and nothing new is wrong. Otherwise settings and runs
stay as they are, and only the score of the advice is noted. Without FIX the first one offered is tried.
Rates and penalties go on from the run's checkpoint, where it is on this computer; everything else begins
anew. Ctrl+C leaves the project as it was. With --try, --json gives {"run", "verdict", "curves", "saved",
"next"}.

--check trains a throw-away network for a moment beside the run and keeps what it finds with the run, as
evidence: one_batch, rate_range, input_independent, shuffled_labels, no_regularisation, seeds, or all.

--json gives {"run", "name", "status", "checks": [{"id", "outcome", "verdict", "numbers"}],
"findings": [{"id", "primary", "since_epoch", "evidence", "confidence",
"sureness", "severity", "title", "why", "layers",
"fixes": [{"id", "title", "restart", "changes", "score": {"offered", "tried", "helped"}}]}]}: what is wrong,
the cause first, then what is fine (severity "ok"); "sureness" is the confidence, moved by how often the first
fix helped in the benchmark and by what the fixes did in this project. A project without a run is judged by
its design (status "untrained"); what does not fit is called misfit.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_project_argument(parser)
    add_run_argument(parser)
    parser.add_argument(
        "--try", dest="fix", nargs="?", const="", metavar="FIX",
        help="try a fix: finding/fix, or the fix alone (default: the first one offered)",
    )  # fmt: skip
    add_check_argument(parser)
    add_trying_arguments(parser)
    parser.add_argument("--keep", action="store_true", help="with --try: keep the fix whatever comes of it")
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Print the findings of a run."""
    from nnstudio.diagnosis import diagnose, finding_json

    out = output(arguments)
    saved = open_file(arguments.project)
    if arguments.fix is not None:
        return try_fix(arguments, out, saved)
    if arguments.keep or arguments.dry_run or arguments.budget is not None:
        raise Problem("--keep, --dry-run and --budget belong to --try.")
    if not saved.runs and not arguments.run_id:
        return _of_design(out, saved, arguments.check)
    kept = run_called(saved, arguments.run_id)
    if arguments.check:
        kept = checked(arguments.project, saved, kept, arguments.check, out)
    findings = diagnose(evidence_of(kept))
    record = kept.record
    out.say(f"{record.name} ({record.id}), {record.status} after {kept.history.epochs} epochs")
    say_findings(out, findings, record.project)
    out.give(
        {
            "run": record.id,
            "name": record.name,
            "status": record.status,
            "findings": [finding_json(finding, record.project, saved.advice) for finding in findings],
            "checks": results_json(record.checks),
        }
    )
    return OK


def _of_design(out: Output, saved: Saved, wanted: str) -> int:
    """Print what the design of a project shows that was never trained."""
    from nnstudio.diagnosis import finding_json

    project, prepared = with_data(saved.project, out)
    results = results_of(project, prepared, wanted, out) if wanted else ()
    findings = design_findings(project, prepared)
    out.say("never trained: this is what the design shows")
    say_findings(out, findings, project)
    told = [finding_json(finding, project, saved.advice) for finding in findings]
    out.give({"run": None, "name": None, "status": "untrained", "findings": told,
              "checks": results_json(results)})  # fmt: skip
    return OK
