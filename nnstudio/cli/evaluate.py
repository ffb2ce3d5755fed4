"""Evaluate the best weights of a kept run on one part of the data."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nnstudio.cli.door import Door
from nnstudio.cli.output import Output, add_output_arguments, output
from nnstudio.cli.problem import OK, Problem
from nnstudio.cli.projects import add_project_argument, add_run_argument, open_file, run_called, with_data

if TYPE_CHECKING:
    from nnstudio.core.dataset import Prepared, SplitName
    from nnstudio.core.project import Project
    from nnstudio.core.run import Run
    from nnstudio.engine.evaluate import Evaluation
    from nnstudio.engine.reference import Reference

NAME = "evaluate"
LABEL_COLUMNS = ("precision", "recall", "f1", "rows")
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
    parser.add_argument(
        "--reference",
        action="store_true",
        help="also fit simple models on the same rows, to compare with: linear and random forest; of a text "
        "counts of neighbouring tokens; of an autoencoder principal components",
    )
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Print the metrics; for classes who was taken for whom, for labels how well each is found."""
    from nnstudio.engine.evaluate import evaluate

    out = output(arguments)
    kept = run_called(open_file(arguments.project), arguments.run_id)
    weights = best_weights(kept)
    # The data as they were for this run, whatever the project says now.
    project, prepared = with_data(kept.record.project, out)
    try:
        found = evaluate(project, prepared, weights, arguments.split)
    except ValueError as error:
        raise Problem(str(error)) from error
    target, names = prepared.signature.target, prepared.signature.target.names
    _say(out, f"{kept.record.name}, {arguments.split} rows: {len(found.true)}", found, names)
    labels = _by_label(found, names) if target.asks == "labels" else {}
    if labels:
        out.table(("label", *LABEL_COLUMNS), _lines(labels), right=range(1, len(LABEL_COLUMNS) + 1))
    result = {
        "run": kept.record.id,
        "split": arguments.split,
        "rows": len(found.true),
        "values": found.values,
        "classes": list(names) if found.confusion is not None else [],
        "confusion": found.confusion.tolist() if found.confusion is not None else None,
        "labels": labels,
    }
    models = _models(project, prepared, arguments.split, arguments.reference)
    if models is not None:
        result["references"] = _compare(out, prepared, found, models)
    out.give(result)
    return OK


def best_weights(kept: Run) -> bytes:
    """Return the weights of a run's best epoch, else its last; raises Problem."""
    weights = kept.weights.get("best") or kept.weights.get("last")
    if not weights:
        raise Problem(f"{kept.record.name} kept no weights: {kept.record.message or 'it learnt nothing'}")
    return weights


def _models(
    project: Project, prepared: Prepared, split: SplitName, every: bool
) -> Iterator[Reference] | None:
    """Return the simple models to compare with; of a series the naive forecasts stand there unasked."""
    from nnstudio.core.shape import SEQUENCE
    from nnstudio.engine.reference import naive_forecasts, references

    examples = project.data.source.load() if prepared.signature.input.is_a(SEQUENCE) else None
    if every:
        table = project.trace()
        return references(prepared, split, examples, table.waist if table is not None else 0)
    return naive_forecasts(prepared, split, examples) if examples is not None else None


def _compare(
    out: Output, prepared: Prepared, found: Evaluation, models: Iterator[Reference]
) -> list[dict[str, Any]]:
    """Fit the simple models, print them beside the network, and return them for JSON."""
    from nnstudio.catalog.defaults import metrics_for

    columns = {metric.kind: metric.title for metric in metrics_for(prepared.signature.target)[:2]}
    lines, given = [], []
    for model in models:
        if "loss" in model.values:
            columns["loss"] = "cross-entropy (nats)"
        lines.append((model.title, *(_score(model.values, kind) for kind in columns)))
        given.append({"kind": model.kind, "title": model.title, "rows": model.rows, "values": model.values})
        out.progress.show(len(given) / 4, f"{model.title} done")
    lines.append(("this network", *(_score(found.values, kind) for kind in columns)))
    out.say()
    out.table(("model", *columns.values()), lines, right=range(1, 1 + len(columns)))
    return given


def _score(values: dict[str, float], kind: str) -> str:
    return f"{values[kind]:.4g}" if kind in values else ""


def _say(out: Output, title: str, found: Evaluation, names: tuple[str, ...]) -> None:
    out.say(title)
    for name, value in found.values.items():
        out.say(f"   {name:18} {value:.4g}")
    if found.confusion is None:
        return
    rows = [(name, *map(str, counts)) for name, counts in zip(names, found.confusion.tolist(), strict=True)]
    out.table(("true \\ predicted", *names), rows, right=range(1, len(names) + 1))


def _by_label(found: Evaluation, names: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Return precision, recall and F1 of each label, and the rows for which it is true."""
    from nnstudio.catalog.label_metrics import label_counts, per_label

    columns = (*per_label(label_counts(found.true, found.predicted)), found.true.sum(0))
    numbers = zip(*(column.tolist() for column in columns), strict=True)
    return {
        name: dict(zip(LABEL_COLUMNS, row, strict=True)) for name, row in zip(names, numbers, strict=True)
    }


def _lines(labels: dict[str, dict[str, float]]) -> list[tuple[str, ...]]:
    return [(name, *(f"{value:.3g}" for value in row.values())) for name, row in labels.items()]
