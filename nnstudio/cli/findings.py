"""A diagnosis in words."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nnstudio.cli.output import Output

if TYPE_CHECKING:
    from nnstudio.core.dataset import Prepared
    from nnstudio.core.finding import Finding
    from nnstudio.core.project import Project
    from nnstudio.core.trace import Trace

WIDTH = 96
SIGNS = {"error": "!!", "warning": "! ", "hint": "? ", "ok": "ok"}


def say_findings(out: Output, findings: Sequence[Finding], project: Project) -> None:
    """Print what is wrong, worst first, with evidence and fixes; then what is fine."""
    problems = [finding for finding in findings if finding.severity != "ok"]
    if not problems:
        out.say("diagnosis: nothing wrong was found")
    for finding in problems:
        out.say(f"{SIGNS[finding.severity]} {finding.title}  [{finding.id}]")
        if finding.evidence:
            _indented(out, finding.line())
        _indented(out, finding.why)
        for fix in finding.fixes:
            changes = "; ".join(change.text() for change in fix.preview(project))
            out.say(f"     fix {finding.id}/{fix.id}: {changes or fix.title}")
    fine = [finding.title for finding in findings if finding.severity == "ok"]
    if fine:
        _indented(out, f"fine: {', '.join(fine)}")


def misfits(table: Trace | None) -> list[Finding]:
    """Return a finding for every layer that does not fit, the first as the cause of all that follows."""
    from nnstudio.core.finding import Finding

    errors = table.errors if table is not None else {}
    return [
        Finding(
            "misfit",
            text.rstrip("."),
            {"layer": id},
            "What does not fit cannot be trained: a layer and its input, or the output and the target.",
            severity="error",
            layers=() if id == "input" else (id,),
            primary=at == 0,
        )
        for at, (id, text) in enumerate(errors.items())
    ]


def design_findings(project: Project, prepared: Prepared) -> list[Finding]:
    """Return what is wrong before any training: what does not fit, then what the design checks find."""
    from nnstudio.core.finding import Evidence
    from nnstudio.diagnosis import check

    table = project.trace()
    found = check(Evidence(project, table, prepared.facts))
    named = {id for finding in found if finding.id == "wrong_output_activation" for id in finding.layers}
    # An output of the wrong size is a finding of its own, which can be mended.
    unfit = [each for each in misfits(table) if not named.intersection(each.layers)]
    return [*unfit, *(replace(finding, primary=False) for finding in found)] if unfit else found


def _indented(out: Output, text: str) -> None:
    out.say(textwrap.fill(text, WIDTH, initial_indent=" " * 3, subsequent_indent=" " * 3))
