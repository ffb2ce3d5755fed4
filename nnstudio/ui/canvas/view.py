"""The network canvas: values in, wishes out; zoom, keys, mouse and drops."""

from __future__ import annotations

from functools import partial
from typing import cast

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from nnstudio.core.network import INPUT, Layer, Network
from nnstudio.core.shape import Shape
from nnstudio.core.trace import Trace
from nnstudio.ui.canvas import edits, keys, menus
from nnstudio.ui.canvas.block import Block
from nnstudio.ui.canvas.gestures import CarryBlocks, DrawFrame, Gesture, Pan, PullWire
from nnstudio.ui.canvas.layout import LOSS
from nnstudio.ui.canvas.network_view import NetworkView
from nnstudio.ui.canvas.search_popup import SearchPopup

_M = Qt.KeyboardModifier


class CanvasView(NetworkView):
    """Shows a network and asks for edits; it never changes the network itself."""

    edit_requested = Signal(str)
    """Open the properties of a layer, of INPUT or of LOSS."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gesture: Gesture | None = None
        self._space = False
        self.setMouseTracking(True)
        self.search = SearchPopup(self)
        self.search.chosen.connect(self.insert)

    def show_network(
        self, network: Network, trace: Trace | None, input_shape: Shape | None, loss_title: str
    ) -> None:
        self._end_gesture()
        super().show_network(network, trace, input_shape, loss_title)

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
            self.ensureVisible(QRectF(*self.box_of(self.editing.current).sides()), 30, 30)

    def edit_selected(self) -> None:
        """Ask for the properties of the layer that has the keyboard; a folded group opens instead."""
        name = self.group_meant()
        if name in self.editing.folded.folded.values():
            self.toggle_group(name)
        elif self.editing.current is not None:
            self.edit_requested.emit(self.editing.current)

    def rename_selected(self) -> None:
        """Edit the name of the layer that has the keyboard, or of the group that is selected."""
        if name := self.group_meant():
            self.rename_group(name)
        elif self.editing.current is not None:
            self.edit_name(self.editing.current)

    def edit_number(self, id: str) -> None:
        """Edit a layer's units (or its other main number) on its block; without one its properties."""
        rect = self.on_screen(self.stage.layers[id].summary_rect())
        node = self.editing.network[id]
        if not self.field.edit_number(node, rect, lambda n, v: self.editing.set_value(id, n, v)):
            self.edit_requested.emit(id)

    def edit_name(self, id: str) -> None:
        """Edit a layer's name on its block."""
        rect = self.on_screen(self.stage.layers[id].title_rect())
        node = self.editing.network[id]
        take = partial(self.editing.rename, id)
        self.field.edit_name(node.title, node.name, node.layer.title, rect, take)

    def open_search(self, text: str = "") -> None:
        """Open the search for a layer to insert."""
        at = QPoint(self.width() // 2, self.height() // 3)
        if self.editing.current is not None:
            box = self.box_of(self.editing.current)
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
        self.show_marks()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._space = False
        self.show_marks()

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
        frame = self.stage.frame_at(point)
        if (acting := self.stage.action_at(point)) is not None:
            self._act(acting)
        elif (name := self.stage.opener_at(point)) is not None:
            self.toggle_group(name)
        elif port is not None:
            self._gesture = PullWire(self.stage, self.editing, port)
        elif block is not None:
            self._press_block(self.editing.folded.members.get(block, ()), point, modifiers)
        elif frame is not None and frame.chevron_rect().contains(point):
            self.toggle_group(frame.name)
        elif frame is not None:
            self._press_block(self.editing.folded.opened[frame.name], point, modifiers)
        elif (edge := self.stage.wire_at(point)) is not None:
            cuttable = edits.can_cut(self.editing.network, edge)
            self.editing.select_wire(edge if cuttable else None)
        else:
            add = bool(modifiers & (_M.ControlModifier | _M.ShiftModifier))
            self._gesture = DrawFrame(self.stage, self.editing, point, add=add)

    def _press_block(self, members: tuple[str, ...], point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        if not members:
            self.editing.select(())
        elif modifiers & _M.ControlModifier:
            self.editing.toggle(members)
        elif modifiers & _M.ShiftModifier:
            self.editing.extend_to(members[-1])
        else:
            if not set(members) <= set(self.editing.selection):
                self.editing.select(members)
            self._gesture = CarryBlocks(self.stage, self.editing, members, point)

    def _act(self, block: Block) -> None:
        """Do what the message of a block offers: mend the error, or show the layer that has it."""
        if block.remedy is not None:
            self.editing.insert_before(block.id, block.remedy)
        elif block.layers and (trace := self._shown[0]) is not None:
            wrong = trace.errors.keys() & {*self.editing.folded.members[block.id]}
            self.select(tuple(id for id in self._network.ids if id in wrong)[:1])

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
        block, frame = self.stage.block_at(point), self.stage.frame_at(point)
        if block is None:
            if frame is not None and frame.name_rect().contains(point):
                self.rename_group(frame.name)
            return
        if block in self.editing.folded.folded:
            self.toggle_group(self.editing.folded.folded[block])
            return
        on_summary = self.stage.layers[block].summary_rect().contains(point)
        if on_summary and block not in (INPUT, LOSS):
            self.edit_number(block)
        else:
            self.edit_requested.emit(block)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        menu = self._menu_here() if by_key else self._menu_at(self.mapToScene(event.pos()))
        at = event.globalPos()
        if by_key and self.editing.current is not None:
            box = self.box_of(self.editing.current)
            at = self.viewport().mapToGlobal(self.mapFromScene(box.centre, box.middle))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def _menu_here(self) -> QMenu:
        """Return the menu of what has the keyboard."""
        if self.editing.current is not None:
            return menus.block_menu(self, self.editing.folded.block_of[self.editing.current])
        edge = self.editing.wire
        return menus.wire_menu(self, edge) if edge is not None else menus.canvas_menu(self)

    def _menu_at(self, point: QPointF) -> QMenu:
        """Return the menu of what lies under a point; a block there is selected first."""
        block, frame = self.stage.block_at(point), self.stage.frame_at(point)
        if frame is not None and block is None:
            self.editing.select(self.editing.folded.opened[frame.name])
            return menus.group_menu(self, frame.name)
        if block is None:
            edge = self.stage.wire_at(point)
            return menus.wire_menu(self, edge) if edge is not None else menus.canvas_menu(self)
        members = self.editing.folded.members.get(block, ())
        if members and not set(members) <= set(self.editing.selection):
            self.editing.select(members)
        return menus.block_menu(self, block)

    def _end_gesture(self) -> None:
        self.scroll_at_edge(None)
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.cancel()
