"""The curve fitted to points."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from nnstudio.ui.charts.fit import FitChart


def test_points_and_curve_are_shown_and_written(qtbot: QtBot, tmp_path: Path) -> None:
    chart = FitChart()
    qtbot.addWidget(chart)
    chart.show()
    assert chart.is_empty
    chart.set_points([0, 1, 2], [0.0, 1.0, 4.0], [0, 1, 2], ("x", "x squared"))
    chart.set_curve([0, 2], [0.5, 3.5])
    assert not chart.is_empty
    assert chart.plot.x_range == (-0.04, 2.04)
    assert chart._train._points.size() == 1
    assert chart._validation._points.size() == 1
    chart.csv(tmp_path / "fit.csv")
    assert (tmp_path / "fit.csv").read_text(encoding="utf-8").splitlines() == [
        "x,x squared,kind",
        "0.0,0.0,train",
        "1.0,1.0,validation",
        "2.0,4.0,test",
        "0.0,0.5,network",
        "2.0,3.5,network",
    ]


def test_a_wild_curve_does_not_flatten_the_points(qtbot: QtBot) -> None:
    chart = FitChart()
    qtbot.addWidget(chart)
    chart.set_points([0, 1, 2], [0.0, 1.0, 2.0], [0, 0, 0])
    chart.set_curve([0, 1, 2], [0.0, 1e9, 0.0])
    assert chart.plot.y_range[1] < 3
