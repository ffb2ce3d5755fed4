"""The decision boundary: what it answers, shows and writes."""

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnstudio.ui.charts.boundary import BoundaryChart

POINTS = [[-1.0, -1.0], [1.0, 1.0], [1.0, -1.0]]
LEFT_IS_A = np.stack([np.tile([0.9, 0.2], (2, 1)), np.tile([0.1, 0.8], (2, 1))], axis=2)
"""Probabilities on a 2 x 2 grid: class a at the left, class b at the right."""


@pytest.fixture
def chart(qtbot: QtBot) -> BoundaryChart:
    chart = BoundaryChart()
    qtbot.addWidget(chart)
    chart.resize(320, 300)
    chart.set_points(POINTS, [0, 1, 1], [0, 0, 1], ["a", "b"], ("width", "height"))
    chart.show()
    return chart


def test_it_answers_class_and_confidence(chart: BoundaryChart) -> None:
    assert chart.answer(-1, 0) == ""
    chart.set_grid((-2, 2, -2, 2), LEFT_IS_A)
    assert chart.answer(-1, 0) == "predicts a (90 %)"
    assert chart.answer(1.9, 1.9) == "predicts b (80 %)"
    assert chart.answer(3, 0) == ""


def test_it_answers_numbers_and_knows_low_rows_first(chart: BoundaryChart) -> None:
    chart.set_grid((0, 1, 0, 1), [[1.0, 2.0], [3.0, 4.0]])
    assert chart.answer(0.1, 0.1) == "predicts 1"
    assert chart.answer(0.1, 0.9) == "predicts 3"


def test_train_points_are_filled_and_validation_points_are_rings(chart: BoundaryChart) -> None:
    drawn = [(cloud._hollow, cloud._points.size()) for cloud in chart._clouds]
    assert drawn == [(False, 1), (True, 0), (False, 1), (True, 1)]


def test_the_view_is_the_grid_or_else_the_points(chart: BoundaryChart) -> None:
    assert chart.plot.x_range[0] < -1 < 1 < chart.plot.x_range[1]
    chart.set_grid((-2, 2, -3, 3), LEFT_IS_A)
    assert chart.plot.x_range == (-2, 2)
    assert chart.plot.y_range == (-3, 3)


def test_regression_points_take_colours_by_value(chart: BoundaryChart) -> None:
    chart.set_points(POINTS, [-5.0, 0.0, 5.0], [0, 0, 0])
    colours = {cloud._colour.name() for cloud in chart._clouds if cloud._points.size()}
    assert len(colours) == 3
    assert not chart.grab().isNull()


def test_csv_and_pictures(chart: BoundaryChart, tmp_path: Path) -> None:
    chart.set_grid((-2, 2, -2, 2), LEFT_IS_A)
    chart.csv(tmp_path / "points.csv")
    assert (tmp_path / "points.csv").read_text(encoding="utf-8").splitlines() == [
        "width,height,target,split",
        "-1.0,-1.0,a,train",
        "1.0,1.0,b,train",
        "1.0,-1.0,b,validation",
    ]
    for name in ("boundary.png", "boundary.svg"):
        chart.picture(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 1000
