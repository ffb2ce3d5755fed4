"""What the canvas shows: a network with its groups folded or open, and what is selected."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QEvent, QRect, QRectF, Signal
from PySide6.QtWidgets import QWidget

from nnstudio.core.network import Network
from nnstudio.core.shape import Shape
from nnstudio.core.trace import Trace
from nnstudio.ui.canvas.block import Cost, describe
from nnstudio.ui.canvas.drop_view import DropView
from nnstudio.ui.canvas.folding import block_name, fold
from nnstudio.ui.canvas.layer_item import Level
from nnstudio.ui.canvas.layout import Box
from nnstudio.ui.canvas.measure import Measure
from nnstudio.ui.canvas.unit_editor import BlockField


class NetworkView(DropView):
    """Takes values in and draws them; which groups are folded is its own business, not the network's."""

    edited = Signal(object, str)
    """A new Network, and what was done in words for undo."""
    selection_changed = Signal(tuple)
    """The ids of the selected layers, in network order."""
    told = Signal(str)
    """A word to the person, for the status bar."""
    folding_changed = Signal(tuple)
    """The names of the folded groups, after a person has folded or opened one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._network = Network()
        self._shown: tuple[Trace | None, Shape | None, str] = (None, None, "")
        self._folded: frozenset[str] = frozenset()
        self._words = ""
        self.setAccessibleName("Network")
        self.field = BlockField(self.viewport(), self)
        self.editing.edited.connect(self.edited)
        self.editing.told.connect(self.told)
        self.editing.selection_changed.connect(self.selection_changed)
        self.editing.marked.connect(self.show_marks)
        self._display()

    # -- values in ---------------------------------------------------------------------------------

    def show_network(
        self, network: Network, trace: Trace | None, input_shape: Shape | None, loss_title: str
    ) -> None:
        """Show a network with its layer table; blocks that stay keep their selection."""
        self.end_drop()
        self._network, self._shown = network, (trace, input_shape, loss_title)
        self._display()

    def set_health(self, marks: Mapping[str, tuple[str, Level]]) -> None:
        """Show a health mark (text and level) below layers, by id; empty removes them."""
        self.stage.set_health(marks)

    def show_cost(self, cost: Cost | None) -> None:
        """Draw a bar of one cost in every block; None removes them."""
        self.stage.set_cost(cost)

    def fold(self, names: Collection[str]) -> None:
        """Draw the groups of these names as one block each, all others open."""
        self._folded = frozenset(names)
        self._display()

    def describe(self) -> str:
        """Return the network as one line of text, as a screen reader reads it."""
        return describe(self.editing.folded, *self._shown)

    @property
    def selection(self) -> tuple[str, ...]:
        """The ids of the selected layers, in network order."""
        return self.editing.selection

    def select(self, ids: tuple[str, ...]) -> None:
        """Select exactly these layers; a folded group is opened when only a part of it is meant."""
        groups, meant = self._network.groups, set(ids)
        hidden = (name for name in self._folded & groups.keys() if meant & set(groups[name]))
        parts = {name for name in hidden if not meant.issuperset(groups[name])}
        if parts:
            self._fold(self._folded - parts)
        self.editing.select(ids)

    # -- groups --------------------------------------------------------------------------------------

    def group(self) -> None:
        """Put the selected layers in a named group."""
        self.editing.group()

    def ungroup(self) -> None:
        """Dissolve the groups of the selected layers."""
        self.editing.ungroup()

    def fold_group(self) -> None:
        """Fold the group that has the keyboard into one block, or open it."""
        if name := self._group_here():
            self.toggle_group(name)
        else:
            self.told.emit("Select a layer of a group to fold it; several layers become one with Group.")

    def toggle_group(self, name: str) -> None:
        """Fold a group into one block, or open it."""
        self._fold(self._folded ^ {name})

    def rename_group(self, name: str) -> None:
        """Edit a group's name on its frame, or on its block."""
        item = self.stage.layers.get(block_name(name))
        rect = self.on_screen(item.title_rect() if item else self.stage.frames[name].name_rect())
        self.field.edit_name(name, name, name, rect, lambda new: self._take_group_name(name, new))

    def group_meant(self) -> str:
        """Return the group that is selected as one thing: folded, or several layers that are all of it."""
        name, chosen = self._group_here(), self.editing.selection
        whole = len(chosen) > 1 and chosen == self._network.groups.get(name)
        return name if name in self._folded or whole else ""

    def _take_group_name(self, name: str, new: str) -> None:
        renamed = self._network.rename_group(name, new)
        if name in self._folded:
            # The old name stays too: after an undo the group is still folded.
            self._folded |= renamed.groups.keys() - self._network.groups.keys()
        self.editing.rename_group(name, new)
        self._tell_folding()

    def _group_here(self) -> str:
        """Return the group of the layer that has the keyboard."""
        current = self.editing.current
        return self._network[current].group if current in self._network.ids else ""

    def _fold(self, names: Collection[str]) -> None:
        """Fold as a person wants it."""
        self.fold(names)
        self._tell_folding()

    def _tell_folding(self) -> None:
        self.folding_changed.emit(tuple(self.editing.folded.folded.values()))

    # -- looks ---------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        kinds = (QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.FontChange)
        if event.type() in kinds and hasattr(self, "field"):
            self._display()

    def show_marks(self) -> None:
        """Show what is selected and what has the keyboard, also to a screen reader."""
        current = self.editing.current if self.hasFocus() else None
        self.stage.mark(self.editing.selection, current, self.editing.wire)
        self.setAccessibleDescription(self._selected_words() + self._words)
        self.viewport().update()

    def box_of(self, id: str) -> Box:
        """Return the box of the block that stands for a layer."""
        return self.stage.layout.boxes[self.editing.folded.block_of[id]]

    def on_screen(self, rect: QRectF) -> QRect:
        """Return a rectangle of the scene in pixels of the viewport."""
        return self.mapFromScene(rect).boundingRect()

    def _display(self) -> None:
        folded = fold(self._network, self._folded)
        self.stage.display(folded, *self._shown, Measure(self))
        self._words = describe(folded, *self._shown)
        self.editing.show(folded)
        self.keep_fitting()

    def _selected_words(self) -> str:
        network, chosen = self.editing.network, self.editing.selection
        whole = {name: ids for name, ids in network.groups.items() if set(chosen).issuperset(ids)}
        inside = {id for ids in whole.values() for id in ids}
        titles = [f"group {name}" for name in whole]
        titles += [network[id].title for id in chosen if id not in inside]
        return f"Selected: {', '.join(titles)}. " if titles else ""
