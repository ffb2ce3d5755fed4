"""What to search and how: strategy, trials, and the settings that vary."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from nnstudio.core.param import params
from nnstudio.core.project import Project
from nnstudio.tuning.space import Dimension, kept, space
from nnstudio.tuning.wish import MONITORS, Search
from nnstudio.ui.pages.tune_dimension import DimensionRow
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.choice import ChoiceBox
from nnstudio.ui.widgets.form import Form, readable
from nnstudio.ui.widgets.section import Section
from nnstudio.ui.widgets.side_width import SideWidth

WIDTH = 316
COMMON, MORE = ("strategy", "trials", "epochs"), ("prune", "seed")


class TuneSettings(QScrollArea):
    """Edit a Search."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self.setAccessibleName("What to search")
        set_role(self, "surface")
        SideWidth(self, WIDTH)
        self.wish = Search()
        self.rows: list[DimensionRow] = []
        self._known: tuple[Dimension, ...] = ()
        self._task = ""
        self.monitor: ChoiceBox | None = None
        inner = QWidget()
        set_role(inner, "surface")
        column = QVBoxLayout(inner)
        column.setContentsMargins(scaled(12), scaled(10), scaled(12), scaled(10))
        column.setSpacing(scaled(10))
        self._how = Section("How to search")
        self._common, self._more = Form(self.wish, only=COMMON), Form(self.wish, only=MORE)
        for form in (self._common, self._more):
            form.edited.connect(lambda path, value, _drag: self._set(path, value))
            self._how.body.addWidget(form)
        self._what = Section("What to vary")
        self.hint = QLabel("Few settings at a time are found faster than many.", wordWrap=True)
        set_role(self.hint, "hint")
        self._what.body.addWidget(self.hint)
        for section in (self._how, self._what):
            column.addWidget(section)
        column.addStretch(1)
        self.setWidget(inner)

    def show_project(self, project: Project) -> None:
        """Offer the settings of a project; ranges set before stay."""
        known = space(project)
        if _names(known) != _names(self._known):
            self.wish = self.wish.with_value("dimensions", kept(self.wish.dimensions, known))
            self._known = known
            self._rebuild()
            self.changed.emit()
        if project.signature is not None and project.signature.target.task != self._task:
            self._task = project.signature.target.task
            self._offer_monitors(MONITORS[project.signature.target.task])

    def _rebuild(self) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = []
        for dimension, every in zip(self.wish.dimensions, self._known, strict=True):
            row = DimensionRow(dimension)
            row.show_all(every)
            row.changed.connect(self._take)
            self._what.body.addWidget(row)
            self.rows.append(row)

    def _offer_monitors(self, monitors: tuple[str, ...]) -> None:
        if self.wish.monitor not in monitors:
            self.wish = self.wish.with_value("monitor", monitors[0])
        if self.monitor is not None:
            self.monitor.hide()
            self.monitor.deleteLater()
        words: dict[str | None, str] = {name: readable(name) for name in monitors}
        self.monitor = ChoiceBox(params(Search)["monitor"], self.wish.monitor, words)
        self.monitor.value_changed.connect(lambda value, _drag: self._set("monitor", value))
        self._how.body.insertWidget(1, self.monitor)

    def _take(self, dimension: Dimension) -> None:
        self._set(
            "dimensions",
            tuple(dimension if d.path == dimension.path else d for d in self.wish.dimensions),
        )

    def _set(self, path: str, value: Any) -> None:
        with suppress(ValidationError):  # What cannot be is not taken: the form shows what is kept.
            self.wish = self.wish.with_value(path, value)
        for form in (self._common, self._more):
            form.set_model(self.wish)
        if self.monitor is not None:
            self.monitor.set_value(self.wish.monitor)
        self.changed.emit()


def _names(dimensions: tuple[Dimension, ...]) -> list[tuple[Any, ...]]:
    """What makes the same dimensions: a change of value elsewhere leaves the rows alone."""
    return [(d.path, d.label, d.low, d.high, d.choices) for d in dimensions]
