"""The page of kept runs: what differed, how they went, and what to do with them."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nnstudio.core.project import Project
from nnstudio.core.run import Run
from nnstudio.ui.pages.run_curves import MOST_CURVES, RunCurves
from nnstudio.ui.pages.run_detail import RunDetail
from nnstudio.ui.pages.runs_table import RunsTable
from nnstudio.ui.pages.save_csv import ask_and_save
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.icon_button import IconButton

EMPTY = "No runs yet. Press Train: every run is kept here with its settings, curves and best weights."


class RunsPage(QWidget):
    """List the runs of the project, compare them and clear them out."""

    renamed = Signal(str, str)
    """(run id, new name)"""
    deleted = Signal(set)
    """Ids of the runs to throw away; already confirmed."""
    restore_wanted = Signal(str)
    """Id of the run whose settings the project shall have again."""
    selection_changed = Signal(tuple)
    """The selected runs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._project: Project | None = None
        self._told: list[str] = []
        self.table = RunsTable()
        self.curves = RunCurves()
        self.detail = RunDetail()
        self.count = QLabel()
        set_role(self.count, "muted")
        self._rename = IconButton("more", "Rename the run (F2)", "Rename", role="small")
        self._delete = IconButton("delete", "Delete the selected runs (Del)", "Delete…", role="small")
        self._export = IconButton("export", "Write this table as a CSV file", "Export CSV…", role="small")
        self._lay_out()
        self._connect()
        self.show_runs(())

    def show_runs(self, runs: tuple[Run, ...]) -> None:
        """Show these runs, oldest first as the document has them; a selection stays."""
        nothing_chosen = not self.table.selected()
        self.table.set_runs(runs)
        self._pages.setCurrentIndex(1 if runs else 0)
        if runs and nothing_chosen:
            self.table.select({runs[-1].record.id})
        self._show_selection()

    def show_project(self, project: Project) -> None:
        """Know the project as it is now: a single run is compared with it."""
        if project is not self._project:
            self._project = project
            if self.isVisible():
                self.detail.show_selection(self.table.selected(), project)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_selection()

    def confirm_delete(self) -> None:
        """Ask whether the selected runs shall go."""
        runs = self.table.selected()
        if not runs:
            return
        what = f"the run “{runs[0].record.name}”" if len(runs) == 1 else f"{len(runs)} runs"
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Delete runs")
        box.setText(f"Delete {what}?")
        curves = "Its curves and weights go" if len(runs) == 1 else "Their curves and weights go"
        box.setInformativeText(f"{curves} for good: this cannot be undone.")
        yes = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        ids = {run.record.id for run in runs}
        yes.clicked.connect(lambda: self.deleted.emit(ids))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def export(self) -> None:
        """Ask for a file and write the table into it."""
        ask_and_save(self, "Export the table of runs", "runs.csv", self.table.listing())

    # -- inside ------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        heading = QLabel("Runs")
        set_role(heading, "title")
        bar = QHBoxLayout()
        bar.setSpacing(scaled(8))
        bar.addWidget(heading)
        bar.addWidget(self.count)
        bar.addStretch(1)
        for button in (self._rename, self._delete, self._export):
            bar.addWidget(button)
        below = QSplitter(Qt.Orientation.Horizontal)
        below.addWidget(self.curves)
        below.addWidget(self.detail)
        below.setStretchFactor(0, 5)
        below.setStretchFactor(1, 3)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(below)
        split.setStretchFactor(0, 4)
        split.setStretchFactor(1, 5)
        for splitter in (below, split):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(scaled(10))
            splitter.setStyleSheet("QSplitter::handle { background: transparent }")
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(8))
        column.addLayout(bar)
        column.addWidget(split, 1)
        empty = QLabel(EMPTY, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        set_role(empty, "muted")
        self.setFocusProxy(self.table)
        for before, after in pairwise((self.table, self._rename, self._delete, self._export)):
            QWidget.setTabOrder(before, after)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(filled)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(scaled(12), scaled(10), scaled(12), scaled(10))
        outer.addWidget(self._pages)

    def _connect(self) -> None:
        self.table.renamed.connect(self.renamed)
        self.table.runs_selected.connect(self._show_selection)
        self.curves.run_pointed.connect(lambda id: self.table.select({id}))
        self.detail.restore_wanted.connect(self.restore_wanted)
        self._rename.clicked.connect(self.table.rename_current)
        self._delete.clicked.connect(self.confirm_delete)
        self._export.clicked.connect(self.export)
        self.rename_action = self._action("Rename", self.table.rename_current)
        self.restore_action = self._action("Restore this run's settings", self._restore)
        self.export_action = self._action("Export CSV…", self.export)
        self.delete_action = self._action("Delete…", self.confirm_delete, QKeySequence.StandardKey.Delete)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _action(self, text: str, act: object, keys: QKeySequence.StandardKey | None = None) -> QAction:
        action = QAction(text, self.table)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda: act())  # type: ignore[operator]
        self.table.addAction(action)
        return action

    def _restore(self) -> None:
        (run,) = self.table.selected()
        self.restore_wanted.emit(run.record.id)

    def _show_selection(self) -> None:
        runs = self.table.selected()
        total = len(self.table.runs_model.runs)
        words = [f"{total} run" + "s" * (total != 1)]
        words += [f"{len(runs)} selected"] if runs else []
        words += [f"curves of the first {MOST_CURVES}"] if len(runs) > MOST_CURVES else []
        self.count.setText(" · ".join(words))
        self.curves.show_runs(runs)
        self.table.runs_model.set_curve_colours(self.curves.colours_by_run())
        self.detail.show_selection(runs, self._project)
        for one in (self._rename, self.rename_action, self.restore_action):
            one.setEnabled(len(runs) == 1)
        for one in (self._delete, self.delete_action):
            one.setEnabled(bool(runs))
        ids = [run.record.id for run in runs]
        if ids != self._told:
            self._told = ids
            self.selection_changed.emit(runs)
