"""One curve per class over all thresholds: ROC, or precision over recall."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnstudio.catalog.class_curves import ClassCurve
from nnstudio.ui.charts.card import ChartCard
from nnstudio.ui.charts.hover import HoverLabel
from nnstudio.ui.charts.items import Line, Points
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.charts.palette import class_colour
from nnstudio.ui.charts.plot import Plot
from nnstudio.ui.theme import colours, set_role

NEAR = 14.0
"""Pixels within which the cursor means a point of a curve."""
EDGE = 0.02
WORDS = {
    "roc": ("ROC curve", "false alarms (false positive rate)", "found (recall)"),
    "pr": ("Precision over recall", "found (recall)", "right when named (precision)"),
}


class ClassCurveChart(ChartCard):
    """Show the curves of some classes; the dot is the threshold in use."""

    def __init__(self, kind: Literal["roc", "pr"], parent: QWidget | None = None) -> None:
        title, across, up = WORDS[kind]
        super().__init__(
            title, "The outputs of this network are no shares: there is nothing to rank.", parent
        )
        self._kind = kind
        self._names: tuple[str, ...] = ()
        self._curves: tuple[ClassCurve, ...] = ()
        self._places: tuple[int, ...] = ()
        self._base = 0.0
        self.plot = Plot(title)
        self.plot.set_labels(across, up)
        self._chance = self.plot.add(Line(), z=0)
        self._dots = self.plot.add(Points(10.0), z=8)
        self._lines: list[Line] = []
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

    def show_curves(
        self, names: Sequence[str], curves: Sequence[ClassCurve], places: Sequence[int], caption: str,
        base: float = 0.5,
    ) -> None:  # fmt: skip
        """Show a curve per class; `places` are the class numbers, which choose the colours.

        `base` is the precision of guessing (the share of the class).
        """
        self._names, self._curves, self._places = tuple(names), tuple(curves), tuple(places)
        self._base = base
        self.caption.setText(caption)
        self.set_empty(not curves)
        for line in self._lines:
            self.plot.view.removeItem(line)
        self._lines = [self.plot.add(Line(), z=3) for _ in curves]
        for line, curve in zip(self._lines, curves, strict=True):
            line.set_points(curve.x, curve.y)
        self.mark(None)
        self.restyle()
        self._show_all()

    def mark(self, threshold: float | None) -> None:
        """Mark the points of the curves at a threshold, or none."""
        x, y = [], []
        for curve in self._curves if threshold is not None else ():
            # Thresholds fall: the last one not below it still counts.
            at = int(np.searchsorted(-curve.thresholds, -float(threshold or 0.0), "right")) - 1
            x.append(curve.x[at])
            y.append(curve.y[at])
        self._dots.set_points(np.array(x, dtype=float), np.array(y, dtype=float))

    def table(self) -> Iterator[Sequence[object]]:
        """Yield every point of every curve with its threshold."""
        _, across, up = WORDS[self._kind]
        yield ["class", "threshold", across, up]
        for name, curve in zip(self._names, self._curves, strict=True):
            for row in zip(curve.thresholds.tolist(), curve.x.tolist(), curve.y.tolist(), strict=True):
                yield [name, *row]

    def restyle(self) -> None:
        super().restyle()
        self.plot.restyle()
        shades = colours(self)
        self._chance.set_style(shades.muted, 1.2, (5, 3))
        self._dots.set_colours(shades.text, shades.card)
        for line, place in zip(self._lines, self._places, strict=True):
            line.set_style(shades.accent if len(self._lines) == 1 else class_colour(place).name(), 2.0)

    def _show_all(self) -> None:
        rising = (0.0, 1.0) if self._kind == "roc" else (self._base, self._base)
        self._chance.set_points(np.array([0.0, 1.0]), np.array(rising))
        self._chance.setVisible(self._kind == "roc" or len(self._curves) == 1)
        self.plot.set_view((-EDGE, 1 + EDGE), (-EDGE, 1 + EDGE))

    def _tell(self, at: QPointF | None) -> None:
        lines = self._near(at) if at is not None else []
        if at is None or not lines:
            self._hover.hide()
            return
        self._hover.show_lines(lines, self.plot.to_pixel(at.x(), at.y()))

    def _near(self, at: QPointF) -> list[tuple[str, str]]:
        target, origin, unit = (self.plot.to_pixel(*p) for p in ((at.x(), at.y()), (0, 0), (1, 1)))
        best, found = NEAR, []
        for name, place, curve in zip(self._names, self._places, self._curves, strict=True):
            across = origin.x() + curve.x * (unit.x() - origin.x()) - target.x()
            distance = np.hypot(across, origin.y() + curve.y * (unit.y() - origin.y()) - target.y())
            index = int(np.where(np.isfinite(distance), distance, np.inf).argmin())
            if distance[index] < best:
                best = float(distance[index])
                _, x, y = WORDS[self._kind]
                found = [
                    (name, class_colour(place).name()),
                    (f"from a share of {short(float(curve.thresholds[index]), 3)} on", ""),
                    (f"{y} {short(float(curve.y[index]), 3)}", ""),
                    (f"{x} {short(float(curve.x[index]), 3)}", ""),
                ]
        return found
