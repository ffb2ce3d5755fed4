"""How well a run does, always compared with what no network at all would reach, and with its own noise."""

from __future__ import annotations

from math import hypot

import numpy as np

from nnstudio.core.dataset import DataFacts, SplitFacts
from nnstudio.core.finding import Evidence
from nnstudio.core.trace import ASKED, Asks, Task
from nnstudio.diagnosis.signals import SHORTEST_WINDOW, Curve, curve, level, window

SIGMAS = 2.0
"""A score must lie this many standard errors above the constant predictor to count as learned."""
LEARNED = 0.7
"""Share of the way from the constant predictor to perfection from which a design doubt is harmless."""
SANE = 1.25
"""Loss over the constant predictor's above which a good score does not mean a sound run."""
SMALLEST_GAIN = 0.02
"""Gains below this are no learning, however many rows make them certain."""
UNEVEN = 2.0
"""Commonest over rarest class from which accuracy has little room."""
RARE_LABELS = 2 / 3
"""Share of right labels of the constant predictor from which rare labels leave the score little room."""
MAE_OF_NORMAL = 0.8
"""Mean absolute deviation over standard deviation of a normal distribution."""
SINGLE_CHOICE = ("cross_entropy", "kl_divergence")
NO_CONSTANT = ("focal", "binary_focal", "hinge", "binary_hinge", "log_cosh", "quantile")
"""Losses for which the best constant has no simple formula."""
NO_GAIN = 0.1
"""Skill up to which a run has in effect not begun to learn."""
LUCKY_SIGMAS, UNSURE_SIGMAS = 2.5, 1.5
"""Standard errors above a guess from which a pattern is there, and below which there is none."""
BEHIND_SIMPLE = 0.1
"""Skill on validation by which a network must lag behind a simple model to be called worse."""
LAGS = 0.03
"""Skill by which it may lag behind where a choice is beyond any advice in use."""
NEAR_SIMPLE = 0.05
"""Skill by which a network may lag behind a simple model and still have understood as much."""
FINISHED = ("done", "early stopped", "stopped")


def facts_of(evidence: Evidence) -> DataFacts | None:
    """Return the facts about the data, from wherever they are known."""
    return evidence.facts or evidence.history.facts


def task_of(evidence: Evidence) -> Task:
    """Return the task, from the signature or else from what the run has reported."""
    if evidence.project.signature is not None:
        return evidence.project.signature.target.task
    history = evidence.history
    return "classification" if history["train_accuracy"] else (
        "multilabel" if history["train_hamming_loss"] else "regression")  # fmt: skip


def asks_of(evidence: Evidence) -> Asks:
    """Return what is asked of every row: a class, labels or numbers."""
    return ASKED[task_of(evidence)]


def split_of(evidence: Evidence, split: str) -> SplitFacts | None:
    """Return the facts about `train` or `val`."""
    facts = facts_of(evidence)
    if facts is None:
        return None
    return facts.train if split == "train" else facts.validation


def short_name(evidence: Evidence) -> str:
    """Return the score's name as a student reads it."""
    return {"class": "acc", "labels": "labels right", "numbers": "R²"}[asks_of(evidence)]


def score(evidence: Evidence, split: str) -> Curve:
    """Return accuracy, the share of right labels, or R² per epoch of `train` or `val`."""
    if asks_of(evidence) == "labels":
        return 1.0 - curve(evidence, f"{split}_hamming_loss")
    return curve(evidence, f"{split}_{'accuracy' if asks_of(evidence) == 'class' else 'r2'}")


def kept_epoch(evidence: Evidence) -> int:
    """Return the epoch (from 1) whose weights the run keeps: the best where they are restored."""
    epochs = evidence.history.epochs
    stopping = evidence.project.training.early_stopping
    if evidence.status not in FINISHED or not (stopping.on and stopping.restore_best):
        return epochs
    return (stopping.judge(list(evidence.history[stopping.monitor]))[0] + 1) or epochs


