"""A series as a line over time, in the colours of its training, validation and test part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGraphicsRectItem, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnstudio.core.dataset import SPLITS, Column
from nnstudio.data.split import assign
from nnstudio.ui.charts.items import Line
from nnstudio.ui.charts.plot import Plot
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.theme import colours, scaled, set_role
from nnstudio.ui.widgets.choice import QuietComboBox

SHADE = 0.10
DAYS_PER_YEAR = 365.2425


class SeriesView(QWidget):
    """Draw one variable of a series; the ground is shaded by the split."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loaded: Loaded | None = None
        self.plot = Plot("Series over time")
        self.lines = {name: self.plot.add(Line(), z=1) for name in SPLITS}
        self.grounds = {name: self.plot.add(QGraphicsRectItem(), z=-1) for name in SPLITS}
        self.variables = QuietComboBox()
        self.variables.setAccessibleName("Variable drawn")
        self.variables.setToolTip("Which variable is drawn over time")
        self.variables.activated.connect(lambda _: self._draw())
        self.key = QLabel()
        set_role(self.key, "hint")
        self.plot.reset_asked.connect(self._draw)
        top = QHBoxLayout()
        top.addWidget(self.variables)
        top.addWidget(self.key, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(6))
        column.addLayout(top)
        column.addWidget(self.plot, 1)

    def show_loaded(self, loaded: Loaded) -> None:
        """Draw another series; the variable picked stays picked while it exists."""
        kept = self.variables.currentText()
        self._loaded = loaded
        names = [column.name for column in loaded.examples.columns]
        self.variables.clear()
        self.variables.addItems(names)
        self.variables.setCurrentIndex(max(0, names.index(kept) if kept in names else 0))
        self.variables.setVisible(len(names) > 1)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.plot.restyle()
            self._draw()

    def _draw(self) -> None:
        examples = self._loaded.examples if self._loaded is not None else None
        if self._loaded is None or examples is None or examples.windows is None:
            return
        values = examples.columns[self.variables.currentIndex()]
        x, name = when(examples.order, len(examples))
        parts = assign(examples, self._loaded.spec.split)
        low, high = float(values.values.min()), float(values.values.max())
        room = 0.05 * (high - low or 1.0)
        shades = colours(self)
        tints = {"train": shades.train, "validation": shades.validation, "test": shades.test}
        for part in SPLITS:
            rows = np.flatnonzero(parts == part)
            self.lines[part].setVisible(len(rows) > 0)
            self.grounds[part].setVisible(len(rows) > 0)
            if not len(rows):
                continue
            # One step more, so that the line does not break between two parts.
            reach = slice(int(rows[0]), int(min(rows[-1] + 2, len(x))))
            self.lines[part].set_points(x[reach], values.values[reach])
            self.lines[part].set_style(tints[part], 1.6)
            ground = QColor(tints[part])
            ground.setAlphaF(SHADE)
            self.grounds[part].setPen(Qt.PenStyle.NoPen)
            self.grounds[part].setBrush(ground)
            begin, end = x[reach][0], x[reach][-1]
            self.grounds[part].setRect(QRectF(begin, low - room, end - begin, high - low + 2 * room))
        self.plot.set_labels(name, values.name)
        self.plot.set_view((float(x[0]), float(x[-1])), (low - room, high + room))
        how = examples.windows
        self.key.setText(
            f"blue: training · orange: validation · grey: test · an example foretells {how.horizon} of its "
            f"part from the {how.size} steps before"
        )


def when(order: Column | None, count: int) -> tuple[NDArray[np.float64], str]:
    """Return where each step lies on the axis, and the axis's name; dates count in years."""
    if order is None:
        return np.arange(count, dtype=np.float64), "step"
    if order.type == "date":
        return 1970 + order.values / DAYS_PER_YEAR, f"{order.name} (year)"
    return order.values, order.name
