"""How far predictions of numbers lie from the truth: predicted against true, or the errors alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from nnstudio.ui.charts.card import ChartCard
from nnstudio.ui.charts.hover import HoverLabel
from nnstudio.ui.charts.items import Line, Points
from nnstudio.ui.charts.legend import Legend, LegendEntry
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.charts.plot import Plot
from nnstudio.ui.charts.series import Array, robust_range
from nnstudio.ui.charts.title import MenuButton
from nnstudio.ui.theme import colours

ROOM = 0.06
NEAR = 9.0
"""Pixels from the cursor within which a point tells its values."""
VIEWS = (("against", "Predicted against true"), ("errors", "Residuals against predicted"))


class ResidualChart(ChartCard):
    """Show the two splits as points; on the line the prediction is right."""

    mode_chosen = Signal(str)

    def __init__(self, title: str = "Residuals", parent: QWidget | None = None) -> None:
        super().__init__(title, "Train the network to see how far its predictions are off.", parent)
        self.plot = Plot("Predictions against truth", zoom_y=True)
        self.mode = VIEWS[0][0]
        self._unit = ""
        self._data: dict[str, tuple[Array, Array]] = {}
        self._clouds = {"train": Points(6.0), "validation": Points(6.5, hollow=True)}
        for z, cloud in enumerate(self._clouds.values()):
            self.plot.add(cloud, z=z)
        self._exact = self.plot.add(Line(), z=5)
        self._hover = HoverLabel(self.plot)
        self._choice = MenuButton()
        self._choice.set_menu(self._fill_choice)
        self._choice.setToolTip("What to compare")
        self.set_content(self.plot)
        self.add_to_header(self._choice)
        entries = (LegendEntry("train", "train", "dot"), LegendEntry("validation", "validation", "ring"))
        self.add_to_header(Legend(entries), 1)
        self.plot.hovered.connect(self._tell)
        self.plot.reset_asked.connect(self._update)
        self.restyle()
        self._update()

    def set_predictions(
        self,
        train: tuple[ArrayLike, ArrayLike],
        validation: tuple[ArrayLike, ArrayLike] = ((), ()),
        unit: str = "",
    ) -> None:
        """Show (true, predicted) of both splits, in the target's `unit`."""
        self._unit = unit
        given = {"train": train, "validation": validation}
        self._data = {
            name: (np.asarray(true, dtype=float).ravel(), np.asarray(predicted, dtype=float).ravel())
            for name, (true, predicted) in given.items()
        }
        self.set_empty(not any(len(true) for true, _ in self._data.values()))
        self._update()

    def set_mode(self, mode: str) -> None:
        """Switch between "against" (predicted over true) and "errors" (residual over predicted)."""
        if mode not in dict(VIEWS):
            raise ValueError(f"the mode must be one of {', '.join(dict(VIEWS))}, not {mode}")
        self.mode = mode
        self._update()

    def nearest_text(self, at: QPointF) -> str:
        """Say in words what the point within reach of a place of the view stands for, "" without one."""
        target = self.plot.to_pixel(at.x(), at.y())
        origin, unit = self.plot.to_pixel(0.0, 0.0), self.plot.to_pixel(1.0, 1.0)
        best, found = NEAR, ""
        for name, (true, predicted) in self._data.items():
            x, y = self._coordinates(true, predicted)
            if not len(x):
                continue
            across = origin.x() + x * (unit.x() - origin.x()) - target.x()
            distance = np.hypot(across, origin.y() + y * (unit.y() - origin.y()) - target.y())
            index = int(np.where(np.isfinite(distance), distance, np.inf).argmin())
            if distance[index] < best:
                best = float(distance[index])
                error = predicted[index] - true[index]
                known = f"true {short(true[index])}, predicted {short(predicted[index])}"
                found = f"{name}: {known}, off by {short(error)}"
        return found

    def table(self) -> Iterator[Sequence[object]]:
        """Yield split, truth, prediction and residual (predicted minus true) of every point."""
        yield ["split", "true", "predicted", "residual"]
        for name, (true, predicted) in self._data.items():
            for t, p in zip(true.tolist(), predicted.tolist(), strict=True):
                yield [name, t, p, p - t]

    def restyle(self) -> None:
        super().restyle()
        self.plot.restyle()
        shades = colours(self)
        for name, cloud in self._clouds.items():
            cloud.set_colours(getattr(shades, name), shades.card)
        self._exact.set_style(shades.muted, 1.2, (5, 3))

    def _coordinates(self, true: Array, predicted: Array) -> tuple[Array, Array]:
        return (true, predicted) if self.mode == "against" else (predicted, predicted - true)

    def _update(self) -> None:
        unit = f" ({self._unit})" if self._unit else ""
        against = self.mode == "against"
        self.plot.set_labels(
            *((f"true{unit}", f"predicted{unit}") if against else (f"predicted{unit}", f"error{unit}"))
        )
        self._choice.setText("vs true" if against else "errors")
        self._choice.setAccessibleName(dict(VIEWS)[self.mode])
        self._choice.updateGeometry()
        drawn = []
        for name, (true, predicted) in self._data.items():
            x, y = self._coordinates(true, predicted)
            self._clouds[name].set_points(x, y)
            drawn.append((x, y))
        across, up = robust_range([x for x, _ in drawn]), robust_range([y for _, y in drawn])
        if across is None or up is None:
            return
        if against:
            across = up = (min(across[0], up[0]), max(across[1], up[1]))
        else:
            reach = max(abs(up[0]), abs(up[1]))
            up = (-reach, reach)
        across, up = _wider(across), _wider(up)
        self._exact.set_points(np.array(across), np.array(across if against else (0.0, 0.0)))
        self.plot.set_view(across, up)

    def _tell(self, at: QPointF | None) -> None:
        text = self.nearest_text(at) if at is not None else ""
        if at is None or not text:
            self._hover.hide()
            return
        self._hover.show_lines([(part, "") for part in text.split(", ")], self.plot.to_pixel(at.x(), at.y()))

    def _fill_choice(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for mode, title in VIEWS:
            action = group.addAction(menu.addAction(title))
            action.setCheckable(True)
            action.setChecked(mode == self.mode)
            action.triggered.connect(lambda _=False, mode=mode: self._pick(mode))

    def _pick(self, mode: str) -> None:
        self.set_mode(mode)
        self.mode_chosen.emit(mode)


def _wider(limits: tuple[float, float]) -> tuple[float, float]:
    room = ROOM * (limits[1] - limits[0]) or 0.5
    return limits[0] - room, limits[1] + room
