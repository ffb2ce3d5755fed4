"""The curves of the selected runs, laid over one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QTimer, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from nnstudio.catalog.defaults import metrics_for
from nnstudio.core.run import Run
from nnstudio.ui.charts.card import ChartCard
from nnstudio.ui.charts.hover import HoverLabel
from nnstudio.ui.charts.items import DASHES, Line, Points
from nnstudio.ui.charts.legend import Legend, LegendEntry
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.charts.palette import OKABE_ITO, class_colour
from nnstudio.ui.charts.plot import Plot
from nnstudio.ui.charts.series import Array, Series, decimate, nearest, robust_range, smooth
from nnstudio.ui.pages.curve_options import CurveOptions
from nnstudio.ui.theme import colours

MOST_CURVES = 3 * len(OKABE_ITO)
"""As many as there are colours."""
MOST_IN_HOVER = 8
HEADROOM = 0.06
REACH = 12.0
"""Pixels from a curve within which a click means it."""
WITHOUT_SPLIT = {"rate": "Learning rate", "gradient_norm": "Gradient norm"}


class RunCurves(ChartCard):
    """Show one measure of several runs, validation dashed and training, when wanted, thin and solid."""

    run_pointed = Signal(str)
    """The id of the run whose curve was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Loss", "Select one or more runs to see their curves here.", parent)
        self.plot = Plot("Curves of the selected runs")
        self.legend = Legend()
        self.key = Legend()
        self.options = CurveOptions()
        self._runs: tuple[Run, ...] = ()
        self._slots: dict[str, int] = {}
        self._zoom: tuple[float, float] | None = None
        self._lines: list[Line] = []
        self._shown: dict[str, Series] = {}
        self._hover_line = self.plot.add(Line(), z=20)
        self._hover_line.hide()
        self._hover = HoverLabel(self.plot)
        self._timer = QTimer(self, singleShot=True, interval=30)
        self._build()
        self.restyle()

    def _build(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.plot, 1)
        column.addWidget(self.legend)
        self.set_content(content)
        self.add_to_header(self.options)
        self.add_to_header(self.key, 1)
        self.options.changed.connect(self.redraw)
        self.options.reset_asked.connect(self._show_all)
        self._timer.timeout.connect(self.redraw)
        self.title.chosen.connect(lambda _: self._show_all())
        self.plot.hovered.connect(self._tell)
        self.plot.view_picked.connect(self._zoomed)
        self.plot.reset_asked.connect(self._show_all)
        self.plot.resized.connect(self._timer.start)
        self.plot.sceneObj.sigMouseClicked.connect(self._clicked)

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Show the curves of these runs, at most 24; a run keeps its colour as long as it is shown."""
        self._runs = tuple(runs)[:MOST_CURVES]
        ids = [run.record.id for run in self._runs]
        self._slots = {id: slot for id, slot in self._slots.items() if id in ids}
        free = (slot for slot in range(MOST_CURVES) if slot not in set(self._slots.values()))
        for id in ids:
            if id not in self._slots:
                self._slots[id] = next(free)
        self.title.offer(_measures(self._runs))
        self._zoom = None
        self.redraw()

    def colours_by_run(self) -> dict[str, QColor]:
        """Return the colour of every run shown, by id."""
        return {id: class_colour(slot) for id, slot in self._slots.items()}

    def redraw(self) -> None:
        """Draw the present state."""
        self._timer.stop()
        self.plot.left.setLogMode(self.options.log)
        series = self._series()
        self.set_empty(not series)
        for line in self._lines:
            self.plot.view.removeItem(line)
        self._lines = []
        self._shown = {id: curve for id, split, curve in series if split != "train"}
        self._name_curves(series)
        if not series:
            return
        low, high = self._zoom or _extent([curve for _, _, curve in series])
        buckets = max(int(self.plot.area().width()), 50)
        drawn = [self._draw_curve(id, split, curve, (low, high), buckets) for id, split, curve in series]
        self._mark_best()
        limits = robust_range(drawn) or (0.0, 1.0)
        room = HEADROOM * (limits[1] - limits[0]) or 0.05
        self.plot.set_view((low, high), (limits[0] - room, limits[1] + room))

    def hover_lines(self, at: QPointF) -> list[tuple[str, str]]:
        """Return the values at the epoch under a place of the view, the nearest curve first."""
        epoch = self._epoch_at(at.x())
        if epoch is None:
            return []
        by_id = {run.record.id: run for run in self._runs}
        values = [(id, curve.at(epoch)) for id, curve in self._shown.items()]
        known = [(id, value) for id, value in values if value is not None]
        known.sort(key=lambda pair: abs(self._height(pair[1]) - at.y()))
        lines = [
            (f"{by_id[id].record.name}  {short(value)}", class_colour(self._slots[id]).name())
            for id, value in known[:MOST_IN_HOVER]
        ]
        more = len(known) - MOST_IN_HOVER
        return [(f"epoch {epoch:.6g}", ""), *lines, *([(f"and {more} more", "")] if more > 0 else [])]

    def table(self) -> Iterator[Sequence[object]]:
        """Yield the epoch and a column per curve; blank where a curve has no value."""
        names = {run.record.id: run.record.name for run in self._runs}
        series = self._series()
        yield ["epoch", *(f"{names[id]} {split}".strip() for id, split, _ in series)]
        columns = [dict(zip(curve.x.tolist(), curve.y.tolist(), strict=True)) for _, _, curve in series]
        for epoch in sorted(set().union(*columns)):
            yield [f"{epoch:.12g}", *(column.get(epoch, "") for column in columns)]

    def fill_menu(self, menu: QMenu) -> None:
        super().fill_menu(menu)
        menu.addSeparator()
        self.options.fill(menu)

    def before_picture(self) -> None:
        self._tell(None)
        self.redraw()

    def restyle(self) -> None:
        super().restyle()
        self.plot.restyle()
        self._hover_line.set_style(colours(self).faint, 1.0)
        self._timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.plot.set_labels("epoch" if event.size().height() >= 230 else "", "")

    # -- inside ------------------------------------------------------------------------------------

    def _series(self) -> list[tuple[str, str, Series]]:
        """Return (run id, split, curve) of all curves to show; the split is empty for measures without."""
        measure = self.title.current
        splits = (
            [""]
            if measure in WITHOUT_SPLIT
            else ["train", "validation"]
            if self.options.with_train
            else ["validation"]
        )
        found = []
        for run in self._runs:
            for split in splits:
                prefix = {"": "", "train": "train_", "validation": "val_"}[split]
                values = run.history[f"{prefix}{measure}"]
                if values:
                    found.append((run.record.id, split, Series(run.history["epoch"], values)))
        return found

    def _draw_curve(
        self, id: str, split: str, curve: Series, span: tuple[float, float], buckets: int
    ) -> Array:
        line = self.plot.add(Line(), z=0 if split == "train" else 3)
        shade = class_colour(self._slots[id]).name()
        if split == "train":
            line.set_style(shade, 1.2, alpha=0.75)
        else:
            line.set_style(shade, 2.2, DASHES if split else ())
        x, y = decimate(curve.x, self._transform(smooth(curve.y, self.options.weight)), buckets, *span)
        line.set_points(x, y)
        self._lines.append(line)
        return y

    def _mark_best(self) -> None:
        if self.title.current in WITHOUT_SPLIT or self.options.weight > 0:
            return
        for run in self._runs:
            curve, best = self._shown.get(run.record.id), run.record.best_epoch
            if curve is None or not 1 <= best <= len(curve):
                continue
            mark = self.plot.add(Points(8.0), z=6)
            mark.set_colours(class_colour(self._slots[run.record.id]), colours(self).card)
            mark.set_points(curve.x[best - 1 : best], self._transform(curve.y[best - 1 : best]))
            self._lines.append(mark)

    def _transform(self, values: Array) -> Array:
        if not self.options.log:
            return values
        return np.log10(values, out=np.full(len(values), np.nan), where=values > 0)

    def _height(self, value: float) -> float:
        height = float(self._transform(np.array([value]))[0])
        return height if np.isfinite(height) else 1e300

    def _epoch_at(self, position: float) -> float | None:
        found = [float(curve.x[nearest(curve.x, position)]) for curve in self._shown.values()]
        return min(found, key=lambda epoch: abs(epoch - position)) if found else None

    def _tell(self, at: QPointF | None) -> None:
        epoch = self._epoch_at(at.x()) if at is not None else None
        self._hover_line.setVisible(epoch is not None)
        if at is None or epoch is None:
            self._hover.hide()
            return
        self._hover_line.set_points(np.full(2, epoch), np.array(self.plot.y_range))
        self._hover.show_lines(self.hover_lines(at), self.plot.to_pixel(epoch, sum(self.plot.y_range) / 2))

    def _clicked(self, event: object) -> None:
        at = self.plot.view.mapSceneToView(event.scenePos())  # type: ignore[attr-defined]
        id = self.run_at(at)
        if id is not None:
            self.run_pointed.emit(id)

    def run_at(self, at: QPointF) -> str | None:
        """Return the id of the run whose curve passes a place of the view, None when none does."""
        epoch = self._epoch_at(at.x())
        if epoch is None:
            return None
        target = self.plot.to_pixel(at.x(), at.y()).y()
        best, found = REACH, None
        for id, curve in self._shown.items():
            value = curve.at(epoch)
            if value is None:
                continue
            distance = abs(self.plot.to_pixel(epoch, self._height(value)).y() - target)
            if distance <= best:
                best, found = distance, id
        return found

    def _name_curves(self, series: Sequence[tuple[str, str, Series]]) -> None:
        shown = {id for id, _, _ in series}
        entries = [
            LegendEntry(run.record.name, class_colour(self._slots[run.record.id]).name(), "dot")
            for run in self._runs
            if run.record.id in shown
        ]
        self.legend.set_entries(entries)
        splits = {split for _, split, _ in series}
        signs = [LegendEntry("train", "muted")] if "train" in splits else []
        signs += [LegendEntry("validation", "muted", "dashed")] if "validation" in splits else []
        self.key.set_entries(signs)

    def _zoomed(self) -> None:
        self._zoom = self.plot.x_range
        self._timer.start()

    def _show_all(self) -> None:
        self._zoom = None
        self.redraw()


def _measures(runs: Sequence[Run]) -> list[tuple[str, str]]:
    """Return the measures that at least one of the runs has, the loss first."""
    titles: dict[str, str] = {"loss": "Loss"}
    for run in runs:
        signature = run.record.project.signature
        if signature is not None:
            titles |= {metric.kind: metric.title for metric in metrics_for(signature.target)}
    titles |= WITHOUT_SPLIT
    reported = {name for run in runs for name in run.history.columns}
    return [
        (key, title) for key, title in titles.items() if {key, f"val_{key}", f"train_{key}"} & reported
    ] or [("loss", "Loss")]


def _extent(curves: Sequence[Series]) -> tuple[float, float]:
    return min(float(c.x[0]) for c in curves), max(float(c.x[-1]) for c in curves)
