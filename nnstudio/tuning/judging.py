"""The rule by which a fix is taken over: the symptom gone, a gain beyond chance, nothing new."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, stdev

import numpy as np

from nnstudio.catalog.defaults import metrics_for
from nnstudio.core.finding import Evidence
from nnstudio.core.trace import Target
from nnstudio.core.training import METRICS
from nnstudio.core.verdict import Reason
from nnstudio.diagnosis.score import kept_epoch
from nnstudio.diagnosis.signals import curve, noise

BEYOND_CHANCE = 2.0
"""The gain must be more than this many times the noise."""
CLEAR = 5.0
"""A gain of so many times the scatter of its own curve..."""
CLEAR_SHARE = 0.1
"""... and of this share of the value itself needs no further seeds."""
SMALLEST_SHARE = 0.005
"""Of the value: differences below this are rounding, however well they repeat."""
AROUND = 3
"""Epochs whose median stands for the epoch that is kept: the best of many noisy ones flatters."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Both arms in numbers; NaN stands for an arm that broke down."""

    metric: str
    control: tuple[float, ...]
    """One value per seed, paired with `treatment`."""
    treatment: tuple[float, ...]
    scatter: float
    """Of the curves of the first seed, from epoch to epoch."""
    cleared: bool = True
    """The problem is no longer found."""
    new: tuple[str, ...] = ()
    """Problems found only with the fix."""
    honest: bool = False
    """The score was flattered before (rows were shared): it is right that it falls."""

    @property
    def gain(self) -> float:
        """The mean gain over the seeds, positive when the fix is better."""
        sign = 1.0 if higher_is_better(self.metric) else -1.0
        if not math.isfinite(fmean(self.treatment)):
            return -math.inf
        if not math.isfinite(fmean(self.control)):
            return math.inf
        return sign * (fmean(self.treatment) - fmean(self.control))

    @property
    def noise(self) -> float:
        """The standard deviation between seeds, of both arms; of a single seed, along its curve.

        Where every seed with the fix is better than every one without, only those with it count: a
        control that is wild because of the problem itself must not hide the gain.
        """
        least = SMALLEST_SHARE * abs(fmean(self.control)) if math.isfinite(fmean(self.control)) else 0.0
        if len(self.control) < 2 or not math.isfinite(self.gain):
            return max(self.scatter, least)
        with_fix = stdev(self.treatment)
        both = math.hypot(stdev(self.control), with_fix) / math.sqrt(2)
        return max(with_fix if self._apart else both, least)

    @property
    def _apart(self) -> bool:
        if higher_is_better(self.metric):
            return min(self.treatment) > max(self.control)
        return max(self.treatment) < min(self.control)

    @property
    def clear(self) -> bool:
        """Whether the gain is so large that one seed is enough to tell."""
        if not math.isfinite(self.gain):
            return self.gain > 0
        return self.gain >= max(CLEAR * self.noise, CLEAR_SHARE * abs(self.control[0]))

    @property
    def unclear(self) -> bool:
        """Whether one seed is too few to tell: a gain that could be chance."""
        sound = self.cleared and not self.new and not self.honest
        return sound and self.gain > 0 and not self.clear


def judge(measured: Measured) -> Reason:
    """Return whether a fix is worth keeping, or the first reason why not."""
    if not math.isfinite(fmean(measured.treatment)):
        return "failed"
    if measured.new and measured.cleared:
        return "new"
    if not measured.cleared:
        return "eased" if measured.clear and not measured.new else "stays"
    if measured.honest:
        return "honest"
    bound = BEYOND_CHANCE * measured.noise
    if measured.gain > bound:
        return "helped"
    return "worse" if measured.gain < -bound else "small"


def higher_is_better(metric: str) -> bool:
    """Tell the direction of a column such as `val_loss` or `val_accuracy`."""
    kind = metric.partition("_")[2]
    return kind in METRICS and METRICS[kind].higher_is_better


def metric_for(
    control: Evidence, treatment: Evidence, target: Target, *, same_target: bool, finding: str = ""
) -> str:
    """Return the column by which two arms can be compared.

    The loss, unless the fix has changed the loss, the weights of the classes or the scale of the target:
    then a metric that does not depend on them; F1 where the rare classes are at stake.
    """
    split = "val" if control.history["val_loss"] else "train"
    before, after = control.project.training, treatment.project.training
    weighed = finding == "class_imbalance" or before.class_weights != after.class_weights
    if before.loss == after.loss and same_target and not weighed:
        return f"{split}_loss"
    kinds = (["f1"] if weighed else []) + [metric.kind for metric in metrics_for(target)]
    return next((f"{split}_{k}" for k in kinds if treatment.history[f"{split}_{k}"]), f"{split}_loss")


def kept_value(evidence: Evidence, metric: str) -> float:
    """Return the value of the epoch whose weights are kept; NaN for a run that broke down."""
    values = curve(evidence, metric)
    if evidence.status == "failed" or not values.size:
        return math.nan
    end = min(kept_epoch(evidence) + 1, len(values))
    around = values[max(0, end - AROUND) : end]
    return float(np.median(around[np.isfinite(around)])) if np.isfinite(around).any() else math.nan


def scatter(evidence: Evidence, metric: str) -> float:
    """Return by how much a value changes from epoch to epoch in the second half of a run."""
    values = curve(evidence, metric)
    return noise(values[len(values) // 2 :])
