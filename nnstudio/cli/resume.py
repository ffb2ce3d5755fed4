"""Go on with a run from one of its checkpoints, for example after a crash."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from nnstudio.cli.door import Door
from nnstudio.cli.output import Output, add_output_arguments, output
from nnstudio.cli.problem import FAILED, OK, Problem
from nnstudio.cli.projects import add_project_argument, open_file
from nnstudio.cli.train import result, summary
from nnstudio.cli.training import train_run

if TYPE_CHECKING:
    from nnstudio.engine.resume import Kept, KeptRun

NAME = "resume"
HELP = "go on with a run from a checkpoint"
EPILOG = """\
Without --from the run goes on after its newest checkpoint. On the CPU the result is the same, bit for
bit, as if it had never stopped. Checkpoints lie in the cache folder of this computer; set
training.checkpoint_every to keep more of them than the last.

examples:
  nnstudio resume iris.nnproj --list
  nnstudio resume iris.nnproj --from 30 --epochs 200
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_project_argument(parser)
    parser.add_argument("--run", dest="run_id", metavar="ID", help="id or name of the run (default: newest)")
    parser.add_argument("--from", dest="epoch", type=int, metavar="EPOCH", help="epoch of the checkpoint")
    parser.add_argument("--epochs", type=int, metavar="N", help="train up to this epoch")
    parser.add_argument("--list", action="store_true", help="only list the checkpoints")
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Train on from a checkpoint and keep the run in the file."""
    from nnstudio.core.run import next_name
    from nnstudio.data.prepare import load
    from nnstudio.data.project_file import save_project
    from nnstudio.engine.resume import CheckpointProblem, continued, discard, kept_runs

    out = output(arguments)
    saved = open_file(arguments.project)
    runs = kept_runs(saved.project, {kept.record.id for kept in saved.runs})
    if arguments.list:
        return _list(out, runs)
    chosen = _run_called(runs, arguments.run_id)
    checkpoint = _checkpoint_of(chosen, arguments.epoch)
    try:
        project = continued(checkpoint.project(), saved.project)
        start = checkpoint.read()
    except CheckpointProblem as problem:
        raise Problem(str(problem)) from None
    if arguments.epochs is not None:
        project = project.set("training.epochs", arguments.epochs)
    prepared = load(project.data, lambda text, share: out.progress.show(share, text))
    done, reason = train_run(project, prepared, next_name(saved.runs), out.progress, start)
    save_project(arguments.project, replace(saved, runs=(*saved.runs, done)))
    if chosen.interrupted and done.record.status != "failed":
        discard(chosen.record.id)
    out.say(f"went on after epoch {checkpoint.epoch} of {chosen.record.name}")
    out.say(summary(done))
    out.say(done.record.message)
    out.give(result(done, reason, []) | {"from_run": chosen.record.id, "from_epoch": checkpoint.epoch})
    return FAILED if done.record.status == "failed" else OK


def _run_called(runs: list[KeptRun], name: str | None) -> KeptRun:
    if not runs:
        raise Problem("There are no checkpoints of this project on this computer.")
    found = next((run for run in runs if name in (None, run.record.id, run.record.name)), None)
    if found is None:
        known = ", ".join(f"{run.record.id} ({run.record.name})" for run in runs)
        raise Problem(f"There are no checkpoints of a run {name!r}; there are some of: {known}.")
    return found


def _checkpoint_of(run: KeptRun, epoch: int | None) -> Kept:
    if epoch is None:
        return run.checkpoints[-1]
    found = next((kept for kept in run.checkpoints if kept.epoch == epoch), None)
    if found is None:
        known = ", ".join(str(number) for number in sorted({kept.epoch for kept in run.checkpoints}))
        raise Problem(f"{run.record.name} has no checkpoint of epoch {epoch}; there are: {known}.")
    return found


def _list(out: Output, runs: list[KeptRun]) -> int:
    rows = [
        (run.record.id, run.record.name, str(kept.epoch), f"{kept.loss:.5g}", kept.role,
         "cut off" if run.interrupted else run.record.status)
        for run in runs
        for kept in run.checkpoints
    ]  # fmt: skip
    if rows:
        out.table(("run", "name", "epoch", "loss", "kept as", "status"), rows, right=(2, 3))
    else:
        out.say("There are no checkpoints of this project on this computer.")
    names = ("run", "name", "epoch", "loss", "role", "status")
    out.give({"checkpoints": [dict(zip(names, row, strict=True)) for row in rows]})
    return OK
