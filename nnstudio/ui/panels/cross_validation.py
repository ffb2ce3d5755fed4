"""Cross-validation in a window: how to divide, every fold's curve, mean and spread of the scores."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nnstudio.core.dataset import Examples
from nnstudio.core.param import params
from nnstudio.core.project import Project
from nnstudio.data.folds import Folds, default_folds
from nnstudio.ui.charts.items import Line
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.charts.palette import class_colour
from nnstudio.ui.charts.plot import Plot
from nnstudio.ui.pages.job import Job
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.choice import ChoiceBox
from nnstudio.ui.widgets.form import Form
from nnstudio.ui.widgets.progress_strip import ProgressStrip

if TYPE_CHECKING:
    from nnstudio.core.kept import KeptScore, KeptValidation
    from nnstudio.engine.folds import CrossValidation, Score

ABOUT = (
    "One split may be lucky. Here every row validates once, each time on a network that has not seen it; the "
    "spread over the folds tells how far to trust a score. The test rows stay out of it, and your project "
    "is not changed."
)
HEADINGS = ("Score", "Mean ± spread", "Lowest", "Highest")


def validated(project: Project, examples: Examples, folds: Folds) -> Generator[Any, None, None]:
    """Yield the events of a cross-validation; the engine is imported in the thread that needs it."""
    from nnstudio.engine.folds import cross_validate

    yield from cross_validate(project, examples, folds)


class CrossValidationDialog(QDialog):
    """Ask how to divide the rows, then show what comes in; the last time's scores until then."""

    validated = Signal(object)
    """KeptValidation, when all folds are done."""

    def __init__(
        self, project: Project, examples: Examples, parent: QWidget | None = None,
        past: KeptValidation | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setWindowTitle("Cross-validate")
        self._project, self._examples = project, examples
        self._job: Job | None = None
        self._curves: dict[int, list[float]] = {}
        self._epochs: dict[int, tuple[int, ...]] = {}
        """Of curves that were thinned."""
        self._lines: list[Line] = []
        self.folds = default_folds(examples)
        self.outcome: CrossValidation | None = None
        self.form = Form(self.folds, only=set(Folds.model_fields) - {"group"})
        self.form.edited.connect(self._edit)
        words: dict[str | None, str] = {column.name: column.name for column in examples.columns}
        self.group = ChoiceBox(params(Folds)["group"], self.folds.group, {"": "choose", **words})
        self.group.value_changed.connect(lambda value, drag: self._edit("group", value, drag))
        self.start = QPushButton("Cross-validate")
        self.start.setToolTip("Train one network per fold")
        self.start.setAccessibleName("Start cross-validation")
        set_role(self.start, "primary")
        self.start.clicked.connect(self.run)
        self.progress = ProgressStrip()
        self.progress.cancelled.connect(self.cancel)
        self.plot = Plot("Validation loss of every fold")
        self.plot.set_labels("epoch", "validation loss")
        self.table = QTableWidget(0, len(HEADINGS))
        self.answer = QLabel(wordWrap=True)
        self.close_button = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.close_button.rejected.connect(self.reject)
        self._lay_out()
        self._tell_plan()
        if past is not None:
            self._show_past(past)

    @property
    def busy(self) -> bool:
        """Whether networks are being trained."""
        return self._job is not None

    def run(self) -> None:
        """Begin with the folds chosen."""
        self._curves, self._epochs, self.outcome = {}, {}, None
        self.table.setRowCount(0)
        for line in self._lines:
            line.hide()
        set_role(self.answer, "muted")
        self.answer.setText("")
        self.start.setEnabled(False)
        self.progress.start("Dividing the rows…")
        project, examples, folds = self._project, self._examples, self.folds
        self._job = Job(lambda: validated(project, examples, folds))
        self._job.delivered.connect(self._take)
        self._job.failed.connect(self._fail)
        self._job.finished.connect(self._over)

    def cancel(self) -> None:
        """Give up; what has been drawn stays."""
        if self._job is not None:
            self._job.abandon()
            self._over()
            self.answer.setText("Cancelled: the folds drawn are complete as far as they go.")

    def done(self, result: int) -> None:
        if self._job is not None:
            self._job.abandon()
            self._job = None
        super().done(result)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.plot.restyle()

    def _edit(self, path: str, value: object, _drag: str) -> None:
        # A number half typed: the form goes back to the last one that can be.
        with suppress(ValueError):
            self.folds = Folds(**{**self.folds.model_dump(), path: value})
        self.form.set_model(self.folds)
        self._tell_plan()

    def _tell_plan(self) -> None:
        """Say what a click will do, and ask for a group where one is needed."""
        folds = self.folds
        self.group.setVisible(folds.kind == "grouped")
        waiting = folds.kind == "grouped" and not folds.group
        self.start.setEnabled(not waiting and self._job is None)
        rows, count = len(self._examples), folds.count
        words = (
            f"Will train {count} networks of up to {self._project.training.epochs} epochs each: {rows:,} rows"
        )
        words += f" in {folds.folds} folds ({folds.kind}), "
        words += "each judged on what comes after." if folds.kind == "time series" else "each judged once."
        set_role(self.answer, "muted")
        self.answer.setText("Choose the column that makes the groups." if waiting else words)

    def _show_past(self, past: KeptValidation) -> None:
        """Show the scores and curves of the last time."""
        self._curves = {
            fold: [math.nan if value is None else value for value in values]
            for fold, values in enumerate(past.curves, start=1)
        }
        self._epochs = dict(enumerate(past.epochs, start=1))
        self._draw()
        self._fill(past.scores)
        self.answer.setText(
            f"Shown is the last time, {past.created[:16].replace('T', ' ')} UTC. {self.answer.text()}"
        )

    def _take(self, events: list[Any]) -> None:
        from nnstudio.engine.folds import CrossValidation, FoldEpoch, kept

        for event in events:
            if isinstance(event, CrossValidation):
                self.outcome = event
                self._fill(event.scores)
                now = datetime.now(UTC).isoformat(timespec="seconds")
                self.validated.emit(kept(self.folds, event, now))
            elif isinstance(event, FoldEpoch):
                self._curves.setdefault(event.fold, []).append(event.values.get("val_loss", math.nan))
                share = (event.fold - 1 + event.epoch / event.epochs) / event.folds
                self.progress.set_progress(share, f"Fold {event.fold} of {event.folds}, epoch {event.epoch}")
            elif event.status == "failed":
                set_role(self.answer, "problem")
                self.answer.setText(f"Fold {event.fold} failed: {event.message}")
        self._draw()

    def _draw(self) -> None:
        curves = [np.array(values) for values in self._curves.values()]
        while len(self._lines) < len(curves):
            line = self.plot.add(Line(), 2)
            line.set_style(class_colour(len(self._lines)).name(), 1.6)
            self._lines.append(line)
        known = np.concatenate([*curves, np.empty(0)])
        known = known[np.isfinite(known)]
        if not len(known):
            return
        for (fold, values), line in zip(self._curves.items(), self._lines, strict=False):
            epochs = self._epochs.get(fold, range(1, len(values) + 1))
            line.setData(np.array(epochs, float), np.array(values))
            line.show()
        low, high = float(known.min()), float(np.percentile(known, 99))
        room = max(high - low, 1e-6)
        last = [self._epochs.get(fold, (len(values),))[-1] for fold, values in self._curves.items()]
        longest = max(2, *last)
        self.plot.set_view((1, longest), (low - 0.06 * room, high + 0.06 * room))

    def _fill(self, scores: Mapping[str, Score | KeptScore]) -> None:
        self.table.setRowCount(len(scores))
        for row, (name, score) in enumerate(scores.items()):
            words = name.replace("val_", "validation ").replace("train_", "training ").replace("_", " ")
            mean, spread, low, high = (
                math.nan if value is None else value
                for value in (score.mean, score.spread, score.low, score.high)
            )
            after = f" ± {short(spread, 3)}" if math.isfinite(spread) else ""
            cells = (words, f"{short(mean, 4)}{after}", short(low, 4), short(high, 4))
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                self.table.setItem(row, column, item)

    def _fail(self, sentence: str, details: str) -> None:
        set_role(self.answer, "problem")
        self.answer.setText(sentence)
        self.answer.setToolTip(details)

    def _over(self) -> None:
        self._job = None
        self.progress.finish()
        self.start.setEnabled(True)
        if self.outcome is not None and not self.answer.text():
            rows = self.outcome.folds[0].rows
            self.answer.setText(
                f"{len(self.outcome.folds)} networks, the first on {rows[0]} training and {rows[1]} "
                f"validation examples. Scores are those of each network's best epoch."
            )

    def _lay_out(self) -> None:
        about = QLabel(ABOUT, wordWrap=True)
        set_role(about, "muted")
        set_role(self.answer, "muted")
        self.table.setHorizontalHeaderLabels(HEADINGS)
        self.table.setAccessibleName("Scores over the folds")
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        left = QVBoxLayout()
        left.addWidget(self.form)
        left.addWidget(self.group)
        left.addWidget(self.start)
        left.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self.plot, 3)
        right.addWidget(self.table, 2)
        row = QHBoxLayout()
        row.setSpacing(scaled(16))
        row.addLayout(left, 2)
        row.addLayout(right, 5)
        column = QVBoxLayout(self)
        column.setSpacing(scaled(8))
        column.addWidget(about)
        column.addWidget(self.progress)
        column.addLayout(row, 1)
        column.addWidget(self.answer)
        column.addWidget(self.close_button)
        self.resize(scaled(860), scaled(600))
