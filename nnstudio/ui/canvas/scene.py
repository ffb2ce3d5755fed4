"""The stage: keeps one item per block and connection, lays them out, and tells what lies under a point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QEasingCurve, QObject, QPointF, QRectF, QVariantAnimation, Signal
from PySide6.QtWidgets import QGraphicsScene

from nnstudio.core.network import INPUT, Layer, Network
from nnstudio.core.shape import Shape
from nnstudio.core.trace import Trace
from nnstudio.ui.canvas.block import Block, Cost, blocks, edge_texts, remedy_words
from nnstudio.ui.canvas.layer_item import PORT, LayerItem, Level
from nnstudio.ui.canvas.layout import LOSS, Box, Edge, Layout, Size, around, arrange
from nnstudio.ui.canvas.measure import Measure
from nnstudio.ui.canvas.note_item import INSERT_TEXT, MOVE_TEXT, NoteItem, SlotItem
from nnstudio.ui.canvas.routes import Route, place_notes, routes
from nnstudio.ui.canvas.wire_item import WireItem
from nnstudio.ui.theme import scaled

INVITATION = "Drag a layer here,\nor choose Funnel"
_DURATION = 140
_NEAR = 24.0
"""Distance to the blocks, or to an arc over them, within which a drop is meant for the network."""


class CanvasScene(QGraphicsScene):
    """Shows a network; a preview (a layer hovering, a block in the hand) is the network it would become."""

    laid_out = Signal()
    """Boxes have changed their place."""

    def __init__(self, measure: Measure, parent: QObject) -> None:
        super().__init__(parent)
        self.animated = True
        self.measure = measure
        self.layers: dict[str, LayerItem] = {}
        self.wires: dict[Edge, WireItem] = {}
        self.notes: dict[str, NoteItem] = {}
        self.network = Network()
        self.layout = Layout({}, {}, {}, ())
        self.held: tuple[str, ...] = ()
        """What a preview places: the phantom of a new layer, or the blocks in the hand."""
        self._blocks: dict[str, Block] = {}
        self._texts: dict[Edge, str] = {}
        self._routes: dict[Edge, Route] = {}
        self._rest, self._rest_routes = self.layout, self._routes
        # Where things stand while nothing hovers: a drop is judged by that, so it never depends on its way.
        self._note_boxes: dict[str, Box] = {}
        self._health: Mapping[str, tuple[str, Level]] = {}
        self._cost: Cost | None = None
        self._slot = SlotItem(measure)
        self.addItem(self._slot)
        self._slot.hide()
        self._moves: dict[str, tuple[Box, Box]] = {}
        self._animation = QVariantAnimation(self)
        self._animation.setDuration(_DURATION)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.valueChanged.connect(self._on_frame)

    # -- what is shown -----------------------------------------------------------------------------

    def display(
        self, network: Network, trace: Trace | None, shape: Shape | None, loss: str, measure: Measure
    ) -> None:
        """Show a network; items of blocks that stay are kept and moved."""
        self.network, self.measure, self.held = network, measure, ()
        self._blocks = blocks(network, trace, shape, loss)
        self._texts = edge_texts(network, trace, shape)
        self._sync_layers()
        self._sync_notes()
        self._lay_out(network)
        self._refresh_looks()

    def preview(self, network: Network | None, held: tuple[str, ...] = ()) -> None:
        """Make room as `network` would stand, with a slot where `held` goes; None returns to what is."""
        self.held = held if network is not None else ()
        for id, item in self.layers.items():
            item.setZValue(8 if id in self.held else 2)
        self._lay_out(self.network if network is None else network)

    def carry(self, ids: Iterable[str], by: QPointF) -> None:
        """Hold blocks away from their places, in a hand."""
        for id in ids:
            box = self.layers[id].box
            self.layers[id].setPos(box.x + by.x(), box.y + by.y())
            self.layers[id].setOpacity(0.8)

    def set_health(self, marks: Mapping[str, tuple[str, Level]]) -> None:
        """Show a health mark below blocks."""
        self._health = dict(marks)
        self._refresh_looks()

    def set_cost(self, cost: Cost | None) -> None:
        """Show one cost as a bar in every block, None for none."""
        self._cost = cost
        self._refresh_looks()

    def mark(self, selection: Iterable[str], current: str | None, wire: Edge | None) -> None:
        """Show what is selected and what has the keyboard."""
        chosen = set(selection)
        for id, item in self.layers.items():
            item.set_look(replace(item.look, selected=id in chosen, current=id == current))
        for edge, drawn in self.wires.items():
            drawn.set_marks(edge == wire, drawn.hovered)

    def point_at(self, id: str | None, edge: Edge | None) -> None:
        """Show what the mouse is over."""
        for own, item in self.layers.items():
            item.set_look(replace(item.look, hovered=own == id))
        for own_edge, drawn in self.wires.items():
            drawn.set_marks(drawn.selected, own_edge == edge)

    def set_targets(self, ids: Iterable[str] | None) -> None:
        """Highlight where a new connection may end and fade the rest; None ends that."""
        wanted = set(ids or ())
        for id, item in self.layers.items():
            faded = ids is not None and id not in wanted
            item.set_look(replace(item.look, target=id in wanted, faded=faded))

    def content_rect(self) -> QRectF:
        """Return the rectangle around everything that is drawn, as it will stand."""
        boxes = [*self.layout.boxes.values(), *self._note_boxes.values()]
        whole = around(boxes)
        top = min([whole.y, *(y for route in self._routes.values() for _, y in route.points)])
        if any(route.is_arc for route in self._routes.values()):
            top -= self.measure.summary_height
        below = self.measure.summary_height + 10 if self._health else 4
        return QRectF(whole.x - 8, top - 8, whole.width + 16, whole.bottom - top + 8 + below)

    def focus_x(self) -> float | None:
        """Return where along the chain the person works: the selected layer, if there is one."""
        chosen = [id for id, item in self.layers.items() if item.look.selected and id in self.layout.boxes]
        return self.layout.boxes[chosen[-1]].centre if chosen else None

    # -- what lies where ---------------------------------------------------------------------------

    def block_at(self, point: QPointF) -> str | None:
        """Return the block under a point."""
        x, y = point.x(), point.y()
        boxes = self.layout.boxes.items()
        return next((id for id, box in boxes if id not in self.held and box.holds(x, y)), None)

    def port_at(self, point: QPointF) -> str | None:
        """Return the block whose out-port is under a point."""
        for id, box in self.layout.boxes.items():
            near = abs(point.x() - box.right) <= PORT + 3 and abs(point.y() - box.middle) <= PORT + 3
            if near and id != LOSS:
                return id
        return None

    def wire_at(self, point: QPointF) -> Edge | None:
        """Return the connection under a point."""
        return next((edge for edge, wire in self.wires.items() if wire.reaches(point)), None)

    def remedy_at(self, point: QPointF) -> tuple[str, Layer] | None:
        """Return the block and the remedy of the message under a point: the layer to put before it."""
        for id, note in self.notes.items():
            remedy = self._blocks[id].remedy
            if remedy is not None and note.action and note.box.holds(point.x(), point.y()):
                return id, remedy
        return None

    def drop_edge(self, point: QPointF, *, chain_only: bool = False) -> Edge:
        """Return the connection that a drop at a point means, by where things stand without a preview.

        The left half of a block means the connection into it, the right half the one out of it, a place
        between blocks the nearest connection, and empty canvas around them the end of the chain. With
        `chain_only` only the first input of each block counts.
        """
        x, y = point.x(), point.y()
        boxes, edges = self._rest.boxes, list(self._rest.edges)
        if chain_only:
            edges = list({target: (source, target) for source, target in reversed(edges)}.values())[::-1]
        block = next((id for id, box in boxes.items() if box.holds(x, y)), None)
        if block is not None:
            return _beside(block, x > boxes[block].centre, edges)
        gaps = {edge: _distance(self._rest_routes[edge], x, y) for edge in edges}
        inside = chain_only or self._rest.bounds.holds(x, y, _NEAR)
        meant = [e for e in edges if gaps[e] <= _NEAR or (inside and not self._rest_routes[e].is_arc)]
        return min(meant, key=gaps.__getitem__, default=edges[-1])

    def blocks_in(self, rect: QRectF) -> tuple[str, ...]:
        """Return the layers that a rectangle touches, in network order."""
        boxes = self.layout.boxes
        return tuple(id for id in self.network.ids if rect.intersects(QRectF(*boxes[id].sides())))

    # -- keeping items -----------------------------------------------------------------------------

    def _sync_layers(self) -> None:
        for id in self.layers.keys() - self._blocks.keys():
            self.removeItem(self.layers.pop(id))
        for id, block in self._blocks.items():
            if id not in self.layers:
                self.layers[id] = LayerItem(block, self.measure)
                self.addItem(self.layers[id])
            self.layers[id].show_block(block, self.measure)

    def _sync_notes(self) -> None:
        errors = {id: block.error for id, block in self._blocks.items() if block.error}
        for id in self.notes.keys() - errors.keys():
            self.removeItem(self.notes.pop(id))
        for id, text in errors.items():
            if id not in self.notes:
                self.notes[id] = NoteItem(self.measure)
                self.addItem(self.notes[id])
            self.notes[id].show_text(text, remedy_words(self._blocks[id]), self.measure)

    def _sync_wires(self, edges: Iterable[Edge]) -> None:
        wanted = dict.fromkeys(edges)
        for edge in self.wires.keys() - wanted.keys():
            self.removeItem(self.wires.pop(edge))
        for edge in wanted:
            if edge not in self.wires:
                self.wires[edge] = WireItem(edge, self.measure)
                self.addItem(self.wires[edge])
            text = self._texts.get(edge, "")
            self.wires[edge].show_text(text, f"Shape: {text}" if text else "", self.measure)

    def _lay_out(self, network: Network) -> None:
        sizes = {id: self.measure.block(block) for id, block in self._blocks.items()}
        phantom = Size(scaled(104), scaled(120))
        sizes |= {id: phantom for id in network.ids if id not in sizes}
        labels = {edge: self.measure.label(text) for edge, text in self._texts.items()}
        empty = not network.nodes
        if empty:
            labels[INPUT, LOSS] = scaled(200) + 48
        layout = arrange(network, sizes, labels)
        if self.held:
            # Room is made to both sides, so that the slot opens under the hand.
            layout = layout.shifted(self._rest.bounds.centre - layout.bounds.centre)
        old = {id: item.box for id, item in self.layers.items() if id in self.layout.boxes}
        self.layout = layout
        self._sync_wires(() if empty else layout.edges)
        self._show_slot(empty)
        self._moves = {id: (old.get(id, box), box) for id, box in layout.boxes.items()}
        self._animation.stop()
        moving = any(a != b for a, b in self._moves.values())
        if self.animated and moving and self.views() and self.views()[0].isVisible():
            self._on_frame(0.0)
            self._animation.start()
        else:
            self._on_frame(1.0)
        self._routes = routes(layout)
        if not self.held:
            self._rest, self._rest_routes = layout, self._routes
        self._note_boxes = self._placed_notes(layout)
        self.laid_out.emit()

    def _show_slot(self, empty: bool) -> None:
        places = [self.layout.boxes[id] for id in self.held]
        if empty:
            a, b = self.layout.boxes[INPUT], self.layout.boxes[LOSS]
            width, height = scaled(200), scaled(72)
            places = [Box((a.right + b.x - width) / 2, -height / 2, width, height)]
        self._slot.setVisible(bool(places))
        if places:
            known = self._blocks.keys() & set(self.held)
            text = INVITATION if empty else MOVE_TEXT if known else INSERT_TEXT
            self._slot.show_text(text, self.measure)
            self._slot.place(around(places))

    def _on_frame(self, share: float) -> None:
        boxes = {id: a.between(b, share) for id, (a, b) in self._moves.items()}
        between = self.layout.moved(boxes)
        for id, item in self.layers.items():
            if id not in self.held:
                item.place(boxes[id])
                item.setOpacity(0.45 if item.look.faded else 1.0)
        for edge, route in routes(between).items():
            if edge in self.wires:
                self.wires[edge].follow(route)
        for id, box in self._placed_notes(between).items():
            self.notes[id].place(box, boxes[id])

    def _placed_notes(self, layout: Layout) -> dict[str, Box]:
        sizes = {id: self.measure.note_size(note.text, note.action) for id, note in self.notes.items()}
        below = 14 + (self.measure.summary_height if self._health else 0)
        return place_notes(layout, sizes, below)

    def _refresh_looks(self) -> None:
        most = max((b.cost(self._cost) for b in self._blocks.values()), default=0) if self._cost else 0
        for id, item in self.layers.items():
            share = self._blocks[id].cost(self._cost) / most if self._cost and most else 0.0
            health = self._health.get(id)
            item.set_look(replace(item.look, health=health, cost=self._cost, share=share))


def _beside(block: str, behind: bool, edges: list[Edge]) -> Edge:
    """Return the connection into a block, or out of it, where there is one."""
    into = next((edge for edge in edges if edge[1] == block), None)
    out = next((edge for edge in edges if edge[0] == block), None)
    return (out or into if behind else into or out) or edges[-1]


def _distance(route: Route, x: float, y: float) -> float:
    """Return the distance of a point to the straight pieces of a way."""
    return min(_to_segment(a, b, x, y) for a, b in pairwise(route.points))


def _to_segment(a: tuple[float, float], b: tuple[float, float], x: float, y: float) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else max(0.0, min(1.0, ((x - a[0]) * dx + (y - a[1]) * dy) / length))
    px, py = a[0] + t * dx - x, a[1] + t * dy - y
    return float((px * px + py * py) ** 0.5)
