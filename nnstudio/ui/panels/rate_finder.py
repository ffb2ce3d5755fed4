"""The rate range test in a window: the loss while the learning rate climbs, and the rate it suggests."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.ui.charts.plot import Plot
from nnstudio.ui.pages.job import Job
from nnstudio.ui.theme import colours, scaled, set_role

if TYPE_CHECKING:
    from nnstudio.engine.rate_finder import RatePoint, Suggestion

ABOUT = (
    "A throw-away copy of the network is trained while the rate climbs from very small to far too high. "
    "Take a rate where the loss falls most steeply, clearly before it rises again. Your project and its "
    "weights are not touched."
)


def measured(project: Project, prepared: Prepared) -> Generator[Any, None, None]:
    """Yield the points of the test and at last the suggestion, or None."""
    from nnstudio.engine.rate_finder import find_rate, suggest

    points = []
    for point in find_rate(project, prepared):
        points.append(point)
        yield point
    yield suggest(points)


class RateFinderDialog(QDialog):
    """Draws the curve while it is measured and offers the suggestion as a button."""

    rate_chosen = Signal(float)

    def __init__(self, project: Project, prepared: Prepared, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Find a learning rate")
        self._now = project.training.optimizer.rate
        self._points: list[RatePoint] = []
        self.suggestion: Suggestion | None = None
        about = QLabel(ABOUT, wordWrap=True)
        set_role(about, "muted")
        self.plot = Plot("Loss against learning rate")
        self.plot.bottom.setLogMode(True)
        self.plot.set_labels("learning rate", "loss")
        self.plot.setMinimumHeight(scaled(240))
        self._raw = self.plot.add(pg.PlotCurveItem(), 1)
        self._smooth = self.plot.add(pg.PlotCurveItem(), 2)
        self._mark = self.plot.add(pg.InfiniteLine(angle=90), 3)
        self._mark.hide()
        self.answer = QLabel("Measuring…", wordWrap=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.rejected.connect(self.reject)
        self.use = self.buttons.addButton("Use", QDialogButtonBox.ButtonRole.AcceptRole)
        self.use.clicked.connect(self._use)
        self.use.setToolTip("Set the learning rate of the project; one undo step")
        set_role(self.use, "primary")
        self.use.hide()
        column = QVBoxLayout(self)
        column.setSpacing(scaled(8))
        for widget in (about, self.plot, self.answer, self.buttons):
            column.addWidget(widget, 1 if widget is self.plot else 0)
        self.resize(scaled(620), scaled(480))
        self._restyle()
        self._job: Job | None = Job(lambda: measured(project, prepared))
        self._job.delivered.connect(self._take)
        self._job.failed.connect(self._fail)
        self._job.finished.connect(self._over)

    @property
    def busy(self) -> bool:
        """Whether the test still runs."""
        return self._job is not None

    def done(self, result: int) -> None:
        if self._job is not None:
            self._job.abandon()
            self._job = None
        super().done(result)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._restyle()

    def _take(self, events: list[Any]) -> None:
        self._points += [event for event in events if hasattr(event, "smooth")]
        if not hasattr(events[-1], "smooth"):
            self.suggestion = events[-1]
        self._draw()

    def _draw(self) -> None:
        if not self._points:
            return
        x = np.log10([point.rate for point in self._points])
        smooth = np.array([point.smooth for point in self._points])
        self._raw.setData(x, np.array([point.loss for point in self._points]))
        self._smooth.setData(x, smooth)
        low, high = float(smooth.min()), float(smooth[: max(2, len(smooth) // 3)].max())
        # What diverges at the end would flatten the part that matters.
        room = max(high - low, 1e-6)
        self.plot.set_view(
            (float(x[0]), max(float(x[-1]), float(x[0]) + 1)), (low - 0.1 * room, high + 0.4 * room)
        )

    def _over(self) -> None:
        self._job = None
        found = self.suggestion
        cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setText("Close")
        if found is None:
            self.answer.setText("The loss never fell: check the data and the network before the rate.")
            return
        self._mark.setPos(math.log10(found.rate))
        self._mark.show()
        self.answer.setText(
            f"Suggested: {found.rate:g}. The loss falls most steeply at {found.steepest:.2g}; a tenth of the "
            f"rate with the lowest loss is {found.a_tenth:.2g}. The project has {self._now:g}."
        )
        self.use.setText(f"Use {found.rate:g}")
        self.use.setAccessibleName(self.use.text())
        self.use.show()
        self.use.setDefault(True)

    def _fail(self, sentence: str, details: str) -> None:
        self.answer.setText(sentence)
        self.answer.setToolTip(details)
        set_role(self.answer, "problem")

    def _use(self) -> None:
        assert self.suggestion is not None
        self.rate_chosen.emit(self.suggestion.rate)
        self.accept()

    def _restyle(self) -> None:
        c = colours(self)
        faint = QColor(c.train)
        faint.setAlphaF(0.3)
        self._raw.setPen(_pen(faint, 1))
        self._smooth.setPen(_pen(QColor(c.train), 2))
        self._mark.setPen(_pen(QColor(c.good), 2, Qt.PenStyle.DashLine))
        self.plot.restyle()


def _pen(colour: QColor, width: int, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(colour, width, style)
    pen.setCosmetic(True)
    return pen
