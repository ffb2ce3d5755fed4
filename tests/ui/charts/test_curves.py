"""The curve chart: what it draws, says and writes."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from nnstudio.ui.charts.curves import GHOSTS, CurveChart
from nnstudio.ui.theme import DARK, LIGHT, apply_theme

EPOCHS = np.arange(1, 41)
TRAIN = 2 * np.exp(-EPOCHS / 8) + 0.05
VALIDATION = 2 * np.exp(-EPOCHS / 6) + 0.3 + 0.004 * np.maximum(EPOCHS - 16, 0)


@pytest.fixture
def chart(qtbot: QtBot) -> CurveChart:
    chart = CurveChart()
    qtbot.addWidget(chart)
    chart.resize(420, 320)
    chart.show()
    chart.set_series(EPOCHS, TRAIN, EPOCHS, VALIDATION)
    chart.redraw()
    return chart


def test_an_empty_chart_says_what_to_do(qtbot: QtBot) -> None:
    chart = CurveChart()
    qtbot.addWidget(chart)
    chart.show()
    chart.redraw()
    assert chart.is_empty
    assert chart._empty.text() == "Press Train to see the loss here."
    chart.append(1, 0.7)
    chart.redraw()
    assert not chart.is_empty


def test_it_shows_all_epochs_and_values(chart: CurveChart) -> None:
    assert chart.plot.x_range == (1, 40)
    low, high = chart.plot.y_range
    assert low == 0
    assert high >= TRAIN.max()
    assert chart.hint_text == ""


def test_appended_points_arrive(chart: CurveChart) -> None:
    chart.append(41, 0.01, 41, 0.5)
    chart.redraw()
    assert chart.plot.x_range == (1, 41)
    assert chart.hover_text(41) == "epoch 41\ntrain 0.01\nvalidation 0.5"


def test_hover_tells_exact_values_of_all_curves_and_nearby_changes(chart: CurveChart) -> None:
    chart.set_background_runs([("run 3", [1, 2, 3], [1.0, 0.75, 0.5])])
    chart.set_marks([(2, "rate 0.01 → 0.001"), (30, "far away")])
    chart.redraw()
    assert chart.hover_text(2.2) == (
        f"epoch 2\ntrain {TRAIN[1]:.4g}\nvalidation {VALIDATION[1]:.4g}\nrun 3 0.75\nrate 0.01 → 0.001"
    )
    assert "run 3" not in chart.hover_text(20)


def test_hover_limits_the_earlier_runs_it_lists(chart: CurveChart) -> None:
    chart.set_background_runs([(f"run {i}", EPOCHS, TRAIN + i) for i in range(60)])
    assert len(chart.lines.runs) == 50
    assert chart.hover_text(5).endswith("and 44 earlier runs")
    assert "run 59" in chart.hover_text(5)


def test_the_hover_label_follows_mouse_and_arrow_keys(chart: CurveChart, qtbot: QtBot) -> None:
    chart.plot.hovered.emit(QPointF(10.2, 1.0))
    assert chart._hover.isVisible()
    assert "epoch 10" in chart._hover.text()
    qtbot.keyClick(chart.plot, Qt.Key.Key_Right)
    assert "epoch 11" in chart._hover.text()
    chart.plot.hovered.emit(None)
    assert not chart._hover.isVisible()


def test_a_spike_leaves_the_view_with_a_hint_and_comes_back_on_a_click(chart: CurveChart) -> None:
    spiked = TRAIN.copy()
    spiked[20] = 5000.0
    chart.set_series(EPOCHS, spiked, EPOCHS, VALIDATION)
    chart.redraw()
    assert chart.plot.y_range[1] < 10
    assert chart.hint_text == "▲ up to 5e+03"
    chart._hint.click()
    chart.redraw()
    assert chart.plot.y_range[1] > 5000
    assert chart.hint_text == ""


def test_values_that_are_not_finite_are_skipped(chart: CurveChart) -> None:
    chart.set_series([1, 2, 3], [1.0, np.nan, np.inf], [1], [0.5])
    chart.redraw()
    assert chart.plot.y_range[1] < 2


def test_log_scale_uses_logarithms_and_says_so(chart: CurveChart) -> None:
    chart.set_series([1, 2, 3], [10.0, 0.0, 1000.0])
    chart.set_log(True)
    chart.redraw()
    low, high = chart.plot.y_range
    assert 0.5 < low < 1
    assert 3 < high < 3.5
    assert chart.options.text() == "log"


def test_smoothing_keeps_the_raw_line(chart: CurveChart) -> None:
    chart.set_smoothing(0.6)
    chart.redraw()
    raw, main = chart.lines._raw[0], chart.lines._main[0]
    assert raw.isVisible()
    np.testing.assert_array_equal(raw.getData()[1], TRAIN)
    assert (main.getData()[1][1:] > TRAIN[1:]).all()
    assert chart.options.text() == "linear · smooth"
    with pytest.raises(ValueError, match="below 1"):
        chart.set_smoothing(1.0)


def test_zoom_is_along_x_only_and_a_double_click_undoes_it(chart: CurveChart, qtbot: QtBot) -> None:
    chart.plot.view.setXRange(10, 20, padding=0)
    chart.plot.view_picked.emit()
    chart.redraw()
    assert chart.plot.x_range == (10, 20)
    assert chart.plot.y_range[1] < 1
    assert chart.plot.view.state["mouseEnabled"] == [True, False]
    qtbot.mouseDClick(chart.plot.viewport(), Qt.MouseButton.LeftButton)
    chart.redraw()
    assert chart.plot.x_range == (1, 40)


def test_the_wheel_zooms_epochs_and_the_right_button_opens_the_menu(chart: CurveChart) -> None:
    middle = chart.plot.viewport().rect().center()
    at, everywhere = QPointF(middle), QPointF(chart.plot.viewport().mapToGlobal(middle))
    buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    wheel = QWheelEvent(
        at, everywhere, QPoint(), QPoint(0, 240), buttons, keys, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(chart.plot.viewport(), wheel)
    chart.redraw()
    low, high = chart.plot.x_range
    assert 1 < low < high < 40
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, middle, everywhere.toPoint())
    QApplication.sendEvent(chart.plot.viewport(), asked)
    menus = [menu for menu in chart.findChildren(QMenu) if menu.isVisible()]
    assert [menu.actions()[0].text() for menu in menus] == ["Save picture…"]
    menus[0].close()


def test_best_epoch_and_shaded_span_are_named_where_they_hide_no_curve(chart: CurveChart) -> None:
    chart.set_best(16)
    chart.shade(16, None, "overfitting since here", "warn")
    chart.redraw()
    assert chart.notes.words() == [("best · epoch 16", "good"), ("overfitting since here", "warn")]
    assert chart.notes._line.isVisible()
    assert chart.notes._region.getRegion() == (16, 40)
    words = chart.notes._words
    assert words.pos().x() >= 16
    assert words.pos().y() > VALIDATION[16:].max()
    chart.clear_shade()
    chart.set_best(None)
    chart.redraw()
    assert not chart.notes._words.isVisible()
    assert not chart.notes._region.isVisible()


def test_clear_takes_the_run_away_and_leaves_earlier_ones(chart: CurveChart) -> None:
    chart.set_background_runs([("run 1", EPOCHS, TRAIN)])
    chart.set_best(3)
    chart.clear()
    chart.redraw()
    assert not len(chart.lines.train)
    assert chart.notes.best is None
    assert not chart.is_empty


def test_the_legend_names_what_is_there(chart: CurveChart) -> None:
    chart.set_background_runs([("run 3", EPOCHS, TRAIN), ("run 4", EPOCHS, TRAIN)])
    chart.redraw()
    assert [entry.text for entry in chart.legend._entries] == ["train", "validation", "2 earlier runs"]


def test_the_heading_reports_the_measure_asked_for(chart: CurveChart, qtbot: QtBot) -> None:
    chart.offer_metrics([("accuracy", "Accuracy"), ("f1", "Macro F1")])
    menu = QMenu(chart)
    chart.title._fill(menu)
    with qtbot.waitSignal(chart.metric_chosen) as signal:
        menu.actions()[1].trigger()
    assert signal.args == ["f1"]
    assert chart.title.text() == "Macro F1"


def test_the_context_menu_changes_scale_and_smoothing(chart: CurveChart) -> None:
    menu = QMenu(chart)
    chart.fill_menu(menu)
    actions = {action.text(): action for action in menu.actions()}
    assert {"Save picture…", "Save data as CSV…", "Copy picture", "Reset view"} <= set(actions)
    actions["Log scale"].trigger()
    actions["Smoothing medium"].trigger()
    assert chart.lines.log
    assert chart.lines.weight == 0.85


def test_csv_holds_every_value_exactly(chart: CurveChart, tmp_path: Path) -> None:
    chart.set_series([1, 2, 3], [0.1, 1 / 3, 0.5], [1, 3], [0.25, float("nan")])
    chart.set_background_runs([("run, 3", [2], [0.125])])
    chart.csv(tmp_path / "loss.csv")
    assert (tmp_path / "loss.csv").read_text(encoding="utf-8").splitlines() == [
        'epoch,train,validation,"run, 3"',
        "1,0.1,0.25,",
        "2,0.3333333333333333,,0.125",
        "3,0.5,nan,",
    ]


def test_pictures_are_written_at_twice_the_size_and_as_drawing(chart: CurveChart, tmp_path: Path) -> None:
    chart.picture(tmp_path / "loss.png")
    chart.picture(tmp_path / "loss.svg")
    image = QImage(str(tmp_path / "loss.png"))
    assert (image.width(), image.height()) == (840, 640)
    drawing = (tmp_path / "loss.svg").read_text(encoding="utf-8")
    assert LIGHT.train in drawing
    assert "validation" in drawing
    with pytest.raises(OSError, match="cannot be written"):
        chart.picture(tmp_path / "missing" / "loss.png")


def test_a_switch_of_theme_recolours_the_curves(chart: CurveChart) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    try:
        apply_theme(app, "dark")
        assert chart.lines._main[0].opts["pen"].color().name() == DARK.train
    finally:
        apply_theme(app, "light")
    assert chart.lines._main[0].opts["pen"].color().name() == LIGHT.train


def test_what_is_tried_beside_is_drawn_named_and_exported(chart: CurveChart) -> None:
    chart.set_ghosts(([1.0, 2.0], [0.9, 0.8]), ([1.0, 2.0, 3.0], [0.7, 0.5, 7.25]))
    chart.redraw()
    names = chart.legend.accessibleName()
    assert GHOSTS[0] in names
    assert GHOSTS[1] in names
    assert f"{GHOSTS[1]} 7.25" in chart.hover_text(3.0)
    head, *_ = chart.table()
    assert list(GHOSTS) == [name for name in head if name in GHOSTS]
    chart.set_ghosts(((), ()), ((), ()))
    chart.redraw()
    assert GHOSTS[0] not in chart.legend.accessibleName()
