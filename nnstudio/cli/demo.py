"""The main job without a screen: train an example, draw its curves, diagnose, mend, train again.

Writes a project and a picture of the window.
"""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from nnstudio.cli.door import Door
from nnstudio.cli.findings import say_findings
from nnstudio.cli.output import Output, add_output_arguments, output
from nnstudio.cli.plot import plot
from nnstudio.cli.problem import FAILED, OK, Problem, sentence
from nnstudio.cli.projects import evidence_of, with_data
from nnstudio.cli.train import result, summary
from nnstudio.cli.training import train_run

if TYPE_CHECKING:
    from nnstudio.core.dataset import Prepared
    from nnstudio.core.finding import Finding
    from nnstudio.core.project import Project
    from nnstudio.core.run import Run

NAME = "demo"
HELP = "show the main job without a screen"
EPILOG = (
    "The exit code is 1 when the picture of the window cannot be made; the project is written all the same."
)

PASSED_ON = re.compile(r"(Error calling Python override of \S+ )+")
"""What PySide puts before an error once for every call it has come through."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the files are written")
    parser.add_argument("--example", default="rate_too_high", metavar="NAME", help="default: rate_too_high")
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, door: Door | None) -> int:
    """Work through one example and name the files."""
    from nnstudio.catalog.examples import example
    from nnstudio.core.files import Saved
    from nnstudio.data.beginning import begin_example
    from nnstudio.data.project_file import save_project

    out = output(arguments)
    try:
        wanted = example(arguments.example)
    except KeyError as error:
        raise Problem(sentence(error)) from None
    out.say(f"Example: {wanted.title}. {wanted.story}\n")
    begun = begin_example(wanted.name)
    runs, project = [_trained(begun.project, begun.prepared, "Run 1", out)], begun.project
    findings = _diagnosed(runs[0], out)
    fixed = _fixed(project, findings)
    if fixed is not None:
        project, prepared = with_data(fixed, out, before=project.signature)
        out.say("\nApplying the first fix and training again.\n")
        runs.append(_trained(project, prepared, "Run 2", out))
        _diagnosed(runs[1], out)
        _compare(runs[0], runs[1], out)
    arguments.out.mkdir(parents=True, exist_ok=True)
    path = arguments.out / f"{wanted.name}.nnproj"
    save_project(path, Saved(project.model_copy(update={"name": wanted.title}), tuple(runs)))
    out.say(f"\nproject: {path}")
    picture, trouble = _picture(door, path)
    out.say(f"picture of the window: {picture}" if picture else trouble)
    told = [result(run, "", findings if run is runs[0] else []) for run in runs]
    out.give({"project": str(path), "picture": str(picture) if picture else None, "runs": told})
    return OK if picture else FAILED


def _trained(project: Project, prepared: Prepared, name: str, out: Output) -> Run:
    run, _ = train_run(project, prepared, name, out.progress)
    history = run.history
    out.say(f"{summary(run)}\n")
    score = "accuracy" if history["val_accuracy"] else "r2"
    for metric in ("loss", score):
        for line in plot(
            metric, {"train": history[f"train_{metric}"], "validation": history[f"val_{metric}"]}
        ):
            out.say(line)
        out.say()
    return run


def _diagnosed(run: Run, out: Output) -> list[Finding]:
    from nnstudio.diagnosis import diagnose

    findings = diagnose(evidence_of(run))
    say_findings(out, findings, run.record.project)
    return findings


def _fixed(project: Project, findings: list[Finding]) -> Project | None:
    """Return the project with the first fix of the primary finding, None when nothing is wrong."""
    primary = next((finding for finding in findings if finding.primary and finding.fixes), None)
    return primary.fixes[0].apply(project) if primary else None


def _compare(before: Run, after: Run, out: Output) -> None:
    score = "val_accuracy" if before.history["val_accuracy"] else "val_r2"
    for name in ("val_loss", score):
        first, second = (run.history[name][-1] for run in (before, after))
        out.say(f"{name} at the end: {first:.4g} -> {second:.4g}")


def _picture(door: Door | None, project: Path) -> tuple[Path | None, str]:
    """Draw the window off screen; returns the picture, or why there is none."""
    if door is None:
        return None, "no picture: there is no window here"
    target = project.with_suffix(".png")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        door.picture(project, target)
    except Exception as error:  # Whatever Qt or its libraries lack, the demonstration goes on.
        reason = PASSED_ON.sub("", str(error))
        return None, f"no picture: {type(error).__name__}: {reason}"
    return (target, "") if target.exists() else (None, "no picture: the window wrote none")
