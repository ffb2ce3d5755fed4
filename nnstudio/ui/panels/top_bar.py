"""The top bar: project name, workspaces, transport and device."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from nnstudio.ui.resources import icon
from nnstudio.ui.theme import colours, scaled, set_role
from nnstudio.ui.training import State, Trainer
from nnstudio.ui.widgets.chip import Chip
from nnstudio.ui.widgets.elided_label import ElidedLabel
from nnstudio.ui.widgets.segmented import Segmented

WORKSPACES = {
    "data": "Data", "design": "Design && Train", "evaluate": "Evaluate", "tune": "Tune", "runs": "Runs",
}  # fmt: skip

SLACK = 8
"""Pixels that words must have to spare before they come back, so that a button does not flicker."""


class ActionButton(QPushButton):
    """A button that mirrors an action: text, tooltip, enabled and trigger."""

    def __init__(self, action: QAction, symbol: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action, self._symbol = action, symbol
        self._compact = False
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

    def set_compact(self, compact: bool) -> None:
        """Show the icon alone."""
        if compact != self._compact:
            self._compact = compact
            self._mirror()

    def text_width(self) -> int:
        """Return the pixels that the words take, shown or not."""
        return self.fontMetrics().horizontalAdvance(f" {self._action.iconText()}")

    def full_width(self) -> int:
        """Return the pixels of the button with its words."""
        return self.sizeHint().width() + self._compact * (self.text_width() + SLACK)

    def _mirror(self) -> None:
        action = self._action
        self.setText("" if self._compact else action.iconText())
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
        self.brand = QLabel("NN Studio")
        set_role(self.brand, "brand")
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
        self._device_text, self._device_tip = "Device", ""
        self._idle = True
        self.device = Chip("Device", clickable=True)
        self.device.clicked.connect(self.device_clicked)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(scaled(16), scaled(8), scaled(16), scaled(8))
        row.setSpacing(scaled(10))
        row.addWidget(self.brand)
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
        self._fit()

    def show_device(self, text: str, tip: str) -> None:
        """Show where training runs."""
        self._device_text, self._device_tip = text, tip
        self._fit()

    def show_state(self, state: State) -> None:
        """Turn the Train button into Pause and back."""
        self.play.set_symbol("pause" if state == "running" else "play")
        self._idle = state == "idle"
        self._fit()

    def show_progress(self, trainer: Trainer, epochs: int) -> None:
        """Show epochs done, speed and time left."""
        self.epoch.setText(f"Epoch {int(trainer.epoch)} / {epochs}")
        self.speed.setText(_pace(trainer, epochs))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "_transport"):
            self._fit()

    def _fit(self) -> None:
        """Leave out what matters least, so that tabs and transport keep their full width."""
        chips = () if self._idle else (self.speed, self.epoch)
        small, gap = (self.reset, self.step, self.stop), self._row.spacing()
        short, measure = self._device_text.split(" · ")[0].split(",")[0], self.device.fontMetrics()
        width = {chip: chip.sizeHint().width() + gap for chip in (*chips, self.brand)}
        margins = self._row.contentsMargins()
        needed = margins.left() + margins.right() + sum(width.values()) + 2 * gap
        if not self._transport.isHidden():
            needed += self.name.minimumSizeHint().width() + self.tabs.sizeHint().width() + 2 * gap
            needed += sum(button.full_width() + gap for button in (*small, self.play))
        needed += self.device.sizeHint().width() - measure.horizontalAdvance(self.device.text())
        needed += measure.horizontalAdvance(self._device_text)
        over = needed - self.width()
        self.device.setText(short if over > 0 else self._device_text)
        self.device.setToolTip(f"{self._device_text}\n{self._device_tip}" if over > 0 else self._device_tip)
        over -= measure.horizontalAdvance(self._device_text) - measure.horizontalAdvance(short)
        for part in (self.speed, self.brand):
            part.setVisible(part in width and over <= 0)
            over -= width.get(part, 0)
        for button in small:
            button.set_compact(over > 0)
        over -= sum(button.text_width() for button in small)
        self.epoch.setVisible(self.epoch in width and over <= 0)


def _pace(trainer: Trainer, epochs: int) -> str:
    """Return speed and time left in words."""
    if not trainer.speed:
        return "starting…"
    speed = f"{trainer.speed:,.0f} samples/s".replace(",", " ")
    seconds = trainer.history["seconds"]
    if trainer.state != "running" or not seconds:
        return speed
    recent = seconds[-20:]
    left = (epochs - trainer.epoch) * sum(recent) / len(recent)
    return f"{speed} · ETA {clock(left)}"


def clock(seconds: float) -> str:
    """Return a duration, e.g. `0:07` or `1:02:05`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
