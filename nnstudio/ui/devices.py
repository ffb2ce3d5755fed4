"""The devices of this machine: looked up in the background, which also warms the engine up."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from nnstudio.core.project import Project
from nnstudio.ui.panels.device_menu import DeviceMenu
from nnstudio.ui.worker import Worker


def look_up() -> Generator[Any, None, None]:
    """Yield the devices; importing torch here keeps it off the GUI thread."""
    from nnstudio.engine.device import devices

    yield devices()


class Devices(QObject):
    """Knows the devices once found; shows the menu."""

    chosen = Signal(str)
    known = Signal(str, str)
    """(Text for the chip, tooltip)"""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._menu = DeviceMenu(window)
        self._menu.chosen.connect(self.chosen)
        self._found: list[Any] = []
        self._choice = "auto"
        self._worker: Worker | None = None

    def find(self) -> None:
        """Look the devices up, once; call it when the window is on the screen."""
        if self._worker is None and not self._found:
            self._worker = Worker(look_up, self)
            self._worker.delivered.connect(self._take)
            self._worker.failed.connect(lambda sentence, _details: self.known.emit("Device", sentence))
            self._worker.start()

    def show_choice(self, id: str) -> None:
        """Show which device the project asks for."""
        self._choice = id
        self._tell()

    def popup(self, project: Project, at: QWidget) -> None:
        """Show the menu below a widget, with the memory in use as of now."""
        if self._found:
            from nnstudio.engine.device import devices

            self._found = devices()
        self._menu.show_devices(self._found, project.training.device)
        self._menu.popup(at.mapToGlobal(QPoint(0, at.height())))

    def close(self) -> None:
        """Let the look-up end."""
        if self._worker is not None:
            self._worker.cancel()

    def _take(self, results: list[list[Any]]) -> None:
        self._found = results[-1]
        self._tell()

    def _tell(self) -> None:
        usable = [device for device in self._found if device.usable]
        if not usable:
            self.known.emit("Device", "Looking for a GPU…")
            return
        wanted = [d for d in usable if d.id == self._choice]
        best = next((d for d in usable if d.id != "cpu"), usable[0])
        device = wanted[0] if wanted else best
        text = device.name
        if device.memory_total and device.id != "cpu":
            text += f" · {device.memory_used / 1e9:.1f} / {device.memory_total / 1e9:.0f} GB"
        others = [d.reason for d in self._found if not d.usable and d.reason]
        self.known.emit(text, "\n".join(["Where training runs; click to choose.", *others]))
