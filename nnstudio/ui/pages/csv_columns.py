"""The columns of a file in a list: what each is for, what it holds, and how its values are spread."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from nnstudio.core.dataset import ColumnType
from nnstudio.data.csv_file import ColumnSpec, CsvSource
from nnstudio.ui.pages.column_facts import ColumnFacts, ShownColumn
from nnstudio.ui.pages.csv_cells import ChoiceDelegate, SpreadDelegate
from nnstudio.ui.pages.csv_look import ROLES
from nnstudio.ui.theme import colours, scaled
from nnstudio.ui.widgets.numbers import group_digits

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NAME, USE, TYPE, GAPS, DISTINCT, SPREAD, FIRST = range(7)
TITLES = ("Column", "Used as", "Type", "Missing", "Distinct", "Spread", "First values")
TIPS = {
    USE: "Inputs are what the network sees, the target is what it predicts; a split column says which rows "
    "are for training, validation and test",
    TYPE: "What the column holds",
    GAPS: "Values that are not there, and those that could not be read",
    SPREAD: "How often the values occur",
}
TYPES = {one: one for one in get_args(ColumnType)}
WIDTHS = {NAME: 140, USE: 92, TYPE: 92, GAPS: 132, DISTINCT: 70, SPREAD: 120}
FEW = 6


class ColumnsModel(QAbstractTableModel):
    """One row per column of the file."""

    column_changed = Signal(str, object, object)
    """(name, new type or None, new role or None)"""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._widget = parent
        self.specs: tuple[ColumnSpec, ...] = ()
        self.facts: dict[str, ColumnFacts] = {}
        self._unread: dict[str, int] = {}
        self._first: dict[str, str] = {}

    def show_source(self, source: CsvSource) -> None:
        """Show the types and roles of a source's columns."""
        if [c.name for c in source.columns] == [c.name for c in self.specs]:
            self.specs = source.columns
            self._all_changed()
        else:
            self.beginResetModel()
            self.specs = source.columns
            self.endResetModel()

    def show_first(self, columns: tuple[ShownColumn, ...], unread: dict[str, int]) -> None:
        """Show the first values, and how many could not be read."""
        self._unread = unread
        self._first = {c.name: " · ".join(cell or "–" for cell in c.cells[:FEW]) for c in columns}
        self._all_changed()

    def show_facts(self, facts: dict[str, ColumnFacts]) -> None:
        """Show what was counted; columns that are not named keep what was known."""
        self.facts = {**self.facts, **facts}
        self._all_changed()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.specs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(TITLES)

    def flags(self, index: Index) -> Qt.ItemFlag:
        editable = Qt.ItemFlag.ItemIsEditable if index.column() in (USE, TYPE) else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | editable

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation == Qt.Orientation.Vertical:
            return section + 1 if role == Role.DisplayRole else None
        if role == Role.ToolTipRole:
            return TIPS.get(section)
        if role == Role.TextAlignmentRole and section in (GAPS, DISTINCT):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return TITLES[section] if role == Role.DisplayRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        spec = self.specs[index.row()]
        if role == Role.DisplayRole:
            return self._text(spec, index.column())
        if role == Role.EditRole:
            return {USE: spec.role, TYPE: spec.type}.get(index.column())
        if role == Role.ToolTipRole:
            return self._tip(spec, index.column())
        if role == Role.ForegroundRole:
            return self._shade(spec, index.column())
        if role == Role.FontRole and spec.role == "target" and index.column() in (NAME, USE):
            font = QFont(self._widget.font())
            font.setBold(True)
            return font
        if role == Role.TextAlignmentRole and index.column() in (GAPS, DISTINCT):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Role.UserRole:
            return self.facts.get(spec.name)
        return None

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        spec = self.specs[index.row()]
        if role != Role.EditRole or value == self.data(index, Role.EditRole):
            return False
        if index.column() == USE:
            self.column_changed.emit(spec.name, None, value)
        else:
            self.column_changed.emit(spec.name, value, None)
        return True

    def _text(self, spec: ColumnSpec, column: int) -> str | None:
        facts = self.facts.get(spec.name)
        if column == GAPS and facts is not None:
            unread = self._unread.get(spec.name, 0)
            missing = facts.summary.missing
            return f"{group_digits(missing)} ({unread} unreadable)" if unread else group_digits(missing)
        if column == DISTINCT and facts is not None:
            return group_digits(facts.summary.distinct)
        fixed = {
            NAME: spec.name,
            USE: ROLES[spec.role],
            TYPE: spec.type,
            FIRST: self._first.get(spec.name, ""),
        }
        return fixed.get(column)

    def _tip(self, spec: ColumnSpec, column: int) -> str:
        facts = self.facts.get(spec.name)
        if column == GAPS and self._unread.get(spec.name):
            return f"{self._unread[spec.name]} values are not of the type {spec.type}"
        if column == FIRST:
            return self._first.get(spec.name, "")
        if column in (USE, TYPE):
            return TIPS[column]
        return f"{spec.name}: {facts.in_words()}" if facts is not None else spec.name

    def _shade(self, spec: ColumnSpec, column: int) -> QColor | None:
        shades = colours(self._widget)
        if column == GAPS and self._unread.get(spec.name):
            return QColor(shades.bad)
        if column in (NAME, USE) and spec.role == "target":
            return QColor(shades.good)
        if spec.role == "ignore" and column != USE:
            return QColor(shades.grey_run)
        facts = self.facts.get(spec.name)
        if column == GAPS and facts is not None and facts.summary.missing:
            return QColor(shades.warn)
        return None

    def _all_changed(self) -> None:
        if self.specs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.specs) - 1, len(TITLES) - 1))


class ColumnsList(QTableView):
    """Choose what every column is for and what it holds."""

    column_changed = Signal(str, object, object)
    column_picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Columns of the file")
        self.columns = ColumnsModel(self)
        self.columns.column_changed.connect(self.column_changed)
        self.setModel(self.columns)
        self.setItemDelegateForColumn(USE, ChoiceDelegate(ROLES, "Used as", self))
        self.setItemDelegateForColumn(TYPE, ChoiceDelegate(TYPES, "Type", self))
        self.setItemDelegateForColumn(SPREAD, SpreadDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(
            triggers.DoubleClicked
            | triggers.EditKeyPressed
            | triggers.AnyKeyPressed
            | triggers.SelectedClicked
        )
        self.clicked.connect(self.edit)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setDefaultSectionSize(scaled(34))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for column, width in WIDTHS.items():
            self.setColumnWidth(column, scaled(width))
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.selectionModel().currentRowChanged.connect(lambda now, _: self.column_picked.emit(now.row()))
