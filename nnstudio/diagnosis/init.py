"""What is wrong before the first step: weights that are all the same, or far too large or small."""

from __future__ import annotations

from math import isfinite, nan, sqrt

from nnstudio.core.finding import Evidence, Finding
from nnstudio.core.network import Node
from nnstudio.diagnosis import fixes, reshape
from nnstudio.diagnosis.anatomy import weighted
from nnstudio.diagnosis.score import constant_loss, doing_well, lags_at_all

LOUD, QUIET = 10.0, 0.02
"""Gain of one layer beside He's: ten times is far too loud; a fiftieth makes the signal fade at once."""
RATHER_LOUD, SHOUTS = 3.0, 5.0
"""A milder gain counts where the first loss is five times that of a constant answer (of ln K, for classes):
a well-begun network starts near it."""
VERY_LOUD, VERY_QUIET = 30.0, 1e-3
"""The same for the product over all layers: what arrives at the output."""


def bad_init_symmetry(evidence: Evidence) -> Finding | None:
    """Find hidden layers whose units all start equal and so can never become different."""
    project = evidence.project
    owners = weighted(project.network)
    same = tuple(node.id for node in owners[:-1] if _init(node) in ("zeros", "constant"))
    if not same:
        return None
    names = " and ".join(dict.fromkeys(_init(project.network[id]) for id in same))
    return Finding(
        "bad_init_symmetry",
        f"All units of {_layers(same)} start with the same weights",
        {"initial weights": names, "layers": float(len(same))},
        "Equal units get equal gradients and stay equal: the layer acts like a single unit, or never starts "
        "at all. Random weights tell them apart.",
        severity="error",
        confidence=0.95,
        fixes=fixes.offered(project, reshape.fresh_weights(project, same)),
        layers=same,
    )


def bad_init_scale(evidence: Evidence) -> Finding | None:
    """Find initial weights that blow the signal up or let it fade on its way to the output."""
    project, trace = evidence.project, evidence.trace
    if trace is None or (doing_well(evidence) and not lags_at_all(evidence)):
        return None
    gains = {
        node.id: _gain(node, trace[node.id].learnables)
        for node in weighted(project.network)
        if _init(node) in ("normal", "uniform")
    }
    # A quiet output layer alone is harmless, even good: the first answers are then cautious.
    last = weighted(project.network)[-1:]
    quiet = {id: g for id, g in gains.items() if not (last and id == last[0].id)}
    product = 1.0
    for gain in gains.values():
        product *= gain
    loud = bool(gains) and (max(gains.values()) > LOUD or product > VERY_LOUD)
    first, constant = first_loss(evidence), constant_loss(evidence)
    loud = loud or (bool(gains) and max(gains.values()) > RATHER_LOUD and first > SHOUTS * constant)
    faint = bool(quiet) and (min(quiet.values()) < QUIET or product < VERY_QUIET)
    if not (loud or faint):
        return None
    worst = max(gains, key=gains.__getitem__) if loud else min(quiet, key=quiet.__getitem__)
    return Finding(
        "bad_init_scale",
        f"The first weights are far too {'large' if loud else 'small'}",
        {
            "size beside the usual": gains[worst],
            "through all layers": product,
            **({"first loss": first, "a constant answer": constant} if isfinite(first * constant) else {}),
        },
        "Every layer multiplies the signal: too large weights make the first losses and gradients explode, "
        "too small ones let them fade away. The usual size keeps it as it is.",
        confidence=0.85,
        fixes=fixes.offered(project, reshape.fresh_weights(project, tuple(gains))),
        layers=tuple(gains),
    )


def first_loss(evidence: Evidence) -> float:
    """Return the loss before the first step, or at it; NaN where it was not told."""
    if evidence.history.initial_loss is not None:
        return evidence.history.initial_loss
    losses = evidence.history.step_losses
    return float(losses[0]) if len(losses) else nan


def _init(node: Node) -> str:
    return str(getattr(node.layer, "init", ""))


def _gain(node: Node, learnables: int) -> float:
    """Return the spread of the weights over the spread that keeps a signal as it is (He)."""
    layer = node.layer
    units = int(getattr(layer, "units", 0) or getattr(layer, "filters", 1))
    fan_in = max(1.0, learnables / units - bool(getattr(layer, "bias", True)))
    value = abs(float(getattr(layer, "init_value", 0.0)))
    std = value / sqrt(3) if _init(node) == "uniform" else value
    return std * sqrt(fan_in / 2)


def _layers(ids: tuple[str, ...]) -> str:
    return "one layer" if len(ids) == 1 else f"{len(ids)} layers"
