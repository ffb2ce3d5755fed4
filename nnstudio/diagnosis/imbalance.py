"""Rare classes that a network ignores, judged by what simple models find of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.finding import Evidence, Finding
from nnstudio.diagnosis import fixes
from nnstudio.diagnosis.score import asks_of, behind_simple, class_counts, facts_of, score
from nnstudio.diagnosis.signals import SHORTEST_WINDOW, level

MOST_CLASSES = 50
"""With more classes, as with the words of a language, most are rare by nature."""
RARE = 10.0
"""Commonest over rarest class: SageMaker Debugger warns here."""
UNEVEN = 3.0
"""From here a collapse on one class is the imbalance's doing, not the step size's."""
RARE_SUPPORT = 5
"""A recall on fewer rows than this says nothing."""
RARE_RECALL = 0.3
"""SageMaker Debugger: a class with an error above 0.7; only where simple models have not been asked."""
LESS_SIGMAS = 1.5
"""Standard errors by which extremely rare classes must be found less often than the common ones."""
GAIN, GAIN_SIGMAS = 0.1, 2.0
"""What a model that counts all classes the same must find more, in recall and in standard errors: some rare
classes cannot be told from the others, weights or not."""

Shares = NDArray[np.float64]


def class_imbalance(evidence: Evidence) -> Finding | None:
    """Find rare classes that are ignored; before training, classes so rare that they may be."""
    if asks_of(evidence) != "class" or evidence.project.training.class_weights:
        return None
    counts = class_counts(evidence, "train")
    if not 2 <= len(counts) <= MOST_CLASSES or max(counts) == 0:
        return None
    ratio = max(counts) / max(1, min(counts))
    if not evidence.history.epochs:
        return _rare_class(evidence, counts, ratio) if ratio >= RARE else None
    return _ignored_class(evidence, counts, ratio) if ratio >= UNEVEN else None


def _rare_class(evidence: Evidence, counts: tuple[int, ...], ratio: float) -> Finding:
    project = evidence.project
    return Finding(
        "class_imbalance",
        f"{_class_name(evidence, int(np.argmin(counts)))} is rare",
        {"rows of it": float(min(counts)), "rows of the commonest": float(max(counts)), "ratio": ratio},
        "Always answering the commonest class looks accurate, so the network may ignore the rare one. "
        "Class weights make its rows count more.",
        severity="hint",
        confidence=0.6,
        fixes=fixes.offered(project, fixes.class_weights(project)),
    )


def _ignored_class(evidence: Evidence, counts: tuple[int, ...], ratio: float) -> Finding | None:
    confusion = evidence.history.confusion
    if confusion is None or evidence.history.epochs < SHORTEST_WINDOW or len(counts) != len(confusion):
        return None
    recall, collapsed = recalls_of(confusion), np.count_nonzero(confusion.sum(0)) == 1
    missed, sure = _missed(evidence, confusion, np.asarray(counts))
    if not missed.any():
        return None
    worst = int(np.flatnonzero(missed)[0])
    project, name = evidence.project, _class_name(evidence, worst)
    return Finding(
        "class_imbalance",
        "All predictions are one class" if collapsed else f"{name} is hardly ever recognised",
        {
            f"found of {name}": float(recall[worst]),
            **_found_by_others(evidence, name, worst),
            "rows of it": float(counts[worst]),
            "rows of the commonest": float(max(counts)),
            "val acc": level(score(evidence, "val")),
        },
        f"The commonest class has {ratio:.0f} times as many training rows as the rarest: ignoring the rare "
        "one costs the loss almost nothing. Class weights make its rows count more.",
        severity="warning" if sure else "hint",
        since_epoch=1 if collapsed else None,
        confidence=0.5 if not sure else 0.9 if collapsed and ratio >= RARE else 0.75,
        fixes=fixes.offered(
            project,
            fixes.class_weights_and_lower_rate(evidence),
            fixes.class_weights(project),
            fixes.rate_times(evidence, 0.1, restart=True),
        ),
    )


def _missed(
    evidence: Evidence, confusion: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], bool]:
    """Return which classes are missed, and whether that is sure to be the imbalance's doing."""
    rows, recall, known = confusion.sum(1), recalls_of(confusion), _known_recalls(evidence)
    rare = counts * UNEVEN <= counts.max()
    few = rare & (rows >= RARE_SUPPORT)
    extreme = bool(counts.max() >= RARE * max(1, counts.min()))
    ignored = few & (_less_often(recall, rare, rows) if extreme else recall <= 0.0)
    if np.count_nonzero(confusion.sum(0)) == 1:
        ignored |= rare & (recall == 0)
    if len(known) != len(recall):
        return ignored, True
    # Of classes that are only uneven, a network that lags behind everywhere misses some anyway.
    if not extreme and (behind_simple(evidence) or float((known - recall)[rows > 0].mean()) < GAIN):
        return np.zeros_like(few), True
    found = few & findable(recall, known, rows, LESS_SIGMAS if extreme else GAIN_SIGMAS)
    # What simple models do not find either may be beyond any weights.
    return (found, True) if found.any() else (ignored, False)


def _less_often(recall: Shares, rare: NDArray[np.bool_], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell for each class whether it is found clearly less often than the common ones are."""
    usual = float(recall[~rare & (rows > 0)].mean()) - GAIN
    noise = LESS_SIGMAS * np.sqrt(max(0.0, usual * (1 - usual)) / np.maximum(rows, 1))
    return np.asarray((recall <= RARE_RECALL) | (recall < usual - noise))


def _known_recalls(evidence: Evidence) -> Shares:
    facts = facts_of(evidence)
    return np.asarray(facts.reference.recalls if facts is not None and facts.reference is not None else ())


def _found_by_others(evidence: Evidence, name: str, at: int) -> dict[str, float | str]:
    known = _known_recalls(evidence)
    return {f"simple model's of {name}": float(known[at])} if at < len(known) else {}


def recalls_of(confusion: NDArray[np.int64]) -> Shares:
    """Return the share of each class's rows (true x predicted, counts) that is recognised."""
    return np.asarray(np.diag(confusion) / np.maximum(confusion.sum(1), 1), dtype=float)


def findable(
    recall: Shares, known: Shares, rows: NDArray[np.int64], sigmas: float = GAIN_SIGMAS
) -> NDArray[np.bool_]:
    """Tell for each class whether a simple model, for which all classes count the same, finds clearly more.

    `recall` is the network's, `known` the simple model's, `rows` how many rows they were judged on.
    """
    least = 1 / (rows + 2)
    p = np.clip(recall, least, 1 - least)
    noise = sigmas * np.sqrt(p * (1 - p) / np.maximum(rows, 1))
    return np.asarray(known - recall > np.maximum(GAIN, noise))


def _class_name(evidence: Evidence, index: int) -> str:
    signature = evidence.project.signature
    names = signature.target.names if signature is not None else ()
    return f"Class {names[index]}" if index < len(names) else f"Class {index}"
