"""Check the design of a project: the layer table, every misfit, and what shows before training."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nnstudio.cli.door import Door
from nnstudio.cli.findings import say_findings
from nnstudio.cli.output import Output, add_output_arguments, output
from nnstudio.cli.problem import FAILED, OK
from nnstudio.cli.projects import add_project_argument, open_file, with_data

if TYPE_CHECKING:
    from nnstudio.core.dataset import Prepared
    from nnstudio.core.project import Project
    from nnstudio.core.trace import Row, Trace

NAME = "check"
HELP = "check the design and print the layer table"
EPILOG = "The exit code is 1 when a layer does not fit or a finding is an error."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_project_argument(parser)
    parser.add_argument(
        "--largest-batch", action="store_true", help="also measure the largest batch that fits this device"
    )
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Print the layer table and what is wrong with the design."""
    from nnstudio.core.finding import Evidence
    from nnstudio.diagnosis import check, finding_json

    out = output(arguments)
    project, prepared = with_data(open_file(arguments.project).project, out)
    table = project.trace()
    assert table is not None
    findings = check(Evidence(project, table, prepared.facts))
    for note in prepared.notes:
        out.warn(note)
    _say_table(out, project, table)
    for id, text in table.errors.items():
        out.say(f"error in {id}: {text}")
    out.say()
    say_findings(out, findings, project)
    batch = _largest_batch(out, project, prepared) if arguments.largest_batch and table.valid else {}
    told = [finding_json(finding, project) for finding in findings]
    out.give(_json(project, table) | {"findings": told} | batch)
    wrong = not table.valid or any(finding.severity == "error" for finding in findings)
    return FAILED if wrong else OK


def _largest_batch(out: Output, project: Project, prepared: Prepared) -> dict[str, Any]:
    """Measure and tell the largest batch."""
    from nnstudio.engine.largest_batch import LargestBatch, largest_batch

    for found in largest_batch(project, prepared):
        if isinstance(found, LargestBatch):
            usual = f"; usual for its memory: {found.hint}" if found.hint else ""
            out.say(f"\nlargest batch on {found.device}: {found.size} ({found.limited_by}){usual}")
            return {"largest_batch": asdict(found)}
        out.progress.show(0.0, f"batch {found.size}: {in_bytes(found.bytes)}")
    raise AssertionError("the measurement ended without an answer")


def _say_table(out: Output, project: Project, table: Trace) -> None:
    head = ("id", "layer", "output", "learnables", "multiply-adds", "")
    rows = [("input", "Data", table.input.named(), "", "", ""), *(_cells(project, row) for row in table.rows)]
    out.table(head, rows, right=(3, 4))
    batch = project.training.batch_size
    out.say(
        f"total: {table.learnables:,} learnables, {table.multiply_adds:,} multiply-adds per example, "
        f"{in_bytes(table.memory(batch))} for training with batches of {batch}"
    )


def _cells(project: Project, row: Row) -> Sequence[str]:
    node = project.network[row.id]
    group = f"{node.group} > " if node.group else ""
    layer = f"{group}{row.title} {node.layer.summary()}".strip()
    shape = row.output.named() if row.output else "?"
    return (
        row.id,
        layer,
        shape,
        f"{row.learnables:,}",
        f"{row.multiply_adds:,}",
        "<- error" if row.error else "",
    )


def in_bytes(count: int) -> str:
    """Return a number of bytes as a person reads it."""
    for unit, size in (("GiB", 2**30), ("MiB", 2**20)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count / 2**10:.1f} KiB"


def _json(project: Project, table: Trace) -> dict[str, Any]:
    layers = [
        {
            "id": row.id,
            "kind": project.network[row.id].layer.kind,
            "title": row.title,
            "group": project.network[row.id].group or None,
            "inputs": [list(shape.sizes) for shape in row.inputs],
            "output": list(row.output.sizes) if row.output else None,
            "axes": list(row.output.axes) if row.output else None,
            "learnables": row.learnables,
            "multiply_adds": row.multiply_adds,
            "error": str(row.error) if row.error else None,
        }
        for row in table.rows
    ]
    return {
        "valid": table.valid,
        "input": list(table.input.sizes),
        "layers": layers,
        "errors": table.errors,
        "learnables": table.learnables,
        "multiply_adds": table.multiply_adds,
        "memory": table.memory(project.training.batch_size),
    }
