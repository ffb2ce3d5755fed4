"""Shuffled answers: true ones must teach more than answers dealt out at random."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnstudio.core.check import CheckResult, Outcome
from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.engine.checks.brief import Working, better, brief, trained


def run(project: Project, prepared: Prepared) -> Working:
    """Train on the true and on shuffled answers; both are judged by the true ones of the validation rows."""
    small, rows = brief(project, prepared)
    true = yield from trained(small, rows, "With the true answers", 0.0, 0.5)
    order = np.random.default_rng(0).permutation(len(rows.train))
    dealt = replace(rows, train=replace(rows.train, y=rows.train.y[order]))
    random = yield from trained(small, dealt, "With shuffled answers", 0.5, 1.0)
    learnt = better(true, random, len(rows.validation))
    outcome: Outcome = "good" if learnt else "bad"
    words = f"Validation loss {true.loss:.3g} with the true answers, {random.loss:.3g} with shuffled ones: "
    words += (
        "there is something to be learnt."
        if learnt
        else "the true ones teach nothing that holds for other rows. Do they belong to their rows?"
    )
    numbers = true.numbers() | random.numbers("with shuffled answers")
    return CheckResult(id="shuffled_labels", outcome=outcome, verdict=words, numbers=numbers)
