"""What is wrong with the data: leaks, imbalance, scales; the causes that no training setting mends."""

from __future__ import annotations

from math import log, sqrt

from nnstudio.catalog.layers.regularise import BatchNorm
from nnstudio.core.comparison import Giveaway
from nnstudio.core.dataset import DataFacts
from nnstudio.core.finding import Evidence, Finding
from nnstudio.core.shape import SEQUENCE
from nnstudio.diagnosis import data_fixes, fixes
from nnstudio.diagnosis.score import (
    asks_of,
    class_counts,
    doing_well,
    facts_of,
    score,
    score_noise,
    short_name,
)
from nnstudio.diagnosis.signals import level

LEAK_SHARE = 0.05
"""Of the validation and test rows: a few equal rows are chance, and move no score beyond its noise."""
LEAK_ROWS = 3
NATURAL_REPEATS = 0.8
"""When fewer of all repeated rows than this cross the split, the table repeats itself anyway."""
NATURAL_LEAK_SHARE = 0.3
"""Such a table is only mentioned when a third of the judging rows are known by heart."""

WIDE, VERY_WIDE = 10.0, 100.0
"""Spread or size of a feature: ten times unit scale is a doubt, a hundred times a certainty."""
WIDE_TARGET, NARROW_TARGET = 10.0, 0.01
"""Spread of a target: a fresh network answers with numbers around one."""
SHIFT, STRETCH = 1.0, 3.0
"""Difference of the splits' inputs, in training spreads and as a ratio, that chance does not make."""
TYPICAL_SHIFT, TYPICAL_STRETCH, CHANCE_SIGMAS = 0.4, 1.5, 3.0
"""The same for the median feature, which a single odd one does not move, beyond what few rows explain."""
LOST, LOST_SIGMAS = 0.15, 4.0
"""What simple models must lose from unseen training rows to validation rows, in skill and beyond chance."""
GIVES_AWAY = 0.995
"""Skill of a single feature from which it is the answer rather than a sign of it."""
TELLS, TELLS_MUCH = 0.05, 0.8
"""Skill of the next best: with less the task may really have one feature, with more it is an easy one."""
ENOUGH_ROWS = 20
"""Fewer rows can differ by chance in any way."""


def data_leakage(evidence: Evidence) -> Finding | None:
    """Find validation or test rows that also stand in the training rows, or a feature that is the answer."""
    facts = facts_of(evidence)
    if facts is None:
        return None
    if facts.leaked < LEAK_ROWS:
        return _given_away(evidence, facts.giveaway)
    share = facts.leaked / max(1, facts.validation.rows + facts.test.rows)
    natural = facts.leaked < NATURAL_REPEATS * facts.duplicates
    if share < (NATURAL_LEAK_SHARE if natural else LEAK_SHARE):
        return _given_away(evidence, facts.giveaway)
    return Finding(
        "data_leakage",
        f"{facts.leaked} validation or test rows are also training rows",
        {"shared rows": float(facts.leaked), "of the judging rows": share},
        "The network has already seen the answers to these rows, so its validation score is better than "
        "it will be on new data.",
        severity="warning",
        confidence=0.7 if natural else 0.95,
        fixes=fixes.offered(evidence.project, data_fixes.without_duplicates(evidence.project)),
    )


def _given_away(evidence: Evidence, found: Giveaway | None) -> Finding | None:
    """Find a single feature that gives the answer away while the others tell only a part of it."""
    if found is None or found.alone < GIVES_AWAY or not TELLS < found.runner_up < TELLS_MUCH:
        return None
    if asks_of(evidence) == "class" and min(class_counts(evidence, "train"), default=0) < ENOUGH_ROWS:
        return None  # A handful of rows is told apart by accident.
    from nnstudio.data.remedies import leave_out

    name = found.feature
    return Finding(
        "data_leakage",
        f"{name} alone gives the answer away",
        {"feature": name, "skill of it alone": found.alone, "skill of the next best": found.runner_up},
        "A single column that knows everything was mostly made from the answer, or after it: on new data it "
        "will be missing or tell nothing. Leave it out unless it is really known beforehand.",
        confidence=0.6,
        fixes=fixes.offered(evidence.project, leave_out((name,), f"Leave out {name}")),
    )


def preprocessing_mismatch(evidence: Evidence) -> Finding | None:
    """Find validation inputs that were scaled differently from the training inputs."""
    facts = facts_of(evidence)
    if facts is None or min(facts.train.rows, facts.validation.rows) < ENOUGH_ROWS:
        return None
    train, val = facts.train, facts.validation
    if train.input_std <= 0 or val.input_std <= 0:
        return None
    shift = abs(val.input_mean - train.input_mean) / train.input_std
    ratio = val.input_std / train.input_std
    # Where the rows of a series go on in time, later ones may lie anywhere.
    whole = (shift >= SHIFT or not 1 / STRETCH < ratio < STRETCH) and not (
        data_fixes.follows_in_time(evidence.project)
    )
    if not whole and not _features_differ(evidence, facts):
        return _relation_differs(evidence)
    return Finding(
        "train_val_preprocessing_mismatch",
        "Validation inputs are on another scale than training inputs",
        {
            "train mean": train.input_mean,
            "val mean": val.input_mean,
            "train spread": train.input_std,
            "val spread": val.input_std,
        },
        "The network learns numbers of one size and is asked about numbers of another. Both parts must go "
        "through the same preparation, fitted on the training rows: give the studio the raw table. Where it "
        "cannot be had, the parts can be brought to one scale here.",
        confidence=0.8,
        fixes=fixes.offered(evidence.project, data_fixes.aligned_parts(evidence.project)),
    )


