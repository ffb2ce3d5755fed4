"""The slot that shows one of several charts."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from nnstudio.ui.charts.confusion import ConfusionChart
from nnstudio.ui.charts.health import HealthChart
from nnstudio.ui.charts.residuals import ResidualChart
from nnstudio.ui.charts.slot import ChartSlot

CLASSES = [("confusion", "Confusion matrix"), ("health", "Layer health")]
NUMBERS = [("residuals", "Residuals"), ("health", "Layer health")]


@pytest.fixture
def slot(qtbot: QtBot) -> ChartSlot:
    slot = ChartSlot({"confusion": ConfusionChart(), "residuals": ResidualChart(), "health": HealthChart()})
    qtbot.addWidget(slot)
    slot.resize(260, 200)
    slot.show()
    slot.offer(CLASSES)
    return slot


def test_it_shows_the_first_chart_on_offer(slot: ChartSlot) -> None:
    assert slot.current == "confusion"
    assert slot.chart("confusion").isVisible()
    assert not slot.chart("health").isVisible()


def test_a_pick_is_reported_and_shown(slot: ChartSlot, qtbot: QtBot) -> None:
    menu = QMenu(slot)
    slot.title._fill(menu)
    assert [action.text() for action in menu.actions()] == ["Confusion matrix", "Layer health"]
    with qtbot.waitSignal(slot.view_chosen) as signal:
        menu.actions()[1].trigger()
    assert signal.args == ["health"]
    assert slot.chart("health").isVisible()


def test_the_choice_is_remembered_while_it_is_not_on_offer(slot: ChartSlot) -> None:
    slot.choose("confusion")
    slot.offer(NUMBERS)
    assert slot.current == "residuals"
    assert slot.chosen == "confusion"
    assert slot.chart("residuals").header.isVisible()
    slot.offer(CLASSES)
    assert slot.current == "confusion"
    assert not slot.chart("residuals").header.isVisible()


def test_an_unknown_chart_cannot_be_offered(slot: ChartSlot) -> None:
    with pytest.raises(KeyError, match="map"):
        slot.offer([("map", "Map")])


def test_charts_inside_leave_the_heading_to_the_slot(slot: ChartSlot) -> None:
    chart = slot.chart("confusion")
    assert not chart.title.isVisible()
    assert slot.rect().contains(chart.geometry())


def test_a_picture_from_the_slot_has_its_heading(slot: ChartSlot, tmp_path: Path) -> None:
    chart = slot.chart("confusion")
    assert isinstance(chart, ConfusionChart)
    chart.set_counts([[3, 1], [0, 4]], ["cat", "dog"])
    chart.picture(tmp_path / "slot.svg")
    assert "Confusion matrix</text>" in (tmp_path / "slot.svg").read_text(encoding="utf-8")
