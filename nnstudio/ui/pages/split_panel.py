"""How the rows are divided: the bar, the shares, the seed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnstudio.core.dataset import Prepared, Split
from nnstudio.core.param import params
from nnstudio.core.project import EditProblem, Project
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.form import Form
from nnstudio.ui.widgets.numbers import group_digits
from nnstudio.ui.widgets.split_bar import SplitBar

GIVEN = (
    "The data say themselves which rows train, validate and test; the shares only serve a part they do not "
    "name."
)
IN_TIME = "Rows that follow each other are split in their order: the past trains, the future judges."


class SplitPanel(QWidget):
    """Edit the shares of training and validation rows; the test set is what they leave."""

    edited = Signal(object, str, str)
    """(Project, text for undo, merge key)"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self.bar = SplitBar()
        self.counts = QLabel(wordWrap=True)
        set_role(self.counts, "hint")
        self.note = QLabel(GIVEN, wordWrap=True)
        set_role(self.note, "muted")
        self.note.hide()
        self.form = Form(Split())
        self.form.edited.connect(self._edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(6))
        for widget in (self.bar, self.counts, self.note, self.form):
            column.addWidget(widget)

    def show_project(self, project: Project) -> None:
        """Show the project's split."""
        self._project = project
        self.form.set_model(project.data.split)

    def show_prepared(self, prepared: Prepared | None, *, given: bool = False, in_time: bool = False) -> None:
        """Show how many rows came out; `given`: the data divide themselves, `in_time`: by their order."""
        self.note.setText(GIVEN if given else IN_TIME)
        self.note.setVisible(given or in_time)
        for name in ("seed", "stratify"):
            self.form.editors[name].setDisabled(in_time)
        if prepared is None:
            self.counts.setText("The rows are counted once the data are loaded.")
            self.bar.set_counts(0, 0, 0)
            return
        sizes = [len(part) for part in (prepared.train, prepared.validation, prepared.test)]
        self.bar.set_counts(*sizes)
        total = max(sum(sizes), 1)
        names = ("train", "validation", "test")
        self.counts.setText(
            " · ".join(
                f"{name} {group_digits(n)} ({n / total:.0%})" for name, n in zip(names, sizes, strict=True)
            )
        )

    def _edit(self, path: str, value: object, drag: str) -> None:
        assert self._project is not None
        try:
            project = self._project.set("data.split", with_share(self._project.data.split, path, value))
        except (EditProblem, ValueError):
            self.form.set_model(self._project.data.split)
            return
        label = params(Split)[path].label.lower()
        self.edited.emit(project, f"Set {label}", f"data.split.{path}/{drag}")


def with_share(split: Split, field: str, value: object) -> Split:
    """Return the split with one setting changed; what no longer fits beside a share gives way."""
    fields = {**split.model_dump(), field: value}
    other = {"train": "validation", "validation": "train"}.get(field)
    if other is not None:
        fields[field] = round(float(fields[field]), 4)
        fields[other] = round(min(float(fields[other]), 1.0 - float(fields[field])), 4)
    return Split(**fields)
