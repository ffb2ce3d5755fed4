"""The rows as points: any two columns against each other, coloured by the target."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnstudio.core.dataset import SPLITS, Column
from nnstudio.ui.charts.boundary import BoundaryChart
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.theme import set_role
from nnstudio.ui.widgets.choice import QuietComboBox
from nnstudio.ui.widgets.numbers import group_digits

MOST_POINTS = 4000
"""More would cover each other."""


class ScatterView(QWidget):
    """Draw two columns of the loaded rows against each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loaded: Loaded | None = None
        self._columns: tuple[Column, ...] = ()
        self.chart = BoundaryChart("Points")
        self.chart.set_empty_text("A column of numbers is needed to draw points.")
        self.across, self.up = QuietComboBox(), QuietComboBox()
        self.note = QLabel()
        set_role(self.note, "hint")
        self._choices = QWidget()
        row = QHBoxLayout(self._choices)
        row.setContentsMargins(0, 0, 0, 0)
        for combo, name in ((self.across, "Across"), (self.up, "Up")):
            combo.setAccessibleName(f"Column drawn {name.lower()}")
            combo.setToolTip(f"Which column is drawn {name.lower()}")
            combo.activated.connect(lambda _: self._draw())
            label = QLabel(name)
            label.setBuddy(combo)
            row.addWidget(label)
            row.addWidget(combo)
        row.addWidget(self.note, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._choices)
        column.addWidget(self.chart, 1)

    def show_loaded(self, loaded: Loaded) -> None:
        """Draw other rows; the columns picked stay picked while they exist."""
        kept = (self.across.currentText(), self.up.currentText())
        self._loaded, self._columns = loaded, drawable(loaded)
        names = [column.name for column in self._columns]
        for combo, name, place in ((self.across, kept[0], 0), (self.up, kept[1], 1)):
            combo.clear()
            combo.addItems(names)
            combo.setCurrentIndex(names.index(name) if name in names else min(place, len(names) - 1))
        self._choices.setVisible(len(names) > 2)
        self._draw()

    def _draw(self) -> None:
        loaded = self._loaded
        if loaded is None or len(self._columns) < 2:
            self.chart.set_empty(True)
            return
        x, y = self._columns[self.across.currentIndex()], self._columns[self.up.currentIndex()]
        parts = [loaded.prepared.part(name) for name in SPLITS[:2]]
        rows = np.concatenate([part.rows for part in parts])
        target = np.concatenate([part.y.reshape(len(part), -1)[:, 0] for part in parts])
        split = np.repeat([0, 1], [len(part) for part in parts])
        known = np.flatnonzero(np.isfinite(x.values[rows]) & np.isfinite(y.values[rows]))
        if not len(known):
            self.chart.set_empty(True)
            return
        some = known[:: -(-len(known) // MOST_POINTS)]
        places = np.stack([x.values[rows[some]], y.values[rows[some]]], axis=1)
        goal = loaded.prepared.signature.target
        # Of several labels the first is shown: a point has one colour.
        first = {"class": goal.names, "labels": (f"not {goal.names[0]}", goal.names[0])}
        names = first.get(goal.asks, ())
        self.chart.set_points(places, target[some], split[some], names, (x.name, y.name))
        few = len(places) < len(rows)
        self.note.setText(f"{group_digits(len(places))} of {group_digits(len(rows))} rows" if few else "")


def drawable(loaded: Loaded) -> tuple[Column, ...]:
    """Return the columns that can be an axis: numbers and dates, and a number that is predicted."""
    examples = loaded.examples
    found = [column for column in examples.columns if column.type in ("number", "date")]
    if examples.asks == "numbers" and examples.target.type == "number":
        found.append(examples.target)
    return tuple(found)
