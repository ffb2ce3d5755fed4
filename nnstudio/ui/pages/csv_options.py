"""How a text table is read: the settings of its format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.core.param import params
from nnstudio.data.csv_file import DELIMITERS, CsvSource
from nnstudio.ui.theme import scaled
from nnstudio.ui.widgets.choice import ChoiceBox, TextBox, Toggle

CHOICES: dict[str, dict[str | None, str]] = {
    "delimiter": {str(sign): words for sign, words in DELIMITERS.items()},
    "encoding": {name: name for name in ("utf-8", "cp1252", "latin-1", "utf-16")},
    "decimal": {".": "point", ",": "comma"},
    "dates": {name: name for name in ("year first", "day first", "month first")},
    "bad_rows": {"stop": "stop", "skip": "leave out"},
    "bad_values": {"stop": "stop", "missing": "as missing"},
    "task": {
        "auto": "automatic",
        "classification": "a class",
        "ordinal": "a class in an order",
        "multilabel": "several labels",
        "regression": "a number",
    },
    "between": {"auto": "automatic", ";": "semicolon", "|": "bar", ",": "comma"},
}
ORDER = (
    "delimiter", "encoding", "header", "decimal", "dates", "missing", "bad_rows", "bad_values", "task",
    "order", "between",
)  # fmt: skip
ONLY_FOR = {"order": "ordinal", "between": "multilabel"}
"""Settings that matter for one task alone."""
LABELS = {
    "bad_rows": "Ragged rows", "bad_values": "Unreadable values", "task": "Predict",
    "order": "Lowest to highest", "between": "Between labels",
}  # fmt: skip
GAP = "(empty)"
"""Stands for the empty text among those that mean a missing value."""


class OptionsPanel(QWidget):
    """Edit every setting of a file's format."""

    changed = Signal(str, object)
    """(field of CsvSource, value)"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editors: dict[str, ChoiceBox | Toggle | TextBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(8))
        for name in ORDER:
            editor = self.editors[name] = _editor(name)
            editor.value_changed.connect(lambda value, _drag, name=name: self._emit(name, value))
            column.addWidget(editor)

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show these settings; those that are not named stay."""
        for name in self.editors.keys() & values.keys():
            shown: Any = WORDS_OF[name](values[name]) if name in WORDS_OF else values[name]
            editor = self.editors[name]
            if not (isinstance(editor, TextBox) and editor.line.hasFocus()):
                editor.set_value(shown)
        if "task" in values:
            for name, task in ONLY_FOR.items():
                self.editors[name].setVisible(values["task"] == task)
        missing = self.editors["missing"]
        if isinstance(missing, TextBox) and not missing.line.hasFocus():
            missing.line.setCursorPosition(0)

    def _emit(self, name: str, value: object) -> None:
        read = {"missing": marks_of, "order": listed}
        self.changed.emit(name, read[name](str(value)) if name in read else value)


def words_of(marks: tuple[str, ...]) -> str:
    """Return the texts that mean a missing value as one line to edit."""
    return ", ".join(mark or GAP for mark in marks)


def marks_of(words: str) -> tuple[str, ...]:
    """Return the texts of a line edited by a person, each once."""
    marks = [word.strip() for word in words.split(",")]
    return tuple(dict.fromkeys("" if mark == GAP else mark for mark in marks))


def listed(words: str) -> tuple[str, ...]:
    """Return the classes of a line edited by a person, each once."""
    return tuple(dict.fromkeys(word.strip() for word in words.split(",") if word.strip()))


WORDS_OF: dict[str, Callable[[tuple[str, ...]], str]] = {"missing": words_of, "order": ", ".join}


def _editor(name: str) -> ChoiceBox | Toggle | TextBox:
    field = CsvSource.model_fields[name]
    spec = params(CsvSource)[name]
    if name in LABELS:
        spec = type(spec)(LABELS[name], f"{spec.label}. {spec.help}")
    if name == "header":
        return Toggle(spec, True)
    if name == "missing":
        box = TextBox(spec, words_of(field.default))
        box.line.setToolTip(f"{spec.tooltip()}<p>Separate them by commas; {GAP} is an empty field.</p>")
        return box
    if name == "order":
        box = TextBox(spec, "")
        box.line.setPlaceholderText("low, medium, high")
        box.line.setToolTip(f"{spec.tooltip()}<p>Separate them by commas.</p>")
        return box
    return ChoiceBox(spec, field.default, CHOICES[name])
