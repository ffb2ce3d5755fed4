"""The trials of a search as a table, best first, the one under way on top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from nnstudio.tuning.space import Values
from nnstudio.tuning.wish import Trial, ranked
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.pages.runs_model import dot
from nnstudio.ui.theme import colours, scaled
from nnstudio.ui.tuner import Tuner
from nnstudio.ui.widgets.form import readable
from nnstudio.ui.widgets.numbers import format_number

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NOWHERE = QModelIndex()
ENDS = {"done": "done", "pruned": "ended early", "skipped": "skipped", "failed": "failed"}
SHADES = {"done": "good", "pruned": "warn", "skipped": "warn", "failed": "bad"}
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a trial done, or the one under way (`trial` is None)."""

    number: int
    cells: tuple[str, ...]
    trial: Trial | None = None


class TrialsModel(QAbstractTableModel):
    """Trials as rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heads: list[str] = []
        self.rows: list[Row] = []
        self._best = 0

    def show_tuner(self, tuner: Tuner) -> None:
        """Show the trials of a search; rows that keep their places are only redrawn."""
        wish, best = tuner.wish, tuner.best
        self._best = best.number if best is not None else 0
        paths = [dimension.path for dimension in wish.searched]
        labels = [dimension.label for dimension in wish.searched]
        heads = ["Trial", readable(wish.monitor).capitalize(), "At epoch", *labels, "Seconds", "Ended"]
        rows = [_done(trial, paths) for trial in ranked(tuner.trials, wish.monitor)]
        if tuner.begun is not None:
            rows.insert(0, _under_way(tuner, paths))
        if heads == self.heads and [r.number for r in rows] == [r.number for r in self.rows]:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(0, len(heads) - 1))
            return
        self.beginResetModel()
        self.heads, self.rows = heads, rows
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.heads):
            return None
        if role == Role.DisplayRole:
            return self.heads[section]
        return self._side(section) if role == Role.TextAlignmentRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == Role.DisplayRole:
            return row.cells[index.column()]
        if role == Role.TextAlignmentRole:
            return self._side(index.column())
        if role == Role.FontRole and row.number == self._best:
            font = QFont()
            font.setBold(True)
            return font
        if role == Role.ToolTipRole:
            return row.trial.message if row.trial else "This trial is being trained"
        if role == Role.DecorationRole and index.column() == len(self.heads) - 1:
            shade = SHADES[row.trial.status] if row.trial else "accent"
            return dot(QColor(getattr(colours(), shade)))
        return None

    def _side(self, column: int) -> Qt.AlignmentFlag:
        return LEFT if column == len(self.heads) - 1 else RIGHT


class TrialsTable(QTableView):
    """Show the trials; one can be selected."""

    trial_selected = Signal()
    trial_wanted = Signal()
    """A double click or Enter on a trial."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Trials")
        self.setToolTip("Trials, best first; double-click one to use its settings")
        self.trials_model = TrialsModel(self)
        self.setModel(self.trials_model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.selectionModel().selectionChanged.connect(lambda *_: self.trial_selected.emit())
        self.doubleClicked.connect(lambda _index: self.trial_wanted.emit())

    def show_tuner(self, tuner: Tuner) -> None:
        """Show the trials; the selection stays with its trial."""
        chosen = self.selected()
        self.trials_model.show_tuner(tuner)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + scaled(11))
        if chosen is not None:
            self.select(chosen.number)

    def selected(self) -> Trial | None:
        """Return the selected trial, None when there is none or it is still under way."""
        rows = self.selectionModel().selectedRows()
        return self.trials_model.rows[rows[0].row()].trial if rows else None

    def select(self, number: int) -> None:
        """Select the trial with this number."""
        for place, row in enumerate(self.trials_model.rows):
            if row.number == number:
                mode = QItemSelectionModel.SelectionFlag
                index = self.trials_model.index(place, 0)
                self.selectionModel().setCurrentIndex(index, mode.ClearAndSelect | mode.Rows)


def _done(trial: Trial, paths: list[str]) -> Row:
    cells = (str(trial.number), short(trial.value), str(trial.epoch or "–"), *_settings(trial.values, paths))
    return Row(trial.number, (*cells, f"{trial.seconds:.1f}", ENDS[trial.status]), trial)


def _under_way(tuner: Tuner, paths: list[str]) -> Row:
    begun, now = tuner.begun, tuner.goes_on
    assert begun is not None
    cells = (str(begun.number), short(now.value if now else None), "–", *_settings(begun.values, paths))
    return Row(begun.number, (*cells, "", f"epoch {now.epoch if now else 0} of {tuner.wish.epochs}"))


def _settings(values: Values, paths: list[str]) -> list[str]:
    found = [values.get(path, "") for path in paths]
    return [one if isinstance(one, str) else format_number(one) for one in found]
