"""Fixes tried on the command line: progress, Ctrl+C, what came of it, and what is saved."""

from __future__ import annotations

import argparse
from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nnstudio.cli.findings import design_findings
from nnstudio.cli.output import Output
from nnstudio.cli.problem import OK, Problem
from nnstudio.cli.projects import checked_table, evidence_of, run_called, with_data
from nnstudio.cli.training import ctrl_c

if TYPE_CHECKING:
    from nnstudio.core.dataset import Prepared
    from nnstudio.core.files import Saved
    from nnstudio.core.finding import Finding, Fix
    from nnstudio.core.project import Project
    from nnstudio.core.run import Run
    from nnstudio.tuning.tries import ArmBegun, ArmGoesOn, Base, HealEvent, Tried

ARMS = {"run": "training", "control": "without the fix", "treatment": "with the fix"}
INTERRUPTED = 130
"""Exit code of a command that Ctrl+C has ended."""


def add_trying_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what every command that tries fixes knows."""
    parser.add_argument(
        "--budget", type=int, metavar="EPOCHS",
        help="epochs of each training (default: the project's; half of those done where it goes on)",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="try, but write nothing to the project file")


def budget_of(arguments: argparse.Namespace) -> int | None:
    """Return the wished epochs of each training; raises Problem for none at all."""
    budget: int | None = arguments.budget
    if budget is not None and budget < 1:
        raise Problem("--budget needs at least 1 epoch.")
    return budget


def try_fix(arguments: argparse.Namespace, out: Output, saved: Saved) -> int:
    """Try one fix of a run, or of the design where there is none; keep it when it helps."""
    from nnstudio.tuning.experiment import experiment

    budget = budget_of(arguments)
    project, prepared, base, findings = subject(saved, arguments.run_id, out)
    finding, fix = _offer(findings, arguments.fix)
    out.say(f"trying {finding.id}/{fix.id}: {fix.title}")
    curves = Curves()
    events = experiment(project, prepared, finding, fix, base, budget=budget)
    tried: Tried = followed(events, out, curves)
    curves.say(out)
    out.say(tried.verdict.text())
    following = _following(findings, finding, fix)
    if following and not tried.verdict.accepted:
        out.say(f"the next fix: {following}")
    kept = [tried] if tried.verdict.accepted or (arguments.keep and tried.base is not None) else []
    if not arguments.dry_run:
        write(arguments, saved, [tried], kept, ())
    changed = bool(kept) and not arguments.dry_run
    out.say(f"saved in {arguments.project}" if changed else "the project is as before")
    out.give(
        {
            "run": base.run.record.id if base else None,
            "verdict": tried.verdict.told(),
            "curves": curves.told(),
            "saved": changed,
            "next": None if tried.verdict.accepted else following,
        }
    )
    return OK


def subject(
    saved: Saved, run_id: str | None, out: Output
) -> tuple[Project, Prepared, Base | None, list[Finding]]:
    """Return the project with its data, the run asked for with its checkpoint, and what is wrong."""
    from nnstudio.diagnosis import diagnose
    from nnstudio.tuning.experiment import base_of

    project, prepared = with_data(saved.project, out)
    checked_table(project)
    if not saved.runs and not run_id:
        return project, prepared, None, design_findings(project, prepared)
    kept = run_called(saved, run_id)
    return project, prepared, base_of(project, kept), diagnose(evidence_of(kept, prepared.facts))


def followed(events: Generator[HealEvent, None, None], out: Output, curves: Curves) -> Any:
    """Pull the events with a line of progress and return the last; Ctrl+C ends them and the command."""
    from nnstudio.tuning.tries import ArmBegun, ArmGoesOn, Tried, TryBegun

    last: HealEvent | None = None
    title = ""
    with ctrl_c() as interrupt:
        for last in events:
            if isinstance(last, TryBegun):
                title = f"{last.fix.title}, "
                curves.clear()
            elif isinstance(last, Tried):
                title = ""
            elif isinstance(last, ArmBegun | ArmGoesOn):
                curves.add(last)
            if isinstance(last, ArmGoesOn):
                where = f"{title}{ARMS[last.arm]}, epoch {int(last.epoch)}/{last.epochs}"
                out.progress.show(last.epoch / last.epochs, where)
            if interrupt.wanted:
                events.close()
                out.progress.clear()
                raise Problem("Interrupted: the project is as before.", INTERRUPTED)
    out.progress.clear()
    assert last is not None
    return last


class Curves:
    """The losses of both arms of the try under way, of the project's own seed."""

    def __init__(self) -> None:
        self._arms: dict[str, tuple[list[float], list[float]]] = {}

    def clear(self) -> None:
        """Forget the try before."""
        self._arms = {}

    def add(self, event: ArmBegun | ArmGoesOn) -> None:
        """Take a curve known already, or one more epoch."""
        from nnstudio.tuning.tries import ArmBegun

        if event.seed:
            return
        if isinstance(event, ArmBegun):
            self._arms[event.arm] = (list(event.known[0]), list(event.known[1]))
        elif event.loss is not None:
            epochs, losses = self._arms[event.arm]
            epochs.append(event.epoch)
            losses.append(event.loss)

    def say(self, out: Output) -> None:
        """Print where both curves end."""
        rows = [
            (ARMS[arm], str(len(epochs)), f"{losses[-1]:.5g}" if losses else "-")
            for arm, (epochs, losses) in self._arms.items()
        ]
        if rows:
            out.table(("", "epochs", "loss at the end"), rows, right=(1, 2))

    def told(self) -> dict[str, Any]:
        """Return the curves as plain data."""
        return {arm: {"epoch": epochs, "loss": losses} for arm, (epochs, losses) in self._arms.items()}


def write(
    arguments: argparse.Namespace, saved: Saved, path: Iterable[Tried], kept: Sequence[Tried],
    trained: Iterable[Run],
) -> None:  # fmt: skip
    """Save the score of the advice and, of the tries kept, the settings and the runs."""
    from nnstudio.core.run import next_name
    from nnstudio.data.project_file import save_project
    from nnstudio.tuning.experiment import keep_checkpoint

    advice, runs = saved.advice, list(saved.runs)
    for tried in path:
        advice = advice.judged(tried.verdict)
    bases = [tried.base for tried in kept if tried.base is not None]
    for run in (*trained, *(base.run for base in bases)):
        runs.append(run.with_record(name=next_name(runs)))
    for base in bases:
        keep_checkpoint(base)
    project = kept[-1].project if kept else saved.project
    save_project(arguments.project, replace(saved, project=project, runs=tuple(runs), advice=advice))


def _offer(findings: Sequence[Finding], name: str) -> tuple[Finding, Fix]:
    from nnstudio.diagnosis.report import find_offer

    if name:
        return find_offer(findings, name)
    offers = [(finding, fix) for finding in findings if finding.severity != "ok" for fix in finding.fixes]
    if not offers:
        raise Problem("There is nothing to try: no fix is offered.")
    return offers[0]


def _following(findings: Sequence[Finding], finding: Finding, fix: Fix) -> str | None:
    """Return the name of the fix that is offered after this one."""
    names = [f"{f.id}/{x.id}" for f in findings if f.severity != "ok" for x in f.fixes]
    after = names[names.index(f"{finding.id}/{fix.id}") + 1 :]
    return after[0] if after else None
