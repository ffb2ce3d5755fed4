"""Whether confidence can be taken at its word: how often predictions of a confidence are right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnstudio.catalog.class_curves import Reliability
from nnstudio.ui.charts.card import ChartCard
from nnstudio.ui.charts.hover import HoverLabel
from nnstudio.ui.charts.items import Line, Points
from nnstudio.ui.charts.numbers import share, short
from nnstudio.ui.charts.plot import Plot
from nnstudio.ui.theme import colours, set_role

TRUSTED, POOR = 0.05, 0.1
EDGE = 0.02


class CalibrationChart(ChartCard):
    """Show the share of right predictions over their confidence; on the line both agree."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "Calibration", "The outputs of this network are no shares: none is confident.", parent
        )
        self._found: Reliability | None = None
        self.plot = Plot("Calibration")
        self.plot.set_labels("confidence", "right")
        self._exact = self.plot.add(Line(), z=0)
        self._line = self.plot.add(Line(), z=3)
        self._points = self.plot.add(Points(9.0), z=4)
        self._hover = HoverLabel(self.plot)
        self.caption = QLabel(wordWrap=True)
        set_role(self.caption, "hint")
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.plot, 1)
        column.addWidget(self.caption)
        self.set_content(content)
        self.plot.hovered.connect(self._tell)
        self.plot.reset_asked.connect(self._show_all)
        self.restyle()

    def show_reliability(self, found: Reliability | None) -> None:
        """Show bins of predictions; None where the outputs are no shares."""
        self._found = found
        self.set_empty(found is None)
        if found is None:
            return
        self._line.set_points(found.confidence, found.accuracy)
        self._points.set_points(found.confidence, found.accuracy)
        self.caption.setText(in_words(found))
        self._show_all()

    def table(self) -> Iterator[Sequence[object]]:
        """Yield confidence, share of right predictions and count of every bin."""
        yield ["confidence", "right", "predictions"]
        if self._found is not None:
            columns = (self._found.confidence, self._found.accuracy, self._found.counts)
            yield from zip(*(column.tolist() for column in columns), strict=True)

    def restyle(self) -> None:
        super().restyle()
        self.plot.restyle()
        shades = colours(self)
        self._exact.set_style(shades.muted, 1.2, (5, 3))
        self._line.set_style(shades.accent, 2.0)
        self._points.set_colours(shades.accent, shades.card)

    def _show_all(self) -> None:
        self._exact.set_points(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
        self.plot.set_view((-EDGE, 1 + EDGE), (-EDGE, 1 + EDGE))

    def _tell(self, at: QPointF | None) -> None:
        if at is None or self._found is None or not len(self._found.counts):
            self._hover.hide()
            return
        index = int(np.abs(self._found.confidence - at.x()).argmin())
        sure, right = float(self._found.confidence[index]), float(self._found.accuracy[index])
        count = int(self._found.counts[index])
        lines = [(f"confidence {share(sure)}", ""), (f"right {share(right)} of {count}", "")]
        self._hover.show_lines(lines, self.plot.to_pixel(sure, right))


def in_words(found: Reliability) -> str:
    """Return the expected calibration error and what it means."""
    error = f"Expected calibration error {short(found.error, 2)}: "
    if found.error <= TRUSTED:
        return error + "the confidence can be taken at its word."
    weights = found.counts / max(1, found.counts.sum())
    sure = float((weights * (found.confidence - found.accuracy)).sum())
    much = "far too" if found.error > POOR else "somewhat too"
    return error + (f"the network is {much} sure of itself." if sure > 0 else f"it is {much} modest.")
