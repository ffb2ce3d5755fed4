"""What is wrong with how long a run lasts: no progress, stopped too early, gone on too long."""

from __future__ import annotations

import numpy as np

from nnstudio.core.finding import Evidence, Finding, Fix
from nnstudio.diagnosis import fixes, reshape
from nnstudio.diagnosis.progress import PATIENT, gain, improving, learns, steps_of, worth_longer, yardstick
from nnstudio.diagnosis.score import (
    SANE,
    as_far_as_simple,
    behind_simple,
    doing_well,
    reachable,
    score,
    score_noise,
    short_name,
    skill,
)
from nnstudio.diagnosis.signals import (
    SHORTEST_WINDOW,
    best_epoch,
    curve,
    finite,
    level,
    lowest,
    noise,
    start,
    trend,
    window,
)

SATURATED = 0.9
"""Skill from which more epochs have little left to give."""
HALF_WAY = 0.5
"""Skill up to which very few epochs are too few, where no simple model says what can be reached."""
LONG_RUN = 50
"""After so many epochs a good result that still creeps upwards is a matter of taste, not a fault."""
PAST = 0.15
"""Rise of the validation loss above its best, in constant predictor's losses, without any use."""
LATE = 0.7
"""A best epoch after this share of the run is no reason to stop earlier."""
FINISHED_NATURALLY = ("done",)


def stagnation(evidence: Evidence) -> Finding | None:
    """Find a run that gets nowhere, for no reason that any other rule knows."""
    epochs = evidence.history.epochs
    stopped = evidence.status == "early stopped" and epochs >= SHORTEST_WINDOW
    over = stopped or (evidence.status == "done" and epochs >= 2 * SHORTEST_WINDOW)
    if (epochs < PATIENT and not over) or learns(evidence) or improving(evidence):
        return None
    project, name = evidence.project, short_name(evidence)
    values = curve(evidence, "train_loss")
    confusion = evidence.history.confusion
    one_class = confusion is not None and np.count_nonzero(confusion.sum(0)) == 1
    title = "All predictions are one class" if one_class else f"No improvement in {epochs} epochs"
    why = (
        "The network is no better than always giving the same answer, and it is not getting better. Another "
        "rate is the first thing to try, then another network."
    )
    blind, batch = evidence.checked("input_independent"), evidence.checked("one_batch")
    if blind is not None and blind.outcome == "bad":
        title, why = "The inputs make no difference to the answers", blind.verdict
    elif batch is not None and batch.outcome == "bad":
        title, why = "The network cannot learn a handful of rows", batch.verdict
    return Finding(
        "stagnation",
        title,
        {
            "first loss": start(values),
            "last loss": level(values),
            "a constant answer": yardstick(evidence),
            f"train {name}": level(score(evidence, "train")),
            **_output_spread(evidence),
        },
        why,
        since_epoch=1,
        confidence=0.6,
        fixes=fixes.offered(
            project,
            fixes.steady_rate(evidence),
            *_other_rates(evidence),
            reshape.units_scaled(project, 2),
            reshape.layer_added(project),
        ),
    )


def _output_spread(evidence: Evidence) -> dict[str, float | str]:
    """Return how much the answers differ from row to row, where it was looked at."""
    seen = evidence.history.outputs
    last = seen[max(seen)].between if seen else None
    return {} if last is None else {"answers differ by": last}


def _other_rates(evidence: Evidence) -> tuple[Fix, Fix]:
    up, down = fixes.rate_times(evidence, 5.0), fixes.rate_times(evidence, 0.1, restart=True)
    return (down, up) if steps_of(evidence).beside_typical > 1 else (up, down)


