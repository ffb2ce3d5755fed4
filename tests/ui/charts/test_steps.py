"""The chart of past steps shows what it was given and tells the value under the cursor."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from nnstudio.ui.charts.steps import StepsChart

CURVE = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 10.0]])
VALUES = np.array([[0.0, 0.1], [-2.0, 0.0], [0.5, 0.0]])


def test_every_value_stands_in_the_table_and_under_the_cursor(qtbot: QtBot) -> None:
    chart = StepsChart()
    qtbot.addWidget(chart)
    chart.resize(400, 300)
    chart.show_steps(("a", "b"), CURVE, VALUES)
    chart.show()
    chart.grab()
    head, *rows = chart.table()
    assert head == ["step", "variable", "value", "adds"]
    assert rows[2] == [2, "a", 2.0, -2.0]
    assert "step 2 of 3" in chart.view.accessibleDescription()
    box = chart.view._box(1)
    assert chart.view._at(QPointF(box.left() + 1, box.center().y())) == (0, 1)
    assert chart.view._at(QPointF(box.right() - 1, box.center().y())) == (2, 1)
    assert chart.view._at(QPointF(-5, 0)) is None
