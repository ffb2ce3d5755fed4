"""The status line: what runs where, the best so far, and whether the work is safe."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton, QStatusBar, QWidget

from nnstudio.ui.theme import set_role
from nnstudio.ui.training import Trainer

WORDS = {"idle": "Ready", "running": "Training", "paused": "Paused", "finished": "Finished"}


class StatusLine(QStatusBar):
    """Facts at the bottom of the window; tips of menu entries pass over them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.state, self.best, self.data, self.file = QLabel(), QLabel(), QLabel(), QLabel()
        for label in (self.state, self.best, self.data):
            set_role(label, "muted")
            self.addWidget(label)
        self.phase = QPushButton()
        set_role(self.phase, "flat")
        self.phase.hide()
        self.addPermanentWidget(self.phase)
        set_role(self.file, "muted")
        self.addPermanentWidget(self.file)

    def show_state(self, trainer: Trainer) -> None:
        """Show whether anything runs, and where."""
        word = WORDS[trainer.state]
        on = f" on {trainer.device.upper()}" if trainer.active and trainer.device else ""
        record = trainer.record if trainer.state == "finished" else None
        tail = f" · {record.message or record.status}" if record else ""
        self.state.setText(f"● {word}{on}{tail}")
        self.state.setToolTip(trainer.device_reason)
        if trainer.state == "idle":
            self.best.setText("")

    def show_progress(self, trainer: Trainer) -> None:
        """Show the best epoch so far: its weights are kept."""
        self.show_state(trainer)
        history = trainer.history
        best = history.best_epoch("val_loss") if history.epochs else 0
        values = history["val_loss"] or history["train_loss"]
        self.best.setText(f"best weights kept: epoch {best}, loss {values[best - 1]:.4g}" if best else "")

    def show_data(self, busy: bool) -> None:
        """Show that data are being loaded."""
        self.data.setText("loading data…" if busy else "")

    def show_phase(self, line: str, advice: str) -> None:
        """Show how far the work has come; a click shows the whole way."""
        self.phase.setText(line)
        self.phase.setToolTip(advice)
        self.phase.setAccessibleName(f"{line}. {advice}")
        self.phase.show()

    def show_file(self, text: str) -> None:
        """Show whether the work is saved."""
        self.file.setText(text)
