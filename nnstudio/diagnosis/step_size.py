"""What is wrong with the size of the steps: explosion, overshooting, bouncing, crawling."""

from __future__ import annotations

import numpy as np

from nnstudio.core.check import CheckResult
from nnstudio.core.finding import Evidence, Finding, Fix
from nnstudio.core.project import Project
from nnstudio.diagnosis import data_fixes, fixes
from nnstudio.diagnosis.anatomy import NARROW, narrowest, straight_lines
from nnstudio.diagnosis.capacity import strong_penalty
from nnstudio.diagnosis.progress import (
    FAR,
    PATIENT,
    TAKEN_AWAY,
    TINY_UPDATE,
    begun,
    diverged,
    gain,
    improving,
    rate_taken_away,
    steps_of,
    yardstick,
)
from nnstudio.diagnosis.score import (
    FINISHED,
    as_far_as_simple,
    behind_simple,
    facts_of,
    score,
    short_name,
    skill,
)
from nnstudio.diagnosis.signals import (
    SHORTEST_WINDOW,
    curve,
    finite,
    level,
    lowest,
    noise,
    since_above,
    start,
    swing,
    trend,
    turns,
)

NOT_A_NUMBER = (
    "nan",
    "not finite",
    "non-finite",
    "infinite",
    "not a number",
    "overflow",
    "diverge",
    "between 0 and 1",
)
"""What a failed run's message says when numbers were the reason; torch's cross-entropy of yes and no finds
that NaN does not lie between 0 and 1."""
EXPLODED = 1e3
"""Training loss over the constant predictor's: such answers are thousands of spreads off the mark."""
GREW = 100.0
"""Training loss over its own best, and worse than a constant: growth without bound."""
WORSE = 1.25
"""Training loss over the constant predictor's: well above what no learning at all reaches."""
POOR = 0.7
"""Skill below which large steps are held responsible for a run that does not improve any more."""
BIG_SWING = 0.08
"""Jump of the training loss between epochs, in constant predictor's losses."""
SWING_OF_LEVEL = 0.25
"""The same beside the loss itself: a loss near zero may flicker, a high one may wander."""
TURNS = 0.4
"""Share of epochs with a change of direction: pure noise has 2/3, a smooth curve none."""
SETTLES = 0.85
"""Last over middle third's loss, below which a restless run still gets somewhere."""
HALFWAY = 0.5
"""A loss that has lost less than half is still far from flat."""
FAR_ENOUGH = 0.9
"""Skill from which even a very small rate has got where it should."""
AT_ONCE, ALL_BUT = 1 / 3, 0.97
"""A schedule that is over in the first third has hardly let the network begin: near perfection excuses it."""
NOT_FLAT = 0.15
"""Second half's progress over the first half's, below which a curve has nearly come to rest."""
STRAIGHT = 0.6
"""Second half's progress over the first half's: learning slows down by itself, crawling does not."""
SMOOTH = 1.0
"""What scatter alone would add up to over the run, beside the progress: below, a crawl is no noise."""


def nan_or_exploding(evidence: Evidence) -> Finding | None:
    """Find numbers that are no longer finite, or that grow without bound."""
    epoch = _broken_epoch(evidence)
    said = evidence.status == "failed" and any(w in evidence.message.lower() for w in NOT_A_NUMBER)
    values = curve(evidence, "train_loss")
    high = level(values, SHORTEST_WINDOW)
    blown = np.isfinite(high) and len(values) >= 2 and _blown(evidence, high)
    if epoch is None and not said and not blown:
        return None
    at = epoch if epoch is not None else evidence.history.epochs + 1 if said else _grown_epoch(evidence)
    what = "explodes" if blown and epoch is None and not said else "became NaN"
    known = finite(values)
    numbers: dict[str, float | str] = {"rate": evidence.project.training.optimizer.rate}
    if known.size:
        numbers |= {"first loss": float(known[0]), "last loss": float(known[-1])}
    norms = finite(curve(evidence, "gradient_norm"))
    if norms.size:
        numbers["gradient norm"] = float(norms.max())
    return Finding(
        "nan_or_exploding",
        f"Loss {what} in epoch {at}" if what == "became NaN" else f"Loss {what} since epoch {at}",
        numbers,
        "The steps were so large that the weights grew without bound, until the numbers no longer fit. "
        "A smaller learning rate or shorter gradients keep them in reach.",
        severity="error",
        since_epoch=at,
        confidence=0.95,
        fixes=fixes.offered(
            evidence.project,
            data_fixes.filled_gaps(evidence.project),
            fixes.usual_momentum(evidence),
            fixes.usual_rate(evidence),
            fixes.rate_times(evidence, 0.1, restart=True),
            fixes.clipping(evidence),
        ),
    )


