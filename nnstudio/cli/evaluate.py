"""Evaluate the best weights of a kept run on one part of the data."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from nnstudio.cli.door import Door
from nnstudio.cli.output import Output, add_output_arguments, output
from nnstudio.cli.problem import OK, Problem
from nnstudio.cli.projects import add_project_argument, add_run_argument, open_file, run_called, with_data

if TYPE_CHECKING:
    from nnstudio.engine.evaluate import Evaluation

NAME = "evaluate"
HELP = "evaluate a kept run on the validation or test rows"
EPILOG = """\
Look at the test rows once, at the end: choosing among networks by their test score makes it a second
validation score.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_project_argument(parser)
    add_run_argument(parser)
    parser.add_argument(
        "--split", choices=("test", "validation", "train"), default="validation", help="default: validation"
    )
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Print the metrics, and for classes who was taken for whom."""
    from nnstudio.engine.evaluate import evaluate

    out = output(arguments)
    kept = run_called(open_file(arguments.project), arguments.run_id)
    weights = kept.weights.get("best") or kept.weights.get("last")
    if not weights:
        raise Problem(f"{kept.record.name} kept no weights: {kept.record.message or 'it learnt nothing'}")
    # The data as they were for this run, whatever the project says now.
    project, prepared = with_data(kept.record.project, out)
    try:
        found = evaluate(project, prepared, weights, arguments.split)
    except ValueError as error:
        raise Problem(str(error)) from error
    names = prepared.signature.target.names
    _say(out, f"{kept.record.name}, {arguments.split} rows: {len(found.true)}", found, names)
    out.give(
        {
            "run": kept.record.id,
            "split": arguments.split,
            "rows": len(found.true),
            "values": found.values,
            "classes": list(names) if found.confusion is not None else [],
            "confusion": found.confusion.tolist() if found.confusion is not None else None,
        }
    )
    return OK


def _say(out: Output, title: str, found: Evaluation, names: tuple[str, ...]) -> None:
    out.say(title)
    for name, value in found.values.items():
        out.say(f"   {name:10} {value:.4g}")
    if found.confusion is None:
        return
    rows = [(name, *map(str, counts)) for name, counts in zip(names, found.confusion.tolist(), strict=True)]
    out.table(("true \\ predicted", *names), rows, right=range(1, len(names) + 1))
