"""What is selected, and every edit that mouse, keyboard and menus can ask for."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from nnstudio.core.network import INPUT, Layer, Network
from nnstudio.ui.canvas import edits
from nnstudio.ui.canvas.drag import nodes_from, nodes_mime
from nnstudio.ui.canvas.folding import Folded, fold
from nnstudio.ui.canvas.layout import LOSS, Edge, Layout


class Editing(QObject):
    """Turns wishes into new networks; it changes nothing itself but the selection."""

    edited = Signal(object, str)
    """A new Network, and what was done in words for undo."""
    selection_changed = Signal(tuple)
    """The ids of the selected layers, in network order."""
    marked = Signal()
    """Selection, keyboard place or selected connection changed."""
    told = Signal(str)
    """A word to the person, for the status bar."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.folded = fold(Network())
        self.selection: tuple[str, ...] = ()
        self.current: str | None = None
        self.wire: Edge | None = None
        self._anchor: str | None = None
        self._wanted: tuple[str, ...] | None = None

    @property
    def network(self) -> Network:
        """The network that is shown now."""
        return self.folded.network

    def show(self, folded: Folded) -> None:
        """Take in the network that is shown now; what was just made is selected."""
        self.folded, network = folded, folded.network
        known, wire = set(network.ids), self.wire
        if self._wanted is not None and known.issuperset(self._wanted):
            wanted, self._wanted = self._wanted, None
            self.select(wanted)
        else:
            self.select([id for id in self.selection if id in known], self.current)
        if wire in network.edges():
            self.wire = wire
            self.marked.emit()

    # -- selection ---------------------------------------------------------------------------------

    def select(self, ids: Iterable[str], current: str | None = None, *, anchor: bool = True) -> None:
        """Select exactly these layers; the keyboard goes on from `current` (default: the last).

        What is folded together is selected together.
        """
        selection = self.folded.whole(tuple(ids))
        self.wire = None
        self.current = current if current in self.network.ids else (selection[-1] if selection else None)
        if anchor:
            self._anchor = self.current
        if selection != self.selection:
            self.selection = selection
            self.selection_changed.emit(selection)
        self.marked.emit()

    def toggle(self, members: Iterable[str]) -> None:
        """Add the layers of a block to the selection, or take them out."""
        changed = tuple(members)
        chosen = set(self.selection)
        together = chosen - set(changed) if chosen.issuperset(changed) else chosen | set(changed)
        self.select(together, changed[-1])

    def extend_to(self, id: str) -> None:
        """Select from the layer where the selection began up to this one."""
        ids = self.network.ids
        if self._anchor not in ids:
            self.select([id])
            return
        a, b = sorted((ids.index(self._anchor), ids.index(id)))
        self.select(ids[a : b + 1], id, anchor=False)

    def select_all(self) -> None:
        """Select every layer."""
        self.select(self.network.ids)

    def select_wire(self, edge: Edge | None) -> None:
        """Select one connection instead of layers."""
        self.select(())
        self.wire = edge
        self.marked.emit()

    def step(self, columns: int, lanes: int, layout: Layout, *, extend: bool = False) -> None:
        """Move the keyboard's place: along the chain, or to the block above or below."""
        ids = self.network.ids
        if not ids:
            return
        if self.current is None:
            self.select([ids[0] if columns >= 0 else ids[-1]])
            return
        target = self._beside(columns) if columns else self._across(lanes, layout)
        if target is None:
            return
        last = self.folded.members[target][-1]
        if extend:
            self.extend_to(last)
        else:
            self.select([last])

    def _beside(self, columns: int) -> str:
        blocks = tuple(self.folded.members)
        here = blocks.index(self.folded.block_of[str(self.current)])
        return blocks[max(0, min(len(blocks) - 1, here + columns))]

    def _across(self, lanes: int, layout: Layout) -> str | None:
        here = layout.boxes[self.folded.block_of[str(self.current)]]
        others = [
            (abs(box.middle - here.middle) + abs(box.centre - here.centre), id)
            for id, box in layout.boxes.items()
            if id in self.folded.members and (box.middle - here.middle) * lanes > 1
        ]
        return min(others)[1] if others else None

    # -- edits -------------------------------------------------------------------------------------

    def insert(self, layer: Layer) -> None:
        """Place a layer behind the selection, without one at the end of the chain."""
        behind = self.selection[-1] if self.selection else None
        network, id = edits.insert_after(self.network, layer, behind)
        self._edit(network, f"Insert {layer.title}", (id,))

    def insert_at(self, layer: Layer, edge: Edge) -> None:
        """Place a layer on a connection."""
        network, id = edits.insert_at(self.network, layer, edge)
        self._edit(network, f"Insert {layer.title}", (id,))

    def insert_before(self, id: str, layer: Layer) -> None:
        """Place a layer on the first connection into another one."""
        source = self.network.sources(self.network.index(id))[0]
        self.insert_at(layer, (source, id))

    def move_before(self, ids: Iterable[str], anchor: str | None) -> None:
        """Put layers before another one, None for the end of the chain."""
        chosen = tuple(ids)
        self._edit(edits.moved(self.network, chosen, anchor), f"Move {self._words(chosen)}", chosen)

    def shift(self, forward: bool) -> None:
        """Move the selected layers one place along the chain."""
        groups, chosen = self.network.groups, set(self.selection)
        # A group steps over its neighbours as wholes, a layer into the groups that are open.
        whole = any(chosen.issuperset(members) for members in groups.values())
        together = groups.values() if whole else self.folded.members.values()
        network = edits.moved_by_one(self.network, self.selection, forward, together)
        self._edit(network, f"Move {self._words(self.selection)}", self.selection)

    def delete(self) -> None:
        """Delete the selected layers and heal the chain, or cut the selected connection."""
        if self.wire is not None:
            self.cut_wire(self.wire)
        elif self.selection:
            first = self.network.index(self.selection[0])
            network = self.network.remove(self.selection)
            beside = network.ids[min(first, len(network.ids) - 1) :][:1]
            self._edit(network, f"Delete {self._words(self.selection)}", beside)

    def copy(self) -> bool:
        """Put the selected layers on the clipboard; tells whether there were any."""
        if self.selection:
            QGuiApplication.clipboard().setMimeData(nodes_mime(self.network.copies(self.selection)))
        return bool(self.selection)

    def cut(self) -> None:
        """Put the selected layers on the clipboard and delete them."""
        if self.copy():
            self.delete()

    def paste(self) -> None:
        """Place the layers of the clipboard behind the selection, without one at the end."""
        copies = nodes_from(QGuiApplication.clipboard().mimeData())
        if not copies:
            self.told.emit("There is nothing to paste: copy layers first.")
            return
        self._place(copies, "Paste")

    def duplicate(self) -> None:
        """Place a copy of the selected layers behind them."""
        if self.selection:
            self._place(self.network.copies(self.selection), "Duplicate")

    def connect_blocks(self, source: str, target: str) -> None:
        """Run a new connection from one block to a later one."""
        if edits.can_wire(self.network, source, target):
            text = f"Connect {self._title(source)} to {self._title(target)}"
            self._edit(self.network.wire(source, target), text)

    def cut_wire(self, edge: Edge) -> None:
        """Cut a connection that is not the only one of its layer."""
        if edits.can_cut(self.network, edge):
            text = f"Cut {self._title(edge[0])} from {self._title(edge[1])}"
            self._edit(self.network.unwire(*edge), text)

    def step_value(self, up: bool) -> bool:
        """Double or halve the units of the selected layers, step other numbers; tells whether it could."""
        network = self.network
        for id in self.selection:
            layer = edits.stepped(network[id].layer, up)
            network = network.replace(id, layer) if layer is not None else network
        self._edit(network, f"{'Raise' if up else 'Lower'} {self._words(self.selection)}")
        return any(edits.main_param(network[id].layer) for id in self.selection)

    def set_value(self, id: str, name: str, value: float) -> None:
        """Set one number of a layer."""
        layer = edits.with_value(self.network[id].layer, name, value)
        if layer is not None:
            self._edit(self.network.replace(id, layer), f"Set {name} of {self._title(id)} to {value:g}")

    def rename(self, id: str, name: str) -> None:
        """Give a layer a name of its own; empty returns to the layer's title."""
        self._edit(self.network.rename(id, name), f"Rename {self._title(id)}")

    def group(self) -> None:
        """Put the selected layers in a named group."""
        if not self.network.adjacent(self.selection):
            self.told.emit("A group is made of layers that follow one another: select them first.")
            return
        network = self.network.group(self.selection)
        self._edit(network, f"Group {self._words(self.selection)}", self.selection)

    def ungroup(self) -> None:
        """Dissolve the groups that selected layers belong to."""
        network = self.network
        names = dict.fromkeys(network[id].group for id in self.selection if network[id].group)
        if not names:
            self.told.emit("Select a group, or one of its layers, to dissolve it.")
        for name in names:
            network = network.ungroup(name)
        self._edit(network, f"Ungroup {', '.join(names)}", self.selection)

    def rename_group(self, name: str, new: str) -> None:
        """Give a group another name; an empty one changes nothing."""
        self._edit(self.network.rename_group(name, new), f"Rename {name}")

    def _place(self, copies: list[dict], verb: str) -> None:
        last = self.selection[-1] if self.selection else None
        position = len(self.network.ids) if last is None else self.network.index(last) + 1
        network, ids = self.network.paste(copies, position)
        self._edit(network, f"{verb} {self._words(ids, network)}", ids)

    def _edit(self, network: Network, text: str, select: tuple[str, ...] | None = None) -> None:
        if network != self.network:
            self._wanted = select
            self.edited.emit(network, text)

    def _title(self, id: str) -> str:
        return {INPUT: "the input", LOSS: "the loss"}.get(id) or self.network[id].title

    def _words(self, ids: tuple[str, ...], network: Network | None = None) -> str:
        owner = network or self.network
        if len(ids) == 1:
            return owner[ids[0]].title
        group = next((name for name, members in owner.groups.items() if members == ids), None)
        return group or f"{len(ids)} layers"
