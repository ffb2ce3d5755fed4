"""What every editor of one setting has in common."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnstudio.core.param import Param


class Editor(QWidget):
    """Edits one value; emits `value_changed(value, drag_id)` when a person changes it.

    All changes of one drag or one burst of key presses carry the same `drag_id`, so that an undo
    stack can merge them.
    """

    value_changed = Signal(object, str)

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.param = param
        self.setToolTip(param.tooltip())
        self.setAccessibleName(param.label)

    def value(self) -> Any:
        """Return the value shown."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value without emitting `value_changed`."""
        raise NotImplementedError


def new_drag_id() -> str:
    """Return an id that no other change carries."""
    return uuid4().hex
