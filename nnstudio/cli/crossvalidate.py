"""Cross-validate a project: train a network per fold and tell mean and spread of the scores."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from nnstudio.cli.door import Door
from nnstudio.cli.output import Output, add_output_arguments, output
from nnstudio.cli.problem import FAILED, OK, Problem
from nnstudio.cli.projects import add_project_argument, checked_table, open_file
from nnstudio.cli.training import epoch_rows

NAME = "crossvalidate"
HELP = "train on folds of the data; mean and spread of the scores"
EPILOG = """\
The test rows stay out of it, and the project's settings are not changed. Each fold prepares its data
anew. The scores are kept in the project file; nnstudio inspect lists them.

examples:
  nnstudio crossvalidate iris.nnproj --folds 5 --repeats 2
  nnstudio crossvalidate patients.nnproj --kind grouped --group patient --json scores.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_project_argument(parser)
    parser.add_argument("--folds", type=int, default=5, metavar="K", help="folds, 2 to 20 (default 5)")
    parser.add_argument("--repeats", type=int, default=1, metavar="N", help="divide the rows N times anew")
    parser.add_argument(
        "--kind", choices=("k-fold", "stratified", "grouped", "time series"),
        help="default: what suits the data",
    )  # fmt: skip
    parser.add_argument("--group", metavar="COLUMN", help="rows with the same value stay in one fold")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="another seed divides differently")
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Train on every fold, print a table and the summary."""
    from nnstudio.catalog.defaults import refit
    from nnstudio.data.folds import Folds, default_folds
    from nnstudio.data.prepare import prepare
    from nnstudio.data.project_file import save_project
    from nnstudio.engine.folds import CrossValidation, Fold, FoldEpoch, cross_validate, kept

    out = output(arguments)
    if arguments.group and arguments.kind not in (None, "grouped"):
        raise Problem("--group goes with --kind grouped.")
    saved = open_file(arguments.project)
    project = saved.project
    examples = project.data.source.load()
    project = refit(project, prepare(examples, project.data).signature, None)
    checked_table(project)
    kind = arguments.kind or ("grouped" if arguments.group else default_folds(examples).kind)
    folds = Folds(
        kind=kind, folds=arguments.folds, repeats=arguments.repeats, group=arguments.group or "",
        seed=arguments.seed,
    )  # fmt: skip
    result: CrossValidation | None = None
    for event in cross_validate(project, examples, folds):
        if isinstance(event, FoldEpoch):
            share = (event.fold - 1 + event.epoch / event.epochs) / event.folds
            out.progress.show(share, f"fold {event.fold}/{event.folds}, epoch {event.epoch}/{event.epochs}")
        elif isinstance(event, Fold):
            _say_fold(out, event, folds.count)
        else:
            result = event
    assert result is not None
    out.say()
    out.table(
        ("score", "mean", "spread", "lowest", "highest"),
        [(n, *(f"{v:.4g}" for v in asdict(s).values())) for n, s in result.scores.items()],
        right=(1, 2, 3, 4),
    )
    now = datetime.now(UTC).isoformat(timespec="seconds")
    kept_now = saved.kept.with_validation(kept(folds, result, now))
    save_project(arguments.project, replace(saved, kept=kept_now))
    out.give(_json(folds, result))
    return FAILED if any(fold.status == "failed" for fold in result.folds) else OK


def _say_fold(out: Output, fold: Any, count: int) -> None:
    scores = "  ".join(
        f"{name} {value:.4g}" for name, value in fold.values.items() if name.startswith("val_")
    )
    out.say(
        f"fold {fold.fold}/{count}: {fold.status}, best epoch {fold.best_epoch}  {scores or fold.message}"
    )


def _json(folds: Any, result: Any) -> dict[str, Any]:
    return {
        "folds": folds.model_dump(),
        "scores": {name: asdict(score) for name, score in result.scores.items()},
        "each": [
            {
                "fold": fold.fold,
                "status": fold.status,
                "message": fold.message,
                "best_epoch": fold.best_epoch,
                "rows": {"train": fold.rows[0], "validation": fold.rows[1]},
                "values": fold.values,
                "epochs": epoch_rows(fold.history),
            }
            for fold in result.folds
        ],
    }
