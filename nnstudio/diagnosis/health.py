"""What was checked and is fine: said only when it was really looked at."""

from __future__ import annotations

import numpy as np

from nnstudio.core.finding import Evidence, Finding
from nnstudio.diagnosis.anatomy import output_block
from nnstudio.diagnosis.depth import FADED, MOSTLY_DEAD
from nnstudio.diagnosis.progress import gain, learns, probed
from nnstudio.diagnosis.score import (
    FINISHED,
    asks_of,
    constant_score,
    facts_of,
    kept_epoch,
    score_at,
    score_noise,
    short_name,
)
from nnstudio.diagnosis.signals import SHORTEST_WINDOW, best_epoch, curve, level, start

STEADY_GAIN = 0.1
"""Of the constant predictor's loss: from here on learning is visible."""
NEAR = 0.05
"""A gap between the splits of this size is no matter, whatever the noise."""


def healthy(evidence: Evidence, ids: frozenset[str]) -> list[Finding]:
    """Return what is fine, leaving out what the problems named in `ids` contradict."""
    found = [
        _learning(evidence) if not ids & LEARNING else None,
        _validation(evidence) if not ids & VALIDATION else None,
        _stopped(evidence),
        _gradients(evidence) if not ids & GRADIENTS else None,
        _inputs(evidence) if "unnormalized_input" not in ids else None,
        _output(evidence) if not ids & OUTPUT else None,
    ]
    return [finding for finding in found if finding is not None]


LEARNING = frozenset(
    {
        "nan_or_exploding", "lr_too_high", "lr_too_low", "oscillating_loss", "underfitting", "stagnation",
        "batch_too_small", "over_regularization", "excessive_dropout", "corrupted_labels",
    }
)  # fmt: skip
VALIDATION = frozenset(
    {"nan_or_exploding", "overfitting", "overtraining", "data_leakage", "corrupted_labels", "class_imbalance"}
)
GRADIENTS = frozenset({"nan_or_exploding", "vanishing_gradient", "dying_relu", "saturation"})
OUTPUT = frozenset({"wrong_output_activation", "wrong_loss", "double_softmax", "excessive_dropout"})


def _ok(id: str, title: str, evidence: dict[str, float | str], why: str) -> Finding:
    return Finding(id, title, evidence, why, severity="ok")


def _learning(evidence: Evidence) -> Finding | None:
    values = curve(evidence, "train_loss")
    if len(values) < SHORTEST_WINDOW or not learns(evidence) or gain(evidence) < STEADY_GAIN:
        return None
    return _ok(
        "learning",
        "The network is learning",
        {"first loss": start(values), "train loss": level(values)},
        "Training loss has fallen, and the answers are better than always giving the same one.",
    )


def _validation(evidence: Evidence) -> Finding | None:
    if evidence.history.epochs < SHORTEST_WINDOW:
        return None
    epoch, name = kept_epoch(evidence), short_name(evidence)
    train, val = score_at(evidence, "train", epoch), score_at(evidence, "val", epoch)
    if not np.isfinite([train, val]).all() or val <= constant_score(evidence, "val"):
        return None
    if train - val > NEAR + 2 * score_noise(evidence, "val", val):
        return None
    return _ok(
        "validation_follows",
        "Validation follows training",
        {f"train {name}": train, f"val {name}": val},
        "What was learned also holds for rows the network has never seen.",
    )


def _stopped(evidence: Evidence) -> Finding | None:
    stopping, best = evidence.project.training.early_stopping, kept_epoch(evidence)
    passed = evidence.history.epochs - best
    kept = stopping.on and stopping.restore_best and evidence.status in FINISHED
    if not kept or passed < 1 or not best_epoch(evidence):
        return None
    return _ok(
        "best_kept",
        f"The best weights are kept (epoch {best})",
        {"best epoch": float(best), "epochs after it": float(passed)},
        "Early stopping went back to the epoch in which validation was best.",
    )


def _gradients(evidence: Evidence) -> Finding | None:
    layers = [h for _, row in probed(evidence)[-SHORTEST_WINDOW:] for h in row]
    norms = [h.gradient_norm for h in layers if h.gradient_norm is not None]
    dead = [h.dead for h in layers if h.dead is not None]
    positive = [n for n in norms if np.isfinite(n) and n > 0]
    if len(positive) < max(1, len(norms)) or min(positive) < FADED * max(positive):
        return None
    if dead and max(dead) > MOSTLY_DEAD:
        return None
    numbers: dict[str, float | str] = {"norms": f"{_power(min(positive))} … {_power(max(positive))}"}
    if dead:
        numbers["dead ReLU"] = f"{np.mean(dead):.0%}"
    return _ok(
        "gradients_healthy", "Gradients healthy", numbers, "All layers get a gradient they can learn from."
    )


def _power(value: float) -> str:
    """Return a number as 2e-3 does."""
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def _inputs(evidence: Evidence) -> Finding | None:
    facts = facts_of(evidence)
    if facts is None:
        return None
    return _ok(
        "inputs_scaled",
        "Inputs well scaled",
        {"largest mean": facts.feature_mean_max, "largest spread": facts.feature_std_max},
        "No feature drowns the others.",
    )


def _output(evidence: Evidence) -> Finding | None:
    output = output_block(evidence.project.network)
    if not output.id or evidence.project.signature is None:
        return None
    what = {"class": "classes", "labels": "labels", "numbers": "a number"}[asks_of(evidence)]
    return _ok(
        "output_fits",
        "Output and loss fit the target",
        {
            "output": f"{output.units or '?'} · {output.names()}",
            "loss": str(evidence.project.training.loss.title),
        },
        f"The last layer and the loss are made for predicting {what}.",
    )