def _relation_differs(evidence: Evidence) -> Finding | None:
    """Find validation rows in which the same features mean something else, by what simple models learn.

    Where each part was brought to mean 0 and spread 1 by itself, no mean and no spread can show it.
    """
    facts, signature = facts_of(evidence), evidence.project.signature
    found = facts.reference if facts is not None else None
    if facts is None or found is None or found.held_out is None or not evidence.history.epochs:
        return None
    if (signature is not None and signature.input.is_a(SEQUENCE)) or doing_well(evidence):
        return None
    room = 1.0 if asks_of(evidence) == "numbers" else max(1e-9, 1 - found.constant)
    noise = sqrt(sum(score_noise(evidence, split, found.held_out) ** 2 for split in ("train", "val")))
    if found.held_out - found.best < max(LOST * room, LOST_SIGMAS * noise):
        return None
    name = short_name(evidence)
    return Finding(
        "train_val_preprocessing_mismatch",
        "Validation inputs mean something else than training inputs",
        {
            f"simple model's {name} on train": found.held_out,
            f"simple model's {name} on val": found.best,
            f"train {name}": level(score(evidence, "train")),
            f"val {name}": level(score(evidence, "val")),
        },
        "A simple model predicts training rows that it has not seen far better than validation rows: the "
        "same numbers mean different things in the two. Mostly each part was scaled by itself: scale both "
        "with what was fitted on the training rows.",
        confidence=0.7,
        fixes=fixes.offered(evidence.project, data_fixes.aligned_parts(evidence.project)),
    )


def _features_differ(evidence: Evidence, facts: DataFacts) -> bool:
    """Tell whether most features lie elsewhere in validation, or are spread otherwise, and it matters.

    Where time goes on between the splits, or validation follows training all the same, it is no fault.
    """
    signature, found = evidence.project.signature, facts.shift
    if found is None or (signature is not None and signature.input.is_a(SEQUENCE)):
        return False
    chance = CHANCE_SIGMAS / sqrt(facts.validation.rows)
    apart = found.typical > TYPICAL_SHIFT + chance
    stretched = abs(log(max(found.stretch, 1e-9))) > log(TYPICAL_STRETCH) + chance
    return (apart or stretched) and not doing_well(evidence)


def unnormalized_input(evidence: Evidence) -> Finding | None:
    """Find features far from unit scale on their way to the first layer."""
    facts = facts_of(evidence)
    if facts is None:
        return None
    size = max(facts.feature_std_max, facts.feature_mean_max)
    if size < WIDE or ((size < VERY_WIDE or _scaled_inside(evidence)) and doing_well(evidence)):
        return None
    project = evidence.project
    if evidence.status == "failed" and data_fixes.filled_gaps(project) is not None:
        return None  # Missing numbers break a run before the size of the others can.
    return Finding(
        "unnormalized_input",
        "Inputs are not scaled",
        {
            "largest spread": facts.feature_std_max,
            "largest mean": facts.feature_mean_max,
            "smallest spread": facts.feature_std_min,
        },
        "Features with large numbers drown the others and make the steps of training unstable. Inputs "
        "should have a spread of about one.",
        confidence=0.95 if size >= VERY_WIDE else 0.7,
        fixes=fixes.offered(project, data_fixes.scaled_inputs(project)),
    )


def _scaled_inside(evidence: Evidence) -> bool:
    """Tell whether the network brings its inputs to one scale itself, before any weights."""
    nodes = evidence.project.network.nodes
    first = next((node for node in nodes if node.layer.kind not in ("flatten", "reshape")), None)
    return first is not None and isinstance(first.layer, BatchNorm)


def unnormalized_target(evidence: Evidence) -> Finding | None:
    """Find a target of a regression far from the size of a fresh network's answers."""
    facts = facts_of(evidence)
    if facts is None or asks_of(evidence) != "numbers" or facts.train.target_std is None:
        return None
    spread, mean = facts.train.target_std, abs(facts.train.target_mean or 0.0)
    size = max(spread, mean)
    fits = size < WIDE_TARGET and (spread > NARROW_TARGET or spread == 0)
    if fits or (size < VERY_WIDE and doing_well(evidence)):
        return None
    project = evidence.project
    return Finding(
        "unnormalized_target",
        "The target is not scaled",
        {"target mean": facts.train.target_mean or 0.0, "target spread": spread},
        "A fresh network answers with numbers around one: from there the way to this target is very long "
        "or the first losses are huge. Predictions are shown in the original unit all the same.",
        confidence=0.9,
        fixes=fixes.offered(project, data_fixes.scaled_target(project)),
    )
