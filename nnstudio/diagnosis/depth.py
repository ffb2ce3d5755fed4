"""What is wrong inside the network: no bends, flat or dead units, gradients that fade on the way back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnstudio.core.finding import Evidence, Finding, Fix
from nnstudio.core.run import LayerHealth
from nnstudio.diagnosis import fixes, reshape
from nnstudio.diagnosis.anatomy import NARROW, hidden_activations, narrowest, straight_lines, weighted
from nnstudio.diagnosis.progress import (
    PATIENT,
    Probed,
    begun,
    improving,
    probed,
    rate_taken_away,
    steps_of,
    worth_longer,
)
from nnstudio.diagnosis.score import (
    FINISHED,
    as_far_as_simple,
    behind_simple,
    doing_well,
    poor,
    score,
    short_name,
)
from nnstudio.diagnosis.signals import SHORTEST_WINDOW, level, window

FADED = 1e-3
"""First over last gradient norm (AutoTrainer); healthy tanh networks lie within 0.015 and 70."""
HELD = 0.6
"""Share of the last window's epochs in which a layer must look ill: one bad probe is an accident."""
MOSTLY_DEAD = 0.7
"""Share of a layer's units that are always zero (AutoTrainer, DeepDiagnosis)."""
MOSTLY_FLAT = 0.5
"""Share of activations on the flat ends (SageMaker Debugger, DeepDiagnosis)."""
HARM = 0.3
"""Skill on the training rows below which an ill-looking layer is taken seriously: 95 % dead units can
go with the best score there is."""
FEWEST_PROBES = 2
"""Layers are looked at as often as time allows, in short epochs not in every one."""
DEEP_SIGMOID = 2
"""Sigmoid layers in a row from which gradients shrink to a sixteenth and less."""
MANY_SIGMOIDS, FITS = 4, 0.9
"""From so many on only an excellent fit to the training rows excuses them."""
SINGLE_CONFIDENCE, DEEP_CONFIDENCE = 0.5, 0.85


def missing_activation(evidence: Evidence) -> Finding | None:
    """Find layers whose weights run straight into further weights."""
    project = evidence.project
    ids = straight_lines(project.network)
    if not ids:
        return None
    return Finding(
        "missing_activation",
        "Layers without activation follow each other",
        {"linear layers": float(len(ids)), "layers with weights": float(len(weighted(project.network)))},
        "A straight line after a straight line is one straight line: without an activation between them, "
        "these layers can do no more than a single one.",
        severity="hint" if doing_well(evidence) else "warning",
        confidence=0.9,
        fixes=fixes.offered(project, reshape.relu(project, ids), reshape.leaky_relu(project, ids)),
        layers=ids,
    )


def wrong_hidden_activation(evidence: Evidence) -> Finding | None:
    """Find softmax, sigmoid or an exponential inside the network."""
    project = evidence.project
    inside = hidden_activations(project.network)
    mixing = tuple(id for id, a in inside if a.over_classes or a.kind == "exponential")
    squashing = tuple(id for id, a in inside if a.kind == "sigmoid")
    ids = mixing or (squashing if narrowest(project.network) > NARROW else ())
    deep = len(ids) >= DEEP_SIGMOID if not mixing else not doing_well(evidence)
    if not ids or (not mixing and _harmless(evidence, len(ids))):
        return None
    names = " and ".join(dict.fromkeys(str(a.title) for id, a in inside if id in ids))
    why = (
        "Softmax lets the units of a layer share a single 1 between them, so little of the signal gets on."
        if names == "Softmax"
        else "An exponential grows without bound: small changes become huge ones."
        if names == "Exponential"
        else "Sigmoid is flat at both ends and passes on at most a quarter of the gradient per layer: the "
        "layers before it learn slowly or not at all."
    )
    return Finding(
        "wrong_hidden_activation",
        f"{names} inside the network",
        {"layers": float(len(ids)), "of": float(len(inside)), **_harm_numbers(evidence)},
        why,
        severity="warning" if deep else "hint",
        confidence=DEEP_CONFIDENCE if deep else SINGLE_CONFIDENCE,
        fixes=fixes.offered(project, reshape.relu(project, ids), reshape.leaky_relu(project, ids)),
        layers=ids,
    )


def _harmless(evidence: Evidence, layers: int) -> bool:
    """Tell whether a run shows that it can live with its sigmoids, or is still too young to tell."""
    epochs = evidence.history.epochs
    if not epochs:
        return False
    if layers >= MANY_SIGMOIDS:
        return doing_well(evidence) and not poor(evidence, FITS)
    shallow = layers < DEEP_SIGMOID
    if as_far_as_simple(evidence) and not behind_simple(evidence):
        return True
    if rate_taken_away(evidence) or (epochs < 2 * SHORTEST_WINDOW and evidence.status != "failed"):
        return True
    young = shallow and epochs < PATIENT and evidence.status == "running"
    return young or doing_well(evidence) or (begun(evidence) and (shallow or improving(evidence)))


def _harm_numbers(evidence: Evidence) -> dict[str, float | str]:
    if not evidence.history.epochs:
        return {}
    return {f"train {short_name(evidence)}": level(score(evidence, "train"))}


