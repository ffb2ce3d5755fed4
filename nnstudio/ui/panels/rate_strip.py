"""Under the rate slider: what comes of many rates, as bars that a click chooses from."""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from nnstudio.core.param import Param
from nnstudio.ui.theme import colours, scaled, set_role
from nnstudio.ui.widgets.slider_track import KNOB
from nnstudio.ui.widgets.stops import stops_of

if TYPE_CHECKING:
    from nnstudio.engine.sweep.rates import RateOutcome, RateStrip

HEIGHT, GAP = 30, 2
FAR = 2.5
"""Times as far from the lowest loss as the middle one is: where bars end. A rate that explodes must not
press all others into one height."""
TIP = (
    "Train this network for a few epochs at 24 learning rates at once. Higher bars mean a lower loss; the "
    "project and its weights stay as they are."
)


class RateBars(QWidget):
    """A bar for each rate, where the slider above has it: the higher, the lower the loss."""

    rate_chosen = Signal(float)

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        stops = stops_of(param)
        assert stops is not None
        self._stops = stops
        self._strip: RateStrip | None = None
        self._at = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Loss at each learning rate")

    def show_strip(self, strip: RateStrip) -> None:
        """Show what is known of every rate."""
        self._strip = strip
        best = strip.best
        self.setAccessibleDescription(f"Lowest loss at rate {best.rate:g}" if best else "")
        self.update()

    def outcome_at(self, x: float) -> RateOutcome | None:
        """Return the rate whose bar is nearest to a place."""
        if self._strip is None:
            return None
        return min(self._strip.outcomes, key=lambda outcome: abs(self._centre(outcome.rate) - x))

    def sizeHint(self) -> QSize:
        return QSize(scaled(140), scaled(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(60), scaled(HEIGHT))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            outcome = self.outcome_at(event.pos().x())
            if outcome is not None:
                QToolTip.showText(event.globalPos(), told(outcome), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        outcome = self.outcome_at(event.position().x())
        if outcome is not None and event.button() == Qt.MouseButton.LeftButton:
            self.rate_chosen.emit(outcome.rate)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        outcomes = self._strip.outcomes if self._strip is not None else ()
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if outcomes and step:
            self._at = max(0, min(len(outcomes) - 1, self._at + step))
            self.setAccessibleDescription(told(outcomes[self._at]))
            self.update()
        elif outcomes and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._at >= 0:
            self.rate_chosen.emit(outcomes[self._at].rate)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._strip is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shades = colours(self)
        best = self._strip.best
        wide = self._width()
        for at, outcome in enumerate(self._strip.outcomes):
            lost = not math.isfinite(outcome.last)
            tall = scaled(4) if lost else max(scaled(3), self._worth(outcome) * (self.height() - 2))
            shade = shades.good if outcome is best else shades.bad if lost else shades.typical
            box = QRectF(self._centre(outcome.rate) - wide / 2, self.height() - tall, wide, tall)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(shade))
            painter.drawRoundedRect(box, 1.5, 1.5)
            if self.hasFocus() and at == self._at:
                painter.setPen(QPen(QColor(shades.accent), 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(box.adjusted(-2, -1, 2, 0), 2, 2)

    def _worth(self, outcome: RateOutcome) -> float:
        """Return 1 for the lowest loss, 0 for those that lie far above the middle one."""
        assert self._strip is not None
        known = [other.loss for other in self._strip.outcomes if math.isfinite(other.last)]
        low = min(known)
        room = FAR * (median(known) - low) or max(known) - low
        return max(0.0, 1 - (outcome.loss - low) / max(room, 1e-12))

    def _centre(self, rate: float) -> float:
        edge = scaled(KNOB) / 2 + 2
        return edge + self._stops.fraction(rate) * max(1.0, self.width() - 2 * edge)

    def _width(self) -> float:
        assert self._strip is not None
        rates = self._strip.outcomes
        apart = (self._centre(rates[-1].rate) - self._centre(rates[0].rate)) / max(1, len(rates) - 1)
        return max(2.0, apart - GAP)


class RateStripPanel(QWidget):
    """The bars with the button that makes them."""

    wanted = Signal()
    given_up = Signal()
    rate_chosen = Signal(float)

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars = RateBars(param)
        self.bars.rate_chosen.connect(self.rate_chosen)
        self.words = QLabel(wordWrap=True)
        set_role(self.words, "hint")
        self.button = QPushButton()
        set_role(self.button, "small")
        self._busy = False
        self.button.clicked.connect(lambda: (self.given_up if self._busy else self.wanted).emit())
        row = QHBoxLayout()
        row.setSpacing(scaled(6))
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(3))
        column.addWidget(self.bars)
        column.addLayout(row)
        self.show_strip(None, busy=False)

    def show_strip(self, strip: RateStrip | None, *, busy: bool) -> None:
        """Show how far a comparison is, and what it says."""
        self._busy = busy
        known = strip is not None and bool(strip.outcomes)
        self.bars.setVisible(known)
        best = strip.best if strip is not None else None
        if known and strip is not None:
            self.bars.show_strip(strip)
        if busy:
            self.words.setText(f"comparing… {strip.done:.0%}" if strip is not None else "comparing…")
        else:
            self.words.setText(f"lowest loss at {best.rate:g}" if best is not None else "")
        self.button.setText("Cancel" if busy else "Compare rates")
        self.button.setAccessibleName("Cancel the comparison" if busy else "Compare learning rates")
        self.button.setToolTip("End the comparison" if busy else TIP)

    def show_ready(self, reason: str) -> None:
        """Allow the comparison, or say why it cannot begin."""
        self.button.setEnabled(self._busy or not reason)
        if not self._busy:
            self.button.setToolTip(reason or TIP)


def told(outcome: RateOutcome) -> str:
    """Return what came of a rate, in words."""
    if not math.isfinite(outcome.last):
        return f"rate {outcome.rate:g}: the loss became no number after {outcome.epochs} epochs"
    return f"rate {outcome.rate:g}: loss {outcome.loss:.4g} after {outcome.epochs} epochs"
