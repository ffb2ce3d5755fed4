"""Other seeds: how much of a result is chance."""

from __future__ import annotations

import math
from statistics import fmean, stdev

from nnstudio.core.check import CheckResult, Outcome
from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.engine.checks.brief import Working, brief, trained, with_training

SEEDS = 3
WILD = 0.25
"""Spread of the validation loss over its mean from which a result depends on luck."""


def run(project: Project, prepared: Prepared) -> Working:
    """Train three times from other random weights, in another order of the rows."""
    small, rows = brief(project, prepared)
    runs = []
    for at in range(SEEDS):
        seeded = with_training(small, seed=small.training.seed + at)
        words = f"Seed {at + 1} of {SEEDS}"
        runs.append((yield from trained(seeded, rows, words, at / SEEDS, (at + 1) / SEEDS)))
    losses = [run.loss for run in runs if math.isfinite(run.loss)]
    scores = [run.score for run in runs if math.isfinite(run.score)]
    if len(losses) < SEEDS:
        words = f"{SEEDS - len(losses)} of {SEEDS} runs break down: the start decides whether training works."
        return CheckResult(id="seeds", outcome="bad", verdict=words, numbers={"runs": float(len(losses))})
    mean, spread = fmean(losses), stdev(losses)
    wild = spread > WILD * abs(mean)
    outcome: Outcome = "bad" if wild else "good"
    words = f"Validation loss {mean:.3g} ± {spread:.2g} over {SEEDS} seeds: "
    words += "the result depends on luck." if wild else "smaller differences than that are chance."
    numbers = {"loss": mean, "loss noise": spread, "runs": float(SEEDS)}
    if len(scores) == SEEDS:
        numbers |= {"score": fmean(scores), "score noise": stdev(scores)}
    return CheckResult(id="seeds", outcome=outcome, verdict=words, numbers=numbers)
