"""What is known about the selected run, and how it differs from another one or from the project."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from nnstudio.core.diff import Change, changes
from nnstudio.core.project import Project
from nnstudio.core.run import Run
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.pages.run_columns import best_value, duration, main_metric, started_at, within
from nnstudio.ui.pages.run_settings import NONE, NOT_A_SETTING, told_apart
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.icon_button import IconButton

MOST_IN_RANKING = 12
TONES = {"failed": "bad", "stopped": "warn"}


class RunDetail(Card):
    """A card about one run, or about two side by side."""

    restore_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Details", parent=parent)
        self._run: Run | None = None
        self.facts = QLabel(wordWrap=True)
        set_role(self.facts, "muted")
        self.message = QLabel(wordWrap=True)
        self.heading = QLabel(wordWrap=True)
        set_role(self.heading, "title")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(scaled(12))
        self._grid.setVerticalSpacing(scaled(4))
        for place, stretch in enumerate((4, 3, 3)):
            self._grid.setColumnStretch(place, stretch)
        self.restore = IconButton(
            "undo",
            "Set the project as it was when this run began; one undo step",
            "Restore this run's settings",
        )
        self.restore.clicked.connect(self._restore)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, scaled(6), 0)
        column.setSpacing(scaled(6))
        for widget in (self.facts, self.message, self.heading):
            column.addWidget(widget)
        column.addLayout(self._grid)
        column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setWidget(inner)
        scroll.setAccessibleName("Details of the selected run")
        scroll.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        self.body.addWidget(scroll, 1)
        self.body.addWidget(self.restore, 0, Qt.AlignmentFlag.AlignLeft)
        self.setMinimumWidth(scaled(260))

    def show_selection(self, runs: Sequence[Run], project: Project | None) -> None:
        """Show one run against the project as it is now, or the first two runs against each other."""
        self._run = runs[0] if len(runs) == 1 else None
        self.restore.setVisible(self._run is not None)
        if not runs:
            self._show("Details", "Select a run to see its settings, or two to compare them.")
            return
        if len(runs) > 2:
            told = "Select one run for its details, or two to compare their settings."
            self._show(f"{len(runs)} runs selected", f"{_ranking(runs)}\n\n{told}")
            return
        first = runs[0]
        if len(runs) == 2:
            second = runs[1]
            title = f"{first.record.name} and {second.record.name}"
            self._show(title, "\n".join(f"{run.record.name}: {_result(run)}" for run in runs))
            self._compare(
                first.record.project, second.record.project, (first.record.name, second.record.name)
            )
            return
        self._show(first.record.name, _facts(first), first.record.message, TONES.get(first.record.status, ""))
        if project is not None:
            self._compare(first.record.project, project, ("this run", "project now"))

    def _show(self, title: str, facts: str, message: str = "", tone: str = "") -> None:
        self.set_title(title)
        self.facts.setText(facts)
        self.message.setText(message)
        self.message.setVisible(bool(message))
        set_role(self.message, "", tone)
        self.heading.hide()
        self._clear()

    def _compare(self, a: Project, b: Project, names: tuple[str, str]) -> None:
        found = told_apart([c for c in changes(a, b) if c.path not in NOT_A_SETTING], a.network)
        self.heading.show()
        if not found:
            alone = self._run is not None
            self.heading.setText(
                "Same settings as the project now" if alone else "Both have the same settings"
            )
            self.restore.setEnabled(False)
            self.restore.setToolTip("The project has exactly these settings")
            return
        self.restore.setEnabled(True)
        self.restore.setToolTip("Set the project as it was when this run began; one undo step")
        self.heading.setText("1 difference" if len(found) == 1 else f"{len(found)} differences")
        for column, text in enumerate(("", *names)):
            self._put(0, column, text, "hint")
        for row, change in enumerate(found, start=1):
            for column, text in enumerate(_cells(change)):
                self._put(row, column, text, "muted" if column == 0 else "")

    def _put(self, row: int, column: int, text: str, role: str) -> None:
        label = QLabel(text, wordWrap=True)
        label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        label.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            set_role(label, role)
        self._grid.addWidget(label, row, column)

    def _clear(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _restore(self) -> None:
        if self._run is not None:
            self.restore_wanted.emit(self._run.record.id)


def _cells(change: Change) -> tuple[str, str, str]:
    return change.label, change.before or NONE, change.after or NONE


def _result(run: Run) -> str:
    loss = best_value(run, "val_loss")
    words = [f"validation loss {short(loss)}"] if loss is not None else ["no epoch finished"]
    metric = main_metric(run)
    value = best_value(run, f"val_{metric.kind}") if metric else None
    if metric and value is not None:
        words.append(f"{within(metric.title)} {short(value)}")
    return ", ".join(words)


def _ranking(runs: Sequence[Run]) -> str:
    """Return the results of several runs, the lowest validation loss first."""
    losses = {run.record.id: best_value(run, "val_loss") for run in runs}
    known = [run for run in runs if losses[run.record.id] is not None]
    known.sort(key=lambda run: losses[run.record.id] or 0.0)
    lines = [f"{run.record.name}: {_result(run)}" for run in known[:MOST_IN_RANKING]]
    return "\n".join(["Best first", *lines, *(["…"] if len(known) > MOST_IN_RANKING else [])])


def _facts(run: Run) -> str:
    record = run.record
    lines = [
        f"{record.status.capitalize()} · {started_at(run)} · {duration(record.seconds)} · {record.device}"
    ]
    if record.best_epoch:
        lines.append(f"Best epoch {record.best_epoch} of {run.history.epochs}: {_result(run)}")
    metric = main_metric(run)
    if record.test and metric and metric.kind in record.test:
        lines.append(
            f"Test {within(metric.title)} {short(record.test[metric.kind])}, because it was asked for"
        )
    return "\n".join(lines)
