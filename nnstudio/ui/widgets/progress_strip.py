"""A thin line of progress with a text and Cancel, for work longer than half a second."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from nnstudio.ui.theme import set_role
from nnstudio.ui.widgets.elided_label import ElidedLabel

_STEPS = 1000


class ProgressStrip(QWidget):
    """Hidden while nothing runs; emits `cancelled` once when a person asks to stop."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = ElidedLabel(parent=self)
        set_role(self._label, "muted")
        self._bar = QProgressBar(self, textVisible=False)
        set_role(self._bar, "thin")
        self._bar.setAccessibleName("Progress")
        self._cancel = QPushButton("Cancel", self)
        set_role(self._cancel, "small")
        self._cancel.setAccessibleName("Cancel")
        self._cancel.setToolTip("Stop this work")
        self._cancel.clicked.connect(self._on_cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._label, 1)
        row.addWidget(self._bar, 2)
        row.addWidget(self._cancel)
        self.hide()

    def start(self, text: str, *, can_cancel: bool = True) -> None:
        """Show that work has begun whose length is not yet known."""
        self._label.setText(text)
        self._bar.setRange(0, 0)
        self._cancel.setVisible(can_cancel)
        self._cancel.setEnabled(True)
        self._cancel.setText("Cancel")
        self.show()

    def set_progress(self, fraction: float, text: str = "") -> None:
        """Show how much is done, 0 to 1, and what is being done."""
        self._bar.setRange(0, _STEPS)
        self._bar.setValue(round(min(1.0, max(0.0, fraction)) * _STEPS))
        if text:
            self._label.setText(text)

    def finish(self) -> None:
        """Hide the strip."""
        self.hide()

    def _on_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self._cancel.setText("Cancelling…")
        self.cancelled.emit()
