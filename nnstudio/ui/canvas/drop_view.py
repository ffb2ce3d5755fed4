"""A canvas that layers can be dropped on from the palette."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from nnstudio.core.network import Layer
from nnstudio.ui.canvas import edits
from nnstudio.ui.canvas.drag import MIME, layer_from
from nnstudio.ui.canvas.editing import Editing
from nnstudio.ui.canvas.layout import Edge
from nnstudio.ui.canvas.navigation import ZoomView


class DropView(ZoomView):
    """Shows where a layer would go while it hovers, and asks for it to be inserted there.

    A layer dropped on a connection goes in there, on the left half of a block before it, on the right
    half behind it, and on empty canvas to the end of the chain.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editing = Editing(self)
        self._dragged: Layer | None = None
        self._drop_edge: Edge | None = None
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._dragged = layer_from(event.mimeData()) if event.mimeData().hasFormat(MIME) else None
        self._drag_over(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drag_over(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.end_drop()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drag_over(event)
        layer, edge = self._dragged, self._drop_edge
        self.end_drop()
        if layer is not None and edge is not None:
            self.setFocus()
            self.editing.insert_at(layer, edge)

    def end_drop(self) -> None:
        """Forget what hovers."""
        self.scroll_at_edge(None)
        if self._drop_edge is not None:
            self.stage.preview(None)
        self._dragged = self._drop_edge = None

    def _drag_over(self, event: QDropEvent) -> None:
        if self._dragged is None:
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.scroll_at_edge(event.position().toPoint())
        edge = self.stage.drop_edge(self.mapToScene(event.position().toPoint()))
        if edge != self._drop_edge:
            self._drop_edge = edge
            network, id = edits.insert_at(self.editing.network, self._dragged, edge)
            self.stage.preview(network, (id,))
