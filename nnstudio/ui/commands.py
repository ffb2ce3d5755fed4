"""What each menu command does in the window."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from nnstudio import __version__
from nnstudio.ui.actions import MENUS
from nnstudio.ui.notice import Notice
from nnstudio.ui.training_tools import cross_validate, find_rate, show_checkpoints

if TYPE_CHECKING:
    from nnstudio.ui.main_window import MainWindow

CANVAS_COMMANDS = (
    "cut", "copy", "paste", "duplicate", "delete", "select_all", "group", "ungroup", "fold_group",
    "zoom_in", "zoom_out", "fit",
)  # fmt: skip
"""Commands that the canvas carries out under the same name."""


def handlers(window: MainWindow) -> dict[str, Callable[[], object]]:
    """Return the function behind every command name."""
    return _of_files(window) | _of_editing(window) | _of_view(window) | _of_training(window)


def _of_files(window: MainWindow) -> dict[str, Callable[[], object]]:
    return {
        "new": lambda: window.show_page("welcome"),
        "open": lambda: window.open_file(),
        "save": lambda: window.files.save(),
        "save_as": lambda: window.files.save_as(),
        "export": lambda: _export(window),
        "picture": lambda: _save_picture(window),
        "quit": lambda: window.close(),
        "explain": lambda: window.explainer.explain_focus(),
        "explain_pointed": lambda: window.explainer.explain_pointed(),
        "glossary": lambda: window.explainer.open(),
        "shortcuts": lambda: _show_shortcuts(window),
        "about": lambda: _show_about(window),
    }


def _of_editing(window: MainWindow) -> dict[str, Callable[[], object]]:
    stack = window.session.document.stack

    def on_canvas(name: str) -> Callable[[], object]:
        return lambda: getattr(window.design.canvas, name)()

    return {"undo": stack.undo, "redo": stack.redo} | {name: on_canvas(name) for name in CANVAS_COMMANDS}


def _of_view(window: MainWindow) -> dict[str, Callable[[], object]]:
    pages = ("data", "design", "evaluate", "tune", "runs")
    look = window.appearance
    return {
        **{name: partial(window.show_page, name) for name in pages},
        "light": lambda: look.set_theme("light"),
        "dark": lambda: look.set_theme("dark"),
        "contrast": lambda: look.set_theme("contrast"),
        "larger_text": lambda: look.change_text(1),
        "smaller_text": lambda: look.change_text(-1),
        "presentation": lambda: _present(window),
    }


def _of_training(window: MainWindow) -> dict[str, Callable[[], object]]:
    session = window.session
    return {
        "train": session.toggle_training,
        "step_batch": lambda: session.step("step"),
        "step_epoch": lambda: session.step("epoch"),
        "stop": session.trainer.stop,
        "reset": lambda: session.reset(),
        "reset_new": lambda: session.reset(new_weights=True),
        "find_rate": lambda: find_rate(window),
        "cross_validate": lambda: cross_validate(window),
        "checkpoints": lambda: show_checkpoints(window),
        "start_from": lambda: _start_from(window),
        "way": lambda: window.guide.open(),
        "table": lambda: window.dock.setVisible(not window.dock.isVisible()),
    }


def _export(window: MainWindow) -> None:
    from nnstudio.ui.export_menu import show_export

    show_export(window)


def _start_from(window: MainWindow) -> None:
    from nnstudio.ui.pages.start_from import show_start_from  # Late: few projects need it.

    show_start_from(window)


def _save_picture(window: MainWindow) -> None:
    path, _ = QFileDialog.getSaveFileName(window, "Save picture", "nnstudio.png", "Picture (*.png)")
    if path and not window.grab().save(path, "PNG"):
        problem = f"The picture could not be written to {path}: choose another folder."
        window.show_notice(Notice("bad", problem))


def _present(window: MainWindow) -> None:
    """Hide what a lesson does not need: menus, palette, status line."""
    on = window.actions_by_name["presentation"].isChecked()
    for part in (window.menuBar(), window.design.left, window.status):
        part.setVisible(not on)


def _show_shortcuts(window: MainWindow) -> None:
    rows = []
    for commands in MENUS.values():
        for command in commands:
            if command is not None and command.keys:
                text = command.text.replace("&&", "and").replace("&", "").rstrip("…")
                rows.append(f"<tr><td><b>{command.keys}</b>&nbsp;&nbsp;</td><td>{text}</td></tr>")
    QMessageBox.information(window, "Keyboard shortcuts", f"<table>{''.join(rows)}</table>")


def _show_about(window: MainWindow) -> None:
    QMessageBox.about(
        window,
        "About NN Studio",
        f"<b>NN Studio {__version__}</b><p>Design, train, understand and mend neural networks. "
        "No account, no server, no telemetry.</p><p>MIT licence. Built with PySide6 (LGPL), pyqtgraph, "
        f"PyTorch, scikit-learn and pandas.</p><p>Qt platform: {QApplication.platformName()}</p>",
    )
