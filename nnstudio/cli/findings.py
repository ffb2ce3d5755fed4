"""A diagnosis in words."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nnstudio.cli.output import Output

if TYPE_CHECKING:
    from nnstudio.core.finding import Finding
    from nnstudio.core.project import Project

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


def _indented(out: Output, text: str) -> None:
    out.say(textwrap.fill(text, WIDTH, initial_indent=" " * 3, subsequent_indent=" " * 3))
