"""Remedies for training settings: edits of the project with stable names and honest titles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnstudio.catalog.edits import dropout_rate, with_dropout
from nnstudio.catalog.schedules import Constant
from nnstudio.core.diff import word
from nnstudio.core.finding import Evidence, Fix
from nnstudio.core.project import EditProblem, Project

LOWEST_RATE, HIGHEST_RATE = 1e-6, 10.0
"""The slider's bounds."""
HEAVY_MOMENTUM, USUAL_MOMENTUM = 0.97, 0.9
"""From here momentum itself is what makes the steps too large: it multiplies them by 1 / (1 - momentum)."""
TAKEN_AWAY = 0.05
"""Half-way rate over the largest one, below which the schedule has ended training early."""
MOST_EPOCHS = 2000
FEW_EPOCHS = 40
"""A run that was far too short gets so many: twice next to nothing is next to nothing."""
LARGEST_BATCH = 4096


def offered(project: Project, *fixes: Fix | None) -> tuple[Fix, ...]:
    """Return those fixes that apply to this project and change something, in the order given."""
    return tuple(fix for fix in fixes if fix is not None and _works(fix, project))


def _works(fix: Fix, project: Project) -> bool:
    try:
        return bool(fix.preview(project))
    except EditProblem:
        return False


def setting(
    project: Project, path: str, value: Any, id: str, label: str, *, restart: bool = True, unit: str = ""
) -> Fix:
    """Return the fix that sets one value; its title shows before and after."""
    title = f"{label} {word(project.get(path))} → {word(value)}{unit}"
    return Fix(id, title, lambda p: p.set(path, value), restart)


def settings(values: dict[str, Any]) -> Callable[[Project], Project]:
    """Return the edit that sets several values."""

    def apply(project: Project) -> Project:
        for path, value in values.items():
            project = project.set(path, value)
        return project

    return apply


def rate_times(evidence: Evidence, factor: float, *, restart: bool | None = None) -> Fix:
    """Return the fix that multiplies the learning rate; the run goes on unless its weights are spoilt."""
    project = evidence.project
    before = project.training.optimizer.rate
    after = float(f"{min(HIGHEST_RATE, max(LOWEST_RATE, before * factor)):.3g}")
    name = f"rate_up_{factor:g}" if factor > 1 else f"rate_down_{1 / factor:g}"
    again = evidence.status == "failed" if restart is None else restart
    return setting(project, "training.optimizer.rate", after, name, "Learning rate", restart=again)


def usual_rate(evidence: Evidence) -> Fix | None:
    """Return the fix that goes back to the optimizer's usual rate, where a tenth would still be too high."""
    optimizer = evidence.project.training.optimizer
    typical = optimizer.params()["rate"].typical
    if typical is None or optimizer.rate / 10 < typical[1]:
        return None
    usual = type(optimizer).model_fields["rate"].default
    return setting(evidence.project, "training.optimizer.rate", usual, "usual_rate", "Learning rate")


def usual_momentum(evidence: Evidence) -> Fix | None:
    """Return the fix for steps that pile up: the usual momentum, and the usual rate where it is above.

    With momentum 0.999 every step is carried on a thousand times: a smaller rate alone does not mend that.
    """
    optimizer = evidence.project.training.optimizer
    momentum = getattr(optimizer, "momentum", 0.0)
    if momentum < HEAVY_MOMENTUM:
        return None
    fields = type(optimizer).model_fields
    # Without momentum of its own an optimizer has none by default: then a part of it is left.
    usual, rate = fields["momentum"].default or USUAL_MOMENTUM, min(optimizer.rate, fields["rate"].default)
    path = "training.optimizer"
    edit = settings({f"{path}.momentum": usual, f"{path}.rate": rate})
    with_rate = f", learning rate {optimizer.rate:g} → {rate:g}" if rate < optimizer.rate else ""
    return Fix("usual_momentum", f"Momentum {momentum:g} → {usual:g}{with_rate}", edit)


