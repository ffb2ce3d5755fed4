"""Where a run stands: does it learn at all, does it still improve, and how large are its steps."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import numpy as np

from nnstudio.core.finding import Evidence
from nnstudio.core.run import LayerHealth
from nnstudio.core.training import Optimizer
from nnstudio.diagnosis.score import NO_GAIN, beats_constant, behind_simple, constant_loss, skill
from nnstudio.diagnosis.signals import (
    SHORTEST_WINDOW,
    Curve,
    curve,
    finite,
    level,
    noise,
    start,
    trend,
    window,
)

PATIENT = 20
"""Epochs without improvement that the founding documents wait before they blame the rate."""
BIG_UPDATE = 0.03
"""Update over weight above which steps are leaps: thirty times the healthy 1e-3."""
TINY_UPDATE = 1e-4
"""Update over weight below which a layer hardly moves (TheDeepChecker)."""
FAR = 10.0
"""A rate this many times outside its optimizer's typical range is suspicious by itself."""
MOVED = 0.02
"""Changes of the loss below this share of the constant predictor's loss are standing still."""


WORTH_MORE = 0.2
"""Of the loss that is left: what a fifth of the run more must promise."""
WORTH_AT_ALL = 0.05
"""The same in constant predictor's losses: less is polishing."""

PILING_UP = ("momentum", "rmsprop")
"""Optimizers whose momentum adds steps up."""
TAKEN_AWAY = 0.05
"""Rate half-way through the run over the largest one, below which a schedule has ended learning early."""
MOST_PROBES = 200
"""Looks into the layers that are judged; of more, evenly spread ones."""

Probed = tuple[int, tuple[LayerHealth, ...]]
"""An epoch (from 1) in which the layers were looked at, and what was seen."""


def probed(evidence: Evidence) -> list[Probed]:
    """Return the epochs in which the layers were looked at, in order, thinned where there are many."""
    found = [(epoch, layers) for epoch, layers in enumerate(evidence.history.layers, 1) if layers]
    return found[:: 1 + len(found) // MOST_PROBES]


@dataclass(frozen=True, slots=True)
class Steps:
    """How large the steps of a run are, by what its layers report and by its rate."""

    update: float | None
    """Median over layers and the last window of update over weight; None when not reported."""
    beside_typical: float
    """Rate over the upper end of its typical range."""
    below_typical: float
    """Rate over the lower end of its typical range."""

    @property
    def large(self) -> bool:
        """Whether the steps are leaps."""
        reported = self.update is not None and self.update > BIG_UPDATE and self.beside_typical > 1
        return reported or self.beside_typical >= FAR

    @property
    def tiny(self) -> bool:
        """Whether hardly anything moves."""
        if self.update is not None:
            return self.update < TINY_UPDATE and self.below_typical <= FAR
        return self.below_typical < 1


def steps_of(evidence: Evidence) -> Steps:
    """Return how large the steps are."""
    optimizer = evidence.project.training.optimizer
    low, high = optimizer.params()["rate"].typical or (optimizer.rate, optimizer.rate)
    ratios = [
        health.update_ratio
        for _, layers in probed(evidence)[-SHORTEST_WINDOW:]
        for health in layers
        if health.update_ratio is not None and np.isfinite(health.update_ratio)
    ]
    rate = optimizer.rate * carried(optimizer)
    return Steps(median(ratios) if ratios else None, rate / high, rate / low)


def carried(optimizer: Optimizer) -> float:
    """Return how much further a heavy momentum carries every step than the usual one does.

    Momentum multiplies the rate by 1 / (1 - momentum), except where moments are averages, as in Adam.
    """
    if optimizer.kind not in PILING_UP:
        return 1.0
    usual = float(type(optimizer).model_fields["momentum"].default)
    return max(1.0, (1 - usual) / max(1e-6, 1 - float(getattr(optimizer, "momentum", usual))))


def yardstick(evidence: Evidence) -> float:
    """Return the loss of the best constant prediction; where it is unknown, the first epoch's loss."""
    known = constant_loss(evidence)
    return known if np.isfinite(known) and known > 0 else max(1e-12, start(curve(evidence, "train_loss")))


def learns(evidence: Evidence) -> bool:
    """Tell whether the training rows are predicted better than by a constant."""
    return beats_constant(evidence, "train")


def begun(evidence: Evidence) -> bool:
    """Tell whether a run has gained anything worth the name."""
    return learns(evidence) and skill(evidence, "train") > NO_GAIN


def improving(evidence: Evidence, name: str = "train_loss") -> bool:
    """Tell whether a loss still falls over its last windows by more than noise and trifles."""
    values = finite(curve(evidence, name))
    recent = values[-3 * window(len(values)) :]
    line = trend(recent)
    gain = -line.slope * len(recent)
    return line.falls and gain > max(noise(recent), MOVED * min(yardstick(evidence), abs(level(values))))


def worth_more(values: Curve, unit: float, share: float = WORTH_MORE) -> bool:
    """Tell whether a loss still falls so fast that a longer run would pay."""
    known = finite(values)
    width = min(len(known), max(SHORTEST_WINDOW, 2 * window(len(known))))
    recent = known[-width:]
    if len(known) < SHORTEST_WINDOW:
        fallen = bool((np.diff(known) < 0).all())
        return len(known) > 1 and fallen and known[0] - known[-1] > WORTH_AT_ALL * unit
    line = trend(recent)
    promised = -line.slope * len(recent)
    return line.falls and promised > max(share * level(known, 3), WORTH_AT_ALL * unit, noise(recent))


def worth_longer(evidence: Evidence) -> bool:
    """Tell whether the training loss promises enough for a longer run.

    Where simple models are ahead, half of it is enough.
    """
    share = WORTH_MORE / 2 if behind_simple(evidence) else WORTH_MORE
    return worth_more(curve(evidence, "train_loss"), yardstick(evidence), share)


def gain(evidence: Evidence) -> float:
    """Return how much of the constant predictor's loss training has gained since its first epoch."""
    values = curve(evidence, "train_loss")
    return (start(values) - level(values)) / yardstick(evidence)


def diverged(evidence: Evidence) -> float:
    """Return how many times the constant predictor's loss the training loss has ended at."""
    return level(curve(evidence, "train_loss")) / yardstick(evidence)


def rate_taken_away(evidence: Evidence) -> bool:
    """Tell whether a schedule had taken nearly all of the rate away by the middle of the run."""
    rates = finite(curve(evidence, "rate"))
    if len(rates) < SHORTEST_WINDOW or evidence.project.training.schedule.kind == "constant":
        return False
    return bool(rates[len(rates) // 2] < TAKEN_AWAY * rates.max())
