"""Say which of the five phases a project is in, what is ticked off, and what comes next."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from nnstudio.cli.door import Door
from nnstudio.cli.output import Output, add_output_arguments, output
from nnstudio.cli.problem import OK
from nnstudio.cli.projects import add_project_argument, open_file, with_data

if TYPE_CHECKING:
    from nnstudio.core.files import Saved
    from nnstudio.diagnosis.method import Item, Standing

NAME = "phases"
HELP = "where a project stands on its way, and the next step"
EPILOG = (
    "The five phases: data, baseline, more capacity, regularise, fine-tune. See nnstudio glossary phases."
)
SIGNS = {True: "[x]", False: "[ ]", None: "[?]"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_project_argument(parser)
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Print phases, checklists and the next step."""
    from nnstudio.diagnosis.method import checklists, journey, journey_json

    out = output(arguments)
    standing = _standing(open_file(arguments.project), out)
    found, lists = journey(standing), checklists(standing)
    for phase in found.phases:
        out.say(f"{'>' if phase.number == found.at else ' '} {phase.number} {phase.title}: {phase.question}")
        if phase.number == found.at:
            _say_items(out, phase.items)
    for checklist in lists:
        out.say(f"\n{checklist.title} ({checklist.ticked} of {len(checklist.items)})")
        _say_items(out, checklist.items)
    advice = found.advice
    out.say(f"\nnext: {advice.text}")
    out.say(f"      {advice.why}")
    if advice.fix:
        out.say(f"      nnstudio apply {arguments.project} {advice.fix.id}")
    ticked = [asdict(checklist) for checklist in lists]
    out.give(journey_json(found) | {"checklists": ticked})
    return OK


def _standing(saved: Saved, out: Output) -> Standing:
    """Return where a project file stands: diagnosed by its last run, by its design where there is none."""
    from nnstudio.core.finding import Evidence
    from nnstudio.diagnosis import check, diagnose
    from nnstudio.diagnosis.method import Standing

    if saved.runs:
        last = saved.runs[-1]
        return Standing(saved.project, last.history.facts, saved.runs, tuple(diagnose(Evidence.of(last))))
    project, prepared = with_data(saved.project, out)
    findings = check(Evidence(project, project.trace(), prepared.facts))
    return Standing(project, prepared.facts, (), tuple(findings))


def _say_items(out: Output, items: tuple[Item, ...]) -> None:
    for item in items:
        out.say(f"    {SIGNS[item.done]} {item.text}{f' ({item.note})' if item.note else ''}")