def score_at(evidence: Evidence, split: str, epoch: int) -> float:
    """Return the score around an epoch: the median of the window that ends there.

    Of the weights that a finished run keeps the validation score is known as it is.
    """
    values = score(evidence, split)[:epoch]
    if split == "val" and len(values) and evidence.status in FINISHED and epoch == kept_epoch(evidence):
        return float(values[-1])
    return level(values, min(window(len(values)), SHORTEST_WINDOW))


def constant_score(evidence: Evidence, split: str) -> float:
    """Return what the best constant prediction scores: the majority's share (of labels the mean), or an R²
    of 0."""
    if asks_of(evidence) == "numbers":
        return 0.0
    if asks_of(evidence) == "labels":
        often = label_shares(evidence, split)
        return float(np.maximum(often, 1 - often).mean()) if len(often) else 0.0
    counts = class_counts(evidence, split)
    return max(counts) / sum(counts) if sum(counts) else 0.0


def class_counts(evidence: Evidence, split: str) -> tuple[int, ...]:
    """Return the rows per class, or for which each label is true; equal ones where nothing is known."""
    part = split_of(evidence, split)
    if part is not None and part.class_counts:
        return part.class_counts
    signature = evidence.project.signature
    return (1,) * signature.target.count if signature is not None else ()


def label_shares(evidence: Evidence, split: str) -> Curve:
    """Return how often each label is true; a half where nothing is known."""
    part, counts = split_of(evidence, split), class_counts(evidence, split)
    rows = part.rows if part is not None and part.class_counts else 2
    return np.asarray(counts, dtype=float) / max(1, rows)


def score_noise(evidence: Evidence, split: str, value: float) -> float:
    """Return the standard error of a score: from the size of its split, or between seeds where known."""
    seeds = evidence.checked("seeds")
    between = seeds.numbers.get("score noise", 0.0) if seeds is not None else 0.0
    return max(between, _sampling_noise(evidence, split, value))


def _sampling_noise(evidence: Evidence, split: str, value: float) -> float:
    part = split_of(evidence, split)
    rows = max(1, part.rows) if part is not None else 100
    if asks_of(evidence) != "numbers":
        # One row more or less is always possible, also at 0 and 1.
        p = min(max(value, 1 / (rows + 2)), 1 - 1 / (rows + 2))
        return float(np.sqrt(p * (1 - p) / rows))
    return float(max(0.1, 1 - min(value, 1.0)) * np.sqrt(2 / rows))


def reachable(evidence: Evidence) -> float | None:
    """Return the skill of the best simple model on the validation rows; None where none was asked."""
    facts = facts_of(evidence)
    if facts is None or facts.reference is None:
        return None
    base = constant_score(evidence, "val")
    return (facts.reference.best - base) / max(1e-9, 1 - base)


def learnable(evidence: Evidence) -> bool | None:
    """Tell whether any simple model beats always giving the same answer; None where nobody can tell."""
    facts, skill = facts_of(evidence), reachable(evidence)
    if facts is None or facts.reference is None or skill is None:
        return None
    found = facts.reference
    gained = [(found.best - max(0.0, found.constant), "val")]
    if found.held_out is not None:
        # Few validation rows may hide a pattern that the many training rows show.
        gained.append((found.held_out - constant_score(evidence, "train"), "train"))
    if any(more > _by_luck(evidence, split, LUCKY_SIGMAS) for more, split in gained):
        return True
    unsure = len(gained) > 1 and gained[1][0] > _by_luck(evidence, "train", UNSURE_SIGMAS)
    return None if unsure else False


def _by_luck(evidence: Evidence, split: str, sigmas: float) -> float:
    """Return how much more than a constant guess a model without any knowledge may score."""
    if asks_of(evidence) == "numbers":
        # Whatever is foretold, R² is at most the squared correlation: of n rows by chance z² / n.
        part = split_of(evidence, split)
        return max(SMALLEST_GAIN, sigmas**2 / max(1, part.rows if part is not None else 1))
    return max(SMALLEST_GAIN, sigmas * score_noise(evidence, split, constant_score(evidence, split)))