def _broken_epoch(evidence: Evidence) -> int | None:
    """Return the first epoch (from 1) with a loss or gradient that is not a number, None when all are."""
    found = []
    for name in ("train_loss", "val_loss", "gradient_norm"):
        values = curve(evidence, name)
        # A column that never held a number (no validation rows) was not broken by training.
        if np.isfinite(values).any() or (name == "train_loss" and values.size):
            found += list(np.flatnonzero(~np.isfinite(values))[:1])
    losses = evidence.history.step_losses
    if not found and losses.size and not np.isfinite(losses).all():
        return evidence.history.epochs or 1
    return int(min(found)) + 1 if found else None


def _blown(evidence: Evidence, high: float) -> bool:
    unit = yardstick(evidence)
    grew = high > GREW * max(lowest(curve(evidence, "train_loss")), 0.01 * unit)
    return (high > EXPLODED * unit and not improving(evidence)) or (grew and high > WORSE * unit)


def _grown_epoch(evidence: Evidence) -> int:
    return max(1, since_above(curve(evidence, "train_loss"), WORSE * yardstick(evidence)))


def lr_too_high(evidence: Evidence) -> Finding | None:
    """Find steps that overshoot: worse than a constant answer, or large and of no use."""
    if evidence.history.epochs < SHORTEST_WINDOW * (1 if evidence.status == "early stopped" else 2):
        return None
    steps, values = steps_of(evidence), curve(evidence, "train_loss")
    height = max(level(values), level(curve(evidence, "val_loss"))) / yardstick(evidence)
    large = steps.large or _above(evidence)
    lags = behind_simple(evidence) or not as_far_as_simple(evidence) or steps.beside_typical >= FAR
    poor = skill(evidence, "train") < POOR and lags and not _held_by_others(evidence.project)
    leaps = large and (height > WORSE or poor)
    if not leaps and not _overshoots(evidence, steps.tiny):
        return None
    numbers: dict[str, float | str] = {
        "rate": evidence.project.training.optimizer.rate,
        "train loss": level(values),
        "a constant answer": yardstick(evidence),
    }
    if steps.update is not None:
        numbers["step / weights"] = steps.update
    return Finding(
        "lr_too_high",
        "Learning rate too high: the loss jumps instead of falling",
        numbers,
        "Every step leaps over the valley it should walk down into. A tenth of the rate is the usual first "
        "try.",
        since_epoch=max(1, int(np.nanargmin(values)) + 1),
        confidence=0.9 if steps.large else 0.65,
        fixes=fixes.offered(
            evidence.project,
            fixes.usual_momentum(evidence),
            fixes.usual_rate(evidence),
            fixes.rate_times(evidence, 0.1, restart=True),
            fixes.rate_times(evidence, 0.01, restart=True),
            _larger_batch(evidence),
        ),
    )


def _held_by_others(project: Project) -> bool:
    """Tell whether a network cannot get far at any rate: straight, or pulled to zero by its penalty."""
    return bool(straight_lines(project.network)) or strong_penalty(project)


def _overshoots(evidence: Evidence, tiny: bool) -> bool:
    """Tell whether a run stays worse than a constant answer although its rate looks usual."""
    young = evidence.history.epochs < PATIENT and evidence.status not in FINISHED
    if young or tiny or begun(evidence) or rate_taken_away(evidence):
        return False
    values, update = curve(evidence, "train_loss"), steps_of(evidence).update
    # Flat units make it stand high with hardly a step: the steps are to blame where it has gone up.
    still = update is not None and update < TINY_UPDATE and level(values) < WORSE * start(values)
    return diverged(evidence) > WORSE and not still and not trend(values).falls


