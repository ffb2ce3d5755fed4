"""Predicted numbers of one split: against the truth, or their errors against the prediction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Signal
from PySide6.QtWidgets import QWidget

from nnstudio.core.dataset import SplitName
from nnstudio.ui.charts.card import ChartCard
from nnstudio.ui.charts.hover import HoverLabel
from nnstudio.ui.charts.items import Line, Points
from nnstudio.ui.charts.legend import Legend, LegendEntry
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.charts.plot import Plot
from nnstudio.ui.charts.series import Array, robust_range
from nnstudio.ui.theme import colours

NEAR = 10.0
"""Pixels within which the cursor means a point."""
ROOM = 0.06
TITLES = {"against": "Predicted against true", "errors": "Residuals"}


class AnswersChart(ChartCard):
    """Show one point per example; on the line the prediction is right. A click tells the example."""

    example_pointed = Signal(int)
    """Its position in the split."""

    def __init__(self, mode: Literal["against", "errors"], parent: QWidget | None = None) -> None:
        super().__init__(TITLES[mode], "Train the network to see how far its predictions are off.", parent)
        self._mode = mode
        self._true: Array = np.empty(0)
        self._predicted: Array = np.empty(0)
        self._split: SplitName = "validation"
        self.plot = Plot(TITLES[mode], zoom_y=True)
        self._cloud = self.plot.add(Points(6.5), z=1)
        self._chosen = self.plot.add(Points(12.0, hollow=True), z=6)
        self._exact = self.plot.add(Line(), z=5)
        self._legend = Legend()
        self._hover = HoverLabel(self.plot)
        self.set_content(self.plot)
        self.add_to_header(self._legend, 1)
        across = "predicted" if mode == "errors" else "true"
        self.plot.set_labels(across, "predicted" if mode == "against" else "predicted − true")
        self.plot.hovered.connect(self._tell)
        self.plot.reset_asked.connect(self._show_all)
        self.plot.sceneObj.sigMouseClicked.connect(self._clicked)
        self.restyle()

    def show_answers(
        self, true: NDArray[np.float64], predicted: NDArray[np.float64], split: SplitName
    ) -> None:
        """Show the truth and the predictions of a split, both (N,)."""
        self._true, self._predicted, self._split = true, predicted, split
        self.set_empty(not len(true))
        self._legend.set_entries([LegendEntry(split, split, "dot")])
        self.restyle()
        self.point_at(None)
        self._cloud.set_points(*self._places())
        self._show_all()

    def point_at(self, position: int | None) -> None:
        """Ring one example, or none."""
        x, y = self._places()
        chosen = slice(0, 0) if position is None else slice(position, position + 1)
        self._chosen.set_points(x[chosen], y[chosen])

    def nearest(self, at: QPointF) -> int | None:
        """Return the position of the example within reach of a place of the view."""
        x, y = self._places()
        if not len(x):
            return None
        target, origin, unit = (
            self.plot.to_pixel(at.x(), at.y()),
            self.plot.to_pixel(0, 0),
            self.plot.to_pixel(1, 1),
        )
        across = origin.x() + x * (unit.x() - origin.x()) - target.x()
        distance = np.hypot(across, origin.y() + y * (unit.y() - origin.y()) - target.y())
        index = int(np.where(np.isfinite(distance), distance, np.inf).argmin())
        return index if distance[index] <= NEAR else None

    def table(self) -> Iterator[Sequence[object]]:
        """Yield truth, prediction and error of every example."""
        yield ["true", "predicted", "error"]
        yield from zip(
            self._true.tolist(),
            self._predicted.tolist(),
            (self._predicted - self._true).tolist(),
            strict=True,
        )

    def restyle(self) -> None:
        super().restyle()
        self.plot.restyle()
        shades = colours(self)
        self._cloud.set_colours(getattr(shades, self._split), shades.card)
        self._chosen.set_colours(shades.text, shades.card)
        self._exact.set_style(shades.muted, 1.2, (5, 3))

    def _places(self) -> tuple[Array, Array]:
        if self._mode == "against":
            return self._true, self._predicted
        return self._predicted, self._predicted - self._true

    def _show_all(self) -> None:
        x, y = self._places()
        across, up = robust_range([x]), robust_range([y])
        if across is None or up is None:
            return
        if self._mode == "against":
            across = up = (min(across[0], up[0]), max(across[1], up[1]))
        else:
            reach = max(abs(up[0]), abs(up[1]))
            up = (-reach, reach)
        across, up = _wider(across), _wider(up)
        self._exact.set_points(np.array(across), np.array(across if self._mode == "against" else (0.0, 0.0)))
        self.plot.set_view(across, up)

    def _tell(self, at: QPointF | None) -> None:
        found = self.nearest(at) if at is not None else None
        if at is None or found is None:
            self._hover.hide()
            return
        true, predicted = float(self._true[found]), float(self._predicted[found])
        lines = (f"true {short(true)}", f"predicted {short(predicted)}", f"off by {short(predicted - true)}")
        self._hover.show_lines([(line, "") for line in lines], self.plot.to_pixel(at.x(), at.y()))

    def _clicked(self, event: object) -> None:
        found = self.nearest(self.plot.view.mapSceneToView(event.scenePos()))  # type: ignore[attr-defined]
        if found is not None:
            self.example_pointed.emit(found)


def _wider(limits: tuple[float, float]) -> tuple[float, float]:
    room = ROOM * (limits[1] - limits[0]) or 0.5
    return limits[0] - room, limits[1] + room
