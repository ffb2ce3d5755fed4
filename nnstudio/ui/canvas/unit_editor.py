"""Editing on the block itself: its number or its name, in a small field laid over the canvas."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from nnstudio.core.network import Node
from nnstudio.ui.canvas.edits import main_param


class BlockField(QObject):
    """One field at a time: Enter or leaving it takes the value, Escape does not."""

    def __init__(self, viewport: QWidget, view: QWidget) -> None:
        super().__init__(view)
        self._viewport, self._view = viewport, view
        self._field: QWidget | None = None
        self._take: Callable[[], object] = lambda: None

    @property
    def is_open(self) -> bool:
        """Whether a field is shown."""
        return self._field is not None

    @property
    def field(self) -> QWidget | None:
        """The field that is shown."""
        return self._field

    def edit_number(self, node: Node, rect: QRect, done: Callable[[str, float], None]) -> bool:
        """Open a spin box over `rect` for the layer's main number; tells whether it has one."""
        found = main_param(node.layer)
        if found is None:
            return False
        name, param = found
        value = getattr(node.layer, name)
        low, high = param.low or 0, param.high if param.high is not None else 1e6
        box: QSpinBox | QDoubleSpinBox
        if isinstance(value, int):
            box = QSpinBox(self._viewport)
            box.setRange(int(low), int(high))
            box.setSingleStep(int(param.step or 1))
        else:
            box = QDoubleSpinBox(self._viewport)
            box.setDecimals(4 if (param.step or 1) < 0.01 else 2)
            box.setRange(low, high)
            box.setSingleStep(param.step or 0.05)
        box.setValue(value)
        box.setAccessibleName(f"{param.label} of {node.title}")
        box.setToolTip(param.tooltip())
        box.selectAll()
        self._open(box, rect, lambda: done(name, box.value()))
        return True

    def edit_name(
        self, title: str, name: str, usual: str, rect: QRect, done: Callable[[str], object]
    ) -> None:
        """Open a line over `rect` for the name of what is called `title`; empty stands for the usual one."""
        line = QLineEdit(name, self._viewport)
        line.setPlaceholderText(usual or title)
        line.setAccessibleName(f"Name of {title}")
        line.setToolTip(f"A name of your own; empty returns to {usual or title}")
        line.selectAll()
        self._open(line, rect, lambda: done(line.text()))

    def close(self, *, take: bool) -> None:
        """Close the field, with or without taking its value."""
        field, self._field = self._field, None
        if field is None:
            return
        field.removeEventFilter(self)
        if take and isinstance(field, QSpinBox | QDoubleSpinBox):
            field.interpretText()
        field.hide()
        field.deleteLater()
        self._view.setFocus()
        if take:
            self._take()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.close(take=False)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.close(take=True)
                return True
        elif event.type() == QEvent.Type.FocusOut:
            self.close(take=True)
        return False

    def _open(self, field: QWidget, rect: QRect, take: Callable[[], object]) -> None:
        self.close(take=True)
        self._take = take
        size = field.sizeHint().expandedTo(rect.size())
        place = QRect(rect.topLeft(), size)
        place.moveCenter(rect.center())
        field.setGeometry(place)
        field.show()
        field.setFocus()
        field.installEventFilter(self)
        self._field = field