def oscillating_loss(evidence: Evidence) -> Finding | None:
    """Find a training loss that bounces up and down so far that it cannot settle."""
    if evidence.history.epochs < PATIENT or not _swings(evidence):
        return None
    values = curve(evidence, "train_loss")
    half = len(values) // 2
    return Finding(
        "oscillating_loss",
        "Loss bounces up and down",
        {
            "swing per epoch": swing(values),
            "train loss": level(values),
            "best": lowest(values),
            "rate": evidence.project.training.optimizer.rate,
        },
        "The steps are too large or too noisy to settle: the loss jumps across the valley. A smaller rate, "
        "or more rows per step, calms it.",
        since_epoch=half + 1,
        confidence=0.8,
        fixes=fixes.offered(
            evidence.project,
            fixes.usual_momentum(evidence),
            fixes.usual_rate(evidence),
            fixes.rate_times(evidence, 0.1),
            _larger_batch(evidence),
            fixes.clipping(evidence),
        ),
    )


def _swings(evidence: Evidence) -> bool:
    """Tell whether the training loss jumps far, again and again, without getting anywhere."""
    values = curve(evidence, "train_loss")
    size, here = swing(values), level(values)
    far = size > BIG_SWING * yardstick(evidence) and size > SWING_OF_LEVEL * here
    third = len(values) // 3
    settling = here < SETTLES * level(values[third : 2 * third], third)
    return bool(far and turns(values) > TURNS and not settling)


def _larger_batch(evidence: Evidence) -> Fix | None:
    facts = facts_of(evidence)
    return fixes.larger_batch(evidence.project, facts.train.rows) if facts is not None else None


def lr_too_low(evidence: Evidence) -> Finding | None:
    """Find steps so small that nothing happens, or that the loss crawls down in a straight line."""
    epochs = evidence.history.epochs
    over = evidence.status in ("done", "early stopped") and epochs >= 2 * SHORTEST_WINDOW
    if epochs < PATIENT and not over:
        return None
    steps, tested = steps_of(evidence), evidence.checked("rate_range")
    if rate_taken_away(evidence) and _much_left(evidence):
        return _schedule_too_fast(evidence)
    if (not steps.tiny and as_far_as_simple(evidence)) or (tested is not None and not _below(tested)):
        return None
    if steps.large or skill(evidence, "train") > (FAR_ENOUGH if steps.below_typical < 1 else HALFWAY):
        return None
    stuck = (steps.tiny or tested is not None) and gain(evidence) < 0.1
    # A slow start often speeds up: while training goes on, only a rate below the usual is blamed for it.
    patient = evidence.status == "running" and steps.below_typical >= 1
    slow = steps.below_typical < 1 and (_far_from_flat(evidence) or _left_behind(evidence))
    if steps.below_typical >= 1 and _narrow(evidence):
        return None
    if not stuck and not slow and (patient or not _crawls(evidence)):
        return None
    values, name = curve(evidence, "train_loss"), short_name(evidence)
    numbers: dict[str, float | str] = {
        "rate": evidence.project.training.optimizer.rate,
        "first loss": start(values),
        "last loss": level(values),
        f"train {name}": level(score(evidence, "train")),
    }
    if steps.update is not None:
        numbers["step / weights"] = steps.update
    title = "hardly any" if stuck else "slow"
    factors = (100.0, 10.0, 5.0) if steps.below_typical < 1 / FAR_BELOW else (5.0, 2.0)
    return Finding(
        "lr_too_low",
        f"Learning rate too low: {title} improvement in {epochs} epochs",
        numbers,
        "The loss goes down, but in tiny steps and in a straight line: at this pace it would take many times "
        "as many epochs. A larger rate gets there sooner.",
        since_epoch=1,
        confidence=0.9 if steps.tiny else 0.7,
        fixes=fixes.offered(
            evidence.project,
            fixes.steady_rate(evidence),
            *(fixes.rate_times(evidence, factor) for factor in factors),
        ),
    )


