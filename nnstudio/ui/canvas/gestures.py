"""What a hand can do with the mouse held down: carry blocks, pull a connection, draw a frame, pan."""

from __future__ import annotations

from abc import ABC, abstractmethod

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QApplication, QGraphicsRectItem, QGraphicsView

from nnstudio.core.network import INPUT, Network
from nnstudio.ui.canvas import edits
from nnstudio.ui.canvas.editing import Editing
from nnstudio.ui.canvas.layout import LOSS, Edge
from nnstudio.ui.canvas.scene import CanvasScene
from nnstudio.ui.canvas.wire_item import RubberWire
from nnstudio.ui.theme import colours


class Gesture(ABC):
    """One press of a button, until it is let go or cancelled; points are in scene coordinates."""

    @abstractmethod
    def move(self, point: QPointF) -> None:
        """Follow the hand."""

    @abstractmethod
    def finish(self) -> None:
        """The button is let go."""

    @abstractmethod
    def cancel(self) -> None:
        """Escape: nothing has happened."""


class CarryBlocks(Gesture):
    """Carries a block or a group, or the selection it belongs to, to another place in the chain."""

    def __init__(
        self, scene: CanvasScene, editing: Editing, members: tuple[str, ...], start: QPointF
    ) -> None:
        self._scene, self._editing, self._members, self._start = scene, editing, members, start
        self._ids = editing.selection if set(members) <= set(editing.selection) else members
        self._carried = False
        self._edge: Edge | None = None

    def move(self, point: QPointF) -> None:
        by = point - self._start
        if not self._carried and by.manhattanLength() < QApplication.startDragDistance():
            return
        if not self._carried:
            self._carried = True
            self._scene.preview(self._editing.network, self._ids)
        edge = self._scene.drop_edge(point, chain_only=True)
        if edge != self._edge:
            self._edge = edge
            self._scene.preview(self._moved(), self._ids)
        self._scene.carry(by)

    def finish(self) -> None:
        if not self._carried:
            self._editing.select(self._members)
            return
        self._scene.preview(None)
        if self._edge is not None and self._moved() != self._editing.network:
            self._editing.move_before(self._ids, self._anchor())

    def cancel(self) -> None:
        self._scene.preview(None)

    def _anchor(self) -> str | None:
        """Return the block before which the carried ones go, None for the end of the chain."""
        target = self._edge[1] if self._edge else LOSS
        return None if target == LOSS else target

    def _moved(self) -> Network:
        """Return the network with the carried blocks at the hand; at their own place nothing changes."""
        network = self._editing.network
        if self._edge is None or set(self._edge) & set(self._ids):
            return network
        return edits.moved(network, self._ids, self._anchor())


class PullWire(Gesture):
    """Pulls a connection out of a port to a later block."""

    def __init__(self, scene: CanvasScene, editing: Editing, block: str) -> None:
        self._scene, self._editing = scene, editing
        self._source = scene.folded.members.get(block, (block,))[-1]
        box = scene.layout.boxes[block]
        self._begin = QPointF(box.right, box.middle)
        self._target: str | None = None
        self._rubber = RubberWire(scene.measure)
        scene.addItem(self._rubber)
        network = editing.network
        self._targets = {id for id in network.ids if edits.can_wire(network, self._source, id)}
        scene.set_targets(self._targets | {self._source})

    def move(self, point: QPointF) -> None:
        block = self._scene.block_at(point)
        # A connection into a folded group goes to its first layer.
        under = self._scene.folded.members.get(block or "", (block,))[0]
        self._target = under if under in self._targets else None
        self._rubber.stretch(self._begin, point, self._words(under))

    def finish(self) -> None:
        self.cancel()
        if self._target is not None:
            self._editing.connect_blocks(self._source, self._target)

    def cancel(self) -> None:
        self._scene.removeItem(self._rubber)
        self._scene.set_targets(None)

    def _words(self, under: str | None) -> str:
        if under is None or under == self._source:
            return "Pull to a later block"
        if under in (INPUT, LOSS) or under not in self._targets:
            return "Not this one: a connection goes forward, and only once"
        node = self._editing.network[under]
        if node.layer.merges:
            return f"{node.title} gains an input"
        return f"{node.title} takes its input from here instead"


class DrawFrame(Gesture):
    """Selects all blocks that a rectangle touches."""

    def __init__(self, scene: CanvasScene, editing: Editing, start: QPointF, *, add: bool) -> None:
        self._scene, self._editing, self._start = scene, editing, start
        self._before = editing.selection if add else ()
        if not add:
            editing.select(())
        accent = QColor(colours().accent)
        self._frame = QGraphicsRectItem()
        self._frame.setPen(QPen(accent, 1, Qt.PenStyle.DashLine))
        accent.setAlpha(30)
        self._frame.setBrush(accent)
        self._frame.setZValue(9)
        scene.addItem(self._frame)

    def move(self, point: QPointF) -> None:
        rect = QRectF(self._start, point).normalized()
        self._frame.setRect(rect)
        self._editing.select({*self._before, *self._scene.blocks_in(rect)})

    def finish(self) -> None:
        self._scene.removeItem(self._frame)

    def cancel(self) -> None:
        self.finish()
        self._editing.select(self._before)


class Pan(Gesture):
    """Moves the view under the hand."""

    def __init__(self, view: QGraphicsView, start: QPointF) -> None:
        self._view, self._start = view, start
        view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def move(self, point: QPointF) -> None:
        by = (point - self._start) * self._view.transform().m11()
        for bar, amount in (
            (self._view.horizontalScrollBar(), by.x()),
            (self._view.verticalScrollBar(), by.y()),
        ):
            bar.setValue(bar.value() - round(amount))

    def finish(self) -> None:
        self._view.viewport().unsetCursor()

    def cancel(self) -> None:
        self.finish()
