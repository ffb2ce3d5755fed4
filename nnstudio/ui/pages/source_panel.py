"""Where the data come from: a bundled set with its sliders, or a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFileDialog, QLabel, QVBoxLayout, QWidget

import nnstudio.catalog.datasets  # noqa: F401 - fills the table of sources
from nnstudio.core.dataset import SOURCES, Source
from nnstudio.core.param import params
from nnstudio.core.project import EditProblem, Project
from nnstudio.data.csv_file import CsvSource
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.choice import QuietComboBox
from nnstudio.ui.widgets.elided_label import ElidedLabel
from nnstudio.ui.widgets.form import Form
from nnstudio.ui.widgets.icon_button import IconButton

FILES = "files"
"""Family of the sources that lie in files of one's own."""


class SourcePanel(QWidget):
    """Pick the data set, set its sliders, or bring a file."""

    edited = Signal(object, str, str)
    """(Project, text for undo, merge key)"""
    source_picked = Signal(object)
    """Another bundled Source: its preparation has yet to be found out."""
    csv_wanted = Signal(str)
    """Path of a file or folder to import; "" asks for a file."""
    columns_wanted = Signal()
    """The columns of the present file are to be used in another way."""
    reload_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._form: Form | None = None
        self._goal: Form | None = None
        self.sets = QuietComboBox()
        self.sets.setAccessibleName("Data set")
        self.sets.setToolTip("Pick one of the bundled data sets; nothing is downloaded")
        self.sets.activated.connect(self._pick)
        self.about = QLabel(wordWrap=True)
        set_role(self.about, "muted")
        self.place = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        set_role(self.place, "mono")
        self.columns_button = IconButton(
            "data", "Read the file again and choose types and target anew", "Change columns…"
        )
        self.columns_button.clicked.connect(self.columns_wanted)
        self.reload_button = IconButton("reset", "Load the file again: it may have changed", "Reload")
        self.reload_button.clicked.connect(self.reload_wanted)
        self.import_button = IconButton(
            "open", "Bring a table, texts or a series of your own from a file", "Import file…"
        )
        self.import_button.clicked.connect(lambda: self.csv_wanted.emit(""))
        self.folder_button = IconButton(
            "open", "Bring images or texts of your own, one folder for each class", "Import folder…"
        )
        self.folder_button.clicked.connect(self._ask_folder)
        self._settings = QVBoxLayout()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(scaled(9))
        for widget in (self.sets, self.about, self.place, self.columns_button, self.reload_button):
            self._column.addWidget(widget)
        self._column.addLayout(self._settings)
        self._column.addWidget(self.import_button)
        self._column.addWidget(self.folder_button)

    def show_project(self, project: Project) -> None:
        """Show where the project's data come from."""
        before, self._project = self._project, project
        self._show_goal(project)
        source = project.data.source
        if before is not None and before.data.source is source:
            return
        file = source.family == FILES
        if before is None or type(before.data.source) is not type(source) or file:
            self._fill(source)
        table = isinstance(source, CsvSource)
        self.about.setText("" if table else _first_lines(source.about()))
        self.about.setVisible(not table)
        self.columns_button.setVisible(table)
        for widget in (self.place, self.reload_button):
            widget.setVisible(file)
        self.place.setText(self._path())
        self._show_form(source)

    def _fill(self, source: Source) -> None:
        """List the bundled sets under their families, a file of one's own above them."""
        model = QStandardItemModel(self.sets)
        if not source.example:
            model.appendRow(_entry(source.label(), source.kind, source.about()))
        for family, entries in SOURCES.families().items():
            bundled = [entry for entry in entries if entry.example]
            if not bundled:
                continue
            heading = QStandardItem(family[:1].upper() + family[1:])
            heading.setEnabled(False)
            heading.setSelectable(False)
            model.appendRow(heading)
            for entry in bundled:
                model.appendRow(_entry(f"  {entry.title}", entry.kind, entry.about()))
        self.sets.setModel(model)
        self.sets.setCurrentIndex(self.sets.findData(source.kind))

    def _show_form(self, source: Source) -> None:
        if self._form is not None and type(self._form.model) is type(source):
            self._form.set_model(source)
            return
        if self._form is not None:
            self._form.hide()
            self._form.deleteLater()
            self._form = None
        shown = [name for name in params(source) if name != "path"]
        if shown and not isinstance(source, CsvSource):
            self._form = Form(source, only=shown)
            self._form.edited.connect(self._set)
            self._settings.addWidget(self._form)

    def _pick(self, _index: int) -> None:
        assert self._project is not None
        kind = self.sets.currentData()
        if kind is not None and kind != self._project.data.source.kind:
            self.source_picked.emit(SOURCES[kind]())

    def _set(self, path: str, value: object, drag: str) -> None:
        assert self._project is not None
        where = f"data.source.{path}"
        try:
            project = self._project.set(where, value)
        except EditProblem:
            self._show_form(self._project.data.source)
            return
        label = self._project.data.source.params()[path].label
        self.edited.emit(project, f"Set {label.lower()}", f"{where}/{drag}")

    def _path(self) -> str:
        source = self._project.data.source if self._project is not None else None
        place = getattr(source, "path", "")
        return str(Path(place)) if place else ""

    def _show_goal(self, project: Project) -> None:
        if self._goal is not None:
            self._goal.set_model(project.data)
            return
        self._goal = Form(project.data, only=["goal"])
        self._goal.edited.connect(self._set_goal)
        self._column.insertWidget(self._column.indexOf(self.import_button), self._goal)

    def _set_goal(self, _path: str, value: object, _drag: str) -> None:
        assert self._project is not None
        self.edited.emit(self._project.set("data.goal", value), f"Set the goal to {value}", "")

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Images or texts, one folder for each class")
        if folder:
            self.csv_wanted.emit(folder)


def _entry(text: str, kind: str, tip: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setData(kind, Qt.ItemDataRole.UserRole)
    item.setToolTip(f"<p>{tip}</p>")
    return item


def _first_lines(about: str) -> str:
    """Join the lines of each paragraph, so that they wrap where the panel ends."""
    return "\n\n".join(" ".join(part.split()) for part in about.split("\n\n"))
