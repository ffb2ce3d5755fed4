"""Rate range test: is the learning rate where the loss falls?"""

from __future__ import annotations

from nnstudio.core.check import CheckResult, Outcome
from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.engine.checks.brief import Working, brief
from nnstudio.engine.rate_finder import MARGIN, find_rate, suggest

STEPS = 120
FAR_BELOW = 100.0
"""So many times below the suggestion a rate is a crawl; the suggestion itself is at the bold end."""


def run(project: Project, prepared: Prepared) -> Working:
    """Let the rate climb and set the project's beside what is read off the curve."""
    small, rows = brief(project, prepared)
    points = []
    for point in find_rate(small, rows, steps=STEPS):
        points.append(point)
        yield point.step / STEPS, f"Rate {point.rate:.1e}"
    found, rate = suggest(points), project.training.optimizer.rate
    if found is None:
        words = "The loss falls at no rate: look for the fault in the network, its output or the data."
        return CheckResult(id="rate_range", outcome="bad", verdict=words, numbers={"rate": rate})
    breaks = found.a_tenth * MARGIN
    numbers = {"rate": rate, "suggested rate": found.rate, "lowest loss at": breaks}
    outcome: Outcome = "good"
    words = f"The rate of {rate:g} lies where the loss falls; {found.rate:g} is suggested."
    if rate > breaks:
        outcome = "bad"
        words = (
            f"The rate of {rate:g} lies above {breaks:.2g}, where the loss stops falling; try {found.rate:g}."
        )
    elif rate < found.rate / FAR_BELOW:
        outcome, words = (
            "bad",
            f"The rate of {rate:g} is far below {found.rate:g}, where the loss falls fastest.",
        )
    return CheckResult(id="rate_range", outcome=outcome, verdict=words, numbers=numbers)
