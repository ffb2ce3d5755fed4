"""The top bar: project name, workspaces, transport and device."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from nnstudio.ui.resources import icon
from nnstudio.ui.theme import colours, scaled, set_role
from nnstudio.ui.training import State, Trainer
from nnstudio.ui.widgets.chip import Chip
from nnstudio.ui.widgets.elided_label import ElidedLabel
from nnstudio.ui.widgets.segmented import Segmented

WORKSPACES = {"data": "Data", "design": "Design && Train", "evaluate": "Evaluate", "runs": "Runs"}


class ActionButton(QPushButton):
    """A button that mirrors an action: text, tooltip, enabled and trigger."""

    def __init__(self, action: QAction, symbol: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action, self._symbol = action, symbol
        self.clicked.connect(action.trigger)
        action.changed.connect(self._mirror)
        self._mirror()

    def set_symbol(self, symbol: str) -> None:
        """Show another icon."""
        self._symbol = symbol
        self._mirror()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:  # Another theme: the icon is drawn in its colours.
            self._mirror()
        super().changeEvent(event)

    def _mirror(self) -> None:
        action = self._action
        self.setText(action.iconText())
        self.setEnabled(action.isEnabled())
        keys = action.shortcut().toString()
        self.setToolTip(f"{action.toolTip()} ({keys})" if keys else action.toolTip())
        self.setAccessibleName(action.iconText())
        shade = colours(self).on_accent if self.property("role") == "primary" else colours(self).text
        self.setIcon(icon(self._symbol, shade if action.isEnabled() else colours(self).grey_run))


class TopBar(QFrame):
    """Shows where one is and what the training does; its buttons are the window's actions."""

    workspace_chosen = Signal(str)
    device_clicked = Signal()

    def __init__(self, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "topbar")
        brand = QLabel("NN Studio")
        set_role(brand, "brand")
        self.name = ElidedLabel()
        set_role(self.name, "muted")
        self.tabs = Segmented(WORKSPACES, "Workspace")
        self.tabs.chosen.connect(self.workspace_chosen)
        self.epoch, self.speed = Chip(tip="Epochs done"), Chip(tip="Training speed and time left")
        self.reset = ActionButton(actions["reset"], "reset")
        self.step = ActionButton(actions["step_batch"], "step")
        self.play = ActionButton(actions["train"], "play")
        set_role(self.play, "primary")
        self.play.set_symbol("play")
        self.stop = ActionButton(actions["stop"], "stop")
        self.device = Chip("Device", clickable=True)
        self.device.clicked.connect(self.device_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(scaled(16), scaled(8), scaled(16), scaled(8))
        row.setSpacing(scaled(10))
        row.addWidget(brand)
        row.addWidget(self.name)
        row.addWidget(self.tabs)
        row.addStretch(1)
        self._transport = QWidget()
        inside = QHBoxLayout(self._transport)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(scaled(10))
        for widget in (self.epoch, self.speed, self.reset, self.step, self.play, self.stop):
            inside.addWidget(widget)
        row.addWidget(self._transport)
        row.addWidget(self.device)

    def show_name(self, name: str, modified: bool) -> None:
        """Show the project's name with a mark when there is something to save."""
        self.name.setText(f"{name} •" if modified else name)
        self.name.setToolTip("There are unsaved changes" if modified else "All changes are saved")

    def show_workspace(self, name: str) -> None:
        """Mark the workspace shown; on the welcome page there is nothing to train yet."""
        working = name in WORKSPACES
        for part in (self.name, self.tabs, self._transport):
            part.setVisible(working)
        if working:
            self.tabs.set_current(name)

    def show_device(self, text: str, tip: str) -> None:
        """Show where training runs."""
        self.device.setText(text)
        self.device.setToolTip(tip)

    def show_state(self, state: State) -> None:
        """Turn the Train button into Pause and back."""
        self.play.set_symbol("pause" if state == "running" else "play")
        for chip in (self.epoch, self.speed):
            chip.setVisible(state != "idle")

    def show_progress(self, trainer: Trainer, epochs: int) -> None:
        """Show epochs done, speed and time left."""
        self.epoch.setText(f"Epoch {int(trainer.epoch)} / {epochs}")
        if not trainer.speed:
            self.speed.setText("starting…")
            return
        speed = f"{trainer.speed:,.0f} samples/s".replace(",", " ")
        seconds = trainer.history["seconds"]
        if trainer.state != "running" or not seconds:
            self.speed.setText(speed)
            return
        recent = seconds[-20:]
        left = (epochs - trainer.epoch) * sum(recent) / len(recent)
        self.speed.setText(f"{speed} · ETA {clock(left)}")


def clock(seconds: float) -> str:
    """Return a duration, e.g. `0:07` or `1:02:05`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
