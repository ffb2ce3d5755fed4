"""What is wrong with how much the network can hold: too much, too little, or held down too hard."""

from __future__ import annotations

import numpy as np

from nnstudio.catalog.edits import dropout_rate
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.core.finding import Evidence, Finding, Fix
from nnstudio.core.project import Project
from nnstudio.diagnosis import fixes, reshape
from nnstudio.diagnosis.anatomy import NARROW, narrowest, output_block, weighted
from nnstudio.diagnosis.data_fixes import follows_in_time
from nnstudio.diagnosis.progress import diverged, worth_longer, worth_more, yardstick
from nnstudio.diagnosis.score import (
    FINISHED,
    NEAR_SIMPLE,
    UNSURE_SIGMAS,
    as_far_as_simple,
    asks_of,
    behind_simple,
    doing_well,
    facts_of,
    kept_epoch,
    lags_at_all,
    poor,
    reachable,
    score,
    score_at,
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
    trend,
    window,
)

NEAR_ONE = 0.9
"""Training skill from which rows are being memorised (the founding documents: 98-100 % accuracy)."""
BY_HEART = 0.98
"""Training score from which it is so however well simple models do (the founding documents)."""
REAL_GAP = 0.06
"""Gap between the splits' accuracies that is normal even without sampling noise."""
REAL_GAP_R2 = 0.2
"""The same for R², which is a squared measure."""
GAP_SIGMAS = 2.0
APART = 0.5
"""Skill by which the splits may never differ, however much the training rows leave to be learnt."""
RISE = 0.25
"""Rise of the validation loss above its best, in constant predictor's losses, that is overfitting alone."""
SMALL_RISE = 0.1
"""The same where the score agrees."""
RISE_OF_BEST = 0.1
"""The rise beside the best loss itself."""
KEPT_RISE = 0.5
"""Where the best weights are restored anyway, only a steep rise tells of a network too large."""
SIGMAS = 3.0
"""The rise must also stand out of the curve's own scatter."""
HALF_FIT = 0.4
"""Training skill below which a network that has come to rest has understood less than half."""
NARROW_FIT = 0.75
"""One or two units in a hidden layer: little gets through, so less is needed to suspect them."""
FEW_PER_ROW = 2.0
"""Learnables per training row below which size can be what is missing; above, a network could learn
every row by heart, and something else holds it back."""
USUAL_DROPOUT, USUAL_L2 = 0.3, 0.01
"""What the first two levels of regularisation ask for."""
STRONG_DROPOUT = 0.7
"""More than this is beyond any advice in use (0.2 light, 0.5 standard, 0.6 very strong)."""
HEAVY_DROPOUT = 0.5
DROPPED = 0.1
"""Skill by which training with its units switched off may lag behind validation with all of them."""
STRONG_DECAY, HEAVY_DECAY = 0.3, 0.03
"""L2: 0.1 is called strong; from three times that nothing is learned, from a third of it doubt is due."""
DECOUPLED = 0.1
LEFT_BY_STRONG, LEFT_BY_HEAVY = 0.5, 0.7
"""Training loss that is left, in constant predictor's losses, when the penalty has done harm."""
USUAL_DECAY = 1e-3
"""L2 that holds weights back without holding them down."""
STRONG_L1, HEAVY_L1 = 0.03, 0.003


def overfitting(evidence: Evidence) -> Finding | None:
    """Find a network that knows its training rows far better than any others."""
    if evidence.history.epochs < SHORTEST_WINDOW:
        return None
    gap, rise = _gap(evidence), _rise(evidence)
    if not gap and not rise:
        return None
    best = best_epoch(evidence)
    name = short_name(evidence)
    epoch = kept_epoch(evidence) if gap and not rise else evidence.history.epochs
    train, val = score_at(evidence, "train", epoch), score_at(evidence, "val", epoch)
    values = curve(evidence, "val_loss")
    numbers: dict[str, float | str] = {
        f"train {name}": train, f"val {name}": val, "gap": train - val,
        "val loss": level(values), "best val loss": lowest(values),
    }  # fmt: skip
    passed = evidence.history.epochs - best
    how = (
        f"validation loss has risen for {passed} epochs while training loss still falls"
        if rise
        else "it knows the rows it has seen much better than those it has not"
    )
    left = not rise and _held(evidence.project)
    more = " The usual means are in use already: what is left is for more rows to mend." if left else ""
    return Finding(
        "overfitting",
        f"Overfitting since epoch {best}" if best > 1 else "Overfitting from the start",
        numbers,
        f"The network is memorising the training set: {how}.{more}",
        severity="hint" if left else "warning",
        since_epoch=best,
        confidence=0.95 if gap and rise else 0.8,
        fixes=_against_overfitting(evidence, best),
    )


def _held(project: Project) -> bool:
    """Tell whether dropout and the L2 penalty hold the network back as much as is usual."""
    return dropout_rate(project) >= USUAL_DROPOUT and project.training.weight_decay >= USUAL_L2


