"""Every command of the window: its words, shortcut and place in the menus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow


@dataclass(frozen=True, slots=True)
class Command:
    """One line of a menu."""

    name: str
    text: str
    tip: str
    keys: str = ""
    checkable: bool = False


SEPARATOR = None

MENUS: dict[str, tuple[Command | None, ...]] = {
    "&File": (
        Command("new", "&New…", "Start a project from an example or from your own data", "Ctrl+N"),
        Command("open", "&Open…", "Open a project file", "Ctrl+O"),
        Command("recent", "Open &recent", "Projects opened before"),
        SEPARATOR,
        Command("save", "&Save", "Save the project", "Ctrl+S"),
        Command("save_as", "Save &as…", "Save the project under another name", "Ctrl+Shift+S"),
        SEPARATOR,
        Command("export", "&Export…", "Write a script, a model for other programs, or a report", "Ctrl+E"),
        Command("picture", "Save picture of the window…", "Save what you see as a PNG file"),
        SEPARATOR,
        Command("quit", "&Quit", "Close the studio", "Ctrl+Q"),
    ),
    "&Edit": (
        Command("undo", "&Undo", "Take back the last change", "Ctrl+Z"),
        Command("redo", "&Redo", "Do the change again", "Ctrl+Y"),
        SEPARATOR,
        Command("cut", "Cu&t", "Cut the selected layers", "Ctrl+X"),
        Command("copy", "&Copy", "Copy the selected layers", "Ctrl+C"),
        Command("paste", "&Paste", "Paste layers after the selection", "Ctrl+V"),
        Command("duplicate", "&Duplicate", "Put a copy behind each selected layer", "Ctrl+D"),
        Command("delete", "De&lete", "Delete the selected layers and heal the chain", "Del"),
        Command("select_all", "Select &all", "Select all layers", "Ctrl+A"),
        SEPARATOR,
        Command("group", "&Group", "Put the selected layers in a named group", "Ctrl+G"),
        Command("ungroup", "U&ngroup", "Dissolve the group; its layers stay", "Ctrl+Shift+G"),
        Command(
            "fold_group", "&Fold or open group", "Draw the group as one block, or its layers", "Ctrl+Shift+F"
        ),
    ),
    "&View": (
        Command("data", "&Data", "Source, preparation and split", "Ctrl+1"),
        Command("design", "Design && &Train", "Network, training, curves", "Ctrl+2"),
        Command("evaluate", "&Evaluate", "How good the network is, and where it fails", "Ctrl+3"),
        Command("tune", "T&une", "Search for better settings", "Ctrl+4"),
        Command("runs", "&Runs", "All runs of this project", "Ctrl+5"),
        SEPARATOR,
        Command("zoom_in", "Zoom network in", "Make the blocks larger", "Ctrl+Shift++"),
        Command("zoom_out", "Zoom network out", "Make the blocks smaller", "Ctrl+Shift+-"),
        Command("fit", "&Fit network", "Show the whole network", "Ctrl+0"),
        SEPARATOR,
        Command("light", "Light", "Dark text on white", checkable=True),
        Command("dark", "Dark", "Light text on black: easy on the eyes", checkable=True),
        Command("contrast", "High contrast", "The strongest difference of text and ground", checkable=True),
        SEPARATOR,
        Command("larger_text", "Larger text", "For the projector", "Ctrl++"),
        Command("smaller_text", "Smaller text", "More room", "Ctrl+-"),
        SEPARATOR,
        Command("presentation", "&Presentation mode", "Hide what a lesson does not need", "F11", True),
    ),
    "&Train": (
        Command("train", "&Train", "Train the network; press again to pause", "F5"),
        Command("step_batch", "&Step", "Train one batch and rest", "F10"),
        Command("step_epoch", "Step one &epoch", "Train one epoch and rest", "Shift+F10"),
        Command("stop", "St&op", "End the run and keep its best weights", "Shift+F5"),
        SEPARATOR,
        Command("reset", "&Reset", "Back to the same first weights, curves cleared", "Ctrl+R"),
        Command("reset_new", "Reset with &new weights", "Draw other first weights", "Ctrl+Shift+R"),
        SEPARATOR,
        Command("find_rate", "&Find a learning rate…", "Watch the loss while the rate climbs"),
        Command("cross_validate", "Cross-&validate…", "Train on every fold: mean and spread of the scores"),
        Command("start_from", "Start from &weights…", "Begin with what another network has learnt"),
        Command("checkpoints", "&Checkpoints…", "Earlier epochs: look at them or go on from there"),
        SEPARATOR,
        Command("way", "The &way through…", "The five phases, checklists and the next step", "Ctrl+J"),
        Command("table", "&Layer table…", "Shapes, learnables and cost of every layer", "Ctrl+T"),
    ),
    "&Help": (
        Command("explain", "E&xplain this", "The page about what has the focus", "F1"),
        Command("explain_pointed", "Explain what I point at", "What the mouse is on, explained", "Shift+F1"),
        Command("glossary", "&Glossary", "Every layer, setting, problem and term, explained"),
        SEPARATOR,
        Command("shortcuts", "&Keyboard shortcuts", "What every key does", "Ctrl+F1"),
        Command("about", "&About NN Studio", "Version and licences"),
    ),
}

SHORT_TEXTS = {"step_batch": "Step", "reset": "Reset", "train": "Train", "stop": "Stop"}


def make_actions(window: QMainWindow, handlers: dict[str, Callable[[], object]]) -> dict[str, QAction]:
    """Fill the menu bar; return the actions by name. Raises KeyError when a handler is missing."""
    actions: dict[str, QAction] = {}
    for title, commands in MENUS.items():
        menu = window.menuBar().addMenu(title)
        for command in commands:
            if command is SEPARATOR:
                menu.addSeparator()
                continue
            assert command is not None
            if command.name == "recent":
                recent = menu.addMenu(command.text)
                recent.setObjectName("recent")
                recent.menuAction().setStatusTip(command.tip)
                recent.setToolTipsVisible(True)
                continue
            action = QAction(command.text, window)
            action.setCheckable(command.checkable)
            action.setIconText(SHORT_TEXTS.get(command.name, command.text.replace("&", "")))
            action.setToolTip(command.tip)
            action.setStatusTip(command.tip)
            action.setShortcut(QKeySequence(command.keys))
            action.triggered.connect(lambda _=False, handler=handlers[command.name]: handler())
            menu.addAction(action)
            window.addAction(action)  # The keys must also work while the menu bar is hidden.
            actions[command.name] = action
    return actions