def vanishing_gradient(evidence: Evidence) -> Finding | None:
    """Find gradients that have faded before they reach the first layer, while the network does not learn."""
    if not _harmed(evidence):
        return None
    probes = probed(evidence)
    ratios = [_first_over_last(layers) for _, layers in probes]
    since = _held_since([r is not None and r < FADED for r in ratios], probes)
    if since is None:
        return None
    project = evidence.project
    known = [r for r in ratios[-window(len(ratios)) :] if r is not None]
    squashing = tuple(id for id, a in hidden_activations(project.network) if a.saturates)
    return Finding(
        "vanishing_gradient",
        f"The first layers get no gradient since epoch {since}",
        {"first / last gradient": float(np.median(known)), **_harm_numbers(evidence)},
        "On its way back each layer weakens the gradient; what reaches the first layers is too small to "
        "change them, so only the last ones learn.",
        since_epoch=since,
        confidence=0.85,
        fixes=fixes.offered(
            project,
            reshape.relu(project, squashing) if squashing else None,
            reshape.batch_norm(project),
            reshape.fewer_layers(project),
        ),
        layers=tuple(node.id for node in weighted(project.network)[:1]),
    )


def _first_over_last(layers: tuple[LayerHealth, ...]) -> float | None:
    norms = [h.gradient_norm for h in layers if h.gradient_norm is not None]
    if len(norms) < 2 or not np.isfinite(norms).all() or norms[-1] <= 0:
        return None
    return norms[0] / norms[-1]


def saturation(evidence: Evidence) -> Finding | None:
    """Find hidden layers that sit on the flat ends of their activation, while the network does not learn."""
    inside = {id for id, a in hidden_activations(evidence.project.network) if a.saturates}
    ids, since, share = _ill_layers(evidence, lambda h: h.saturated if h.id in inside else None, MOSTLY_FLAT)
    if not ids:
        return None
    project = evidence.project
    return Finding(
        "saturation",
        f"Units sit on their flat ends since epoch {since}",
        {"saturated": share, **_harm_numbers(evidence)},
        "Far out, sigmoid and tanh are flat: whatever the weights do, the output stays the same, and no "
        "gradient comes back.",
        since_epoch=since,
        confidence=0.8,
        fixes=fixes.offered(
            project,
            reshape.odd_start(project, ids),
            _calmer(evidence),
            reshape.relu(project, ids),
            reshape.batch_norm(project),
            fixes.rate_times(evidence, 0.1, restart=True),
        ),
        layers=ids,
    )


def dying_relu(evidence: Evidence) -> Finding | None:
    """Find hidden layers most of whose units are always zero, while the network does not learn."""
    ids, since, share = _ill_layers(evidence, lambda h: h.dead, MOSTLY_DEAD)
    inside = {id for id, a in hidden_activations(evidence.project.network) if a.rectifies}
    ids = tuple(id for id in ids if id in inside)
    if not ids:
        return None
    project = evidence.project
    return Finding(
        "dying_relu",
        f"Most ReLU units are dead since epoch {since}",
        {"dead": share, **_harm_numbers(evidence)},
        "A ReLU unit whose input is negative for every row gives zero and gets no gradient: it can never "
        "come back. Leaky ReLU always lets a little through.",
        since_epoch=since,
        confidence=0.85,
        fixes=fixes.offered(
            project,
            reshape.odd_start(project, ids),
            _calmer(evidence),
            reshape.leaky_relu(project, ids),
            fixes.rate_times(evidence, 0.1, restart=True),
            reshape.batch_norm(project),
        ),
        layers=ids,
    )


def _calmer(evidence: Evidence) -> Fix | None:
    """Return a tenth of the rate as the better remedy where the steps are large."""
    return fixes.rate_times(evidence, 0.1, restart=True) if steps_of(evidence).large else None


def _harmed(evidence: Evidence) -> bool:
    """Tell whether the network fails to learn: only then are its insides worth an alarm."""
    if narrowest(evidence.project.network) <= NARROW:
        return False
    harm = (poor(evidence, HARM) or behind_simple(evidence)) and not as_far_as_simple(evidence)
    return evidence.history.epochs >= SHORTEST_WINDOW and harm and not _rising(evidence)


def _rising(evidence: Evidence) -> bool:
    """Tell whether a run gets on; once it is over, whether it was merely too short."""
    better = worth_longer(evidence) if evidence.status in FINISHED else improving(evidence)
    return begun(evidence) and better


def _ill_layers(
    evidence: Evidence, measure: Callable[[LayerHealth], float | None], bound: float
) -> tuple[tuple[str, ...], int, float]:
    """Return (ids, since epoch, worst share) of layers above `bound` in most epochs of the last window."""
    history = evidence.history
    probes = probed(evidence)
    if not _harmed(evidence) or not probes:
        return (), 0, 0.0
    found, first, worst = [], history.epochs, 0.0
    for health in probes[-1][1]:
        shares = [next((measure(h) for h in layers if h.id == health.id), None) for _, layers in probes]
        since = _held_since([s is not None and s > bound for s in shares], probes)
        if since is not None:
            found.append(health.id)
            first = min(first, since)
            worst = max(worst, max(s for s in shares[-window(len(shares)) :] if s is not None))
    return tuple(found), first, worst


def _held_since(ill: list[bool], probes: list[Probed]) -> int | None:
    """Return the epoch (from 1) since which it is ill, None unless most of the last window is."""
    width = min(window(len(ill)), len(ill))
    if len(ill) < FEWEST_PROBES or float(np.mean(ill[-width:])) < HELD:
        return None
    start = len(ill) - width
    while start > 0 and float(np.mean(ill[max(0, start - width) : start])) >= HELD:
        start = max(0, start - width)
    return probes[start + next(i for i, bad in enumerate(ill[start:]) if bad)][0]
