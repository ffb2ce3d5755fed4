"""What every test is promised: an own home, fixed seeds, and nothing left running or open behind it."""

from __future__ import annotations

import gc
import os
import random
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field  # noqa: F401 - before Qt, whose import hook trips over pydantic's lazy modules

os.environ["QT_QPA_PLATFORM"] = "offscreen"

PATIENCE_MS = 1000
"""How long a thread may take to end after its test."""

HOME_VARIABLES = {
    "HOME": ".",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_CACHE_HOME": "cache",
    "XDG_STATE_HOME": "state",
    "USERPROFILE": ".",
    "APPDATA": "roaming",
    "LOCALAPPDATA": "local",
    "WIN_PD_OVERRIDE_APPDATA": "roaming",
    "WIN_PD_OVERRIDE_LOCAL_APPDATA": "local",
}


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test an empty home: settings, caches and documents land in a temporary folder."""
    folder = tmp_path_factory.mktemp("home")
    for name, part in HOME_VARIABLES.items():
        monkeypatch.setenv(name, str(folder / part))
    if qt := _qt_core():
        settings = qt.QSettings
        settings.setDefaultFormat(settings.Format.IniFormat)
        for kind in (settings.Format.IniFormat, settings.Format.NativeFormat):
            settings.setPath(kind, settings.Scope.UserScope, str(folder / "config"))
    return folder


@pytest.fixture(autouse=True)
def seeds() -> None:
    """Start every random stream that is loaded from the same place."""
    random.seed(0)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(0)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(0)


@pytest.fixture(autouse=True, scope="session")
def collected_in_this_thread() -> Iterator[None]:
    """Keep Python from collecting a widget of an earlier test in the training thread of a later one."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def nothing_piles_up(collected_in_this_thread: None) -> Iterator[None]:
    """Collect after the test what Python would have collected during it."""
    yield
    counts, thresholds = gc.get_count(), gc.get_threshold()
    due = [generation for generation in range(3) if counts[generation] > thresholds[generation]]
    if due:
        gc.collect(due[-1])


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Fail a test that leaves a Python thread or a QThread running, after stopping it if it can be."""
    before = set(threading.enumerate())
    yield
    left = _python_threads_left(before) + _qthreads_left()
    if left:
        pytest.fail(f"left running: {', '.join(left)}", pytrace=False)


@pytest.fixture(autouse=True)
def no_window_left(no_thread_left: None) -> Iterator[None]:
    """Fail a test that leaves a window on the screen, after closing it."""
    yield
    left = _windows_left()
    if left:
        pytest.fail(f"left open: {', '.join(left)}", pytrace=False)


def _qt_core() -> Any:
    return sys.modules.get("PySide6.QtCore")


def _qt_widgets_in_use() -> Any:
    """Return the module QtWidgets once a test has made an application, else None."""
    widgets: Any = sys.modules.get("PySide6.QtWidgets")
    return widgets if widgets and widgets.QApplication.instance() else None


def _python_threads_left(before: set[threading.Thread]) -> list[str]:
    left = []
    for thread in set(threading.enumerate()) - before:
        # Python keeps a dummy for every foreign thread it has met, even after that one has ended.
        if isinstance(thread, threading._DummyThread):
            continue
        thread.join(PATIENCE_MS / 1000)
        if thread.is_alive():
            left.append(thread.name)
    return left


def _qthreads_left() -> list[str]:
    if not _qt_widgets_in_use():
        return []
    kinds = _with_subclasses(_qt_core().QThread)
    threads: list[Any] = [thing for thing in gc.get_objects() if type(thing) in kinds]
    return [f"{type(thread).__name__} (QThread)" for thread in threads if _still_running(thread)]


def _with_subclasses(kind: type) -> set[type]:
    children: list[type] = kind.__subclasses__()
    return {kind}.union(*map(_with_subclasses, children))


def _still_running(thread: Any) -> bool:
    """Tell whether a QThread runs on; it is asked to end, for one destroyed alive takes the tests along."""
    from shiboken6 import isValid

    if not isValid(thread) or not thread.isRunning() or thread.wait(PATIENCE_MS):
        return False
    thread.requestInterruption()
    thread.quit()
    thread.wait(PATIENCE_MS)
    return True


def _windows_left() -> list[str]:
    widgets = _qt_widgets_in_use()
    if not widgets:
        return []
    tooltip = _qt_core().Qt.WindowType.ToolTip
    left = []
    for window in widgets.QApplication.topLevelWidgets():
        if not window.isVisible():
            continue
        if window.windowType() != tooltip:
            left.append(f"{type(window).__name__} {window.windowTitle()!r}")
        window.hide()
        window.deleteLater()
    return left
