"""The stage: keeps one item per block and connection, lays them out, and tells what lies under a point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from PySide6.QtCore import QEasingCurve, QObject, QPointF, QRectF, QVariantAnimation, Signal
from PySide6.QtWidgets import QGraphicsScene

from nnstudio.core.network import INPUT, Network
from nnstudio.core.shape import Shape
from nnstudio.core.trace import Trace
from nnstudio.ui.canvas.block import Block, Cost, blocks, edge_texts, remedy_words
from nnstudio.ui.canvas.folding import Folded, block_name, fold
from nnstudio.ui.canvas.frame_item import FrameItem
from nnstudio.ui.canvas.layer_item import PORT, LayerItem, Level
from nnstudio.ui.canvas.layout import FRAME_PAD, LOSS, Box, Edge, Layout, Size, around, arrange, framed
from nnstudio.ui.canvas.measure import Measure
from nnstudio.ui.canvas.note_item import INSERT_TEXT, MOVE_TEXT, NoteItem, SlotItem
from nnstudio.ui.canvas.routes import Route, distance, place_notes, routes
from nnstudio.ui.canvas.wire_item import WireItem
from nnstudio.ui.theme import scaled

INVITATION = "Drag a layer here,\nor choose Funnel"
_DURATION = 140
_NEAR = 24.0
"""Distance to the blocks, or to an arc over them, within which a drop is meant for the network."""


_LEVELS: tuple[Level, ...] = ("bad", "warn", "good")


class CanvasScene(QGraphicsScene):
    """Shows a network; a preview (a layer hovering, a block in the hand) is the network it would become.

    Blocks are layers, the input, LOSS, and folded groups; connections are told by the layers they join.
    """

    laid_out = Signal()
    """Boxes have changed their place."""

    def __init__(self, measure: Measure, parent: QObject) -> None:
        super().__init__(parent)
        self.animated = True
        self.measure = measure
        self.layers: dict[str, LayerItem] = {}
        self.wires: dict[Edge, WireItem] = {}
        self.notes: dict[str, NoteItem] = {}
        self.frames: dict[str, FrameItem] = {}
        self.folded = fold(Network())
        self.layout = Layout({}, {}, {}, ())
        self.held: tuple[str, ...] = ()
        """The blocks that a preview makes room for: the phantom of a new layer, or the blocks in the hand."""
        self._blocks: dict[str, Block] = {}
        self._shown = self.folded
        """What stands now: `folded`, or what a preview makes of it."""
        self._in_hand: tuple[str, ...] = ()
        """The blocks that a hand carries."""
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
        self, folded: Folded, trace: Trace | None, shape: Shape | None, loss: str, measure: Measure
    ) -> None:
        """Show a network; items of blocks that stay are kept and moved."""
        self.folded, self.measure, self.held, self._in_hand = folded, measure, (), ()
        self._blocks = blocks(folded, trace, shape, loss)
        self._texts = edge_texts(folded, trace, shape)
        self._sync_layers()
        self._sync_notes()
        self._lay_out(folded)
        self._refresh_looks()

    def preview(self, network: Network | None, held: tuple[str, ...] = ()) -> None:
        """Make room as `network` would stand, with a slot where the layers `held` go; None: as it is."""
        shown = self.folded if network is None else fold(network, self.folded.folded.values())
        self.held = () if network is None else tuple(dict.fromkeys(shown.block_of[id] for id in held))
        now = self.folded.block_of
        self._in_hand = () if network is None else tuple({now[id] for id in held if id in now})
        for id, item in self.layers.items():
            item.setZValue(8 if id in self._in_hand else 2)
        self._lay_out(shown)

    def carry(self, by: QPointF) -> None:
        """Hold the blocks in the hand away from their places."""
        for id in self._in_hand:
            box = self.layers[id].box
            self.layers[id].setPos(box.x + by.x(), box.y + by.y())
            self.layers[id].setOpacity(0.8)

    def set_health(self, marks: Mapping[str, tuple[str, Level]]) -> None:
        """Show a health mark below blocks."""
        before, self._health = self._health, dict(marks)
        self._refresh_looks()
        if bool(before) != bool(marks):
            self._lay_out(self._shown)  # Frames and messages make room for the marks.

    def set_cost(self, cost: Cost | None) -> None:
        """Show one cost as a bar in every block, None for none."""
        self._cost = cost
        self._refresh_looks()

    def mark(self, selection: Iterable[str], current: str | None, wire: Edge | None) -> None:
        """Show what is selected and what has the keyboard."""
        chosen, block_of = set(selection), self.folded.block_of
        blocks, place = {block_of[id] for id in chosen}, block_of.get(current or "")
        for id, item in self.layers.items():
            item.set_look(replace(item.look, selected=id in blocks, current=id == place))
        for name, frame in self.frames.items():
            frame.set_selected(chosen.issuperset(self.folded.opened.get(name, (None,))))
        for edge, drawn in self.wires.items():
            drawn.set_marks(self._real(edge) == wire, drawn.hovered)

    def point_at(self, id: str | None, edge: Edge | None) -> None:
        """Show what the mouse is over."""
        for own, item in self.layers.items():
            item.set_look(replace(item.look, hovered=own == id))
        for own_edge, drawn in self.wires.items():
            drawn.set_marks(drawn.selected, self._real(own_edge) == edge)

    def set_targets(self, ids: Iterable[str] | None) -> None:
        """Highlight the layers where a new connection may end and fade the rest; None ends that."""
        wanted = {self.folded.block_of[id] for id in ids or ()}
        for id, item in self.layers.items():
            faded = ids is not None and id not in wanted
            item.set_look(replace(item.look, target=id in wanted, faded=faded))

    def content_rect(self) -> QRectF:
        """Return the rectangle around everything that is drawn, as it will stand."""
        frames = self._frame_boxes(self.layout.boxes).values()
        boxes = [*self.layout.boxes.values(), *self._note_boxes.values(), *frames]
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

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The connections, by the layers that they join."""
        return tuple(self._real(edge) for edge in self.layout.edges)

    def obstacles(self) -> list[QRectF]:
        """Return what must not be covered: the blocks, the names of groups and the messages."""
        boxes = (*self.layout.boxes.values(), *self._note_boxes.values())
        headers = (frame.header_rect() for frame in self.frames.values())
        return [*(QRectF(*box.sides()) for box in boxes), *headers]

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
        return next((self._real(edge) for edge, wire in self.wires.items() if wire.reaches(point)), None)

    def action_at(self, point: QPointF) -> Block | None:
        """Return the block of the message under a point, where a click on that does something."""
        x, y = point.x(), point.y()
        found = (id for id, note in self.notes.items() if note.action and note.box.holds(x, y))
        return next((self._blocks[id] for id in found), None)

    def frame_at(self, point: QPointF) -> FrameItem | None:
        """Return the frame whose header is under a point."""
        return next((f for f in self.frames.values() if f.header_rect().contains(point)), None)

    def opener_at(self, point: QPointF) -> str | None:
        """Return the folded group whose arrow or health mark is under a point."""
        for block, name in self.folded.folded.items():
            item = self.layers[block]
            if item.chevron_rect().contains(point) or item.health_rect().contains(point):
                return name
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
            return self._real(_beside(block, x > boxes[block].centre, edges))
        gaps = {edge: distance(self._rest_routes[edge], x, y) for edge in edges}
        inside = chain_only or self._rest.bounds.holds(x, y, _NEAR)
        meant = [e for e in edges if gaps[e] <= _NEAR or (inside and not self._rest_routes[e].is_arc)]
        return self._real(min(meant, key=gaps.__getitem__, default=edges[-1]))

    def blocks_in(self, rect: QRectF) -> tuple[str, ...]:
        """Return the layers that a rectangle touches, in network order."""
        boxes, members = self.layout.boxes, self.folded.members
        touched = (id for id in members if rect.intersects(QRectF(*boxes[id].sides())))
        return tuple(id for block in touched for id in members[block])

    def _real(self, edge: Edge) -> Edge:
        """Return the connection between layers that one between blocks stands for."""
        return self.folded.real.get(edge, edge)

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

    def _sync_frames(self) -> None:
        opened = self._shown.opened
        for name in self.frames.keys() - opened.keys():
            self.removeItem(self.frames.pop(name))
        for name, ids in opened.items():
            if name not in self.frames:
                self.frames[name] = FrameItem(name, self.measure)
                self.addItem(self.frames[name])
            self.frames[name].show_count(len(ids), self.measure)

    def _lay_out(self, shown: Folded) -> None:
        self._shown = shown
        self._sync_frames()
        sizes = {id: self.measure.block(block) for id, block in self._blocks.items()}
        phantom = Size(scaled(104), scaled(120))
        sizes |= {id: phantom for id in shown.members if id not in sizes}
        empty = not shown.members
        labels = self._gaps(shown) | ({(INPUT, LOSS): scaled(200) + 48.0} if empty else {})
        layout = arrange(shown.wiring, sizes, labels)
        layout = replace(layout, headroom=self.measure.header if shown.opened else 0.0)
        if self.held:
            # Room is made to both sides, so that the slot opens under the hand.
            layout = layout.shifted(self._rest.bounds.centre - layout.bounds.centre)
        old = self._origins()
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

    def _gaps(self, shown: Folded) -> dict[Edge, float]:
        """Return how wide the connections must be for their texts, between the frames that they cross."""
        frame_of = {id: name for name, ids in shown.opened.items() for id in ids}
        gaps = {}
        for edge in shown.real:
            crosses = len({frame_of.get(end) for end in edge}) > 1
            gaps[edge] = self.measure.label(self._texts.get(edge, "")) + (2 * FRAME_PAD if crosses else 0)
        return gaps

    def _origins(self) -> dict[str, Box]:
        """Return where blocks come from: their old place, or that of what they were folded from or into."""
        old = {id: item.box for id, item in self.layers.items() if id in self.layout.boxes}
        before, now = self.layout.boxes, self._shown
        for block, members in now.members.items():
            hidden = before.get(block_name(now.network[members[0]].group))
            if block not in old and hidden is not None:
                old[block] = hidden
            elif block in now.folded and block not in old and before.keys() >= set(members):
                old[block] = around(before[id] for id in members)
        return old

    def _frame_boxes(self, boxes: Mapping[str, Box]) -> dict[str, Box]:
        below = FRAME_PAD + (self.measure.summary_height + 6 if self._health else 0)
        opened = self._shown.opened
        return {
            name: framed((boxes[id] for id in ids), self.measure.header, below)
            for name, ids in opened.items()
        }

    def _show_slot(self, empty: bool) -> None:
        places = [self.layout.boxes[id] for id in self.held]
        if empty:
            a, b = self.layout.boxes[INPUT], self.layout.boxes[LOSS]
            width, height = scaled(200), scaled(72)
            places = [Box((a.right + b.x - width) / 2, -height / 2, width, height)]
        self._slot.setVisible(bool(places))
        if places:
            text = INVITATION if empty else MOVE_TEXT if self._in_hand else INSERT_TEXT
            self._slot.show_text(text, self.measure)
            self._slot.place(around(places))

    def _on_frame(self, share: float) -> None:
        boxes = {id: a.between(b, share) for id, (a, b) in self._moves.items()}
        between = self.layout.moved(boxes)
        for id, item in self.layers.items():
            if id in boxes and id not in self._in_hand:
                item.place(boxes[id])
                item.setOpacity(0.45 if item.look.faded else 1.0)
        for name, box in self._frame_boxes(boxes).items():
            self.frames[name].place(box)
        for edge, route in routes(between).items():
            if edge in self.wires:
                self.wires[edge].follow(route)
        for id, box in self._placed_notes(between).items():
            self.notes[id].place(box, boxes[id])

    def _placed_notes(self, layout: Layout) -> dict[str, Box]:
        standing = ((id, note) for id, note in self.notes.items() if id in layout.boxes)
        sizes = {id: self.measure.note_size(note.text, note.action) for id, note in standing}
        below = 14 + (self.measure.summary_height if self._health else 0)
        below += round(FRAME_PAD) if self._shown.opened else 0
        return place_notes(layout, sizes, below)

    def _refresh_looks(self) -> None:
        most = max((b.cost(self._cost) for b in self._blocks.values()), default=0) if self._cost else 0
        for id, item in self.layers.items():
            share = self._blocks[id].cost(self._cost) / most if self._cost and most else 0.0
            health = self._worst(self.folded.members.get(id, ()))
            item.set_look(replace(item.look, health=health, cost=self._cost, share=share))

    def _worst(self, ids: Iterable[str]) -> tuple[str, Level] | None:
        """Return the worst health mark of some layers."""
        marks = (self._health[id] for id in ids if id in self._health)
        return min(marks, key=lambda mark: _LEVELS.index(mark[1]), default=None)


def _beside(block: str, behind: bool, edges: list[Edge]) -> Edge:
    """Return the connection into a block, or out of it, where there is one."""
    into = next((edge for edge in edges if edge[1] == block), None)
    out = next((edge for edge in edges if edge[0] == block), None)
    return (out or into if behind else into or out) or edges[-1]
