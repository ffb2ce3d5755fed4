"""The menu behind the device chip: where to train, how much memory is in use, why a GPU is not used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication
from PySide6.QtWidgets import QLabel, QMenu, QWidget, QWidgetAction

from nnstudio.ui.panels.sizes import in_bytes
from nnstudio.ui.theme import scaled, set_role

if TYPE_CHECKING:
    from nnstudio.engine.device import DeviceChoice

AUTO = "Automatic: a GPU where it pays off"
WIDTH = 380
COMMAND = re.compile(r"pip install \S.*")


class DeviceMenu(QMenu):
    """Offer automatic choice and every kind of device; those that cannot be used say why."""

    chosen = Signal(str)
    """auto, cpu, cuda or mps"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Device", parent)
        self.setAccessibleName("Device")
        self.setToolTipsVisible(True)
        self._group = QActionGroup(self)

    def show_devices(self, choices: Sequence[DeviceChoice], chosen: str) -> None:
        """List these devices; `chosen` is what the project asks for."""
        self.clear()
        for action in self._group.actions():
            self._group.removeAction(action)
        self._entry("auto", AUTO, chosen).setToolTip("Small networks train faster on the CPU")
        self.addSeparator()
        for choice in choices:
            entry = self._entry(choice.id, _words(choice), chosen)
            entry.setEnabled(choice.usable)
            entry.setToolTip(choice.reason)
            if not choice.usable:
                self._explain(choice.reason)

    def entries(self) -> list[QAction]:
        """Return the choices, automatic first."""
        return self._group.actions()

    def _entry(self, id: str, text: str, chosen: str) -> QAction:
        action = QAction(text.replace("&", "&&"), self)
        action.setCheckable(True)
        action.setChecked(id == chosen)
        action.setData(id)
        action.triggered.connect(lambda: self.chosen.emit(id))
        self._group.addAction(action)
        self.addAction(action)
        return action

    def _explain(self, reason: str) -> None:
        command = COMMAND.search(reason)
        label = QLabel(f"{reason[:1].upper()}{reason[1:]}", wordWrap=True)
        set_role(label, "hint")
        label.setContentsMargins(scaled(34), 0, scaled(12), scaled(6))
        label.setFixedWidth(scaled(WIDTH))
        words = QWidgetAction(self)
        words.setDefaultWidget(label)
        words.setText(label.text())
        words.setEnabled(False)
        self.addAction(words)
        if command:
            copy = self.addAction("Copy this command to the clipboard")
            copy.setToolTip(command[0])
            copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(command[0]))


def _words(choice: DeviceChoice) -> str:
    if choice.memory_total is None:
        return choice.name
    total = in_bytes(choice.memory_total)
    if choice.memory_used is None:
        return f"{choice.name} · {total}"
    return f"{choice.name} · {in_bytes(choice.memory_used)} of {total} used"
