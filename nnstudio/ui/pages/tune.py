"""The page of searches: what varies, the trials, and taking over the best."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nnstudio.core.project import EditProblem, Project
from nnstudio.tuning.space import changed
from nnstudio.tuning.wish import Trial
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.charts.trials import TrialsChart
from nnstudio.ui.pages.tune_settings import TuneSettings
from nnstudio.ui.pages.tune_table import TrialsTable
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.tuner import Tuner
from nnstudio.ui.widgets.elided_label import ElidedLabel
from nnstudio.ui.widgets.form import readable
from nnstudio.ui.widgets.icon_button import IconButton

EMPTY = (
    "Nothing has been searched yet. Choose at the left what may vary, then press Start: short trainings with "
    "different settings are compared on the validation rows. The test rows are never looked at."
)


CHART_HEIGHT, READING_WIDTH = 250, 460


class TunePage(QWidget):
    """Set up a search, watch it, use what it finds."""

    edited = Signal(object, str, str)
    """(Project, text for undo, merge key)"""
    start_wanted = Signal(object)
    """The Search to begin."""

    def __init__(self, tuner: Tuner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._tuner = tuner
        self._project: Project | None = None
        self._reason = ""
        self.settings, self.table = TuneSettings(), TrialsTable()
        self.charts: list[TrialsChart] = []
        self.status, self.problem = ElidedLabel(), QLabel(wordWrap=True)
        set_role(self.status, "muted")
        set_role(self.problem, "problem")
        self.problem.hide()
        self.start = IconButton("play", "Search with the settings at the left", "Start", role="primary")
        self.skip = IconButton(
            "forward", "End this trial and go on with the next", "Skip trial", role="small"
        )
        self.stop = IconButton("stop", "End the search and keep its trials", "Stop", role="small")
        self.use = IconButton("check", "", "Use this trial", role="small")
        self.use_best = IconButton("check", "", "Use best", role="small")
        self._lay_out()
        self._connect()
        self._show()

    def show_project(self, project: Project) -> None:
        """Offer the settings of the project."""
        self._project = project
        self.settings.show_project(project)

    def show_ready(self, reason: str) -> None:
        """Say why no search can start now; "" when it can."""
        self._reason = reason
        self._enable()

    def use_trial(self, trial: Trial | None) -> None:
        """Give the project the settings of a trial, as one undo step."""
        if trial is None or self._project is None:
            return
        try:
            project = changed(self._project, trial.values)
        except EditProblem as problem:
            self._tell(f"Trial {trial.number} does not fit the project any more: {problem}")
            return
        same = project == self._project
        self._tell("")
        self.edited.emit(project, f"Use the settings of trial {trial.number}", "")
        self.status.setText(
            f"The project {'already has' if same else 'now has'} trial {trial.number}'s settings"
        )

    # -- inside ------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        heading = QLabel("Tune")
        set_role(heading, "title")
        bar = QHBoxLayout()
        bar.setSpacing(scaled(8))
        bar.addWidget(heading)
        bar.addWidget(self.status, 1)
        for button in (self.use, self.use_best, self.skip, self.stop, self.start):
            bar.addWidget(button)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(scaled(10))
        inner = QWidget()
        inner.setLayout(self._row)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setWidget(inner)
        scroll.setAccessibleName("Value of the trials over each setting")
        scroll.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        split = QSplitter(Qt.Orientation.Vertical)
        set_role(split, "gap")
        split.addWidget(self.table)
        split.addWidget(scroll)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(scaled(10))
        scroll.setMinimumHeight(scaled(CHART_HEIGHT))
        split.setStretchFactor(0, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(_empty())
        self._pages.addWidget(split)
        right = QVBoxLayout()
        right.setContentsMargins(scaled(12), scaled(10), scaled(12), scaled(10))
        right.setSpacing(scaled(8))
        right.addLayout(bar)
        right.addWidget(self.problem)
        right.addWidget(self._pages, 1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.settings)
        outer.addLayout(right, 1)

    def _connect(self) -> None:
        tuner = self._tuner
        tuner.changed.connect(self._show)
        tuner.failed.connect(lambda sentence, _details: self._tell(sentence))
        self.settings.changed.connect(self._enable)
        self.start.clicked.connect(self._begin)
        self.stop.clicked.connect(tuner.stop)
        self.skip.clicked.connect(tuner.skip)
        self.use.clicked.connect(lambda: self.use_trial(self.table.selected()))
        self.use_best.clicked.connect(lambda: self.use_trial(tuner.best))
        self.table.trial_selected.connect(self._enable)
        self.table.trial_wanted.connect(lambda: self.use_trial(self.table.selected()))

    def _begin(self) -> None:
        self._tell("")
        self.start_wanted.emit(self.settings.wish)

    def _show(self) -> None:
        tuner = self._tuner
        self._pages.setCurrentIndex(1 if tuner.busy or tuner.trials else 0)
        self.table.show_tuner(tuner)
        self._show_charts()
        self.status.setText(_status(tuner))
        self._enable()

    def _show_charts(self) -> None:
        tuner = self._tuner
        wanted = list(tuner.wish.searched)
        monitor = readable(tuner.wish.monitor)
        if [(chart.dimension, chart.monitor) for chart in self.charts] != [(d, monitor) for d in wanted]:
            for chart in self.charts:
                chart.hide()
                chart.deleteLater()
            self.charts = [TrialsChart(d, monitor) for d in wanted]
            for chart in self.charts:
                self._row.addWidget(chart)
            self._drawn: list[Trial] = []
        if self._drawn != tuner.trials or not tuner.trials:
            self._drawn = list(tuner.trials)
            for chart in self.charts:
                chart.show_trials(tuner.trials, tuner.best)

    _drawn: list[Trial] = []

    def _enable(self) -> None:
        tuner, wish = self._tuner, self.settings.wish
        reason = self._reason or ("" if wish.searched else "Switch on at least one setting to vary.")
        self.start.setEnabled(not tuner.busy and not reason)
        self.start.setToolTip(
            reason or f"Begin a search of {wish.planned} trials with {wish.epochs} epochs each"
        )
        self.stop.setEnabled(tuner.busy)
        self.skip.setEnabled(tuner.busy and tuner.begun is not None)
        chosen, best = self.table.selected(), tuner.best
        self.use.setEnabled(chosen is not None)
        self.use_best.setEnabled(best is not None)
        for button, trial in ((self.use, chosen), (self.use_best, best)):
            number = f" of trial {trial.number}" if trial else ""
            button.setToolTip(f"Set the project's settings to those{number}; one undo step")

    def _tell(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))


def _empty() -> QWidget:
    text = QLabel(EMPTY, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
    text.setFixedWidth(scaled(READING_WIDTH))
    set_role(text, "muted")
    page = QWidget()
    QHBoxLayout(page).addWidget(text, 0, Qt.AlignmentFlag.AlignCenter)
    return page


def _status(tuner: Tuner) -> str:
    """Return how far the search is."""
    done, best = len(tuner.trials), tuner.best
    words = []
    if tuner.busy:
        planned = tuner.wish.planned
        started = done or tuner.begun is not None
        words += [f"{done} of {planned} trials done", f"{planned - done} left"] if started else ["Starting…"]
    elif done:
        words.append(f"{done} trial{'s' * (done != 1)} done")
    if best is not None:
        words.append(f"best: trial {best.number}, {readable(tuner.wish.monitor)} {short(best.value)}")
    return " · ".join(words)
