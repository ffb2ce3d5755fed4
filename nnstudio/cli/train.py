"""Train a project and keep the run in its file."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnstudio.cli.door import Door
from nnstudio.cli.findings import design_findings, say_findings
from nnstudio.cli.output import Output, add_output_arguments, output
from nnstudio.cli.problem import FAILED, OK, Problem
from nnstudio.cli.projects import (
    add_project_argument,
    edited,
    errors_in_words,
    evidence_of,
    open_file,
    with_data,
    with_suffix,
)
from nnstudio.cli.training import epoch_rows, train_run
from nnstudio.cli.transfer import add_start_arguments, with_start

if TYPE_CHECKING:
    from nnstudio.core.dataset import Prepared
    from nnstudio.core.finding import Finding
    from nnstudio.core.project import Project
    from nnstudio.core.run import Run

NAME = "train"
HELP = "train a project and keep the run in its file"
EPILOG = """\
Settings given here are kept in the project. Ctrl+C ends training and keeps what was learnt (status
"stopped"); a second Ctrl+C ends at once.

exit codes: 0 trained, whatever the findings; 1 training failed (the run is kept, with its findings) or the
network does not fit (nothing is kept; --json gives status "refused" and the findings); 2 bad input

With --start-from layers are matched in order from the start, by kind and size; the project remembers the
choice, and --set start_from=null forgets it.

examples:
  nnstudio train iris.nnproj
  nnstudio train iris.nnproj --set training.optimizer.rate=0.01 preset.depth=3 --epochs 50 --json result.json
  nnstudio train digits.nnproj --start-from autoencoder.nnproj --freeze
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_project_argument(parser)
    parser.add_argument(
        "--set", action="extend", nargs="+", default=[], metavar="PATH=VALUE", dest="edits",
        help="change settings first, for example training.batch_size=64 or network.n1.units=32",
    )  # fmt: skip
    parser.add_argument("--epochs", type=int, metavar="N", help="same as --set training.epochs=N")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), help="where the arithmetic runs")
    parser.add_argument("--seed", type=int, metavar="N", help="same as --set training.seed=N")
    parser.add_argument("--test", action="store_true", help="evaluate the best weights on the test rows too")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write to another project file")
    add_start_arguments(parser)
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Train, keep the run, tell how it went."""
    from nnstudio.core.run import next_name
    from nnstudio.data.project_file import save_project
    from nnstudio.diagnosis import diagnose

    out = output(arguments)
    saved = open_file(arguments.project)
    # The data come first: a shape and its layers depend on them.
    edits = [*arguments.edits, *_shortcuts(arguments)]
    of_data = [edit for edit in edits if edit.startswith("data.")]
    start = edited(saved.project, of_data)
    project, prepared = with_data(start, out, before=saved.project.signature)
    project = edited(project, [edit for edit in edits if edit not in of_data])
    project = with_start(project, arguments, out)
    for note in prepared.notes:
        out.warn(note)
    table = project.trace()
    if table is not None and table.errors:
        return _refused(out, project, prepared)
    done, reason = train_run(project, prepared, next_name(saved.runs), out.progress)
    if arguments.test:
        done = _tested(done, prepared)
    target = with_suffix(arguments.out) if arguments.out else arguments.project
    save_project(target, replace(saved, project=project, runs=(*saved.runs, done)))
    findings = diagnose(evidence_of(done, prepared.facts))
    _say(out, done, reason, findings, target)
    out.give(result(done, reason, findings) | {"project": str(target)})
    return FAILED if done.record.status == "failed" else OK


def _refused(out: Output, project: Project, prepared: Prepared) -> int:
    """Tell why a network cannot be trained."""
    from nnstudio.diagnosis import finding_json

    findings = design_findings(project, prepared)
    table = project.trace()
    assert table is not None
    message = errors_in_words(table)
    say_findings(out, findings, project)
    told = [finding_json(finding, project) for finding in findings]
    out.give({"run": None, "status": "refused", "message": message, "findings": told})
    raise Problem(message, FAILED)


def _shortcuts(arguments: argparse.Namespace) -> list[str]:
    given = {name: getattr(arguments, name) for name in ("epochs", "device", "seed")}
    return [f"training.{name}={value}" for name, value in given.items() if value is not None]


def _tested(done: Run, prepared: Prepared) -> Run:
    """Return the run with the scores of its best weights on the test rows."""
    from nnstudio.engine.evaluate import evaluate

    if "best" not in done.weights or not len(prepared.test):
        return done
    return done.with_record(test=evaluate(done.record.project, prepared, done.weights["best"], "test").values)


def result(done: Run, reason: str, findings: list[Finding]) -> dict[str, Any]:
    """Return what --json writes about a run."""
    from nnstudio.diagnosis import finding_json

    record = done.record
    found: dict[str, Any] = {
        "run": record.id,
        "name": record.name,
        "status": record.status,
        "message": record.message,
        "device": record.device,
        "device_reason": reason,
        "seconds": record.seconds,
        "best_epoch": record.best_epoch,
        "epochs": epoch_rows(done.history),
        "findings": [finding_json(finding, record.project) for finding in findings],
    }
    return found | ({"test": record.test} if record.test is not None else {})


def summary(done: Run) -> str:
    """Return how a run ended, in one line."""
    record = done.record
    took = f"{done.history.epochs} epochs in {record.seconds:.1f} s on {record.device}"
    return f"{record.name}: {record.status} after {took}"


def _say(out: Output, done: Run, reason: str, findings: list[Finding], path: Path) -> None:
    record, history = done.record, done.history
    out.say(summary(done))
    out.say(f"{record.message} ({reason})" if reason else record.message)
    if record.best_epoch:
        best = record.best_epoch - 1
        names = [n for n in history.columns if n.startswith(("train_", "val_"))]
        out.say(f"best epoch {record.best_epoch}: " + "  ".join(f"{n} {history[n][best]:.4g}" for n in names))
    if record.test is not None:
        out.say("test: " + "  ".join(f"{name} {value:.4g}" for name, value in record.test.items()))
    out.say()
    say_findings(out, findings, record.project)
    out.say(f"\nsaved in {path}")
