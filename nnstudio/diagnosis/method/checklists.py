"""Checklists before, during and after training, ticked from the project's state."""

from __future__ import annotations

from nnstudio.catalog.defaults import metrics_for
from nnstudio.core.finding import Evidence, Finding
from nnstudio.diagnosis.method.standing import Checklist, Item, Standing
from nnstudio.diagnosis.progress import learns
from nnstudio.diagnosis.signals import curve, level, start

UNSTEADY = frozenset({"nan_or_exploding", "lr_too_high", "oscillating_loss"})


def checklists(standing: Standing) -> tuple[Checklist, ...]:
    """Return the three lists."""
    return (
        Checklist("checklist_before", "Before training", before(standing)),
        Checklist("checklist_during", "During training", during(standing)),
        Checklist("checklist_after", "After training", after(standing)),
    )


def before(standing: Standing) -> tuple[Item, ...]:
    """Return what must be settled before the first step."""
    project, training, trace = standing.project, standing.project.training, standing.trace
    stopping = training.early_stopping
    settings = f"{training.optimizer.title} {training.optimizer.rate:g}, batch {training.batch_size}"
    doubts = standing.of_tiers("output", "init", "step size", "batch")
    size = f"{len(project.network.nodes)} layers, {trace.learnables:,} learnables" if trace else ""
    wrong = next(iter(trace.errors.values()), "") if trace else "The data are not known yet."
    metrics = metrics_for(project.signature.target) if project.signature else []
    return (
        *data(standing),
        Item("architecture", "Architecture chosen", bool(trace and trace.valid), wrong or size),
        Item("settings", "Hyperparameters chosen", not doubts, _first(doubts) or settings),
        Item("stopping", "Early stopping switched on", stopping.on, f"patience {stopping.patience}"),
        Item("metrics", "Metrics chosen", bool(metrics), ", ".join(m.title for m in metrics)),
    )


def data(standing: Standing) -> tuple[Item, ...]:
    """Return what must be settled about the data."""
    facts = standing.facts
    if facts is None:
        words = ("Data read and looked through", "Data cleaned", "Split into three parts", "Prepared")
        keys = ("read", "clean", "split", "prepared")
        return tuple(Item(key, text, False) for key, text in zip(keys, words, strict=True))
    rows = [part.rows for part in (facts.train, facts.validation, facts.test)]
    unscaled = tuple(f for f in standing.problems if f.id.startswith("unnormalized"))
    dirty = tuple(f for f in standing.of_tiers("data") if f not in unscaled)
    steps = ", ".join(step.title for step in standing.project.data.preparation)
    return (
        Item("read", "Data read and looked through", True, f"{sum(rows):,} rows, {facts.features} inputs"),
        Item("clean", "Data cleaned", not dirty, _first(dirty) or "nothing found that spoils learning"),
        Item("split", "Split into three parts", min(rows) > 0, " / ".join(f"{n:,}" for n in rows)),
        Item("prepared", "Prepared", not unscaled, _first(unscaled) or steps or "inputs are of unit size"),
    )


def during(standing: Standing) -> tuple[Item, ...]:
    """Return what is watched while a network learns; of the last run."""
    run = standing.runs[-1] if standing.runs else None
    if run is None:
        words = {
            "watched": "Validation watched beside training", "falling": "The loss falls",
            "steady": "It is steady", "kept": "The weights are kept",
        }  # fmt: skip
        return tuple(Item(key, text, False, "no run yet") for key, text in words.items())
    evidence, history = Evidence.of(run), run.history
    train = curve(evidence, "train_loss")
    shaken = tuple(f for f in standing.problems if f.id in UNSTEADY)
    return (
        Item("watched", "Validation watched beside training", bool(history["val_loss"])),
        Item("falling", "The loss falls", learns(evidence), f"{start(train):.3g} → {level(train):.3g}"),
        Item("steady", "It is steady", not shaken, _first(shaken)),
        Item("kept", "The weights are kept", bool(run.weights), f"best of epoch {run.record.best_epoch}"),
    )


def after(standing: Standing) -> tuple[Item, ...]:
    """Return what belongs to the end of the work; of the last run that was not ruined."""
    run = standing.last
    tested = run.record.test if run else None
    names = sorted(name for name in run.history.columns if name.startswith("val_")) if run else []
    return (
        Item("test", "Judged on the test set, once", tested is not None),
        Item("mistakes", "The mistakes looked at", None, "on the Evaluate page"),
        Item("measured", "Metrics worked out", len(names) > 1, ", ".join(n[4:] for n in names)),
        Item("notes", "Written down what was found", bool(standing.project.notes.strip())),
        Item("saved", "Final network saved", standing.saved and run is not None),
    )


def _first(findings: tuple[Finding, ...]) -> str:
    return findings[0].title if findings else ""
