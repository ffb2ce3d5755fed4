"""One setting of a search: whether it varies, and between which values."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from nnstudio.tuning.space import Dimension, narrowed
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.icon_button import IconButton
from nnstudio.ui.widgets.numbers import format_number, parse_number

SCALES = {"linear": "evenly", "log": "by factors (log scale)", "power of two": "powers of two"}


class DimensionRow(QWidget):
    """Switch a dimension on and off, narrow its range, or pick among its choices."""

    changed = Signal(object)
    """The new Dimension."""

    def __init__(self, dimension: Dimension, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dimension = self._all = dimension
        self.setAccessibleName(dimension.label)
        self.box = QCheckBox(dimension.label)
        self.box.setChecked(dimension.on)
        self.box.setAccessibleName(f"Vary {dimension.label}")
        self.box.setToolTip(f"Try several values of this setting ({dimension.path})")
        self.box.toggled.connect(lambda on: self._set(on=on))
        self.problem = QLabel(wordWrap=True)
        set_role(self.problem, "problem")
        self.problem.hide()
        self.bounds: list[QLineEdit] = []
        row = QHBoxLayout()
        row.setSpacing(scaled(5))
        row.addWidget(self.box, 1)
        if dimension.choices:
            row.addWidget(self._choice_button())
        else:
            self._add_bounds(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(2))
        column.addLayout(row)
        column.addWidget(self.problem)
        self._enable()

    def show_all(self, every: Dimension) -> None:
        """Know what could be picked, for a choice that has been narrowed before."""
        self._all = every
        self._name_choices()

    def _add_bounds(self, row: QHBoxLayout) -> None:
        d = self.dimension
        for field, word in (("low", "from"), ("high", "to")):
            edit = QLineEdit(self._text(field))
            set_role(edit, "value")
            edit.setFixedWidth(scaled(60))
            edit.setAccessibleName(f"{d.label}, {word}")
            edit.setToolTip(f"{d.least:g} to {d.most:g}, tried {SCALES[d.scale]}")
            edit.editingFinished.connect(lambda field=field, edit=edit: self._typed(field, edit))
            self.bounds.append(edit)
            if field == "high":
                dash = QLabel("–")
                set_role(dash, "muted")
                row.addWidget(dash)
            row.addWidget(edit)

    def _choice_button(self) -> IconButton:
        self.choice = IconButton("chevron_down", "Which of them are tried", " ", role="small")
        self.choice.clicked.connect(self._open_choices)
        self._name_choices()
        return self.choice

    def _name_choices(self) -> None:
        if self._all.choices:
            text = f"{len(self.dimension.choices)} of {len(self._all.choices)}"
            self.choice.setText(text)
            self.choice.setAccessibleName(f"{self.dimension.label}, {text}")

    def _open_choices(self) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for kind in self._all.choices:
            action = menu.addAction(kind)
            action.setCheckable(True)
            action.setChecked(kind in self.dimension.choices)
            action.toggled.connect(lambda on, kind=kind: self.pick(kind, on))
        menu.popup(self.choice.mapToGlobal(self.choice.rect().bottomLeft()))

    def pick(self, kind: str, on: bool) -> None:
        """Try a kind or leave it out; one always stays."""
        now = self.dimension.choices
        chosen = tuple(one for one in self._all.choices if (on if one == kind else one in now))
        if chosen:
            self._set(choices=chosen)
            self._name_choices()

    def _typed(self, field: str, edit: QLineEdit) -> None:
        if edit.text() == self._text(field):
            return
        try:
            self._set(**{field: parse_number(edit.text())})
        except ValidationError as error:
            self._tell(str(error.errors()[0]["msg"]).removeprefix("Value error, ") + ".")
        except ValueError as error:
            self._tell(f"{error}.")
        else:
            self._tell("")
        edit.setText(self._text(field))

    def _text(self, field: str) -> str:
        value: float = getattr(self.dimension, field)
        return format_number(int(value) if value.is_integer() else value)

    def _set(self, **changes: Any) -> None:
        self.dimension = narrowed((self.dimension,), self.dimension.path, **changes)[0]
        self._enable()
        self.changed.emit(self.dimension)

    def _enable(self) -> None:
        for edit in self.bounds:
            edit.setEnabled(self.dimension.on)
        if self.dimension.choices:
            self.choice.setEnabled(self.dimension.on)

    def _tell(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
