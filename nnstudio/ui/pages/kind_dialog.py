"""The dialog that asks what a file or folder of one's own is, with the likely answer chosen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from nnstudio.core.dataset import Source
from nnstudio.core.param import params
from nnstudio.data.kind import Kind, Looked
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.choice import ChoiceBox
from nnstudio.ui.widgets.elided_label import ElidedLabel
from nnstudio.ui.widgets.form import Form
from nnstudio.ui.widgets.section import Section

WORDS: dict[Kind, tuple[str, str]] = {
    "table": ("A table", "Every row is an example; columns of numbers and categories."),
    "texts": ("Texts with a label", "Every text is an example, to be told apart or rated."),
    "images": ("Images with a label", "Every picture is an example, to be told apart or rated."),
    "series": ("A series", "The rows follow each other in time, and the future is foretold."),
    "text": ("One text to continue", "The network learns which token comes next."),
}
COLUMNS = ("column", "target", "forecast", "order_column")
"""Settings that name a column of the table."""
NO_ORDER = "(as the rows stand)"


class KindDialog(QDialog):
    """Pick the kind of data and its few settings; `source()` is what they make."""

    def __init__(self, looked: Looked, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looked = looked
        self._sources = dict(looked.sources)
        self.kind: Kind = looked.likely
        self.setWindowTitle(f"What is in {Path(looked.path).name}?")
        self.kinds: dict[Kind, QRadioButton] = {}
        self.editors: dict[str, ChoiceBox] = {}
        self.accept_button = QPushButton("Use these data")
        self.cancel_button = QPushButton("Cancel")
        self._settings: QWidget | None = None
        self._lay_out()
        self._show_settings()
        self.kinds[self.kind].setFocus()

    def source(self) -> Source:
        """Return the data as they are to be read; for a table its columns may still be decided."""
        return self._sources[self.kind]

    def _pick(self, kind: Kind) -> None:
        self.kind = kind
        self._show_settings()

    def _set(self, name: str, value: object) -> None:
        old = self.source()
        values = {field: getattr(old, field) for field in type(old).model_fields}
        self._sources[self.kind] = type(old)(**values | {name: value})
        if self._form is not None:
            self._form.set_model(self.source())

    def _show_settings(self) -> None:
        if self._settings is not None:
            self._settings.hide()
            self._settings.deleteLater()
        self.editors, self._form = {}, None
        self._settings = QWidget()
        column = QVBoxLayout(self._settings)
        column.setContentsMargins(0, 0, 0, 0)
        table = self.kind == "table"
        self.accept_button.setText("Choose columns…" if table else "Use these data")
        if not table:
            self._fill(column)
        self._place.addWidget(self._settings)
        self._head.setVisible(not table)

    def _fill(self, column: QVBoxLayout) -> None:
        source = self.source()
        known = params(source)
        for name in COLUMNS if self._looked.columns else ():
            if name in known:
                words: dict[str | None, str] = {one: one for one in self._looked.columns}
                if name == "order_column":
                    words[""] = NO_ORDER
                box = self.editors[name] = ChoiceBox(known[name], getattr(source, name), words)
                box.value_changed.connect(lambda value, _drag, name=name: self._set(name, value))
                column.addWidget(box)
        others = [
            name for name, spec in known.items() if name not in (*COLUMNS, "path") and not spec.advanced
        ]
        if others:
            self._form = Form(source, only=others)
            self._form.edited.connect(lambda name, value, _drag: self._set(name, value))
            column.addWidget(self._form)

    _form: Form | None = None

    def _lay_out(self) -> None:
        title = ElidedLabel(Path(self._looked.path).name, Qt.TextElideMode.ElideMiddle)
        set_role(title, "big")
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(scaled(9))
        column.addWidget(title)
        group = QButtonGroup(self)
        for kind, (name, what) in WORDS.items():
            if kind not in self._sources:
                continue
            button = self.kinds[kind] = QRadioButton(f"{name}: {what[:1].lower()}{what[1:]}")
            button.setAccessibleName(name)
            button.setToolTip(what)
            button.setChecked(kind == self.kind)
            button.clicked.connect(lambda _on, kind=kind: self._pick(kind))
            group.addButton(button)
            column.addWidget(button)
        self._head = Section("How it is read")
        self._place = self._head.body
        column.addWidget(self._head)
        column.addStretch(1)
        column.addLayout(self._buttons())
        self.setMinimumWidth(scaled(460))

    def _buttons(self) -> QHBoxLayout:
        set_role(self.accept_button, "primary")
        self.accept_button.setDefault(True)
        self.accept_button.setAccessibleName("Use these data")
        self.accept_button.setToolTip("Start a project with these data")
        self.accept_button.clicked.connect(self.accept)
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.setAccessibleName("Cancel")
        self.cancel_button.setToolTip("Close without importing")
        self.cancel_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.accept_button)
        return row
