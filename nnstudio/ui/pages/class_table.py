"""Precision, recall and F1 of every class or label."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from nnstudio.catalog.label_metrics import per_label
from nnstudio.catalog.metrics import averages, per_class
from nnstudio.ui.theme import scaled

TITLES = ("Class", "Precision", "Recall", "F1", "Count")
TIPS = (
    "",
    "When the network names this class, how often is it right?",
    "Of all examples of this class, how many are found?",
    "The balance of precision and recall: low when either is low",
    "How many examples of this class there are",
)


class ClassTable(QTableWidget):
    """One row per class or label; a click on a title sorts."""

    picked = Signal(int)
    """Number of the class or label whose row was selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(TITLES), parent)
        self.setAccessibleName("Precision, recall and F1 by class")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.itemSelectionChanged.connect(self._pick)
        self.verticalHeader().hide()
        self.setSortingEnabled(True)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setMaximumSectionSize(scaled(180))
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column, (title, tip) in enumerate(zip(TITLES, TIPS, strict=True)):
            item = QTableWidgetItem(title)
            item.setToolTip(f"{tip}\nClick to sort".strip())
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(column, item)

    def show_counts(self, confusion: NDArray[np.int64], names: Sequence[str]) -> None:
        """Show the classes of counts[true, predicted], in their own order."""
        self._show("Class", np.stack([*per_class(confusion), confusion.sum(1)], axis=1), names)

    def show_labels(self, counts: NDArray[np.int64], names: Sequence[str]) -> None:
        """Show the labels of counts[label, true, predicted], in their own order."""
        self._show("Label", np.stack([*per_label(counts), counts[:, 1].sum(1)], axis=1), names)

    def _show(self, what: str, numbers: NDArray[np.float64], names: Sequence[str]) -> None:
        self.model().setHeaderData(0, Qt.Orientation.Horizontal, what)
        self.setAccessibleName(f"Precision, recall and F1 by {what.lower()}")
        self.blockSignals(True)
        self.setSortingEnabled(False)
        self.setRowCount(len(names))
        for row, name in enumerate(names):
            title = QTableWidgetItem(name)
            title.setData(Qt.ItemDataRole.UserRole, row)
            self.setItem(row, 0, title)
            for column, value in enumerate(numbers[row].tolist(), start=1):
                self.setItem(row, column, _Number(value, f"{value:.3f}" if column < 4 else f"{value:.0f}"))
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.blockSignals(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def _pick(self) -> None:
        rows = self.selectionModel().selectedRows()
        if rows:
            self.picked.emit(rows[0].data(Qt.ItemDataRole.UserRole))


def averages_in_words(confusion: NDArray[np.int64]) -> str:
    """Return precision, recall and F1 averaged in three ways, as a small table in HTML."""
    titles = "".join(f'<td align="right">&nbsp;&nbsp;{title}</td>' for title in TITLES[1:4])
    lines = [f"<tr><td></td>{titles}</tr>"]
    for name, values in averages(confusion).items():
        cells = "".join(f'<td align="right">{value:.3f}</td>' for value in values)
        lines.append(f"<tr><td>{name}&nbsp;&nbsp;</td>{cells}</tr>")
    return f'<table cellspacing="2">{"".join(lines)}</table>'


class _Number(QTableWidgetItem):
    """A number that sorts by its value."""

    def __init__(self, value: float, text: str) -> None:
        super().__init__(text)
        self._value = value
        self.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def __lt__(self, other: QTableWidgetItem) -> bool:
        return self._value < other._value if isinstance(other, _Number) else super().__lt__(other)
