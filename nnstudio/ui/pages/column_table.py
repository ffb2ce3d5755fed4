"""A preview of rows whose header says what every column holds."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from nnstudio.ui.charts.histogram import Histogram
from nnstudio.ui.pages.column_facts import ColumnFacts, ShownColumn
from nnstudio.ui.theme import colours, scaled, set_role
from nnstudio.ui.widgets.elided_label import ElidedLabel
from nnstudio.ui.widgets.numbers import group_digits

Index = QModelIndex | QPersistentModelIndex
COLUMN_WIDTH = 140
HEADER_HEIGHT = 116
BRIEF_HEIGHT = 46


class RowsModel(QAbstractTableModel):
    """The first rows of some columns."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._widget = parent
        self.columns: tuple[ShownColumn, ...] = ()

    def set_columns(self, columns: Sequence[ShownColumn]) -> None:
        """Show other columns."""
        self.beginResetModel()
        self.columns = tuple(columns)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or not self.columns else len(self.columns[0].cells)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column = self.columns[index.column()]
        text = column.cells[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole and index.row() in column.unread:
            return f"“{text}” is not a {column.type}"
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return "missing" if text is None else text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = Qt.AlignmentFlag.AlignRight if column.type == "number" else Qt.AlignmentFlag.AlignLeft
            return right | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._shade(text is None, index.row() in column.unread)
        return None

    def _shade(self, missing: bool, unread: bool) -> QColor | None:
        shades = colours(self._widget)
        return QColor(shades.bad) if unread else QColor(shades.warn) if missing else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.columns[section].name if orientation == Qt.Orientation.Horizontal else section + 1


class HeaderCell(QWidget):
    """A column's name, type, gaps and spread."""

    def __init__(self, column: ShownColumn, parent: QWidget, *, brief: bool = False) -> None:
        """`brief` leaves out what is counted."""
        super().__init__(parent)
        self.name = ElidedLabel(column.name, parent=self)
        set_role(self.name, "title")
        kind = column.type + (f" · {column.mark}" if column.mark else "")
        self.kind = ElidedLabel(kind, parent=self)
        set_role(self.kind, "hint", "good" if column.mark else "")
        self.counts = ElidedLabel("", parent=self)
        set_role(self.counts, "hint")
        self.histogram = Histogram(self)
        self.histogram.setAccessibleName(f"Spread of {column.name}")
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 5, 8, 4)
        box.setSpacing(1)
        for label in (self.name, self.kind, self.counts):
            box.addWidget(label)
        box.addWidget(self.histogram, 1)
        self.counts.setVisible(not brief)
        self.histogram.setVisible(not brief)

    def show_facts(self, facts: ColumnFacts) -> None:
        """Show what was counted."""
        gaps, distinct = facts.summary.missing, facts.summary.distinct
        words = f" · {group_digits(gaps)} missing" if gaps else ""
        self.counts.setText(f"{group_digits(distinct)} distinct{words}")
        set_role(self.counts, "hint", "warn" if gaps else "")
        self.setToolTip(f"{self.name.text()}: {facts.in_words()}")
        facts.draw(self.histogram)


class ColumnHeader(QHeaderView):
    """A header with a cell of widgets per column, made when the column first comes into sight."""

    def __init__(self, parent: QTableView, *, brief: bool = False) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._brief = brief
        self.cells: dict[int, HeaderCell] = {}
        self._columns: tuple[ShownColumn, ...] = ()
        self._facts: dict[int, ColumnFacts] = {}
        self.setDefaultSectionSize(scaled(COLUMN_WIDTH))
        self.setMinimumSectionSize(scaled(72))
        self.sectionResized.connect(lambda *_: self._place())
        self.geometriesChanged.connect(self._place)
        parent.horizontalScrollBar().valueChanged.connect(lambda _: self._place())

    def set_columns(self, columns: Sequence[ShownColumn]) -> None:
        """Forget the old cells and facts and show other columns."""
        for cell in self.cells.values():
            cell.hide()
            cell.deleteLater()
        self.cells, self._facts, self._columns = {}, {}, tuple(columns)
        self._place()

    def set_facts(self, place: int, facts: ColumnFacts) -> None:
        """Show what was counted in one column."""
        self._facts[place] = facts
        if place in self.cells:
            self.cells[place].show_facts(facts)

    def sizeHint(self) -> QSize:
        height = BRIEF_HEIGHT if self._brief else HEADER_HEIGHT
        return QSize(super().sizeHint().width(), scaled(height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintSection(self, painter: QPainter, rect: QRect, _section: int) -> None:
        """Paint the ground only: the words are the cells'."""
        shades = colours(self)
        painter.fillRect(rect, QColor(shades.field))
        painter.fillRect(QRect(rect.right(), rect.top(), 1, rect.height()), QColor(shades.border))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(shades.border))

    def _place(self) -> None:
        for place in range(min(self.count(), len(self._columns))):
            left = self.sectionViewportPosition(place)
            width = self.sectionSize(place)
            if left + width < 0 or left > self.viewport().width():
                if place in self.cells:
                    self.cells[place].hide()
                continue
            cell = self.cells.get(place) or self._make(place)
            cell.setGeometry(left, 0, width - 1, self.viewport().height() - 1)
            cell.show()

    def _make(self, place: int) -> HeaderCell:
        cell = self.cells[place] = HeaderCell(self._columns[place], self.viewport(), brief=self._brief)
        if place in self._facts:
            cell.show_facts(self._facts[place])
        return cell


class ColumnTable(QTableView):
    """The first rows of a table, read only; with `brief` the header only names and types the columns."""

    def __init__(
        self, name: str = "First rows", *, brief: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip("")
        self.rows = RowsModel(self)
        self.setModel(self.rows)
        self.columns = ColumnHeader(self, brief=brief)
        self.setHorizontalHeader(self.columns)
        self.verticalHeader().setDefaultSectionSize(scaled(26))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)

    def show_columns(self, columns: Sequence[ShownColumn]) -> None:
        """Show other columns; their facts follow with `columns.set_facts`."""
        self.rows.set_columns(columns)
        self.columns.set_columns(columns)