def steady_rate(evidence: Evidence) -> Fix | None:
    """Return the fix that keeps the rate, where a schedule has taken nearly all of it away."""
    rates = evidence.history["rate"]
    if len(rates) < 2 or rates[len(rates) // 2] > TAKEN_AWAY * max(rates):
        return None
    return setting(evidence.project, "training.schedule", Constant(), "constant_rate", "Schedule")


def clipping(evidence: Evidence, norm: float = 1.0) -> Fix:
    """Return the fix that shortens long gradients."""
    project = evidence.project
    return setting(
        project, "training.clip_norm", norm, f"clip_norm_{norm:g}", "Clip gradient norm",
        restart=evidence.status == "failed",
    )  # fmt: skip


def dropout(project: Project, rate: float) -> Fix:
    """Return the fix that sets dropout after the hidden layers."""
    before = dropout_rate(project)
    title = f"Dropout {before:g} → {rate:g}" if before else f"Add dropout {rate:g}"
    return Fix(f"dropout_{rate:g}", title, lambda p: with_dropout(p, rate))


def more_dropout(project: Project, rate: float) -> Fix | None:
    """Return the fix that raises dropout to `rate`, or None where there is that much already."""
    return dropout(project, rate) if dropout_rate(project) < rate else None


def weight_decay(project: Project, value: float) -> Fix:
    """Return the fix that sets the L2 penalty."""
    name = f"weight_decay_{value:g}" if value else "weight_decay_off"
    return setting(project, "training.weight_decay", value, name, "Weight decay (L2)", restart=False)


def more_weight_decay(project: Project, value: float) -> Fix | None:
    """Return the fix that raises the L2 penalty to `value`, or None where it is that strong already."""
    return weight_decay(project, value) if project.training.weight_decay < value else None


def without_l1(project: Project) -> Fix:
    """Return the fix that switches the L1 penalty off."""
    return setting(project, "training.l1", 0.0, "l1_off", "L1 penalty", restart=False)


def early_stopping(project: Project, best: int | None = None) -> Fix:
    """Return the fix that stops by itself and goes back to the best weights."""
    path = "training.early_stopping"
    edit = settings({f"{path}.on": True, f"{path}.restore_best": True, f"{path}.monitor": "val_loss"})
    found = f" (was {best})" if best else ""
    return Fix("early_stopping", f"Stop by itself at the best epoch{found}", edit)


def together(id: str, *fixes: Fix | None) -> Fix:
    """Return the fix that makes several changes which only help together."""
    known = [fix for fix in fixes if fix is not None]

    def apply(project: Project) -> Project:
        for fix in known:
            project = fix.apply(project)
        return project

    title = ", ".join([known[0].title, *(fix.title[:1].lower() + fix.title[1:] for fix in known[1:])])
    return Fix(id, title, apply, restart=any(fix.restart for fix in known))


def stop_at(project: Project, epoch: int) -> Fix | None:
    """Return the fix that ends training at an epoch, or None when it would not end earlier."""
    if not 1 <= epoch < project.training.epochs:
        return None
    return Fix("stop_at_best", f"Stop at best ({epoch})", lambda p: p.set("training.epochs", epoch))


def more_epochs(project: Project, factor: int = 2) -> Fix:
    """Return the fix that trains longer: so many times as long, a very short run at least a usual time."""
    before = project.training.epochs
    after = min(MOST_EPOCHS, max(FEW_EPOCHS, before * factor))
    return setting(project, "training.epochs", after, "more_epochs", "Epochs")


def batch(project: Project, size: int) -> Fix:
    """Return the fix that sets the batch size."""
    after = min(LARGEST_BATCH, max(1, size))
    return setting(project, "training.batch_size", after, f"batch_{after}", "Batch size")


def larger_batch(project: Project, rows: int, factor: int = 4) -> Fix | None:
    """Return the fix that averages over more rows per step, or None when the data are too few for it."""
    size = project.training.batch_size * factor
    return batch(project, size) if size * 2 <= rows else None


def class_weights(project: Project) -> Fix:
    """Return the fix that makes rare classes count more."""
    return setting(project, "training.class_weights", True, "class_weights", "Class weights")


def class_weights_and_lower_rate(evidence: Evidence) -> Fix:
    """Return the fix that weighs the classes and steps more carefully: weights make steps larger."""
    rate = evidence.project.training.optimizer.rate
    after = max(LOWEST_RATE, float(f"{rate / 2:.3g}"))
    edit = settings({"training.class_weights": True, "training.optimizer.rate": after})
    return Fix("class_weights_and_lower_rate", f"Class weights on, learning rate {rate:g} → {after:g}", edit)


def label_smoothing(project: Project, share: float = 0.1) -> Fix | None:
    """Return the fix that asks for a little less certainty, or None where the loss knows no such thing."""
    if getattr(project.training.loss, "smoothing", share) >= share:
        return None
    return setting(project, "training.loss.smoothing", share, f"smoothing_{share:g}", "Label smoothing")
