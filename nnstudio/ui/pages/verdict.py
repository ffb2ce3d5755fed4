"""What an evaluation shows: tiles, the confusion matrix or the errors, and the examples behind them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nnstudio.core.project import Project
from nnstudio.ui.charts.confusion import ConfusionChart
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.pages.answers_chart import AnswersChart
from nnstudio.ui.pages.class_table import ClassTable
from nnstudio.ui.pages.example_list import ExampleList
from nnstudio.ui.pages.judgement import Judgement
from nnstudio.ui.pages.metric_tiles import MetricTiles, tiles_for
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.card import Card


class Verdict(QWidget):
    """Show one judgement; a cell or a point leads to its examples."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.judgement: Judgement | None = None
        self._arranged = False
        self.tiles = MetricTiles()
        self.confusion = ConfusionChart()
        self.classes = ClassTable()
        self.against, self.errors = AnswersChart("against"), AnswersChart("errors")
        self.examples = ExampleList()
        self.heading = QLabel()
        set_role(self.heading, "title")
        self.back = QPushButton("Show the worst mistakes")
        set_role(self.back, "small")
        self.back.setAccessibleName(self.back.text())
        self.back.setToolTip("List all mistakes again, the worst first")
        self._lay_out()
        self.back.clicked.connect(self.show_worst)
        self.confusion.cell_clicked.connect(self.show_cell)
        for chart in (self.against, self.errors):
            chart.example_pointed.connect(self.show_example)
        self.examples.selectionModel().selectionChanged.connect(lambda *_: self._point())

    def show_judgement(self, judgement: Judgement, project: Project) -> None:
        """Show everything about one split."""
        self.judgement = judgement
        target = judgement.target
        tiles = tiles_for(project, target, judgement.values, judgement.baseline, judgement.baseline_words)
        self.tiles.show_tiles(tiles)
        classes = judgement.confusion is not None
        self._charts.setCurrentIndex(0 if classes else 1)
        # A matrix is square: its examples stand beside it. Two plots are wide: theirs stand below.
        wanted = Qt.Orientation.Horizontal if classes else Qt.Orientation.Vertical
        if wanted != self._split.orientation() or not self._arranged:
            self._arranged = True
            self._split.setOrientation(wanted)
            self._split.setSizes([450, 550] if classes else [600, 400])
        if judgement.confusion is not None:
            f1 = short(judgement.values["f1"], 3)
            caption = f"macro F1 {f1} · click a cell for its examples"
            self.confusion.set_counts(judgement.confusion, target.names, caption)
            self.classes.show_counts(judgement.confusion, target.names)
        else:
            for chart in (self.against, self.errors):
                chart.show_answers(judgement.true[:, 0], judgement.predicted[:, 0], judgement.split)
        self.show_worst()

    def show_worst(self) -> None:
        """List the mistakes, the worst first."""
        found = self.judgement
        if found is None:
            return
        worst = found.worst()
        if found.target.task == "classification":
            total = len(found.true)
            mistakes = "1 mistake" if len(worst) == 1 else f"{len(worst)} mistakes"
            text = (
                f"Worst mistakes first: {mistakes} in {total} examples"
                if len(worst)
                else "No mistakes at all"
            )
        else:
            text = "Largest errors first"
        self._list(text, worst, is_worst=True)

    def show_cell(self, true: int, predicted: int) -> None:
        """List the examples of one cell of the confusion matrix."""
        found = self.judgement
        if found is None:
            return
        positions = found.cell(true, predicted)
        names = found.target.names
        count = "1 example" if len(positions) == 1 else f"{len(positions)} examples"
        self._list(f"True {names[true]}, predicted {names[predicted]}: {count}", positions)

    def show_example(self, position: int) -> None:
        """Select one example in the list of all."""
        if self.judgement is None:
            return
        if self.back.isVisible():
            self.show_worst()
        rows = np.flatnonzero(self.examples.examples.positions == position)
        if len(rows):
            self.examples.selectRow(int(rows[0]))

    # -- inside ------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        table = Card("By class")
        table.body.addWidget(self.classes)
        self._charts = QStackedWidget()
        self._charts.addWidget(_splitter(Qt.Orientation.Vertical, (self.confusion, table), (3, 2)))
        self._charts.addWidget(_splitter(Qt.Orientation.Horizontal, (self.against, self.errors)))
        listing = QWidget()
        top = QHBoxLayout()
        top.addWidget(self.heading)
        top.addStretch(1)
        top.addWidget(self.back)
        column = QVBoxLayout(listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(6))
        column.addLayout(top)
        column.addWidget(self.examples, 1)
        self._split = _splitter(Qt.Orientation.Horizontal, (self._charts, listing))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(scaled(10))
        outer.addWidget(self.tiles)
        outer.addWidget(self._split, 1)

    def _list(self, text: str, positions: np.ndarray, is_worst: bool = False) -> None:
        self.heading.setText(text)
        self.back.setVisible(not is_worst)
        self.examples.show_examples(self.judgement, positions)
        self._point()

    def _point(self) -> None:
        rows = self.examples.selectionModel().selectedRows()
        position = int(self.examples.examples.positions[rows[0].row()]) if rows else None
        for chart in (self.against, self.errors):
            chart.point_at(position)


def _splitter(
    orientation: Qt.Orientation, widgets: tuple[QWidget, ...], parts: tuple[int, ...] = ()
) -> QSplitter:
    splitter = QSplitter(orientation)
    for widget in widgets:
        splitter.addWidget(widget)
    for index, part in enumerate(parts):
        splitter.setStretchFactor(index, part)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(scaled(10))
    splitter.setStyleSheet("QSplitter::handle { background: transparent }")
    return splitter
