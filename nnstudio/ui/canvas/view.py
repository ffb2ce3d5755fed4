"""The network canvas: values in, wishes out; zoom, keys, mouse and drops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QWidget

from nnstudio.core.network import INPUT, Layer, Network
from nnstudio.core.shape import Shape
from nnstudio.core.trace import Trace
from nnstudio.ui.canvas import edits, keys, menus
from nnstudio.ui.canvas.block import Cost, describe
from nnstudio.ui.canvas.drag import MIME, layer_from
from nnstudio.ui.canvas.editing import Editing
from nnstudio.ui.canvas.gestures import CarryBlocks, DrawFrame, Gesture, Pan, PullWire
from nnstudio.ui.canvas.layer_item import Level
from nnstudio.ui.canvas.layout import LOSS, Edge
from nnstudio.ui.canvas.measure import Measure
from nnstudio.ui.canvas.navigation import ZoomView
from nnstudio.ui.canvas.search_popup import SearchPopup
from nnstudio.ui.canvas.unit_editor import BlockField

_M = Qt.KeyboardModifier


class CanvasView(ZoomView):
    """Shows a network and asks for edits; it never changes the network itself.

    A layer dropped on a connection goes in there, on the left half of a block before it, on the right
    half behind it, and on empty canvas to the end of the chain.
    """

    edited = Signal(object, str)
    """A new Network, and what was done in words for undo."""
    selection_changed = Signal(tuple)
    """The ids of the selected layers, in network order."""
    edit_requested = Signal(str)
    """Open the properties of a layer, of INPUT or of LOSS."""
    told = Signal(str)
    """A word to the person, for the status bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editing = Editing(self)
        self._shown: tuple[Network, Trace | None, Shape | None, str] = (Network(), None, None, "")
        self._gesture: Gesture | None = None
        self._dragged: Layer | None = None
        self._drop_edge: Edge | None = None
        self._space = False
        self._words = ""
        self.setAccessibleName("Network")
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.search = SearchPopup(self)
        self.field = BlockField(self.viewport(), self)
        self.editing.edited.connect(self.edited)
        self.editing.told.connect(self.told)
        self.editing.selection_changed.connect(self.selection_changed)
        self.editing.marked.connect(self._show_marks)
        self.search.chosen.connect(self.insert)
        self._display()

    # -- values in ---------------------------------------------------------------------------------

    def show_network(
        self, network: Network, trace: Trace | None, input_shape: Shape | None, loss_title: str
    ) -> None:
        """Show a network with its layer table; blocks that stay keep their selection."""
        self._end_gesture()
        self._end_drop()
        self._shown = (network, trace, input_shape, loss_title)
        self._display()

    def set_health(self, marks: Mapping[str, tuple[str, Level]]) -> None:
        """Show a health mark (text and level) below layers, by id; empty removes them."""
        self.stage.set_health(marks)

    def show_cost(self, cost: Cost | None) -> None:
        """Draw a bar of one cost in every block; None removes them."""
        self.stage.set_cost(cost)

    def set_animated(self, animated: bool) -> None:
        """Let blocks glide to their places, or jump."""
        self.stage.animated = animated

    def describe(self) -> str:
        """Return the network as one line of text, as a screen reader reads it."""
        return describe(*self._shown)

    @property
    def selection(self) -> tuple[str, ...]:
        """The ids of the selected layers, in network order."""
        return self.editing.selection

    def select(self, ids: tuple[str, ...]) -> None:
        """Select exactly these layers."""
        self.editing.select(ids)

    def _display(self) -> None:
        network, trace, shape, loss = self._shown
        self.stage.display(network, trace, shape, loss, Measure(self))
        self._words = self.describe()
        self.editing.show(network)
        self.keep_fitting()

    # -- wishes, for menus and keys ------------------------------------------------------------------

    def insert(self, layer: Layer) -> None:
        """Place a layer behind the selection, without one at the end of the chain."""
        self.editing.insert(layer)

    def copy(self) -> None:
        """Put the selected layers on the clipboard."""
        self.editing.copy()

    def cut(self) -> None:
        """Put the selected layers on the clipboard and delete them."""
        self.editing.cut()

    def paste(self) -> None:
        """Place the layers of the clipboard behind the selection."""
        self.editing.paste()

    def duplicate(self) -> None:
        """Place a copy of the selected layers behind them."""
        self.editing.duplicate()

    def delete(self) -> None:
        """Delete the selected layers and heal the chain, or cut the selected connection."""
        self.editing.delete()

    def select_all(self) -> None:
        """Select every layer."""
        self.editing.select_all()

    def shift(self, *, forward: bool) -> None:
        """Move the selected layers one place along the chain."""
        self.editing.shift(forward)

    def step(self, columns: int, lanes: int, *, extend: bool = False) -> None:
        """Move the keyboard's place, and keep it in sight."""
        self.editing.step(columns, lanes, self.stage.layout, extend=extend)
        if self.editing.current is not None:
            self.ensureVisible(QRectF(*self.stage.layout.boxes[self.editing.current].sides()), 30, 30)

    def edit_selected(self) -> None:
        """Ask for the properties of the layer that has the keyboard."""
        if self.editing.current is not None:
            self.edit_requested.emit(self.editing.current)

    def rename_selected(self) -> None:
        """Edit the name of the layer that has the keyboard on its block."""
        if self.editing.current is not None:
            self.edit_name(self.editing.current)

    def edit_number(self, id: str) -> None:
        """Edit a layer's units (or its other main number) on its block; without one its properties."""
        rect = self._on_screen(self.stage.layers[id].summary_rect())
        node = self.editing.network[id]
        if not self.field.edit_number(node, rect, lambda n, v: self.editing.set_value(id, n, v)):
            self.edit_requested.emit(id)

    def edit_name(self, id: str) -> None:
        """Edit a layer's name on its block."""
        rect = self._on_screen(self.stage.layers[id].title_rect())
        self.field.edit_name(self.editing.network[id], rect, lambda text: self.editing.rename(id, text))

    def open_search(self, text: str = "") -> None:
        """Open the search for a layer to insert."""
        at = QPoint(self.width() // 2, self.height() // 3)
        if self.editing.current is not None:
            box = self.stage.layout.boxes[self.editing.current]
            at = self.mapFromScene(box.centre, box.y) + QPoint(0, 48)
        self.search.open(text, at)

    def raise_or_zoom(self, *, up: bool) -> None:
        """Double or halve the units of the selection; without one, zoom."""
        if self.editing.selection and self.editing.step_value(up):
            return
        self.zoom_in() if up else self.zoom_out()

    def escape(self) -> None:
        """Cancel what the hand does, else select nothing."""
        if self._gesture is not None:
            self._end_gesture()
        else:
            self.editing.select(())

    # -- keyboard ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and keys.is_ours(cast(QKeyEvent, event)):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self._space = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif not keys.handle(self, event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self.viewport().unsetCursor()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_key = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.shows_focus = event.reason() in (*by_key, Qt.FocusReason.ShortcutFocusReason)
        self._show_marks()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._space = False
        self._show_marks()

    # -- mouse ---------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.field.close(take=True)
        self.search.close_search()
        self._end_gesture()
        self.shows_focus = False
        point = self.mapToScene(event.position().toPoint())
        if event.button() == Qt.MouseButton.MiddleButton or (
            self._space and event.button() == Qt.MouseButton.LeftButton
        ):
            self._gesture = Pan(self, point)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._press(point, event.modifiers())

    def _press(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        port, block = self.stage.port_at(point), self.stage.block_at(point)
        if (remedy := self.stage.remedy_at(point)) is not None:
            self.editing.insert_before(*remedy)
        elif port is not None:
            self._gesture = PullWire(self.stage, self.editing, port)
        elif block in self.editing.network.ids:
            self._press_block(block, point, modifiers)
        elif block is not None:
            self.editing.select(())
        elif (edge := self.stage.wire_at(point)) is not None:
            cuttable = edits.can_cut(self.editing.network, edge)
            self.editing.select_wire(edge if cuttable else None)
        else:
            add = bool(modifiers & (_M.ControlModifier | _M.ShiftModifier))
            self._gesture = DrawFrame(self.stage, self.editing, point, add=add)

    def _press_block(self, id: str, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & _M.ControlModifier:
            self.editing.toggle(id)
        elif modifiers & _M.ShiftModifier:
            self.editing.extend_to(id)
        else:
            if id not in self.editing.selection:
                self.editing.select([id])
            self._gesture = CarryBlocks(self.stage, self.editing, id, point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = self.mapToScene(event.position().toPoint())
        if self._gesture is not None:
            if not isinstance(self._gesture, Pan):
                self.scroll_at_edge(event.position().toPoint())
            self._gesture.move(point)
            return
        block = self.stage.port_at(point) or self.stage.block_at(point)
        edge = None if block else self.stage.wire_at(point)
        self.stage.point_at(block, edge)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.scroll_at_edge(None)
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.finish()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._end_gesture()
        point = self.mapToScene(event.position().toPoint())
        block = self.stage.block_at(point)
        if block is None:
            return
        on_summary = self.stage.layers[block].summary_rect().contains(point)
        if on_summary and block not in (INPUT, LOSS):
            self.edit_number(block)
        else:
            self.edit_requested.emit(block)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        block = self.editing.current if by_key else self.stage.block_at(self.mapToScene(event.pos()))
        edge = self.editing.wire if by_key else self.stage.wire_at(self.mapToScene(event.pos()))
        at = event.globalPos()
        if block is not None:
            if block in self.editing.network.ids and block not in self.editing.selection:
                self.editing.select([block])
            if by_key:
                box = self.stage.layout.boxes[block]
                at = self.viewport().mapToGlobal(self.mapFromScene(box.centre, box.middle))
            menu = menus.block_menu(self, block)
        else:
            menu = menus.wire_menu(self, edge) if edge is not None else menus.canvas_menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    # -- drops ---------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._dragged = layer_from(event.mimeData()) if event.mimeData().hasFormat(MIME) else None
        self._drag_over(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drag_over(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._end_drop()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drag_over(event)
        layer, edge = self._dragged, self._drop_edge
        self._end_drop()
        if layer is not None and edge is not None:
            self.setFocus()
            self.editing.insert_at(layer, edge)

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

    def _end_drop(self) -> None:
        self.scroll_at_edge(None)
        if self._drop_edge is not None:
            self.stage.preview(None)
        self._dragged = self._drop_edge = None

    # -- looks ---------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        kinds = (QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.FontChange)
        if event.type() in kinds and hasattr(self, "field"):
            self._display()

    def _show_marks(self) -> None:
        current = self.editing.current if self.hasFocus() else None
        self.stage.mark(self.editing.selection, current, self.editing.wire)
        titles = [self.editing.network[id].title for id in self.editing.selection]
        chosen = f"Selected: {', '.join(titles)}. " if titles else ""
        self.setAccessibleDescription(chosen + self._words)
        self.viewport().update()

    def _end_gesture(self) -> None:
        self.scroll_at_edge(None)
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.cancel()

    def _on_screen(self, rect: QRectF) -> QRect:
        return self.mapFromScene(rect).boundingRect()
