"""The table of kept runs: sortable, several can be selected, names are edited in place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from nnstudio.core.run import Run
from nnstudio.ui.pages.runs_model import MARK, ByValue, RunsModel
from nnstudio.ui.theme import scaled

ROOM_FOR_ARROW = 14
"""Pixels beside a title for the arrow that tells the order."""


class RunsTable(QTableView):
    """Show runs; tell which are selected."""

    renamed = Signal(str, str)
    runs_selected = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # The header takes its new font after the table: measure when both have theirs.
        self._refit = QTimer(self, singleShot=True, interval=0)
        self._refit.timeout.connect(self._fit)
        self.setAccessibleName("Runs")
        self.runs_model = RunsModel(self)
        # Queued: the answer to a new name replaces the rows, and the editor must be closed by then.
        self.runs_model.renamed.connect(self.renamed, Qt.ConnectionType.QueuedConnection)
        self._sorted = ByValue(self)
        self._sorted.setSourceModel(self.runs_model)
        self.setModel(self._sorted)
        self.setSortingEnabled(True)
        self.sortByColumn(1, Qt.SortOrder.DescendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setResizeContentsPrecision(50)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setMaximumSectionSize(scaled(240))
        self.selectionModel().selectionChanged.connect(lambda *_: self.runs_selected.emit())

    def set_runs(self, runs: tuple[Run, ...]) -> None:
        """Show these runs; the selection stays with those that are still there."""
        chosen = {run.record.id for run in self.selected()}
        before = [column.title for column in self.runs_model.columns]
        self.runs_model.set_runs(runs)
        self._fit_rows()
        if [column.title for column in self.runs_model.columns] != before:
            self._fit_columns()
        self.select(chosen)

    def selected(self) -> tuple[Run, ...]:
        """Return the selected runs in the order in which they are listed."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self._run_at(row) for row in rows)

    def select(self, ids: set[str]) -> None:
        """Select exactly the runs with these ids."""
        if {run.record.id for run in self.selected()} == ids:
            return
        wanted = QItemSelection()
        current = QModelIndex()
        for row in range(self._sorted.rowCount()):
            if self._run_at(row).record.id in ids:
                index = self._sorted.index(row, 0)
                wanted.select(index, index)
                current = index
        mode = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(wanted, mode.ClearAndSelect | mode.Rows)
        if current.isValid():
            self.selectionModel().setCurrentIndex(current, mode.NoUpdate)
            self.scrollTo(current)

    def rename_current(self) -> None:
        """Open the editor on the name of the current run."""
        row = self.currentIndex().row()
        if row >= 0:
            self.edit(self._sorted.index(row, 0))

    def listing(self) -> list[list[object]]:
        """Return the table as shown, titles first; numbers in full."""
        order = [
            self._sorted.mapToSource(self._sorted.index(row, 0)).row()
            for row in range(self._sorted.rowCount())
        ]
        columns = self.runs_model.columns
        cells = [[column.cells[row].value for column in columns] for row in order]
        rows: list[list[object]] = [["" if value is None else value for value in line] for line in cells]
        return [[column.title for column in columns], *rows]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._refit.start()

    def _fit(self) -> None:
        self._fit_rows()
        self._fit_columns()

    def _fit_rows(self) -> None:
        self.setIconSize(QSize(scaled(MARK), scaled(MARK)))
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + scaled(11))

    def _fit_columns(self) -> None:
        self.resizeColumnsToContents()
        for column in range(len(self.runs_model.columns)):
            self.setColumnWidth(column, self.columnWidth(column) + scaled(ROOM_FOR_ARROW))

    def _run_at(self, row: int) -> Run:
        return self.runs_model.runs[self._sorted.mapToSource(self._sorted.index(row, 0)).row()]
