"""Blank inputs: what can be reached by knowing the answers' frequencies alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnstudio.core.check import CheckResult, Outcome
from nnstudio.core.dataset import Part, Prepared
from nnstudio.core.project import Project
from nnstudio.engine.checks.brief import Working, better, brief, trained


def run(project: Project, prepared: Prepared) -> Working:
    """Train with the true inputs and with blank ones, and compare what validation makes of both."""
    small, rows = brief(project, prepared)
    true = yield from trained(small, rows, "With the inputs", 0.0, 0.5)
    blank = replace(rows, train=_blank(rows.train), validation=_blank(rows.validation))
    blind = yield from trained(small, blank, "With blank inputs", 0.5, 1.0)
    reached = better(true, blind, len(rows.validation))
    outcome: Outcome = "good" if reached else "bad"
    words = f"Validation loss {true.loss:.3g} with the inputs, {blind.loss:.3g} without: "
    words += (
        "the network uses them."
        if reached
        else "they make no difference. They do not reach the output, or they say nothing about the answer."
    )
    numbers = true.numbers() | blind.numbers("with blank inputs")
    return CheckResult(id="input_independent", outcome=outcome, verdict=words, numbers=numbers)


def _blank(part: Part) -> Part:
    """Return a part whose rows all look like the mean one; tokens become padding behind a first word."""
    if part.x.dtype.kind == "f":
        return replace(part, x=np.zeros_like(part.x))
    x = np.zeros_like(part.x)
    x[:, -1] = 1
    return replace(part, x=x)
