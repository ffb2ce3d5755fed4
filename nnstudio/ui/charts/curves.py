"""The chart of a measure over the epochs: train against validation, with earlier runs behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, QRectF, QTimer, Signal
from PySide6.QtGui import QActionGroup, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from nnstudio.ui.charts.card import ChartCard
from nnstudio.ui.charts.curve_lines import CurveLines, Range
from nnstudio.ui.charts.curve_notes import CurveNotes, Severity
from nnstudio.ui.charts.hover import HoverLabel
from nnstudio.ui.charts.items import Line
from nnstudio.ui.charts.legend import Legend, LegendEntry
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.charts.plot import Plot
from nnstudio.ui.charts.series import Series, nearest
from nnstudio.ui.charts.title import MenuButton
from nnstudio.ui.theme import colours, sized_font

MOST_RUNS = 50
MOST_RUNS_IN_HOVER = 6
REDRAW_MS = 30
SMOOTHING = (("off", 0.0), ("light", 0.6), ("medium", 0.85), ("strong", 0.95))
"""Names of the weights of the exponential moving average."""

GHOSTS = ("without fix", "with fix")

Run = tuple[str, ArrayLike, ArrayLike]


class CurveChart(ChartCard):
    """Show one measure per epoch; `metric_chosen` tells which measure a person asks for."""

    metric_chosen = Signal(str)

    def __init__(
        self,
        title: str = "Loss",
        empty_text: str = "Press Train to see the loss here.",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, empty_text, parent)
        self.plot = Plot(f"{title} over the epochs", on_card=True)
        self.lines = CurveLines(self.plot)
        self.notes = CurveNotes(self.plot)
        self.legend = Legend()
        self.options = MenuButton()
        self._zoom: Range | None = None
        self._whole = False
        self._cursor: float | None = None
        self._hover_line = self.plot.add(Line(), z=20)
        self._hover_line.hide()
        self._hover = HoverLabel(self.plot)
        self._hint = QToolButton(self.plot)
        self._timer = QTimer(self, singleShot=True, interval=REDRAW_MS)
        self._build()
        self.restyle()

    # what is shown

    def offer_metrics(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer measures in the heading, (key, title) each; the chart only reports the choice."""
        self.title.offer(choices)

    def set_series(
        self, train_x: ArrayLike, train_y: ArrayLike, val_x: ArrayLike = (), val_y: ArrayLike = ()
    ) -> None:
        """Replace the curves of the present run; positions in epochs, rising; values may be NaN."""
        self.lines.train = Series(train_x, train_y)
        self.lines.validation = Series(val_x, val_y)
        self._changed()

    def append(
        self, train_x: ArrayLike = (), train_y: ArrayLike = (), val_x: ArrayLike = (), val_y: ArrayLike = ()
    ) -> None:
        """Add points at the end of the curves of the present run: numbers or arrays."""
        self.lines.train.append(train_x, train_y)
        self.lines.validation.append(val_x, val_y)
        self._changed()

    def follow(
        self, train: tuple[Sequence[float], Sequence[float]], val: tuple[Sequence[float], Sequence[float]]
    ) -> None:
        """Take over the columns of the present run, (epochs, values) each, which may only have grown."""
        self.lines.train.follow(*train)
        self.lines.validation.follow(*val)
        self._changed()

    def clear(self) -> None:
        """Take away the present run with its notes; earlier runs stay."""
        self.notes.best, self.notes.span, self.notes.marks = None, None, ()
        self.reset_view()
        self.set_series((), ())

    def set_background_runs(self, runs: Sequence[Run]) -> None:
        """Show earlier runs in grey, (name, epochs, values) each; only the last 50 are kept."""
        self.lines.runs = tuple((name, Series(x, y)) for name, x, y in list(runs)[-MOST_RUNS:])
        self.lines.restyle()
        self._changed()

    def set_ghosts(
        self, control: tuple[ArrayLike, ArrayLike], treatment: tuple[ArrayLike, ArrayLike]
    ) -> None:
        """Show what is tried beside, (epochs, values) without a fix and with it; empty ones disappear."""
        self.lines.ghosts = (Series(*control), Series(*treatment))
        self._changed()

    def set_best(self, epoch: float | None) -> None:
        """Mark the best epoch, or none."""
        self._note("best", epoch)

    def shade(
        self, from_epoch: float, to_epoch: float | None, text: str, severity: Severity = "warn"
    ) -> None:
        """Shade the span a finding talks about; without an end it reaches to the last epoch."""
        self._note("span", (from_epoch, to_epoch, text, severity))

    def clear_shade(self) -> None:
        """Take the shaded span away."""
        self._note("span", None)

    def set_marks(self, marks: Sequence[tuple[float, str]]) -> None:
        """Mark live changes at the bottom, (epoch, text) each; the text shows under the cursor."""
        self._note("marks", tuple(marks))

    # how it is shown

    def set_log(self, on: bool) -> None:
        """Show values on a logarithmic or a linear scale."""
        self.lines.log = on
        self.plot.left.setLogMode(on)
        self._options_changed()

    def set_smoothing(self, weight: float) -> None:
        """Average with this weight of the past, 0 (off) to below 1; the raw line stays, faint."""
        if not 0 <= weight < 1:
            raise ValueError(f"the smoothing weight must be at least 0 and below 1, not {weight}")
        self.lines.weight = weight
        self._options_changed()

    def reset_view(self) -> None:
        """Show all epochs, and all values except spikes."""
        self._zoom, self._whole = None, False
        self._changed()

    def show_spikes(self) -> None:
        """Stretch the view over every value."""
        self._whole = True
        self._changed()

    # what a person reads

    def hover_lines(self, epoch: float) -> list[tuple[str, str]]:
        """Return the exact values at the epoch nearest to `epoch` as (text, colour of the mark)."""
        position = self._snap(epoch)
        if position is None:
            return []
        shades = colours(self)
        lines = [(f"epoch {position:.6g}", "")]
        for name, series, colour in (
            ("train", self.lines.train, shades.train),
            ("validation", self.lines.validation, shades.validation),
            (GHOSTS[0], self.lines.ghosts[0], shades.muted),
            (GHOSTS[1], self.lines.ghosts[1], shades.good),
        ):
            if (value := series.at(position)) is not None:
                lines.append((f"{name} {short(value)}", colour))
        earlier = [(name, series.at(position)) for name, series in reversed(self.lines.runs)]
        known = [(name, value) for name, value in earlier if value is not None]
        lines += [(f"{name} {short(value)}", shades.grey_run) for name, value in known[:MOST_RUNS_IN_HOVER]]
        if len(known) > MOST_RUNS_IN_HOVER:
            lines.append((f"and {len(known) - MOST_RUNS_IN_HOVER} earlier runs", ""))
        low, high = self.plot.x_range
        near = 0.015 * (high - low) + 0.5
        return lines + [(text, shades.accent) for at, text in self.notes.marks if abs(at - position) <= near]

    def hover_text(self, epoch: float) -> str:
        """Return the lines of the hover label as text."""
        return "\n".join(text for text, _ in self.hover_lines(epoch))

    def table(self) -> Iterator[Sequence[object]]:
        """Yield epoch, train, validation and each earlier run; blank where a curve has no value."""
        tried = [
            (name, series) for name, series in zip(GHOSTS, self.lines.ghosts, strict=True) if len(series)
        ]
        named = [("train", self.lines.train), ("validation", self.lines.validation), *tried, *self.lines.runs]
        yield ["epoch", *(name for name, _ in named)]
        columns = [dict(zip(series.x.tolist(), series.y.tolist(), strict=True)) for _, series in named]
        for epoch in sorted(set().union(*columns)):
            yield [f"{epoch:.12g}", *(column.get(epoch, "") for column in columns)]

    @property
    def hint_text(self) -> str:
        """Return what is said about values out of view, "" if none are."""
        return "" if self._hint.isHidden() else self._hint.text()

    def fill_menu(self, menu: QMenu) -> None:
        super().fill_menu(menu)
        menu.addSeparator()
        self._fill_options(menu)

    def before_picture(self) -> None:
        self._cursor_moved(None)
        self.redraw()

    def restyle(self) -> None:
        super().restyle()
        self.plot.restyle()
        self.lines.restyle()
        self.notes.restyle()
        self._hover_line.set_style(colours(self).faint, 1.0)
        self._hint.setFont(sized_font(self, 10.5))
        self._hint.setStyleSheet(f"background: {colours(self).card}; padding: 1px 3px")
        self._timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.plot.set_labels("epoch" if event.size().height() >= 230 else "", "")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def redraw(self) -> None:
        """Draw the present state now; changes of the data ask for it at most about 30 times a second."""
        self._timer.stop()
        extent = self.lines.extent()
        self.set_empty(extent is None)
        self._name_curves()
        if extent is None:
            return
        low, high = self._zoom or extent
        bold = self.lines.draw(low, high)
        values = self.lines.value_range(self._whole) or (0.0, 1.0)
        self.plot.set_view((low, high), values)
        self._tell_hidden(values)
        hint = QRectF(self._hint.geometry()) if not self._hint.isHidden() else None
        self.notes.place(extent[1], bold, hint)
        if self._cursor is not None:
            self._cursor_moved(self._cursor)

    def _build(self) -> None:
        self.set_content(self.plot)
        self.add_to_header(self.options)
        self.add_to_header(self.legend, 1)
        self._hint.setToolTip("Some values lie outside the view. Click to show them all.")
        self._hint.setAutoRaise(True)
        self._hint.hide()
        self._hint.clicked.connect(self.show_spikes)
        self.options.set_menu(self._fill_options)
        self.options.setToolTip("Scale and smoothing of the curves")
        self._options_changed()
        self.title.chosen.connect(self.metric_chosen)
        self._timer.timeout.connect(self.redraw)
        self.plot.hovered.connect(self._mouse_moved)
        self.plot.view_picked.connect(self._zoomed)
        self.plot.reset_asked.connect(self.reset_view)
        self.plot.stepped.connect(self._step)
        self.plot.resized.connect(self._timer.start)

    def _changed(self) -> None:
        if not self._timer.isActive() and self.isVisible():
            self._timer.start()

    def _note(self, name: Literal["best", "span", "marks"], value: object) -> None:
        """Change one note; what is there already costs nothing while a run reports it again and again."""
        if getattr(self.notes, name) != value:
            setattr(self.notes, name, value)
            self.notes.restyle()
            self._changed()

    def _options_changed(self) -> None:
        scale = "log" if self.lines.log else "linear"
        self.options.setText(scale + (" · smooth" if self.lines.weight else ""))
        self.options.setAccessibleName(f"Scale and smoothing: {self.options.text()}")
        self.options.updateGeometry()
        self._changed()

    def _name_curves(self) -> None:
        tried = zip(GHOSTS, ("muted", "good"), self.lines.ghosts, strict=True)
        # First, or a narrow chart would leave out just what is going on.
        entries = [LegendEntry(name, colour, "dashed") for name, colour, series in tried if len(series)]
        entries.append(LegendEntry("train", "train"))
        if len(self.lines.validation):
            entries.append(LegendEntry("validation", "validation", "dashed"))
        if count := len(self.lines.runs):
            text = self.lines.runs[0][0] if count == 1 else f"{count} earlier runs"
            entries.append(LegendEntry(text, "grey_run"))
        self.legend.set_entries(() if self.is_empty else entries)

    def _tell_hidden(self, values: Range) -> None:
        shown = np.concatenate([y[np.isfinite(y)] for y in self.lines.shown])
        above = len(shown) > 0 and shown.max() > values[1]
        below = len(shown) > 0 and shown.min() < values[0]
        self._hint.setVisible(bool(above or below))
        if not (above or below):
            return
        extreme = float(shown.max() if above else shown.min())
        extreme = 10**extreme if self.lines.log else extreme
        self._hint.setText(f"▲ up to {short(extreme, 3)}" if above else f"▼ down to {short(extreme, 3)}")
        self._hint.setAccessibleName(f"Values out of view: {self._hint.text()}")
        self._hint.adjustSize()
        area = self.plot.area()
        top = area.top() if above else area.bottom() - self._hint.height()
        self._hint.move(round(area.left()) + 2, round(top))

    def _snap(self, epoch: float) -> float | None:
        curves = [s for s in (self.lines.train, self.lines.validation) if len(s)] or self.lines.everything()
        positions = [float(s.x[nearest(s.x, epoch)]) for s in curves]
        return min(positions, key=lambda x: abs(x - epoch)) if positions else None

    def _mouse_moved(self, at: QPointF | None) -> None:
        self._cursor_moved(None if at is None else at.x())

    def _cursor_moved(self, epoch: float | None) -> None:
        position = None if epoch is None else self._snap(epoch)
        self._cursor = position
        self._hover_line.setVisible(position is not None)
        if position is None:
            self._hover.hide()
            return
        self._hover_line.set_points(np.full(2, position), np.array(self.plot.y_range))
        middle = sum(self.plot.y_range) / 2
        self._hover.show_lines(self.hover_lines(position), self.plot.to_pixel(position, middle))

    def _step(self, direction: int) -> None:
        curves = self.lines.everything()
        if not curves:
            return
        x = curves[0].x
        index = len(x) - 1 if self._cursor is None else nearest(x, self._cursor) + direction
        self._cursor_moved(float(x[min(max(index, 0), len(x) - 1)]))

    def _zoomed(self) -> None:
        extent = self.lines.extent()
        if extent is not None:
            low, high = self.plot.x_range
            low, high = max(low, extent[0]), min(high, extent[1])
            self._zoom = (low, high) if low < high and (low, high) != extent else None
            self._timer.start()

    def _fill_options(self, menu: QMenu) -> None:
        scale = QActionGroup(menu)
        for text, on in (("Linear scale", False), ("Log scale", True)):
            action = scale.addAction(menu.addAction(text))
            action.setCheckable(True)
            action.setChecked(on == self.lines.log)
            action.triggered.connect(lambda _=False, on=on: self.set_log(on))
        menu.addSeparator()
        amount = QActionGroup(menu)
        for name, weight in SMOOTHING:
            action = amount.addAction(menu.addAction(f"Smoothing {name}"))
            action.setCheckable(True)
            action.setChecked(weight == self.lines.weight)
            action.triggered.connect(lambda _=False, weight=weight: self.set_smoothing(weight))
        menu.addSeparator()
        menu.addAction("Reset view").triggered.connect(lambda _=False: self.reset_view())
