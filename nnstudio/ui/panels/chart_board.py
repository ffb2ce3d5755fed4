"""The live charts of a run: loss, a metric, and a slot of the user's choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Literal

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

from nnstudio.catalog.defaults import metrics_for
from nnstudio.core.dataset import Prepared
from nnstudio.core.finding import Finding
from nnstudio.core.network import Network
from nnstudio.core.run import Changed, Epoch, History, LayerHealth, Run, Steps
from nnstudio.core.shape import FEATURES
from nnstudio.core.tokens import continues_text
from nnstudio.core.trace import Signature
from nnstudio.core.training import METRICS, ClassResult
from nnstudio.ui.charts.boundary import BoundaryChart
from nnstudio.ui.charts.card import ChartCard
from nnstudio.ui.charts.confusion import ConfusionChart
from nnstudio.ui.charts.curves import CurveChart
from nnstudio.ui.charts.fit import FitChart
from nnstudio.ui.charts.health import HealthChart, LayerHealthRow
from nnstudio.ui.charts.residuals import ResidualChart
from nnstudio.ui.charts.slot import ChartSlot
from nnstudio.ui.health import Level, judge, latest
from nnstudio.ui.panels.sampler import SampleView
from nnstudio.ui.pictures import Picture, Sample, View
from nnstudio.ui.rhythm import Rhythm
from nnstudio.ui.theme import scaled, set_role

REDRAW_EVERY = 50, 160
"""Milliseconds between two redraws while training, at least and at most."""
REVIEW_EVERY = 400, 800
"""The same for the table or the bars beside the curves: numbers that change faster cannot be read."""
SAMPLE_EVERY = 1.0
"""The same for a text, which has to be read."""
PICTURE_EVERY = 0.12
"""Seconds between two pictures while training: quick enough to look alive."""

SHADES: dict[str, Literal["good", "warn", "bad"]] = {"error": "bad", "warning": "warn", "hint": "good"}
STATUS: dict[Level, Literal["ok", "watch", "bad"]] = {"good": "ok", "warn": "watch", "bad": "bad"}


class ChartBoard(QWidget):
    """Shows a History; asks for pictures when a view needs the weights."""

    picture_wanted = Signal(object)
    """A View that wants the current weights."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss = CurveChart("Loss", "Press Train to see the loss here.")
        # Not `metric`: Qt asks every widget for a method of that name when it paints.
        self.score = CurveChart("Metric", "Press Train to see the metric here.")
        self.confusion, self.boundary, self.fit = ConfusionChart(), BoundaryChart(), FitChart()
        self.residuals, self.health = ResidualChart(), HealthChart()
        self.sample = SampleView()
        self.sample.wanted.connect(lambda: self._want_picture(force=True))
        charts: dict[str, ChartCard] = {
            "confusion": self.confusion,
            "boundary": self.boundary,
            "fit": self.fit,
            "residuals": self.residuals,
            "health": self.health,
            "sample": self.sample,
        }
        self.slot = ChartSlot(charts)
        self.slot.view_chosen.connect(lambda _view: self._want_picture(force=True))
        self.score.legend.hide()  # The loss chart beside it explains the lines.
        self._metric = ""
        self._signature: Signature | None = None
        self._prepared: Prepared | None = None
        self._runs: Sequence[Run] = ()
        self.history = History()
        self._network = Network()
        self._drawn: dict[CurveChart, tuple[int, str]] = {}
        """Which history and measure a chart holds; not there before a first epoch is done."""
        self._last_picture = 0.0
        self._redraw, self._review = Rhythm(*REDRAW_EVERY, self), Rhythm(*REVIEW_EVERY, self)
        self._redraw.timeout.connect(self._refresh_curves)
        self._review.timeout.connect(self._refresh_view)
        self.score.metric_chosen.connect(self._choose_metric)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        for widget, stretch in ((self.loss, 135), (self.score, 100), (self.slot, 95)):
            split.addWidget(widget)
            split.setStretchFactor(split.count() - 1, stretch)
        split.setHandleWidth(scaled(10))
        set_role(split, "gap")
        column = QVBoxLayout(self)
        column.setContentsMargins(scaled(10), scaled(10), scaled(10), scaled(10))
        # With large text the cards need more than the window has: they scroll and do not overlap.
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(split)
        area.setMinimumWidth(scaled(340))
        area.viewport().setAutoFillBackground(False)
        split.setAutoFillBackground(False)
        column.addWidget(area)

    # -- what there is to show ---------------------------------------------------------------------

    def show_signature(self, signature: Signature, prepared: Prepared | None) -> None:
        """Offer the metrics and views that fit the data."""
        if signature != self._signature:
            self._signature = signature
            metrics = [(cls.kind, cls.title) for cls in metrics_for(signature.target)]
            self.score.offer_metrics(metrics)
            self._metric = metrics[0][0]
            self.slot.offer(_views(signature))
        if prepared is not None and prepared is not self._prepared:
            self._prepared = prepared
            self._show_points(prepared)

    def show_background(self, runs: Sequence[Run]) -> None:
        """Draw earlier runs in grey."""
        self._runs = runs
        for chart, name in ((self.loss, "val_loss"), (self.score, f"val_{self._metric}")):
            lines = [(r.record.name, r.history["epoch"], r.history[name]) for r in runs if r.history[name]]
            chart.set_background_runs(lines)

    def start(self, history: History, network: Network) -> None:
        """Begin a new run: its history fills as events arrive."""
        self.history, self._network = history, network
        self._drawn.clear()
        for chart in (self.loss, self.score):
            chart.clear()
        self._clear_views()
        self.refresh()

    def progress(self, events: list[object]) -> None:
        """Redraw after new events."""
        if any(isinstance(event, Epoch | Steps) for event in events):
            for rhythm in (self._redraw, self._review):
                rhythm.ask()
        self._want_picture()

    def refresh(self) -> None:
        """Redraw everything from the history."""
        for rhythm in (self._redraw, self._review):
            rhythm.stop()
        self._refresh_curves()
        self._refresh_view()

    def _refresh_curves(self) -> None:
        history = self.history
        if not history.epochs and history.steps_per_epoch:
            self._show_first_steps()
            return
        self._follow(self.loss, "loss")
        self._follow(self.score, self._metric)
        best = history.best_epoch("val_loss") if history.epochs else 0
        for chart in (self.loss, self.score):
            chart.set_best(best or None)
            chart.set_marks([(mark.epoch, _mark_text(mark)) for mark in history.marks])

    def _refresh_view(self) -> None:
        self._show_confusion()
        if self.slot.current == "health":
            self.health.set_rows(health_rows(latest(self.history), self._network))

    def show_try(self, curves: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> None:
        """Draw training tried beside, by arm (`run`, `control`, `treatment`): epochs and losses."""
        control, treatment = (curves.get(arm, ((), ())) for arm in ("control", "treatment"))
        if "run" in curves:
            control = curves["run"]
        self.loss.set_ghosts(control, treatment)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Shade the span that the primary finding talks about."""
        primary = next((f for f in findings if f.primary), None)
        if primary is None or not primary.since_epoch or primary.severity == "ok":
            self.loss.clear_shade()
            return
        text = f"{primary.id.replace('_', ' ')} since here"
        self.loss.shade(float(primary.since_epoch), None, text, SHADES[primary.severity])

    def show_picture(self, picture: Picture) -> None:
        """Show a picture that has been computed."""
        if isinstance(picture.view, Sample):
            self.sample.show_text(picture.view.prompt, picture.text)
        elif picture.view == "boundary" and picture.grid is not None:
            x0, x1, y0, y1 = picture.extent
            self.boundary.set_grid((x0, x1, y0, y1), picture.grid)
        elif picture.view == "fit" and picture.grid is not None:
            self.fit.set_curve(picture.grid[:, 0], picture.grid[:, 1])
        elif picture.pairs is not None:
            self.residuals.set_predictions(picture.pairs["train"], picture.pairs["validation"])

    @property
    def view(self) -> View | None:
        """The view shown that needs the weights, if any."""
        current = self.slot.current
        if current == "sample":
            return self.sample.wish
        return current if current in ("boundary", "fit", "residuals") else None  # type: ignore[return-value]

    # -- inside ------------------------------------------------------------------------------------

    def _clear_views(self) -> None:
        """Take away what the run before has learnt; the points of the data stay."""
        self.confusion.clear()
        self.boundary.clear_grid()
        self.residuals.set_predictions(((), ()))
        self.sample.clear()
        self.health.set_rows(())
        if not self.fit.is_empty:
            self.fit.set_curve((), ())

    def _want_picture(self, force: bool = False) -> None:
        if force:
            self.refresh()
        every = SAMPLE_EVERY if self.slot.current == "sample" else PICTURE_EVERY
        if self.view and (force or monotonic() - self._last_picture > every):
            self._last_picture = monotonic()
            self.picture_wanted.emit(self.view)

    def _choose_metric(self, kind: str) -> None:
        self._metric = kind
        self._follow(self.score, kind)
        self.show_background(self._runs)

    def _follow(self, chart: CurveChart, name: str) -> None:
        """Draw what has come since the last time; a chart that shows something else begins anew."""
        subject = (id(self.history), name)
        if self._drawn.get(chart) != subject:
            self._drawn[chart] = subject
            chart.set_series((), ())
        epochs = self.history["epoch"]
        train, validation = self.history[f"train_{name}"], self.history[f"val_{name}"]
        chart.follow((epochs, train), (epochs, validation))

    def _show_first_steps(self) -> None:
        losses, steps = self.history.step_losses, self.history.steps_per_epoch
        if len(losses) and steps:
            self.loss.set_series(np.arange(1, len(losses) + 1) / steps, losses)

    def _show_confusion(self) -> None:
        counts = self.history.confusion
        if counts is None or self._signature is None or self.slot.current != "confusion":
            return
        names = self._signature.target.names
        if len(counts) == len(names):  # Else the run was on other data.
            f1 = METRICS["f1"]().value(ClassResult(counts))
            self.confusion.set_counts(counts, names, f"macro F1 {f1:.3f}")

    def _show_points(self, prepared: Prepared) -> None:
        names = prepared.feature_names
        parts = [prepared.train, prepared.validation]
        split = np.concatenate([np.full(len(part), i) for i, part in enumerate(parts)])
        if not prepared.signature.input.is_a(FEATURES) or len(names) > 2:
            return
        columns = []
        for index, name in enumerate(names):
            shift, scale = prepared.raw.get(name, (0.0, 1.0))
            columns.append(np.concatenate([part.x[:, index] for part in parts]) * scale + shift)
        target = prepared.signature.target
        numbers = target.asks == "numbers"
        y = np.concatenate([prepared.own(part)[:, 0] if numbers else part.y for part in parts])
        if len(names) == 2:
            self.boundary.clear_grid()
            classes = target.names if target.asks == "class" else ()
            self.boundary.set_points(np.stack(columns, 1), y, split, classes, (names[0], names[1]))
        elif target.asks == "numbers":
            self.fit.set_points(columns[0], y, split, (names[0], target.names[0]))


def _views(signature: Signature) -> list[tuple[str, str]]:
    """Return the views that make sense for the data, the most telling first."""
    flat, classes = signature.input.is_a(FEATURES), signature.target.asks == "class"
    views = []
    if signature.target.asks == "labels":
        return [("health", "Layer health")]
    if flat and signature.input.count == 2:
        views.append(("boundary", "Boundary" if classes else "Surface"))
    if classes:
        views.append(("confusion", "Confusion matrix"))
    else:
        if flat and signature.input.count == 1:
            views.append(("fit", "Fitted curve"))
        views.append(("residuals", "Predictions"))
    if continues_text(signature):
        views.insert(0, ("sample", "Sample"))
    views.append(("health", "Layer health"))
    return views


def health_rows(layers: Sequence[LayerHealth], network: Network) -> list[LayerHealthRow]:
    """Return the rows of the layer health chart."""
    rows = []
    for layer in layers:
        if layer.id not in network.ids:
            continue
        text, level = judge(layer, is_output=layer is layers[-1])
        name = f"{network[layer.id].title} {network[layer.id].layer.summary()}".strip()
        rows.append(
            LayerHealthRow(
                name,
                layer.gradient_norm,
                layer.dead,
                layer.saturated,
                layer.update_ratio,
                STATUS[level],
                text,
            )
        )
    return rows


def _mark_text(mark: Changed) -> str:
    name = mark.path.split(".")[-1].replace("_", " ")
    return f"{name} {mark.before:g} → {mark.after:g}"
