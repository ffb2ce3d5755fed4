"""How rare classes get more weight among the training rows."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnstudio.core.dataset import SAMPLERS, DataSpec, NoSampler, Prepared
from nnstudio.core.param import params
from nnstudio.core.project import EditProblem, Project
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.form import EntryEditor
from nnstudio.ui.widgets.numbers import group_digits


class BalancePanel(QWidget):
    """Edit Project.data.sampler and say what it made of the training rows."""

    edited = Signal(object, str, str)
    """(Project, text for undo, merge key)"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self.editor = EntryEditor(params(DataSpec)["sampler"], SAMPLERS, NoSampler())
        self.editor.edited.connect(self._edit)
        self.rows = QLabel(wordWrap=True)
        set_role(self.rows, "hint")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(6))
        column.addWidget(self.editor)
        column.addWidget(self.rows)

    def show_project(self, project: Project) -> None:
        """Show the project's sampler."""
        self._project = project
        self.editor.set_value(project.data.sampler)

    def show_prepared(self, prepared: Prepared | None) -> None:
        """Say how many rows are learnt from; None while that is unknown."""
        balanced = prepared is not None and prepared.balanced is not None
        self.rows.setVisible(balanced)
        if prepared is not None and balanced:
            before, after = group_digits(len(prepared.train)), group_digits(len(prepared.learnt))
            self.rows.setText(f"{before} training rows became {after} to learn from.")

    def _edit(self, path: str, value: object, drag: str) -> None:
        assert self._project is not None
        where = f"data.sampler.{path}".rstrip(".")
        try:
            project = self._project.set(where, value)
        except EditProblem:
            self.editor.set_value(self._project.data.sampler)
            return
        self.edited.emit(project, "Set balance of classes", f"{where}/{drag}")
