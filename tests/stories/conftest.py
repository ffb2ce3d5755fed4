"""The real window on an offscreen screen, with settings of its own, closed without questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnstudio.ui.app import after_start, application, make_window
from nnstudio.ui.main_window import MainWindow
from tests.stories.studio import Studio

WIDTH, HEIGHT = 1440, 900


@pytest.fixture
def start(home: Path, qtbot: QtBot) -> Iterator[Callable[..., Studio]]:
    """Start the studio as the program does: with a file to open when one is given."""
    app = application()
    started: list[MainWindow] = []
    strays: list[str] = []

    def notice(window: QWindow | None) -> None:
        # A label that is shown before it has a parent is a window for a moment, and takes the keyboard.
        name = window.objectName().removesuffix("Window").removesuffix("Class") if window else ""
        if name and not name.endswith(("MainWindow", "GlossaryWindow", "Dialog", "Menu", "Box", "Container")):
            strays.append(name)

    app.focusWindowChanged.connect(notice)

    def begin(path: Path | str = "", width: int = WIDTH, height: int = HEIGHT) -> Studio:
        window = make_window()
        started.append(window)
        window.resize(width, height)
        window.show()
        qtbot.waitActive(window)
        after_start(window, str(path))
        return Studio(window, qtbot)

    yield begin
    for window in started:
        close_without_questions(window, app)
    app.focusWindowChanged.disconnect(notice)
    assert not strays, f"these were windows for a moment: {strays}"


@pytest.fixture
def studio(start: Callable[..., Studio]) -> Studio:
    """The studio on its welcome page."""
    return start()


def close_without_questions(window: MainWindow, app: QApplication) -> None:
    """Throw away what is running and unsaved, and the window."""
    window.session.trainer.reset()
    window.session.document.set_saved()
    window.close()
    window.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
