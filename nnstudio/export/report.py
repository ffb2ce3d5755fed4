"""The report on a run: what was trained on what, how well it does, and what was noticed; as HTML."""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from nnstudio import __version__
from nnstudio.catalog.defaults import metrics_for
from nnstudio.catalog.label_metrics import label_counts, per_label
from nnstudio.core.dataset import Prepared, SplitName
from nnstudio.core.diff import changes, word
from nnstudio.core.finding import Evidence, Finding
from nnstudio.core.param import params
from nnstudio.core.registry import Entry, Frozen
from nnstudio.core.run import Run
from nnstudio.diagnosis import diagnose
from nnstudio.engine.evaluate import Evaluation, evaluate
from nnstudio.engine.reference import constant
from nnstudio.export.drawing import against, curves
from nnstudio.export.html import document, embedded, images, number, section, table
from nnstudio.export.model import weights_of

SPLITS = {"train": "Training", "validation": "Validation", "test": "Test"}
MOST_CLASSES = 12
"""Above this a table of classes has no room on a page."""
MOST_LINES = 12
SEVERITY = {"error": "#c11c28", "warning": "#a35200", "hint": "#1a64d8", "ok": "#1a7a35"}


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the report tells about a run."""

    run: Run
    prepared: Prepared
    split: SplitName
    """The rows that the evaluation is about."""
    evaluation: Evaluation
    baseline: dict[str, float]
    baseline_words: str
    findings: tuple[Finding, ...] = ()
    before: Run | None = None
    """The run whose settings are compared."""
    pictures: dict[str, str] = field(default_factory=dict)
    """SVG by name."""


def gathered(run: Run, prepared: Prepared, before: Run | None = None) -> Report:
    """Judge a run's best weights on the validation rows, and diagnose it.

    Raises CannotExport or WeightsProblem.
    """
    record = run.record
    split: SplitName = "validation" if len(prepared.validation) else "train"
    found = evaluate(record.project, prepared, weights_of(run), split)
    baseline, words = constant(prepared, split)
    report = Report(run, prepared, split, found, baseline, words, tuple(diagnose(Evidence.of(run))), before)
    report.pictures.update(_drawn(report))
    return report


def report_html(report: Report, pictures: Mapping[str, str] | None = None) -> str:
    """Return the report as one HTML document; `pictures` are addresses by name, else they are embedded."""
    shown = pictures if pictures is not None else {n: embedded(svg) for n, svg in report.pictures.items()}
    record = report.run.record
    body = [
        f"<h1>{escape(record.project.name)}</h1>",
        f'<p class="muted">{escape(_subtitle(report))}</p>',
        *(f"<p>{escape(text)}</p>" for text in (record.message, record.project.notes) if text),
        section("Result", _result(report) + images(shown, ("loss", "score"))),
        section("Data", _data(report)),
        section("Network", _network(report)),
        section("Training", _training(report), page=True),
        section(*_mistakes(report, shown)),
        section("What the diagnosis found", _findings(report.findings)),
        section("What was changed", _changed(report)),
        section("Versions and seeds", _versions(report)),
    ]
    return document(record.project.name, body, screen=pictures is None)


# -- sections ----------------------------------------------------------------------------------------


def _subtitle(report: Report) -> str:
    record, history = report.run.record, report.run.history
    when = record.created[:16].replace("T", " ")
    ended = f"{record.status} after {history.epochs} epochs in {record.seconds:.1f} s"
    best = f", best epoch {record.best_epoch}" if record.best_epoch else ""
    return f"{record.name} · {when} · {ended}{best}"


def _result(report: Report) -> str:
    """Return the metrics beside those of a constant prediction, and of the test rows if they were asked."""
    test, loss = report.run.record.test, report.run.record.project.training.loss
    heads, columns = ["", f"{SPLITS[report.split]} rows"], [report.evaluation.values]
    for head, values in ((report.baseline_words, report.baseline), ("Test rows", test)):
        if values:
            heads, columns = [*heads, head], [*columns, values]
    names = {m.kind: m.title for m in metrics_for(report.prepared.signature.target)} | {
        "loss": f"Loss ({loss.title})"
    }
    rows = [
        [title, *(number(values.get(kind, math.nan)) for values in columns)]
        for kind, title in names.items()
        if kind in report.evaluation.values
    ]
    metric = metrics_for(report.prepared.signature.target)[0]
    own, constant = (number(values.get(metric.kind, math.nan)) for values in columns[:2])
    words = f"{metric.title} {own} on {len(report.evaluation.true):,} {SPLITS[report.split].lower()} rows"
    lead = f"<p><b>{escape(words)}</b>, where {escape(report.baseline_words)} would get {constant}.</p>"
    return lead + table(heads, rows, numbers=True)


def _data(report: Report) -> str:
    prepared, data = report.prepared, report.run.record.project.data
    target, facts = prepared.signature.target, prepared.facts
    parts = [("Training", facts.train), ("Validation", facts.validation), ("Test", facts.test)]
    heads, rows = ["Split", "Rows"], [[name, f"{part.rows:,}"] for name, part in parts]
    if target.asks != "numbers" and target.count <= MOST_CLASSES:
        heads += list(target.names)
        for row, (_, part) in zip(rows, parts, strict=True):
            row += [f"{n:,}" for n in part.class_counts] or [""] * target.count
    elif target.asks == "numbers":
        heads += ["Mean", "Spread"]
        for row, chosen in zip(rows, (prepared.train, prepared.validation, prepared.test), strict=True):
            own = prepared.own(chosen)
            if len(own):
                row += [number(float(own.mean())), number(float(own.std()))]
    steps = ", ".join(step.title for step in data.preparation) or "none"
    what = f"{target.count} {target.noun()} of “{target.column}”" if target.asks != "numbers" else (
        f"“{target.column}”")  # fmt: skip
    words = f"{data.source.label()}: {prepared.signature.input.named()} → {what}. Preparation: {steps}."
    notes = "".join(f'<p class="muted">{escape(note)}</p>' for note in prepared.notes[:MOST_LINES])
    return f"<p>{escape(words)}</p>{table(heads, rows, numbers=True)}{notes}"


def _network(report: Report) -> str:
    project = report.run.record.project
    trace = project.trace()
    assert trace is not None
    rows = []
    for node, row in zip(project.network.nodes, trace.rows, strict=True):
        output = row.output.text() if row.output else ""
        rows.append([f"{node.title} {node.layer.summary()}".strip(), output, f"{row.learnables:,}",
                     f"{row.multiply_adds:,}"])  # fmt: skip
    rows.append(["All", "", f"{trace.learnables:,}", f"{trace.multiply_adds:,}"])
    return table(["Layer", "Output", "Learnables", "Multiply-adds"], rows, numbers=True)


def _training(report: Report) -> str:
    training = report.run.record.project.training
    rows = []
    always = {"loss", "optimizer", "schedule", "batch_size", "epochs", "early_stopping"}
    specs = params(type(training))
    for name, info in type(training).model_fields.items():
        value = getattr(training, name)
        if name == "seed" or (name not in always and value == info.get_default(call_default_factory=True)):
            continue
        label = specs[name].label if name in specs else name.replace("_", " ").capitalize()
        rows.append([label, _setting(value)])
    return table(["Setting", "Value"], rows)


def _mistakes(report: Report, shown: Mapping[str, str]) -> tuple[str, str]:
    found, target = report.evaluation, report.prepared.signature.target
    where = f"{SPLITS[report.split].lower()} rows"
    if target.asks == "labels":
        counts = label_counts(found.true, found.predicted)
        numbers = zip(*per_label(counts), strict=True)
        lines = [[name, *map(number, values), str(int(of_one[1].sum()))]
                 for name, values, of_one in zip(target.names, numbers, counts, strict=True)]  # fmt: skip
        return f"Labels, {where}", table(["Label", "Precision", "Recall", "F1", "Rows"], lines, numbers=True)
    if found.confusion is None:
        return f"Predicted against true, {where}", images(shown, ("against",))
    if target.count <= MOST_CLASSES:
        rows = [
            [name, *map(str, counts)]
            for name, counts in zip(target.names, found.confusion.tolist(), strict=True)
        ]
        words = f"Each row is a true class, each column what the network took its {where} for."
        heads = ["true \\ predicted", *target.names]
        return "Confusion", f'<p class="muted">{words}</p>{table(heads, rows, numbers=True, diagonal=True)}'
    counts = found.confusion.copy()
    np.fill_diagonal(counts, 0)
    often = np.argsort(-counts, axis=None)[:MOST_LINES]
    pairs = [divmod(int(at), target.count) for at in often if counts.flat[at]]
    lines = [[target.names[t], target.names[p], str(counts[t, p])] for t, p in pairs]
    return "Most frequent confusions", table(["True", "Predicted", where.capitalize()], lines, numbers=False)


def _findings(findings: Sequence[Finding]) -> str:
    told = [finding for finding in findings if finding.severity != "ok"]
    fine = [finding.title for finding in findings if finding.severity == "ok"]
    parts = []
    for finding in told[:MOST_LINES]:
        remedies = "; ".join(fix.title for fix in finding.fixes)
        parts.append(
            f'<p><b style="color: {SEVERITY[finding.severity]}">{escape(finding.title)}</b><br>'
            f"{escape(finding.why)}<br>"
            f'<span class="muted">Evidence: {escape(finding.line())}'
            f"{'. Remedies: ' + escape(remedies) if remedies else ''}</span></p>"
        )
    if not told:
        parts.append("<p>Nothing is wrong that the diagnosis knows of.</p>")
    if fine:
        parts.append(f'<p class="muted">Checked and fine: {escape(" · ".join(fine[:MOST_LINES]))}</p>')
    return "".join(parts)


def _changed(report: Report) -> str:
    lines = [
        f"While training, at epoch {mark.epoch:.1f}: {mark.path.split('.')[-1].replace('_', ' ')} "
        f"{mark.before:g} → {mark.after:g}"
        for mark in report.run.history.marks
    ]
    if report.before is not None:
        found = changes(report.before.record.project, report.run.record.project)
        lines += [f"Since {report.before.record.name}: {change.text()}" for change in found]
    if not lines:
        return "<p>Nothing: neither while training nor since the run before.</p>"
    more = [f"and {len(lines) - MOST_LINES} more"] if len(lines) > MOST_LINES else []
    return "".join(f"<p>{escape(line)}</p>" for line in [*lines[:MOST_LINES], *more])


def _versions(report: Report) -> str:
    record = report.run.record
    packages = [f"{name} {_version(name)}" for name in ("torch", "numpy", "scikit-learn")]
    seeds = (
        f"weights, order and dropout {record.project.training.seed}, split {record.project.data.split.seed}"
    )
    words = " · ".join([f"NN Studio {__version__}", f"Python {platform.python_version()}", *packages])
    where = f"Device: {record.device or 'unknown'} · Seeds: {seeds}"
    return "".join(f'<p class="muted">{escape(line)}</p>' for line in (words, where))


def _drawn(report: Report) -> dict[str, str]:
    history, target = report.run.history, report.prepared.signature.target
    best = report.run.record.best_epoch
    loss = curves(
        report.run.record.project.training.loss.title, history["train_loss"], history["val_loss"], best
    )
    metric = metrics_for(target)[0]
    train, validation = history[f"train_{metric.kind}"], history[f"val_{metric.kind}"]
    found = {"loss": loss, "score": curves(metric.title, train, validation, best)}
    if target.asks == "numbers":
        true, predicted = report.evaluation.true, report.evaluation.predicted
        words = target.names[0] if target.count == 1 else target.column
        found["against"] = against("Predicted", true.ravel().tolist(), predicted.ravel().tolist(), words)
    return found


def _setting(value: Any) -> str:
    """Return a setting with its own settings, e.g. `Adam (learning rate 0.001, ...)`."""
    if not isinstance(value, Frozen):
        return word(value)
    specs, fields = params(type(value)), type(value).model_fields
    inner = [
        f"{spec.label.lower()} {word(getattr(value, name))}"
        for name, spec in specs.items()
        if not (spec.advanced and getattr(value, name) == fields[name].default)
    ]
    title = f"{value.title}: " if isinstance(value, Entry) and inner else ""
    return f"{title}{', '.join(inner)}" if inner else word(value)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
