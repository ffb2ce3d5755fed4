"""Drive the window without a person: for pictures of it where there is no screen."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from nnstudio.ui.main_window import MainWindow

PATIENCE = 120.0
"""Seconds after which something that should have happened is given up."""
SETTLE = 12
"""Rounds of the event loop after which layouts, fonts and delayed drawings have found their place."""


def wait_for(app: QApplication, done: Callable[[], bool]) -> None:
    """Run the event loop until `done`; raises TimeoutError."""
    deadline = monotonic() + PATIENCE
    while not done():
        if monotonic() > deadline:
            raise TimeoutError("The window did not become ready.")
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)


def settle(app: QApplication) -> None:
    """Let everything that is drawn with a delay appear."""
    deadline = monotonic() + 0.4
    while monotonic() < deadline:
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    for _ in range(SETTLE):
        app.processEvents()


def train_until(window: MainWindow, app: QApplication, example: str, epochs: int) -> None:
    """Open a bundled example and train it for some epochs, then pause."""
    window.open_example(example)
    wait_for(app, lambda: window.session.loaded is not None and window.page == "design")
    trainer = window.session.trainer
    window.session.toggle_training()
    wait_for(app, lambda: trainer.history.epochs >= epochs or not trainer.active)
    trainer.pause()
    wait_for(app, lambda: not window.session.pictures.busy)