def _against_overfitting(evidence: Evidence, best: int) -> tuple[Fix, ...]:
    project = evidence.project
    stronger = 0.5 if dropout_rate(project) >= USUAL_DROPOUT else USUAL_DROPOUT
    decay = USUAL_L2 if project.training.weight_decay < USUAL_L2 else 0.1
    more = fixes.more_dropout(project, stronger), fixes.more_weight_decay(project, decay)
    return fixes.offered(
        project,
        fixes.early_stopping(project, best),
        fixes.together("regularise", *more) if all(more) else None,
        *more,
        reshape.units_scaled(project, 0.5),
        reshape.fewer_layers(project),
        fixes.stop_at(project, best) if best >= SHORTEST_WINDOW else None,
    )


def _gap(evidence: Evidence) -> bool:
    """Tell whether the kept weights are near perfect on the training rows and far from it on the others."""
    epoch = kept_epoch(evidence)
    train, val = score_at(evidence, "train", epoch), score_at(evidence, "val", epoch)
    if not np.isfinite([train, val]).all() or _still_better(evidence):
        return False
    if train < BY_HEART and reachable(evidence) is not None and not lags_at_all(evidence):
        return False  # Nobody knows the other rows better: what is left is not for memory to blame.
    seen = skill(evidence, "train", epoch)
    # Later stretches of a series may follow another pattern, which is nobody's memory.
    apart = seen - skill(evidence, "val", epoch) >= APART and not follows_in_time(evidence.project)
    if seen < NEAR_ONE and not apart:
        return False
    normal = REAL_GAP_R2 if asks_of(evidence) == "numbers" else REAL_GAP
    return train - val > normal + GAP_SIGMAS * score_noise(evidence, "val", val)


def _still_better(evidence: Evidence) -> bool:
    """Tell whether unseen rows are predicted better and better to the end."""
    known = finite(score(evidence, "val"))
    recent = known[-3 * window(len(known)) :]
    line = trend(recent)
    return line.rises and line.slope * len(recent) > score_noise(evidence, "val", level(known))


def _rise(evidence: Evidence) -> bool:
    """Tell whether validation loss has left its best for good while training loss went on falling."""
    values, train = curve(evidence, "val_loss"), curve(evidence, "train_loss")
    best = best_epoch(evidence)
    patience = window(len(values))
    if not best or len(values) - best < patience:
        return False
    rise, unit = level(values, patience) - lowest(values), yardstick(evidence)
    fell = level(train[:best], 3) - level(train, patience)
    if rise < SIGMAS * noise(values) or rise < RISE_OF_BEST * lowest(values):
        return False
    if fell < max(noise(train), 0.1 * level(train[:best], 3)):
        return False
    return rise > _rise_bound(evidence) * unit and bool(np.nanmin(values[-patience:]) > lowest(values))


def _rise_bound(evidence: Evidence) -> float:
    stopping = evidence.project.training.early_stopping
    train, val = score_at(evidence, "train", evidence.history.epochs), level(score(evidence, "val"))
    apart = train - val > REAL_GAP + score_noise(evidence, "val", val)
    if evidence.status in FINISHED and stopping.on and stopping.restore_best:
        return KEPT_RISE if apart else float("inf")
    return SMALL_RISE if apart else RISE


def underfitting(evidence: Evidence) -> Finding | None:
    """Find a network at rest that is poor on both splits, and too small to be anything else."""
    facts, trace = facts_of(evidence), evidence.trace
    enough = SHORTEST_WINDOW * (2 if evidence.status == "early stopped" else 4)
    if facts is None or trace is None or evidence.history.epochs < enough:
        return None
    if evidence.status == "running" and evidence.history.epochs < evidence.project.training.epochs / 2:
        return None
    faulty = evidence.checked("one_batch")
    if faulty is not None and faulty.outcome == "bad":
        return None
    if not _too_simple(evidence) or trace.learnables > FEW_PER_ROW * facts.train.rows:
        return None
    if worth_longer(evidence) or _gap(evidence):
        return None
    project, name = evidence.project, short_name(evidence)
    return Finding(
        "underfitting",
        "Underfitting: poor even on the training rows",
        {
            f"train {name}": level(score(evidence, "train")),
            f"val {name}": level(score(evidence, "val")),
            **_simple_score(evidence),
            "learnables": float(trace.learnables),
            "training rows": float(facts.train.rows),
        },
        "The loss has come to rest, but even the rows the network has seen are not understood: it is too "
        "simple for the pattern.",
        confidence=0.7,
        fixes=fixes.offered(
            project,
            reshape.larger_and_longer(project),
            reshape.units_scaled(project, 2),
            reshape.layer_added(project),
            reshape.units_scaled(project, 4),
            fixes.more_epochs(project),
        ),
    )


def _too_simple(evidence: Evidence) -> bool:
    """Tell whether the training rows are understood less than they can be, by what simple models reach."""
    known = reachable(evidence)
    if known is None:
        return poor(evidence, NARROW_FIT if _narrow(evidence) else HALF_FIT)
    if _bare(evidence):
        return behind_simple(evidence, UNSURE_SIGMAS, NEAR_SIMPLE)
    return poor(evidence, NEAR_ONE) and behind_simple(evidence) and not as_far_as_simple(evidence)


