"""Predicted against true, and the errors."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from nnstudio.ui.charts.residuals import ResidualChart


@pytest.fixture
def chart(qtbot: QtBot) -> ResidualChart:
    chart = ResidualChart()
    qtbot.addWidget(chart)
    chart.resize(320, 300)
    chart.show()
    chart.set_predictions(([1.0, 2.0], [1.5, 2.0]), ([4.0], [3.0]), "mg/dl")
    return chart


def test_both_axes_share_a_range_and_the_diagonal_is_exact(chart: ResidualChart) -> None:
    assert chart.plot.x_range == chart.plot.y_range
    x, y = chart._exact.getData()
    assert x.tolist() == y.tolist()
    assert chart.plot._labels == ("true (mg/dl)", "predicted (mg/dl)")


def test_errors_lie_around_zero(chart: ResidualChart, qtbot: QtBot) -> None:
    menu = QMenu(chart)
    chart._fill_choice(menu)
    with qtbot.waitSignal(chart.mode_chosen) as signal:
        menu.actions()[1].trigger()
    assert signal.args == ["errors"]
    low, high = chart.plot.y_range
    assert low == -high
    assert chart._exact.getData()[1].tolist() == [0, 0]
    assert chart.plot._labels == ("predicted (mg/dl)", "error (mg/dl)")
    with pytest.raises(ValueError, match="against, errors"):
        chart.set_mode("other")


def test_the_cursor_tells_the_nearest_point(chart: ResidualChart) -> None:
    assert chart.nearest_text(QPointF(4.0, 3.0)) == "validation: true 4, predicted 3, off by −1"
    assert chart.nearest_text(QPointF(1.0, 1.5)) == "train: true 1, predicted 1.5, off by 0.5"
    assert chart.nearest_text(QPointF(1.5, 3.5)) == ""


def test_csv_holds_the_residuals(chart: ResidualChart, tmp_path: Path) -> None:
    chart.csv(tmp_path / "residuals.csv")
    lines = (tmp_path / "residuals.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "split,true,predicted,residual"
    assert lines[1:] == ["train,1.0,1.5,0.5", "train,2.0,2.0,0.0", "validation,4.0,3.0,-1.0"]
