"""Look through the data of a project, or a table, for what harms training; nothing is changed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnstudio.cli.door import Door
from nnstudio.cli.findings import say_findings
from nnstudio.cli.output import Output, add_output_arguments, output
from nnstudio.cli.problem import OK, Problem
from nnstudio.cli.program import program_json
from nnstudio.cli.projects import open_file

if TYPE_CHECKING:
    from nnstudio.core.dataset import Examples, Prepared
    from nnstudio.core.project import Project
    from nnstudio.data.quality import Quality

NAME = "inspect"
HELP = "look through the data for what harms training"
EPILOG = """\
The JSON also holds the network and the training, in the form that nnstudio new takes.
A table is read by what can be guessed about it; for a say in that make a project with nnstudio new.

examples:
  nnstudio inspect iris.nnproj
  nnstudio inspect houses.csv --target price --json
"""
SHOWN = 12
"""Columns of the correlation table that are printed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("data", metavar="PROJECT|FILE.csv", type=Path, help="a project file or a table")
    parser.add_argument("--target", metavar="COLUMN", help="the column to be predicted (with a table)")
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Print what was found, worst first, and what would mend it."""
    from nnstudio.data.quality import Looking, Quality, looking
    from nnstudio.diagnosis import finding_json

    out = output(arguments)
    project, examples, prepared = _opened(arguments.data, arguments.target)
    quality = Quality()
    for event in looking(examples, prepared, project.data):
        if isinstance(event, Looking):
            out.progress.show(event.share, event.what)
        else:
            quality = event
    out.progress.clear()
    say_findings(out, quality.findings, project)
    _say_relations(out, quality)
    out.give(
        {
            **program_json(project),
            "findings": [finding_json(finding, project) for finding in quality.findings],
            "correlations": _relations(quality),
            "outliers": {e.column: {"iqr": e.iqr, "z_score": e.z} for e in quality.extremes},
            **_kept(out, arguments.data),
        }
    )
    return OK


def _kept(out: Output, path: Path) -> dict[str, Any]:
    """Print and return the cross-validations and searches that a project file keeps."""
    from nnstudio.core.files import SUFFIX

    if path.suffix != SUFFIX:
        return {}
    kept = open_file(path).kept
    for one in kept.validations:
        told = ", ".join(f"{n} {s.mean:.4g}" for n, s in one.scores.items() if s.mean is not None)
        out.say(f"cross-validated {one.created}: {len(one.curves)} folds ({one.folds['kind']}): {told}")
    for search in kept.searches:
        values = [trial.value for trial in search.trials if trial.value is not None]
        span = f", {search.monitor} {min(values):.4g} to {max(values):.4g}" if values else ""
        out.say(f"searched {search.created}: {len(search.trials)} trials by {search.strategy}{span}")
    told_all: dict[str, Any] = kept.model_dump(mode="json")
    return {"cross_validations": told_all["validations"], "searches": told_all["searches"]}


def _opened(path: Path, target: str | None) -> tuple[Project, Examples, Prepared]:
    """Return the project with its data, made for the purpose where a table is given."""
    from nnstudio.core.files import SUFFIX
    from nnstudio.data.beginning import begin
    from nnstudio.data.csv_sniff import sniff
    from nnstudio.data.prepare import prepare

    if path.suffix == SUFFIX:
        if target:
            raise Problem("--target goes with a table: a project knows what it predicts.")
        project = open_file(path).project
        examples = project.data.source.load()
        return project, examples, prepare(examples, project.data)
    if not target:
        raise Problem("Name the column to be predicted with --target COLUMN.")
    source = sniff(str(path.resolve())).source
    try:
        begun = begin(source.with_target(target))
    except KeyError as error:
        raise Problem(str(error.args[0])) from None
    return begun.project, begun.examples, begun.prepared


def _say_relations(out: Output, quality: Quality) -> None:
    known = quality.relations
    if known is None or not known.names:
        return
    strongest = sorted(zip(known.names, known.with_target, strict=True), key=lambda i: -abs(i[1]))[:SHOWN]
    out.say()
    out.table(
        ("column", f"goes with {known.target}"), [(name, f"{r:.3f}") for name, r in strongest], right=(1,)
    )


def _relations(quality: Quality) -> dict[str, Any] | None:
    known = quality.relations
    if known is None:
        return None
    return {
        "columns": list(known.names),
        "matrix": known.matrix.tolist(),
        "target": known.target,
        "with_target": known.with_target.tolist(),
    }