def _bare(evidence: Evidence) -> bool:
    """Tell whether there is no hidden layer, or one of a unit or two."""
    network = evidence.project.network
    return len(weighted(network)) == 1 or narrowest(network) <= NARROW


def _narrow(evidence: Evidence) -> bool:
    """Tell whether all classes must pass through fewer units than could tell them apart."""
    return asks_of(evidence) == "class" and narrowest(evidence.project.network) <= NARROW


def over_regularization(evidence: Evidence) -> Finding | None:
    """Find a penalty on the weights that is stronger than what they could learn."""
    project, training = evidence.project, evidence.project.training
    decay, strong = _decay(project), strong_penalty(project)
    heavy = decay >= HEAVY_DECAY or training.l1 >= HEAVY_L1
    harm = diverged(evidence) if evidence.history.epochs else 0.0
    strong = strong or ((decay > 0 or training.l1 > 0) and not dropout_rate(project) and _freed(evidence))
    if not _too_much(evidence, strong, heavy, harm > (LEFT_BY_STRONG if strong else LEFT_BY_HEAVY)):
        return None
    lighter = min(USUAL_DECAY, training.weight_decay / 100)
    return Finding(
        "over_regularization",
        "The penalty on the weights is too strong",
        {"L2": training.weight_decay, "L1": training.l1, **_train_score(evidence)},
        "Every step pulls the weights towards zero, harder than the data pull them anywhere: the network "
        "cannot fit even the training rows.",
        confidence=0.85 if strong else 0.7,
        fixes=fixes.offered(
            project,
            fixes.weight_decay(project, float(f"{lighter:.2g}"))
            if training.weight_decay >= HEAVY_DECAY
            else None,
            fixes.without_l1(project) if training.l1 >= HEAVY_L1 else None,
            fixes.weight_decay(project, 0.0),
        ),
    )


def strong_penalty(project: Project) -> bool:
    """Tell whether the penalty on the weights is so strong that nothing can be learned."""
    return _decay(project) >= STRONG_DECAY or project.training.l1 >= STRONG_L1


def _decay(project: Project) -> float:
    """Return the L2 penalty; AdamW takes it times the rate off the weights: far milder."""
    training = project.training
    return training.weight_decay * (DECOUPLED if training.optimizer.kind == "adamw" else 1.0)


def excessive_dropout(evidence: Evidence) -> Finding | None:
    """Find dropout behind the output, or so much of it that the signal is lost."""
    project = evidence.project
    behind = output_block(project.network).dropouts
    if behind:
        return Finding(
            "excessive_dropout",
            "Dropout behind the output",
            {"layers": float(len(behind))},
            "Behind the output it does not blur what the network knows, it deletes the answer itself.",
            severity="error",
            confidence=0.95,
            fixes=fixes.offered(
                project,
                reshape.removed(project, behind, "remove_output_dropout", "Remove it from the output"),
            ),
            layers=behind,
        )
    rate = dropout_rate(project)
    lag = skill(evidence, "val") - skill(evidence, "train") if evidence.history.epochs else 0.0
    strong = rate >= STRONG_DROPOUT or (rate > 0 and _freed(evidence))
    if not _too_much(evidence, strong, rate >= HEAVY_DROPOUT, lag > DROPPED):
        return None
    return Finding(
        "excessive_dropout",
        f"Too much dropout ({rate:g})",
        {"dropout": rate, **_train_score(evidence)},
        f"In every step {rate:.0%} of the units are switched off: too little of the signal is left to learn "
        "from.",
        confidence=0.85 if rate >= STRONG_DROPOUT else 0.65,
        fixes=fixes.offered(project, fixes.dropout(project, 0.2), fixes.dropout(project, 0.0)),
        layers=tuple(node.id for node in project.network.nodes if isinstance(node.layer, Dropout)),
    )


def _simple_score(evidence: Evidence) -> dict[str, float | str]:
    facts = facts_of(evidence)
    if facts is None or facts.reference is None:
        return {}
    return {f"simple model's {short_name(evidence)}": facts.reference.best}


def _too_much(evidence: Evidence, strong: bool, heavy: bool, harmed: bool) -> bool:
    """Tell whether a brake is on too hard: by its size before training, by its harm afterwards."""
    if not evidence.history.epochs:
        return strong
    if evidence.history.epochs < SHORTEST_WINDOW * (1 if evidence.status == "early stopped" else 2):
        return False
    if strong and (harmed or not doing_well(evidence)):
        return True
    held = poor(evidence, HALF_FIT) or (harmed and not doing_well(evidence)) or lags_at_all(evidence)
    return heavy and held and not worth_more(curve(evidence, "train_loss"), yardstick(evidence))


def _freed(evidence: Evidence) -> bool:
    """Tell whether a check has shown that the network does better with nothing to hold it back."""
    found = evidence.checked("no_regularisation")
    return found is not None and found.outcome == "bad"


def _train_score(evidence: Evidence) -> dict[str, float | str]:
    if not evidence.history.epochs:
        return {}
    return {f"train {short_name(evidence)}": level(score(evidence, "train"))}
