"""The rate range test: train a throw-away network while the learning rate climbs, and watch the loss.

Smith 2017, "Cyclical Learning Rates for Training Neural Networks"; the smoothing and the suggestions
are those of fastai's `lr_find`.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.engine.assembly import assemble, checked_table, repeatable_kernels
from nnstudio.engine.checkpoint import Weights
from nnstudio.engine.device import choose
from nnstudio.engine.start import start_weights
from nnstudio.engine.threads import threads_for

LOWEST, HIGHEST = 1e-7, 10.0
STEPS = 120
SMOOTHING = 0.9
"""Share of the running mean of the loss that is kept at each step; single batches are too noisy."""
SKIPPED = 10
"""Points at the start that say nothing yet."""
AROUND = 4
"""Points on either side that a slope is taken over."""
DIVERGED = 4.0
"""The test ends when the loss is this many times the best so far."""
MARGIN = 10.0
"""The loss is lowest just before training becomes unstable: a tenth of that rate is safe."""


@dataclass(frozen=True, slots=True)
class RatePoint:
    """One step of the test."""

    step: int
    """From 1."""
    rate: float
    loss: float
    smooth: float
    """Running mean of the loss, corrected for its start."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Rates read off the curve."""

    rate: float
    """The one to use: where the loss falls most steeply, but never above `a_tenth`."""
    steepest: float
    a_tenth: float
    """A tenth of the rate with the lowest loss."""


def find_rate(
    project: Project, prepared: Prepared, start: Weights | None = None, steps: int = STEPS
) -> Generator[RatePoint, None, None]:
    """Yield one point per step, each at a rate a constant factor above the last; ends when loss diverges.

    It begins with `start`, else as the project says. The project and all weights outside stay as they
    are. Raises CannotBuild, StartProblem or WeightsProblem.
    """
    start = start_weights(project, prepared.signature) if start is None else start
    training = project.training.model_copy(update={"ema": 0.0, "accumulate": 1})
    project = project.model_copy(update={"training": training})
    work = checked_table(project, prepared).multiply_adds * training.batch_size
    device, _ = choose(training.device, work)
    with ExitStack() as stack:
        stack.enter_context(threads_for(work))
        stack.enter_context(repeatable_kernels())
        parts = assemble(project, prepared, device, start)
        stack.callback(parts.batches.close)
        parts.graph.train()
        growth, batches = (HIGHEST / LOWEST) ** (1 / max(1, steps - 1)), len(parts.batches)
        mean, best = 0.0, math.inf
        for step in range(steps):
            index = step % batches
            if index == 0:
                parts.batches.shuffle()
            rate = LOWEST * growth**step
            parts.step(index, rate)
            loss = float(parts.step.losses(index, index + 1)[0])
            mean = SMOOTHING * mean + (1 - SMOOTHING) * loss
            smooth = mean / (1 - SMOOTHING ** (step + 1))
            if not math.isfinite(smooth):
                return
            yield RatePoint(step + 1, rate, loss, smooth)
            best = min(best, smooth)
            if step > steps // 10 and smooth > DIVERGED * best:
                return


def suggest(points: Sequence[RatePoint]) -> Suggestion | None:
    """Return the rates to use; None when the loss never fell.

    The first points, at rates too small to teach anything, are only noise and left out. A slope is that
    of a straight line through the points around, loss over the logarithm of the rate.
    """
    points = points[SKIPPED:]
    losses = np.array([point.smooth for point in points])
    lowest = int(losses.argmin()) if len(points) else 0
    if lowest < 2:
        return None
    logs = np.log([point.rate for point in points])
    slopes = [_slope(logs, losses, at) for at in range(lowest + 1)]
    at = int(np.argmin(slopes))
    steepest, a_tenth = points[at].rate, points[lowest].rate / MARGIN
    return Suggestion(rounded(min(steepest, a_tenth)), steepest, a_tenth)


def _slope(logs: NDArray[np.float64], losses: NDArray[np.float64], at: int) -> float:
    near = slice(max(0, at - AROUND), at + AROUND + 1)
    x, y = logs[near] - logs[near].mean(), losses[near] - losses[near].mean()
    return float(x @ y / (x @ x))


def rounded(rate: float) -> float:
    """Return a rate to two figures."""
    return float(f"{rate:.1e}")
