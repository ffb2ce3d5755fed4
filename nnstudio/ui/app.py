"""Start the window: application, look, main window, and what is done once it is on the screen."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication

import nnstudio.catalog
from nnstudio.catalog.datasets.playground import Circles
from nnstudio.catalog.losses import CrossEntropy
from nnstudio.catalog.optimizers import Adam
from nnstudio.catalog.schedules import Constant
from nnstudio.core.dataset import DataSpec
from nnstudio.core.project import Project
from nnstudio.core.training import Training
from nnstudio.ui.appearance import Appearance
from nnstudio.ui.garbage import collect_here_only
from nnstudio.ui.main_window import MainWindow
from nnstudio.ui.session import Session
from nnstudio.ui.showing import settle, wait_for
from nnstudio.ui.theme import ThemeName

SWITCH_INTERVAL = 0.002
"""Seconds after which a busy training thread lets the window's thread have Python. At 0.005 gaps are
felt; below 0.002 training loses more to the switching than the window gains (measured)."""


def blank() -> Project:
    """Return what the window holds before anything is opened."""
    training = Training(loss=CrossEntropy(), optimizer=Adam(), schedule=Constant())
    return Project(data=DataSpec(source=Circles()), training=training)


def application(arguments: Sequence[str] = ()) -> QApplication:
    """Return the application with its names and look; make it when there is none."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(["nnstudio", *arguments])
    for set_name in (QCoreApplication.setOrganizationName, QCoreApplication.setApplicationName):
        set_name("NN Studio")
    app.setApplicationDisplayName("NN Studio")
    app.setDesktopFileName("nnstudio")
    Appearance().apply()
    return app


def make_window() -> MainWindow:
    """Return the main window, not yet shown."""
    assert len(nnstudio.catalog.__all__)  # Importing the catalog has filled the registries.
    sys.setswitchinterval(SWITCH_INTERVAL)
    window = MainWindow(Session(blank()))
    collect_here_only(window)
    return window


def after_start(window: MainWindow, path: str = "") -> None:
    """Do what needs the window on the screen: open the file, warm up, offer unsaved work."""
    if path:
        window.open_file(path)
    _ = window.work  # Made now, while the person looks at the welcome page.
    window.devices.find()
    window.offer_recovery()


def main(path: str = "") -> int:
    """Open the window, with a project when a path is given; return the exit code."""
    app = application()
    window = make_window()
    window.show()
    QTimer.singleShot(0, lambda: after_start(window, path))
    return app.exec()


def picture(
    project: Path, target: Path, theme: ThemeName = "light", size: tuple[int, int] = (1440, 900)
) -> None:
    """Write a picture of the window with a project open; needs no screen (QT_QPA_PLATFORM=offscreen).

    Raises OSError when the picture cannot be written.
    """
    app = application()
    window = make_window()
    try:
        window.appearance.show(theme)
        window.resize(*size)
        window.show()
        window.files.open(project)
        wait_for(app, lambda: window.quiet)
        settle(app)
        window.picture(target)
    finally:
        window.session.document.set_saved()
        window.close()
        window.deleteLater()