def too_few_epochs(evidence: Evidence) -> Finding | None:
    """Find a run that ended while it was still getting better at a good pace, or had hardly begun."""
    epochs = evidence.history.epochs
    if evidence.status not in FINISHED_NATURALLY or not epochs:
        return None
    split = "val" if finite(curve(evidence, "val_loss")).size else "train"
    if skill(evidence, split) > SATURATED or skill(evidence, "train") > SATURATED:
        return None
    if not _hardly_begun(evidence, split) and not _cut_short(evidence, split):
        return None
    values = curve(evidence, f"{split}_loss")
    name = short_name(evidence)
    return Finding(
        "too_few_epochs",
        "Stopped after the first epoch"
        if epochs == 1
        else f"Stopped after {epochs} epochs while still improving",
        {
            "val loss" if split == "val" else "train loss": level(values, 1),
            "a while before": float(values[-1 - min(len(values) - 1, window(epochs))]),
            f"{split} {name}": level(score(evidence, split)),
        },
        "The loss was still falling at a good pace when the last epoch was over: the network had more to "
        "learn.",
        confidence=0.75,
        fixes=fixes.offered(
            evidence.project,
            fixes.steady_rate(evidence),
            fixes.more_epochs(evidence.project),
            fixes.rate_times(evidence, 2.0),
        ),
    )


def _cut_short(evidence: Evidence, split: str) -> bool:
    """Tell whether the loss was still falling at a good pace when the last epoch was over."""
    if gain(evidence) <= 0 or (evidence.history.epochs >= LONG_RUN and doing_well(evidence)):
        return False
    if not worth_longer(evidence):
        return False
    return split == "train" or not _val_done(evidence)


def _hardly_begun(evidence: Evidence, split: str) -> bool:
    """Tell whether a run of very few epochs, that has not gone astray, lags behind what is easily learnt."""
    if evidence.history.epochs >= SHORTEST_WINDOW or _astray(evidence, split) or as_far_as_simple(evidence):
        return False
    return behind_simple(evidence, sigmas=1.0) or (
        reachable(evidence) is None and skill(evidence, split) < HALF_WAY
    )


def _astray(evidence: Evidence, split: str) -> bool:
    """Tell whether the loss stands high without having come down from higher."""
    begun = evidence.history.initial_loss or start(curve(evidence, "train_loss"))
    here = level(curve(evidence, f"{split}_loss"), 1)
    return not here <= SANE * yardstick(evidence) and not here < begun / SANE


def _val_done(evidence: Evidence) -> bool:
    """Tell whether the validation loss no longer falls with the training loss."""
    values = finite(curve(evidence, "val_loss"))
    recent = values[-max(SHORTEST_WINDOW, 2 * window(len(values))) :]
    if len(recent) < SHORTEST_WINDOW:
        return bool(recent[-1] > recent[0])
    return not trend(recent).falls


def overtraining(evidence: Evidence) -> Finding | None:
    """Find a run that went on long after its best epoch and kept the worse weights."""
    stopping = evidence.project.training.early_stopping
    values = curve(evidence, "val_loss")
    epochs, best = len(values), best_epoch(evidence)
    if evidence.status not in ("done", "stopped") or (stopping.on and stopping.restore_best):
        return None
    if epochs < 4 * SHORTEST_WINDOW or not best or best > LATE * epochs:
        return None
    width = window(epochs)
    rise = level(values, width) - lowest(values)
    if rise < max(PAST * yardstick(evidence), 4 * noise(values), 0.2 * lowest(values)):
        return None
    then, now = level(score(evidence, "val")[:best], 3), level(score(evidence, "val"), width)
    if then - now < score_noise(evidence, "val", then) and rise < 2 * PAST * yardstick(evidence):
        return None
    name = short_name(evidence)
    return Finding(
        "overtraining",
        f"Trained {epochs - best} epochs past the best one ({best})",
        {
            "best val loss": lowest(values),
            "val loss": level(values, width),
            f"val {name} then": then,
            f"val {name}": now,
        },
        "Validation was best long before the end; what was learned since then made it worse.",
        since_epoch=best,
        confidence=0.75,
        fixes=fixes.offered(
            evidence.project,
            fixes.early_stopping(evidence.project, best),
            fixes.stop_at(evidence.project, best),
        ),
    )