def behind_simple(evidence: Evidence, sigmas: float = LUCKY_SIGMAS, least: float = BEHIND_SIMPLE) -> bool:
    """Tell whether a simple model predicts the validation rows clearly better than the network.

    Better by `sigmas` standard errors, and by `least` in skill.
    """
    known, epoch = reachable(evidence), kept_epoch(evidence)
    if known is None or not epoch:
        return False
    lag = known - by_score(evidence, "val", epoch)
    if lag > max(least, sigmas * _skill_noise(evidence, "val", epoch)):
        return True
    return lag > 0 and _behind_on_train(evidence, epoch, sigmas, least)


def lags_at_all(evidence: Evidence) -> bool:
    """Tell whether a simple model is a little ahead: enough to doubt a choice beyond any advice in use."""
    return behind_simple(evidence, sigmas=1.0, least=LAGS)


def _behind_on_train(evidence: Evidence, epoch: int, sigmas: float, least: float) -> bool:
    """Tell whether the network knows its own training rows less well than simple models know unseen ones.

    Training rows are many, so that much smaller differences are no chance.
    """
    facts = facts_of(evidence)
    found = facts.reference.held_out if facts is not None and facts.reference is not None else None
    if found is None:
        return False
    base = constant_score(evidence, "train")
    room = max(1e-9, 1 - base)
    # Dropout and averages over the epoch make training rows look worse than they are known at its end.
    reached = max(by_score(evidence, split, epoch) for split in ("train", "val"))
    noise = hypot(_skill_noise(evidence, "train", epoch), score_noise(evidence, "train", found) / room)
    return (found - base) / room - reached > max(least, sigmas * noise)


def _skill_noise(evidence: Evidence, split: str, epoch: int) -> float:
    """Return the standard error of a skill."""
    room = max(1e-9, 1 - constant_score(evidence, split))
    return score_noise(evidence, split, score_at(evidence, split, epoch)) / room


def as_far_as_simple(evidence: Evidence) -> bool:
    """Tell whether training or validation rows are understood as well as simple models understand others.

    Simple models that understand nothing are no measure.
    """
    known, epoch = reachable(evidence), kept_epoch(evidence)
    if known is None or not epoch or _behind_on_train(evidence, epoch, LUCKY_SIGMAS, BEHIND_SIMPLE):
        return False
    margin = max(NEAR_SIMPLE, UNSURE_SIGMAS * _skill_noise(evidence, "val", epoch))
    reached = max(by_score(evidence, split, epoch) for split in ("train", "val"))
    return reached >= max(known - margin, NO_GAIN)


def skill(evidence: Evidence, split: str, epoch: int | None = None) -> float:
    """Return the share of the way from the constant predictor (0) to perfection (1).

    For classes and labels the better of the score and macro F1 counts: with rare ones the score has no
    room.
    """
    at = epoch or evidence.history.epochs
    found = _by_score_alone(evidence, split, at)
    if asks_of(evidence) == "numbers":
        return found
    column = "label_f1" if asks_of(evidence) == "labels" else "f1"
    f1 = level(curve(evidence, f"{split}_{column}")[:at], SHORTEST_WINDOW)
    if np.isfinite(f1) and class_counts(evidence, split):
        base_f1 = _constant_f1(evidence, split)
        found = max(found, (f1 - base_f1) / max(1e-9, 1 - base_f1))
    return float(found)


def by_score(evidence: Evidence, split: str, epoch: int | None = None) -> float:
    """Return the skill as simple models' is told: macro F1 helps only where classes are uneven.

    Of even classes F1 gives more credit than accuracy for the same answers.
    """
    counts = class_counts(evidence, split)
    if asks_of(evidence) == "class" and counts and max(counts) <= UNEVEN * min(counts):
        return _by_score_alone(evidence, split, epoch or evidence.history.epochs)
    return skill(evidence, split, epoch)


def _by_score_alone(evidence: Evidence, split: str, epoch: int) -> float:
    base = constant_score(evidence, split)
    return float((score_at(evidence, split, epoch) - base) / max(1e-9, 1 - base))


def _constant_f1(evidence: Evidence, split: str) -> float:
    """Return the macro F1 of the best constant prediction."""
    if asks_of(evidence) == "labels":
        often = label_shares(evidence, split)
        return float(np.where(often > 0.5, 2 * often / (1 + often), 0.0).mean())
    base = constant_score(evidence, split)
    return 2 * base / (1 + base) / len(class_counts(evidence, split))


