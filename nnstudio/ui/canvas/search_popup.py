"""Type-to-search: a few letters find a layer, Enter inserts it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from nnstudio.core.network import LAYERS
from nnstudio.ui.canvas.find import found
from nnstudio.ui.theme import scaled, set_role


class SearchPopup(QFrame):
    """A line and the layers that answer it, laid over the canvas."""

    chosen = Signal(object)
    """A Layer with its usual settings."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self.setAccessibleName("Find a layer to insert")
        self.setAutoFillBackground(True)
        set_role(self, "card")
        self._line = QLineEdit(self)
        self._line.setAccessibleName("Layer to insert")
        self._line.setToolTip("Type a few letters; Enter inserts, Escape closes")
        self._line.setPlaceholderText("Insert a layer")
        self._list = QListWidget(self)
        self._list.setAccessibleName("Layers found")
        self._list.setToolTip("Enter or click inserts the layer")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        column.addWidget(self._line)
        column.addWidget(self._list)
        self._line.textChanged.connect(self._on_text)
        self._line.installEventFilter(self)
        self._list.itemClicked.connect(self._choose)
        self.hide()

    def open(self, text: str, at: QPoint) -> None:
        """Show the search below a point of the view, begun with `text`."""
        area = self._view.rect()
        self.resize(scaled(220), scaled(230))
        self.move(
            max(0, min(at.x() - self.width() // 2, area.width() - self.width())),
            max(0, min(at.y(), area.height() - self.height())),
        )
        self._line.setText(text)
        self._on_text(text)
        self.show()
        self.raise_()
        self._line.setFocus()
        self._line.end(False)

    def titles(self) -> list[str]:
        """Return what is offered now."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    def close_search(self) -> None:
        """Hide and give the keyboard back to the canvas."""
        if self.isVisible():
            self.hide()
            self._view.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event.key())
        return False

    def _on_key(self, key: int) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if key == Qt.Key.Key_Escape:
            self.close_search()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self._list.currentItem())
        elif key in steps and self._list.count():
            row = self._list.currentRow() + steps[Qt.Key(key)]
            self._list.setCurrentRow(max(0, min(self._list.count() - 1, row)))
        else:
            return False
        return True

    def _on_text(self, text: str) -> None:
        self._list.clear()
        for entry in found(LAYERS, text):
            item = QListWidgetItem(entry.title, self._list)
            item.setData(Qt.ItemDataRole.UserRole, entry.kind)
            item.setToolTip(entry.about())
        self._list.setCurrentRow(0)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        kind = item.data(Qt.ItemDataRole.UserRole)
        self.close_search()
        self.chosen.emit(LAYERS[kind]())
