"""Without regularisation: does what shall protect from overfitting prevent learning?"""

from __future__ import annotations

from nnstudio.core.check import CheckResult, Outcome
from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.engine.checks.brief import SMALLEST, Working, better, brief, plain, trained


def run(project: Project, prepared: Prepared) -> Working:
    """Train with and without dropout, noise, penalties and augmentation."""
    small, rows = brief(project, prepared)
    bare = plain(small)
    if bare == small:
        words = "There is no regularisation to take away."
        return CheckResult(id="no_regularisation", outcome="unclear", verdict=words)
    held = yield from trained(small, rows, "As it is", 0.0, 0.5)
    free = yield from trained(bare, rows, "Without regularisation", 0.5, 1.0)
    both = better(free, held) and free.train_loss < (1 - SMALLEST) * held.train_loss
    outcome: Outcome = "bad" if both else "good"
    words = f"Validation loss {held.loss:.3g} with it, {free.loss:.3g} without: "
    words += (
        "it holds the network back on training and validation rows alike."
        if both
        else "it does no harm."
        if not better(held, free)
        else "it helps."
    )
    numbers = held.numbers() | free.numbers("without it")
    return CheckResult(id="no_regularisation", outcome=outcome, verdict=words, numbers=numbers)
