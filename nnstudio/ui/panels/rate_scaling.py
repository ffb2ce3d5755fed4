"""Offers to scale the learning rate when the batch size has changed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from nnstudio.core.training import Optimizer, Training
from nnstudio.ui.theme import scaled, set_role

WHY = (
    "A batch twice as large gives a gradient twice as steady, which allows about twice the step (linear "
    "scaling, Goyal et al. 2017; for Adam and its kin it is a rough guide). One undo step."
)


class RateScaling(QWidget):
    """A line below the batch slider: “Batch ×2: also rate ×2?”, until it is answered or no longer true."""

    accepted = Signal(float)
    """The scaled rate."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base: tuple[int, float] | None = None
        self._rate = 0.0
        self.question = QLabel()
        set_role(self.question, "hint")
        self.button = QPushButton()
        set_role(self.button, "small")
        self.button.setToolTip(WHY)
        self.button.clicked.connect(lambda: self.accepted.emit(self._rate))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(scaled(6))
        row.addWidget(self.question, 1)
        row.addWidget(self.button)
        self.hide()

    def note(self, before: Training | None, now: Training) -> None:
        """See an edit: a new batch size is asked about, a new rate answers the question.

        Another project (`before` None) has nothing to do with the question.
        """
        if before is None or not _same_rate(now.optimizer, before.optimizer):
            self._base = None
        elif now.batch_size != before.batch_size and self._base is None:
            self._base = before.batch_size, now.optimizer.rate
        self._show(now)

    def _show(self, now: Training) -> None:
        size, rate = self._base or (now.batch_size, now.optimizer.rate)
        if now.batch_size == size:
            self._base = None
            self.hide()
            return
        self._rate = _within(rate * now.batch_size / size, now.optimizer)
        times = f"×{now.batch_size // size}" if now.batch_size > size else f"÷{size // now.batch_size}"
        self.question.setText(f"Batch {times}: also rate {times}?")
        self.button.setText(f"Rate {self._rate:g}")
        self.button.setAccessibleName(f"Set the learning rate to {self._rate:g}")
        self.show()


def _same_rate(a: Optimizer, b: Optimizer) -> bool:
    return a.kind == b.kind and a.rate == b.rate


def _within(rate: float, optimizer: Optimizer) -> float:
    spec = optimizer.params()["rate"]
    return float(f"{min(max(rate, spec.low or 0.0), spec.high or rate):.6g}")