def _rate_gone(evidence: Evidence) -> int:
    """Return the epoch (from 1) in which a schedule has taken nearly all of the rate away."""
    rates = finite(curve(evidence, "rate"))
    return int(np.flatnonzero(rates < TAKEN_AWAY * rates.max())[0]) + 1


def _much_left(evidence: Evidence) -> bool:
    """Tell whether a schedule took the rate away too soon; the sooner, the more must have been learnt."""
    at_once = _rate_gone(evidence) <= AT_ONCE * evidence.history.epochs
    reached = min(skill(evidence, split) for split in ("train", "val"))
    return not reached >= (ALL_BUT if at_once else FAR_ENOUGH)


def _schedule_too_fast(evidence: Evidence) -> Finding:
    rates, name = finite(curve(evidence, "rate")), short_name(evidence)
    gone = _rate_gone(evidence)
    schedule = str(evidence.project.training.schedule.title)
    return Finding(
        "lr_too_low",
        f"The schedule ({schedule}) takes the learning rate away in epoch {gone}",
        {
            "first rate": float(rates.max()),
            "last rate": float(rates[-1]),
            "first loss": start(curve(evidence, "train_loss")),
            "last loss": level(curve(evidence, "train_loss")),
            f"train {name}": level(score(evidence, "train")),
        },
        "A schedule should make the steps smaller once the network has nearly arrived. This one does so when "
        "there is still much to learn, and from then on hardly anything moves.",
        since_epoch=gone,
        confidence=0.85,
        fixes=fixes.offered(
            evidence.project,
            fixes.steady_rate(evidence),
            *(fixes.rate_times(evidence, f) for f in (5.0, 2.0)),
        ),
    )


def _below(tested: CheckResult) -> bool:
    """Tell whether the rate range test has found the rate too low."""
    numbers = tested.numbers
    return tested.outcome == "bad" and numbers["rate"] < numbers.get("suggested rate", 0.0)


def _above(evidence: Evidence) -> bool:
    """Tell whether the rate range test has found the rate beyond where the loss falls."""
    tested = evidence.checked("rate_range")
    return tested is not None and tested.outcome == "bad" and not _below(tested) and (
        "suggested rate" in tested.numbers)  # fmt: skip


FAR_BELOW = 5.0
"""So far below the typical range a factor of five would not be felt."""


def _far_from_flat(evidence: Evidence) -> bool:
    """Tell whether the second half of the run has still brought a good part of what the first has."""
    values = finite(curve(evidence, "train_loss"))
    middle = float(np.median(values[len(values) // 2 - 2 : len(values) // 2 + 3]))
    early, late = start(values) - middle, middle - level(values)
    return bool(trend(values[len(values) // 2 :]).falls and late > NOT_FLAT * early > 0)


def _left_behind(evidence: Evidence) -> bool:
    """Tell whether steps below the usual still gain: a little is enough where simple models are ahead."""
    values = finite(curve(evidence, "train_loss"))
    lags = behind_simple(evidence) and not as_far_as_simple(evidence)
    if steps_of(evidence).below_typical < 1 / FAR_BELOW:
        return lags or trend(values).falls
    return lags and trend(values[len(values) // 2 :]).falls


def _narrow(evidence: Evidence) -> bool:
    """Tell whether all must pass through a unit or two: then their number is what is wrong, not the pace."""
    return narrowest(evidence.project.network) <= NARROW


def _crawls(evidence: Evidence) -> bool:
    """Tell whether the loss goes down steadily, in a straight line, and far too slowly for what is left."""
    values = finite(curve(evidence, "train_loss"))
    first, here = start(values), level(values)
    middle = float(np.median(values[len(values) // 2 - 2 : len(values) // 2 + 3]))
    early, late = first - middle, middle - here
    if not trend(values).falls or late <= 0 or early <= 0:
        return False
    planned = evidence.project.training.epochs if evidence.status == "running" else len(values)
    ahead = here - late / (len(values) / 2) * max(0, planned - len(values))
    far = ahead > (1 - HALFWAY) * first
    steady = noise(values) * np.sqrt(len(values)) < SMOOTH * (first - here)
    return bool(far and steady and late > STRAIGHT * early and late < 2 * early)
