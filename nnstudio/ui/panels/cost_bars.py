"""Bars behind the numbers of one column of a table."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableWidget

from nnstudio.ui.theme import colours


class CostBars(QStyledItemDelegate):
    """Paint each number of the chosen column as a share of the column's largest."""

    VALUE = int(Qt.ItemDataRole.UserRole) + 1
    """The role under which a cell holds its number; cells without one get no bar."""

    def __init__(self, table: QTableWidget) -> None:
        super().__init__(table)
        self._table = table
        self._column: int | None = None
        self._largest = 0.0

    def show_column(self, column: int | None) -> None:
        """Draw bars in this column, or in none."""
        self._column = column
        self._largest = 0.0
        if column is not None:
            items = [self._table.item(row, column) for row in range(self._table.rowCount())]
            self._largest = max((float(i.data(self.VALUE) or 0) for i in items if i is not None), default=0.0)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        value = index.data(self.VALUE)
        if index.column() == self._column and value and self._largest > 0:
            room = QRectF(option.rect).adjusted(2, 3, -2, -3)
            width = max(room.width() * float(value) / self._largest, 2.0)
            painter.fillRect(QRectF(room.right() - width, room.top(), width, room.height()), self._shade())
        super().paint(painter, option, index)

    def _shade(self) -> QColor:
        return QColor(colours(self._table).accent_soft)
