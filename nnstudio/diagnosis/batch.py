"""What is wrong with the number of rows per step: too few steps, or too noisy ones."""

from __future__ import annotations

from math import ceil

from nnstudio.catalog.layers.regularise import BatchNorm
from nnstudio.core.finding import Evidence, Finding
from nnstudio.diagnosis import fixes
from nnstudio.diagnosis.anatomy import NARROW, narrowest
from nnstudio.diagnosis.progress import PATIENT, improving, learns, worth_longer, worth_more, yardstick
from nnstudio.diagnosis.score import (
    FINISHED,
    NEAR_SIMPLE,
    as_far_as_simple,
    behind_simple,
    by_score,
    doing_well,
    facts_of,
    lags_at_all,
    reachable,
    skill,
)
from nnstudio.diagnosis.signals import SHORTEST_WINDOW, best_epoch, curve, finite, level, swing, turns, window

FEW_STEPS = 2
"""Steps per epoch: one or two, and an epoch hardly moves the weights."""
ENOUGH_STEPS = 1000
"""Steps in all with which small networks have long converged, however few they are per epoch."""
STEPS_WANTED = 8
"""Per epoch, after the fix: enough to learn from every pass over the rows."""
FIT = 0.9
"""Training skill from which nothing is missing, few steps or not."""
SMALL_BATCH = 4
"""Rows per step up to which a step says more about these rows than about the task."""
NEXT_TO_NOTHING = 2
"""Single rows and pairs: noise enough to spoil what holds for other rows as well."""
MANY_ROWS = 64
"""With fewer rows, small batches are the only ones there are."""
NOISY = 0.04
"""Jump of the training loss between epochs, in constant predictor's losses, though averaged over all rows."""
NOISY_BESIDE = 0.1
"""The same beside the loss itself."""
WANDERS = 0.3
"""Share of epochs with a change of direction: noise, not a descent."""


def batch_too_large(evidence: Evidence) -> Finding | None:
    """Find batches so large that an epoch has hardly any steps."""
    facts, project = facts_of(evidence), evidence.project
    if facts is None or facts.train.rows < 2:
        return None
    rows, size = facts.train.rows, project.training.batch_size
    steps = ceil(rows / size)
    epochs = evidence.history.epochs or project.training.epochs
    more_than_all = size > rows
    if steps > FEW_STEPS or not (more_than_all or steps * epochs < ENOUGH_STEPS):
        return None
    if evidence.history.epochs and not _held_back(evidence):
        return None
    what = f"All {rows} rows fit into one batch" if steps == 1 else f"Only {steps} steps per epoch"
    wanted = 2 ** max(0, (max(2, rows // STEPS_WANTED)).bit_length() - 1)
    return Finding(
        "batch_too_large",
        what,
        {"batch size": float(size), "training rows": float(rows), "steps per epoch": float(steps)},
        "The weights change once per batch: with so few changes per epoch, learning takes very many epochs. "
        "A smaller batch gives more steps from the same rows.",
        severity="warning" if evidence.history.epochs else "hint",
        confidence=0.75,
        fixes=fixes.offered(project, fixes.batch(project, min(32, wanted)), fixes.rate_times(evidence, 5.0)),
    )


def _held_back(evidence: Evidence) -> bool:
    """Tell whether few steps have done harm: still far from a fit at the end of the run."""
    if evidence.history.epochs < 2 * SHORTEST_WINDOW or narrowest(evidence.project.network) <= NARROW:
        return False
    if evidence.status == "running":
        return evidence.history.epochs >= PATIENT and not learns(evidence)
    return _short_of_steps(evidence)


def _short_of_steps(evidence: Evidence) -> bool:
    """Tell whether a finished run breaks off on its way, or ends behind what is easily learnt."""
    epochs, known = evidence.history.epochs, reachable(evidence)
    still_best = best_epoch(evidence) > epochs - window(epochs)
    if evidence.status == "done" and still_best and worth_longer(evidence):
        return True
    if (
        known is not None
        and by_score(evidence, "train") < known
        and behind_simple(evidence, least=NEAR_SIMPLE)
    ):
        return True
    fine = doing_well(evidence) or as_far_as_simple(evidence)
    facts = facts_of(evidence)
    alone = facts is not None and evidence.project.training.batch_size >= facts.train.rows
    short = (known is None or alone) and improving(evidence)
    return skill(evidence, "train") < FIT and (short or not fine)


def batch_too_small(evidence: Evidence) -> Finding | None:
    """Find batches so small that the noise of single rows keeps the loss from settling."""
    facts, project = facts_of(evidence), evidence.project
    if _single_rows(evidence):
        return _no_spread(evidence)
    if facts is None or facts.train.rows < MANY_ROWS or project.training.batch_size > SMALL_BATCH:
        return None
    values = curve(evidence, "train_loss")
    jump = swing(values)
    if not (_wanders(evidence) or _worse_than_simple(evidence)) or skill(evidence, "train") > FIT:
        return None
    size = project.training.batch_size
    return Finding(
        "batch_too_small",
        f"Batches of {size} are too noisy" if size > 1 else "Single rows make the steps too noisy",
        {"batch size": float(size), "swing per epoch": jump, "train loss": level(values)},
        "Each step follows the accidents of a few rows, so the loss wanders instead of settling. More rows "
        "per step average them out.",
        since_epoch=len(values) // 2 + 1,
        confidence=0.7,
        fixes=fixes.offered(
            project, fixes.batch(project, 16), fixes.batch(project, 32), fixes.rate_times(evidence, 0.1)
        ),
    )


def _wanders(evidence: Evidence) -> bool:
    """Tell whether the training loss jumps from epoch to epoch and gets nowhere."""
    values = curve(evidence, "train_loss")
    far = swing(values) > max(NOISY * yardstick(evidence), NOISY_BESIDE * level(values))
    return far and turns(values) > WANDERS and not improving(evidence)


def _worse_than_simple(evidence: Evidence) -> bool:
    """Tell whether a finished run that no longer gets far leaves much that simple models understand."""
    over = evidence.status in FINISHED and evidence.history.epochs >= 2 * SHORTEST_WINDOW
    alone = evidence.project.training.batch_size <= NEXT_TO_NOTHING
    harm = lags_at_all(evidence) if alone else behind_simple(evidence) and not as_far_as_simple(evidence)
    if not over or not harm:
        return False
    unseen = finite(curve(evidence, "val_loss"))
    return not worth_more(unseen if unseen.size else curve(evidence, "train_loss"), yardstick(evidence))


def _single_rows(evidence: Evidence) -> bool:
    """Tell whether a run has failed because batch norm was given single rows."""
    normed = any(isinstance(node.layer, BatchNorm) for node in evidence.project.network.nodes)
    return normed and evidence.status == "failed" and evidence.project.training.batch_size == 1


def _no_spread(evidence: Evidence) -> Finding:
    project = evidence.project
    return Finding(
        "batch_too_small",
        "Batch norm cannot work on single rows",
        {"batch size": 1.0},
        "Batch norm compares the rows of a batch with each other: of a single one there is nothing to "
        "compare. More rows per step make it work.",
        severity="error",
        confidence=0.95,
        fixes=fixes.offered(project, fixes.batch(project, 16), fixes.batch(project, 32)),
    )
