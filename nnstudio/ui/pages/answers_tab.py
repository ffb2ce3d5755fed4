"""The answers of a network: the confusion matrix or the errors, and the examples behind them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nnstudio.catalog.label_metrics import label_counts
from nnstudio.ui.charts.confusion import ConfusionChart
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.pages.answers_chart import AnswersChart
from nnstudio.ui.pages.class_table import ClassTable, averages_in_words
from nnstudio.ui.pages.example_list import ExampleList
from nnstudio.ui.pages.judgement import Judgement
from nnstudio.ui.pages.threshold import ThresholdBar
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.choice import QuietComboBox

LEAST_MATRIX, LEAST_TABLE = 190, 110
"""Heights below which the column scrolls: in a small window, or with large text."""
ORDERS = {"worst": "Worst first", "surest": "Most confident first"}


class AnswersTab(QWidget):
    """Show one judgement; a cell or a point leads to its examples, an example to its explanation."""

    explain_wanted = Signal(int)
    """Position of an example in the split."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.judgement: Judgement | None = None
        self._arranged = False
        self._cell: tuple[int, int] | None = None
        self._label = 0
        self.threshold = ThresholdBar()
        self.confusion = ConfusionChart()
        self.classes = ClassTable()
        self.averages = QLabel()
        set_role(self.averages, "hint")
        self.against, self.errors = AnswersChart("against"), AnswersChart("errors")
        self.examples = ExampleList()
        self.heading = QLabel(wordWrap=True)
        set_role(self.heading, "title")
        self.order = QuietComboBox()
        for key, text in ORDERS.items():
            self.order.addItem(text, key)
        self.order.setAccessibleName("Order of the mistakes")
        self.order.setToolTip(
            "Worst: the true class got the smallest share. Most confident: surest, and wrong."
        )
        self.back = _small("Show all mistakes", "List all mistakes again")
        self.explain = _small("Explain this example", "See why the network answers the selected example so")
        self._lay_out()
        self._connect()

    def show_judgement(self, judgement: Judgement) -> None:
        """Show everything about one split."""
        self.judgement, self._label = judgement, 0
        classes = judgement.target.asks != "numbers"
        self._table.set_title("By label" if judgement.target.asks == "labels" else "By class")
        self._charts.setCurrentIndex(0 if classes else 1)
        self.threshold.setVisible(classes)
        if classes:
            self.threshold.show_judgement(judgement)
        # A matrix is square: its examples stand beside it. Two plots are wide: theirs stand below.
        wanted = Qt.Orientation.Horizontal if classes else Qt.Orientation.Vertical
        if wanted != self._split.orientation() or not self._arranged:
            self._arranged = True
            self._split.setOrientation(wanted)
            self._split.setSizes([450, 550] if classes else [600, 400])
        self._draw(judgement)
        self.show_worst()

    def show_at_threshold(self, judgement: Judgement) -> None:
        """Show the same split judged at another threshold; the list keeps showing what it showed."""
        self.judgement = judgement
        self._draw(judgement)
        if self._cell is None:
            self.show_worst()
        else:
            self.show_cell(*self._cell)

    def can_explain(self, can: bool) -> None:
        """Offer to explain an example, or not."""
        self.explain.setVisible(can)

    def show_worst(self) -> None:
        """List the mistakes, in the order chosen."""
        found = self.judgement
        if found is None:
            return
        self._cell = None
        surest = self.order.currentData() == "surest" and found.target.asks != "numbers"
        worst = found.surest_mistakes() if surest else found.worst()
        if found.target.asks != "numbers":
            mistakes = "1 mistake" if len(worst) == 1 else f"{len(worst)} mistakes"
            text = f"{mistakes} in {len(found.true)} examples" if len(worst) else "No mistakes at all"
        else:
            text = "Largest errors first"
        self._list(text, worst, is_worst=True)

    def show_cell(self, true: int, predicted: int) -> None:
        """List the examples of one cell of the confusion matrix."""
        found = self.judgement
        if found is None:
            return
        self._cell = (true, predicted)
        positions = found.cell(true, predicted, self._label)
        names = self._sides(found)
        count = "1 example" if len(positions) == 1 else f"{len(positions)} examples"
        self._list(f"True {names[true]}, predicted {names[predicted]}: {count}", positions)

    def show_label(self, label: int) -> None:
        """Show the matrix of one of several labels; of classes there is one for all."""
        if self.judgement is not None and self.judgement.target.asks == "labels":
            self._label, self._cell = label, None
            self._draw_matrix(self.judgement)
            self.show_worst()

    def show_example(self, position: int) -> None:
        """Select one example in the list of all."""
        if self.judgement is None:
            return
        if self.back.isVisible():
            self.show_worst()
        rows = np.flatnonzero(self.examples.examples.positions == position)
        if len(rows):
            self.examples.selectRow(int(rows[0]))

    @property
    def selected(self) -> int | None:
        """Position of the selected example."""
        rows = self.examples.selectionModel().selectedRows()
        return int(self.examples.examples.positions[rows[0].row()]) if rows else None

    # -- inside ------------------------------------------------------------------------------------

    def _draw(self, found: Judgement) -> None:
        if found.target.asks != "numbers":
            self._draw_matrix(found)
            if found.target.asks == "labels":
                self.classes.show_labels(label_counts(found.true, found.predicted), found.target.names)
                self.averages.setText("Select a label\nto see its matrix")
            else:
                self.classes.show_counts(found.matrix(0), found.target.names)
                self.averages.setText(averages_in_words(found.matrix(0)))
            return
        for chart in (self.against, self.errors):
            chart.show_answers(found.true[:, 0], found.predicted[:, 0], found.split)

    def _draw_matrix(self, found: Judgement) -> None:
        if found.target.asks == "labels":
            caption = f"label {found.target.names[self._label]} · click a cell for its examples"
        else:
            caption = f"macro F1 {short(found.values['f1'], 3)} · click a cell for its examples"
        self.confusion.set_counts(found.matrix(self._label), self._sides(found), caption)

    def _sides(self, found: Judgement) -> tuple[str, ...]:
        """Return the names of the matrix: the classes, or whether the chosen label is true."""
        name = found.target.names[self._label]
        return (f"not {name}", name) if found.target.asks == "labels" else found.target.names

    def _connect(self) -> None:
        self.classes.picked.connect(self.show_label)
        self.back.clicked.connect(self.show_worst)
        self.order.activated.connect(self.show_worst)
        self.explain.clicked.connect(self._ask)
        self.confusion.cell_clicked.connect(self.show_cell)
        for chart in (self.against, self.errors):
            chart.example_pointed.connect(self.show_example)
        self.examples.selectionModel().selectionChanged.connect(lambda *_: self._point())
        self.examples.doubleClicked.connect(lambda _: self._ask())

    def _lay_out(self) -> None:
        table = self._table = Card("By class")
        beside = QHBoxLayout()
        beside.setSpacing(scaled(12))
        beside.addWidget(self.classes, 1)
        beside.addWidget(self.averages, 0, Qt.AlignmentFlag.AlignTop)
        table.body.addLayout(beside)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(6))
        column.addWidget(self.threshold)
        self.confusion.setMinimumHeight(scaled(LEAST_MATRIX))
        table.setMinimumHeight(scaled(LEAST_TABLE))
        column.addWidget(_splitter(Qt.Orientation.Vertical, (self.confusion, table), (3, 2)), 1)
        self._charts = QStackedWidget()
        self._charts.addWidget(_scrolled(left))
        self._charts.addWidget(_splitter(Qt.Orientation.Horizontal, (self.against, self.errors)))
        listing = QWidget()
        top = QHBoxLayout()
        top.addWidget(self.heading, 1)
        for widget in (self.order, self.back, self.explain):
            top.addWidget(widget)
        column = QVBoxLayout(listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(6))
        column.addLayout(top)
        column.addWidget(self.examples, 1)
        self._split = _splitter(Qt.Orientation.Horizontal, (self._charts, listing))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._split, 1)

    def _list(self, text: str, positions: NDArray[np.int64], is_worst: bool = False) -> None:
        found = self.judgement
        self.heading.setText(text)
        self.back.setVisible(not is_worst)
        self.order.setVisible(is_worst and found is not None and found.target.asks != "numbers")
        self.examples.show_examples(found, positions)
        self._point()

    def _point(self) -> None:
        position = self.selected
        self.explain.setEnabled(position is not None)
        for chart in (self.against, self.errors):
            chart.point_at(position)

    def _ask(self) -> None:
        if self.selected is not None and not self.explain.isHidden():
            self.explain_wanted.emit(self.selected)


def _small(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    set_role(button, "small")
    button.setAccessibleName(text)
    button.setToolTip(tip)
    return button


def _scrolled(inside: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setMinimumWidth(inside.minimumSizeHint().width())
    area.setWidget(inside)
    area.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget#column { background: transparent }")
    inside.setObjectName("column")
    return area


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
