"""What is wrong with the answers: a share of them is wrong, or none of them belongs to its row."""

from __future__ import annotations

import numpy as np

from nnstudio.core.finding import Evidence, Finding, Fix
from nnstudio.core.project import Project
from nnstudio.diagnosis import data_fixes, fixes
from nnstudio.diagnosis.progress import PATIENT
from nnstudio.diagnosis.score import (
    FINISHED,
    as_far_as_simple,
    asks_of,
    class_counts,
    constant_score,
    doing_well,
    facts_of,
    kept_epoch,
    learnable,
    score,
    score_at,
    score_noise,
    short_name,
    skill,
)
from nnstudio.diagnosis.signals import SHORTEST_WINDOW, best_epoch, level

ENOUGH_ROWS = 20
"""Fewer validation rows can look like anything."""
MEMORISED = 0.5
"""Training skill that shows that the network can learn rows by heart."""
NO_BETTER = 0.5
"""Standard errors above the constant guess that validation may usually lie and still be worthless."""
CHANCE = 2.0
"""The same once simple models have been asked: what is within chance of a guess."""
EVEN = 3.0
"""Above this imbalance a validation score at the majority's share is no sign of wrong labels."""
MANY_WRONG = 0.15
"""Estimated share of wrong labels, its own noise left out, that is worth a word: with fewer, what a
network makes of them is the greater problem."""
VERY_MANY_WRONG = 0.3
"""The same where they have done no harm that can be seen: some tasks are left to chance by nature."""
EXPLAINED = 0.6
"""Wrong labels must cost validation at least this much of their share, or they are not there."""
REAL_GAP = 0.06
"""Gap between the splits that is normal even without noise."""
GAP_SIGMAS = 2.0
"""Gap between the splits, in standard errors, from which wrong labels are being learnt by heart."""


def label_noise(evidence: Evidence) -> Finding | None:
    """Find a share of wrong labels: simple models contradict them where they are surest."""
    facts = facts_of(evidence)
    wrong = facts.reference.wrong_labels if facts is not None and facts.reference is not None else None
    if wrong is None or not _many(evidence, wrong) or evidence.history.epochs < SHORTEST_WINDOW:
        return None
    epoch = kept_epoch(evidence)
    train, val = score_at(evidence, "train", epoch), score_at(evidence, "val", epoch)
    # Who is right more often than the labels allow proves that they are right.
    if val > 1 - EXPLAINED * wrong + score_noise(evidence, "val", val):
        return None
    by_heart = train - val > REAL_GAP + GAP_SIGMAS * score_noise(evidence, "val", val)
    # Nobody has learnt them by heart: only very many are worth a word, where nothing else is wrong.
    if not by_heart and (doing_well(evidence) or not _many(evidence, wrong, VERY_MANY_WRONG)):
        return None
    if not by_heart and not as_far_as_simple(evidence):
        return None
    name = short_name(evidence)
    return Finding(
        "label_noise",
        f"About {wrong:.0%} of the labels look wrong",
        {"labels that look wrong": wrong, f"train {name}": train, f"val {name}": val},
        "Simple models that have not seen a row contradict its label even where they are surest. Such rows "
        "can only be learnt by heart, and no network can be right more often than the labels are.",
        severity="warning" if by_heart else "hint",
        confidence=0.7 if by_heart else 0.5,
        fixes=_against_noise(evidence),
    )


def _many(evidence: Evidence, wrong: float, bound: float = MANY_WRONG) -> bool:
    """Tell whether a share of wrong labels, estimated on the surest third of the rows, is beyond chance."""
    facts = facts_of(evidence)
    rows = facts.reference.rows if facts is not None and facts.reference is not None else 1
    return wrong - float(np.sqrt(wrong * (1 - wrong) / max(1, rows / 3))) / 2 > bound


def _against_noise(evidence: Evidence) -> tuple[Fix, ...]:
    project, best = evidence.project, best_epoch(evidence)
    return fixes.offered(
        project,
        _keeping_best(project, best),
        fixes.more_weight_decay(project, 0.01),
        data_fixes.without_doubtful(project),
        fixes.label_smoothing(project),
        fixes.more_dropout(project, 0.3),
    )


def _keeping_best(project: Project, best: int) -> Fix | None:
    """Return the fix that learns no more labels by heart: the best epoch kept, weights held back."""
    stop, decay = fixes.early_stopping(project, best), fixes.more_weight_decay(project, 0.01)
    if not stop.preview(project):
        return None
    return stop if decay is None else fixes.together("early_stopping_and_decay", stop, decay)


def corrupted_labels(evidence: Evidence) -> Finding | None:
    """Find labels that do not belong to their rows: whatever is learnt holds for no other row."""
    facts, asked = facts_of(evidence), evidence.checked("shuffled_labels")
    signature = evidence.project.signature
    if signature is not None and signature.target.column == "input":
        return None  # What is rebuilt is its own answer.
    if facts is None or facts.validation.rows < ENOUGH_ROWS or evidence.history.epochs < SHORTEST_WINDOW:
        return None
    shuffled = asked is not None and asked.outcome == "bad"
    pattern = (asked is not None and asked.outcome == "good") or learnable(evidence)
    unsure = facts.reference is not None and learnable(evidence) is None and asked is None
    if (
        unsure
        or (pattern and not shuffled)
        or (_uneven(evidence) and not shuffled)
        or not _worthless(evidence)
    ):
        return None
    by_heart = skill(evidence, "train") >= MEMORISED
    # Without memory of the rows only others can tell that it is not the network that fails.
    over = evidence.status in FINISHED or evidence.history.epochs >= PATIENT
    others = shuffled or (learnable(evidence) is False and over)
    if not by_heart and not others:
        return None
    name = short_name(evidence)
    numbers: dict[str, float | str] = {
        f"train {name}": level(score(evidence, "train")),
        f"val {name}": level(score(evidence, "val")),
        f"constant guess {name}": constant_score(evidence, "val"),
    }
    if facts.reference is not None:
        numbers[f"simple model's {name}"] = facts.reference.best
    learnt = "The network learns the training rows by heart, but on" if by_heart else "On"
    return Finding(
        "corrupted_labels",
        "The answers do not seem to belong to the rows",
        numbers,
        f"{learnt} other rows it is never better than always giving the same answer"
        f"{', and neither are simple models' if learnable(evidence) is False else ''}. Check that inputs and "
        "target were not shuffled apart.",
        confidence=0.9 if shuffled else 0.8 if by_heart and others else 0.6,
    )


def _uneven(evidence: Evidence) -> bool:
    counts = class_counts(evidence, "train")
    return asks_of(evidence) == "class" and bool(counts) and max(counts) > EVEN * max(1, min(counts))


def _worthless(evidence: Evidence) -> bool:
    """Tell whether validation usually is no better than a constant guess."""
    base, values = constant_score(evidence, "val"), score(evidence, "val")
    if not np.isfinite(values).any():
        return False
    usual = max(float(np.nanmedian(values)), level(values))
    # Where others fail as well, a score within chance is enough; else it must be a poor one.
    sigmas = NO_BETTER if learnable(evidence) is None else CHANCE
    return usual <= base + sigmas * score_noise(evidence, "val", base)
