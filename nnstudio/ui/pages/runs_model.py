"""Kept runs as rows of a table, and how they sort."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from nnstudio.core.run import Run
from nnstudio.ui.pages.run_columns import RunColumn, columns_for
from nnstudio.ui.theme import colours, scaled

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
STATUS_SHADES = {
    "done": "good",
    "early stopped": "good",
    "stopped": "warn",
    "failed": "bad",
    "running": "accent",
}
NOWHERE = QModelIndex()
MARK = 12
"""Pixels of the round marks."""


class RunsModel(QAbstractTableModel):
    """Runs as rows, in the order in which they were made."""

    renamed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.runs: tuple[Run, ...] = ()
        self.columns: list[RunColumn] = []
        self._curve_colours: dict[str, QColor] = {}

    def set_runs(self, runs: tuple[Run, ...]) -> None:
        """Replace the runs; what is only renamed or tested keeps its place."""
        columns = columns_for(runs)
        same_runs = [r.record.id for r in runs] == [r.record.id for r in self.runs]
        same_columns = [(c.key, c.title) for c in columns] == [(c.key, c.title) for c in self.columns]
        if same_runs and same_columns:
            self.runs, self.columns = runs, columns
            if runs:
                self.dataChanged.emit(self.index(0, 0), self.index(len(runs) - 1, len(columns) - 1))
            return
        self.beginResetModel()
        self.runs, self.columns = runs, columns
        self.endResetModel()

    def set_curve_colours(self, shades: dict[str, QColor]) -> None:
        """Mark the runs whose curves are drawn with the colours of their curves."""
        self._curve_colours = shades
        if self.runs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.runs) - 1, 0), [Role.DecorationRole])

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.runs)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == 0 else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Role.DisplayRole:
            return column.title
        if role == Role.ToolTipRole:
            return f"{column.tip}\nClick to sort"
        if role == Role.TextAlignmentRole:
            return _alignment(column)
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        run, column = self.runs[index.row()], self.columns[index.column()]
        cell = column.cells[index.row()]
        if role == Role.DisplayRole:
            return cell.text
        if role == Role.EditRole:
            return run.record.name
        if role == Role.TextAlignmentRole:
            return _alignment(column)
        if role == Role.ToolTipRole:
            return _tip(run, column)
        if role == Role.DecorationRole:
            return self._mark(run, column)
        if role == Role.FontRole and column.key == "test":
            font = QFont()
            font.setItalic(True)
            return font
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        name = " ".join(str(value).split())
        run = self.runs[index.row()]
        if role != Role.EditRole or not name or name == run.record.name:
            return False
        self.renamed.emit(run.record.id, name)
        return True

    def _mark(self, run: Run, column: RunColumn) -> QIcon | None:
        if column.key == "status":
            return dot(QColor(getattr(colours(), STATUS_SHADES[run.record.status])))
        shade = self._curve_colours.get(run.record.id) if column.key == "name" else None
        return dot(shade) if shade is not None else None


class ByValue(QSortFilterProxyModel):
    """Sort by what cells mean, not by how they are written; what is missing stays last."""

    def lessThan(self, left: Index, right: Index) -> bool:
        model = self.sourceModel()
        assert isinstance(model, RunsModel)
        cells = model.columns[left.column()].cells
        a, b = cells[left.row()].key, cells[right.row()].key
        if self.sortOrder() == Qt.SortOrder.DescendingOrder and 2 in (a[0], b[0]) and a[0] != b[0]:
            return b[0] != 2
        return a < b


def dot(shade: QColor) -> QIcon:
    """Return a round mark in a colour, with a rim that keeps it apart from a selected row."""
    side = scaled(MARK)
    ratio = 2.0
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colours().card), 1.5))
    painter.setBrush(shade)
    painter.drawEllipse(QRectF(1, 1, side - 2, side - 2))
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon


def _alignment(column: RunColumn) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.numeric else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _tip(run: Run, column: RunColumn) -> str | None:
    if column.key == "status":
        return run.record.message or run.record.status
    if column.key == "test":
        return "Measured on the test rows, because it was asked for"
    return None
