"""A form made from any value of a project: one editor per declared setting."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal, get_args, get_origin

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnstudio.core.param import Param, params
from nnstudio.core.registry import Entry, Frozen, Registry, registry_of
from nnstudio.ui.theme import scaled
from nnstudio.ui.widgets.choice import ChoiceBox
from nnstudio.ui.widgets.editor import Editor
from nnstudio.ui.widgets.editors import editor_of_field


def readable(choice: str) -> str:
    """Return a stored choice as words, e.g. `val_loss` as `validation loss`."""
    return choice.replace("val_", "validation ").replace("train_", "training ").replace("_", " ")


class EntryEditor(QWidget):
    """Pick an entry of a registry and edit its common settings below; see `DetailsEditor` for the rest."""

    edited = Signal(str, object, str)

    def __init__(
        self, label: Param, registry: Registry[Any], entry: Entry, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._registry = registry
        words: dict[str | None, str] = {cls.kind: cls.title for cls in registry}
        self.box = ChoiceBox(label, entry.kind, words, parent=self)
        for index, cls in enumerate(registry):
            self.box.combo.setItemData(index, cls.about(), Qt.ItemDataRole.ToolTipRole)
        self.box.value_changed.connect(self._pick)
        self._form: Form | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(scaled(8))
        self._column.addWidget(self.box)
        self.set_value(entry)

    @property
    def picked(self) -> type[Entry]:
        """What is picked now."""
        return self._registry[self.box.value() or ""]

    @property
    def editors(self) -> dict[str, Editor | EntryEditor]:
        """The editors of the common settings shown now."""
        return self._form.editors if self._form is not None else {}

    def set_value(self, entry: Entry) -> None:
        """Show an entry without emitting."""
        self.box.set_value(entry.kind)
        if self._form is not None and type(self._form.model) is type(entry):
            self._form.set_model(entry)
            return
        if self._form is not None:
            self._form.put_away()
            self._form = None
        if any(not spec.advanced for spec in params(entry).values()):
            self._form = Form(entry, advanced=False, parent=self)
            self._form.edited.connect(self.edited)
            self._column.addWidget(self._form)

    def _pick(self, kind: str, drag: str) -> None:
        self.edited.emit("", self._registry[kind](), drag)


class DetailsEditor(QWidget):
    """The advanced settings of an entry picked elsewhere; empty when it has none."""

    edited = Signal(str, object, str)

    def __init__(self, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form: Form | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.set_value(entry)

    def set_value(self, entry: Entry) -> None:
        """Show an entry's advanced settings without emitting."""
        if self._form is not None and type(self._form.model) is type(entry):
            self._form.set_model(entry)
            return
        if self._form is not None:
            self._form.put_away()
        self._form = Form(entry, advanced=True, parent=self)
        self._form.edited.connect(self.edited)
        self._column.addWidget(self._form)


class Form(QWidget):
    """Editors for the fields of a model; emits (path below the model, value, drag id)."""

    edited = Signal(str, object, str)

    def __init__(
        self,
        model: Frozen,
        *,
        only: Collection[str] | None = None,
        advanced: bool | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`only` limits the fields; `advanced` limits to advanced (True) or common (False) ones."""
        super().__init__(parent)
        self.model = model
        self.editors: dict[str, Editor | EntryEditor] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(8))
        for name, spec in params(model).items():
            chosen = only is None or name in only
            if chosen and (advanced is None or spec.advanced == advanced):
                column.addWidget(self._editor(name, spec))

    def set_model(self, model: Frozen) -> None:
        """Show another value of the same type without emitting; a number half typed is left alone."""
        self.model = model
        for name, editor in self.editors.items():
            value = getattr(model, name)
            if isinstance(editor, EntryEditor) or editor.value() != value:
                editor.set_value(value)

    def put_away(self) -> None:
        """Hide and delete the form; what is half typed in it is dropped."""
        self.blockSignals(True)
        self.hide()
        self.deleteLater()

    def _editor(self, name: str, spec: Param) -> QWidget:
        value = getattr(self.model, name)
        registry = registry_of(type(self.model), name)
        if registry is not None:
            entry = EntryEditor(spec, registry, value, self)
            entry.edited.connect(
                lambda path, new, drag: self.edited.emit(f"{name}.{path}" if path else name, new, drag)
            )
            self.editors[name] = entry
            return entry
        annotation = type(self.model).model_fields[name].annotation
        editor: Editor
        if get_origin(annotation) is Literal:
            words: dict[str | None, str] = {choice: readable(choice) for choice in get_args(annotation)}
            editor = ChoiceBox(spec, value, words, parent=self)
        else:
            editor = editor_of_field(self.model, name, self)
        editor.value_changed.connect(lambda new, drag: self.edited.emit(name, new, drag))
        self.editors[name] = editor
        return editor