def beats_constant(evidence: Evidence, split: str) -> bool:
    """Tell whether predictions are better than always giving the same answer, beyond noise."""
    values = score(evidence, split)
    if not np.isfinite(values).any():
        return True
    reached, base = level(values), constant_score(evidence, split)
    margin = max(SMALLEST_GAIN, SIGMAS * score_noise(evidence, split, base))
    if reached > base + margin:
        return True
    counts = class_counts(evidence, split)
    uneven = base > RARE_LABELS if asks_of(evidence) == "labels" else bool(counts) and (
        max(counts) > UNEVEN * min(counts))  # fmt: skip
    return uneven and skill(evidence, split) > SIGMAS * SMALLEST_GAIN + margin


def constant_loss(evidence: Evidence, split: str = "train") -> float:
    """Return the loss of the best constant prediction, in the loss's own unit; NaN when unknown."""
    part, loss = split_of(evidence, split), evidence.project.training.loss.kind
    if loss in NO_CONSTANT:
        return float("nan")
    if asks_of(evidence) == "labels":
        return _yes_no(loss, label_shares(evidence, split))
    if asks_of(evidence) == "class":
        counts = np.asarray(class_counts(evidence, split), dtype=float)
        if not counts.sum():
            return float("nan")
        p = np.full(len(counts), 1 / len(counts)) if _weighted(evidence) else counts / counts.sum()
        if task_of(evidence) == "ordinal":
            # The outputs say how often the class lies above each border.
            return _yes_no(loss, 1.0 - p.cumsum()[:-1])
        smoothing = getattr(evidence.project.training.loss, "smoothing", 0.0)
        return _constant_class_loss(loss, (1 - smoothing) * p + smoothing / len(p))
    spread = part.target_std if part is not None and part.target_std is not None else 1.0
    if loss == "mae":
        return MAE_OF_NORMAL * spread
    return spread**2 if loss != "huber" else min(spread**2 / 2, MAE_OF_NORMAL * spread)


def _weighted(evidence: Evidence) -> bool:
    return evidence.project.training.class_weights


def _constant_class_loss(loss: str, p: Curve) -> float:
    q = np.clip(p, 1e-12, 1 - 1e-12)
    if loss in SINGLE_CHOICE or len(p) == 2:
        entropy = float(-(q * np.log(q)).sum())
        measured = loss in SINGLE_CHOICE or loss == "binary_cross_entropy"
        return entropy if measured else float((q * (1 - q)).mean())
    if loss == "binary_cross_entropy":
        return float(-(q * np.log(q) + (1 - q) * np.log(1 - q)).mean())
    return float((q * (1 - q)).mean())


def _yes_no(loss: str, often: Curve) -> float:
    """Return the mean loss of always giving the shares of several yes/no questions."""
    q = np.clip(often, 1e-12, 1 - 1e-12)
    if loss != "binary_cross_entropy" or not len(q):
        return float("nan")
    return float(-(q * np.log(q) + (1 - q) * np.log(1 - q)).mean())


def doing_well(evidence: Evidence) -> bool:
    """Tell whether a run has learned so much that a doubt about its design has done no harm."""
    if evidence.history.epochs < SHORTEST_WINDOW or evidence.status == "failed":
        return False
    epoch = kept_epoch(evidence)
    if skill(evidence, "train", epoch) < LEARNED or not beats_constant(evidence, "val"):
        return False
    if behind_simple(evidence):
        return False
    losses = [level(curve(evidence, f"{split}_loss")[:epoch], 3) for split in ("train", "val")]
    # Right answers with absurd certainty in the wrong ones: the weights are out of all proportion.
    return not max(losses) > SANE * constant_loss(evidence)


def poor(evidence: Evidence, bound: float) -> bool:
    """Tell whether even the training rows are predicted with less skill than `bound`."""
    return evidence.history.epochs >= SHORTEST_WINDOW and not skill(evidence, "train") >= bound
