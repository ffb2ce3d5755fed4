"""The context menus of blocks, connections and the empty canvas."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from nnstudio.core.network import INPUT, LAYERS, Layer
from nnstudio.ui.canvas import edits
from nnstudio.ui.canvas.block import remedy_words
from nnstudio.ui.canvas.layout import LOSS, Edge

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView


def block_menu(view: CanvasView, id: str) -> QMenu:
    """Return the menu of one block (the input and the loss have a short one)."""
    if id in view.editing.folded.folded:
        return group_menu(view, view.editing.folded.folded[id])
    menu = QMenu(view)
    _add(menu, "Edit…", lambda: view.edit_requested.emit(id), "Enter")
    if id in (INPUT, LOSS):
        edge = next(e for e in view.stage.edges if e[0 if id == INPUT else 1] == id)
        _add_layers(menu, "Insert after" if id == INPUT else "Insert before", view, edge)
        return menu
    network = view.editing.network
    block = view.stage.layers[id].block
    if (remedy := block.remedy) is not None:
        _add(menu, remedy_words(block), lambda: view.editing.insert_before(id, remedy))
    if edits.main_param(network[id].layer):
        _add(menu, "Edit number on the block", lambda: view.edit_number(id))
    _add(menu, "Rename…", lambda: view.edit_name(id), "F2")
    menu.addSeparator()
    _add_hand(menu, view)
    menu.addSeparator()
    _add_grouping(menu, view, network[id].group)
    menu.addSeparator()
    _add_places(menu, view, id, id)
    return menu


def group_menu(view: CanvasView, name: str) -> QMenu:
    """Return the menu of one group, folded or open."""
    menu = QMenu(view)
    members = view.editing.network.groups[name]
    _add_folding(menu, view, name)
    _add(menu, "Rename…", lambda: view.rename_group(name), "F2")
    _add(menu, "Ungroup", view.ungroup, "Ctrl+Shift+G")
    menu.addSeparator()
    _add_hand(menu, view)
    menu.addSeparator()
    _add_places(menu, view, members[0], members[-1])
    return menu


def wire_menu(view: CanvasView, edge: Edge) -> QMenu:
    """Return the menu of one connection."""
    menu = QMenu(view)
    _add_layers(menu, "Insert", view, edge)
    if edits.can_cut(view.editing.network, edge):
        _add(menu, "Cut this connection", lambda: view.editing.cut_wire(edge), "Del")
    return menu


def canvas_menu(view: CanvasView) -> QMenu:
    """Return the menu of the empty canvas."""
    menu = QMenu(view)
    _add_layers(menu, "Add at the end", view, view.stage.edges[-1])
    _add(menu, "Paste", view.paste, "Ctrl+V")
    _add(menu, "Select all", view.select_all, "Ctrl+A")
    menu.addSeparator()
    _add(menu, "Fit to window", view.fit, "Home")
    return menu


def _add_hand(menu: QMenu, view: CanvasView) -> None:
    _add(menu, "Cut", view.cut, "Ctrl+X")
    _add(menu, "Copy", view.copy, "Ctrl+C")
    _add(menu, "Duplicate", view.duplicate, "Ctrl+D")
    _add(menu, "Delete", view.delete, "Del")


def _add_grouping(menu: QMenu, view: CanvasView, group: str) -> None:
    _add(menu, "Group", view.group, "Ctrl+G").setEnabled(view.editing.network.adjacent(view.selection))
    if group:
        _add_folding(menu, view, group)
        _add(menu, f"Rename “{group}”…", lambda: view.rename_group(group))
        _add(menu, f"Ungroup “{group}”", view.ungroup, "Ctrl+Shift+G")


def _add_folding(menu: QMenu, view: CanvasView, group: str) -> None:
    verb = "Fold" if group in view.editing.folded.opened else "Open"
    _add(menu, f"{verb} “{group}”", lambda: view.toggle_group(group), "Ctrl+Shift+F")


def _add_places(menu: QMenu, view: CanvasView, first: str, last: str) -> None:
    edges = view.stage.edges
    _add_layers(menu, "Insert before", view, next(e for e in edges if e[1] == first))
    _add_layers(menu, "Insert after", view, next((e for e in edges if e[0] == last), edges[-1]))
    _add(menu, "Move left", lambda: view.shift(forward=False), "Alt+Left")
    _add(menu, "Move right", lambda: view.shift(forward=True), "Alt+Right")


def _add_layers(menu: QMenu, text: str, view: CanvasView, edge: Edge) -> None:
    below = menu.addMenu(text)
    for family, entries in LAYERS.families().items():
        group = below.addMenu(family.capitalize())
        for entry in entries:
            _add(group, entry.title, _inserting(view, entry, edge))


def _inserting(view: CanvasView, entry: type[Layer], edge: Edge) -> Callable[[], None]:
    return lambda: view.editing.insert_at(entry(), edge)


def _add(menu: QMenu, text: str, action: Callable[[], object], keys: str = "") -> QAction:
    # The keys are text only: a shortcut here would fight with the one in the main menu.
    entry = menu.addAction(f"{text}\t{keys}" if keys else text)
    entry.triggered.connect(lambda _checked=False: action())
    return entry
