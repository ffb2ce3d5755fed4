"""The small histogram of a column."""

import pytest
from pytestqt.qtbot import QtBot

from nnstudio.ui.charts.histogram import Histogram


@pytest.fixture
def histogram(qtbot: QtBot) -> Histogram:
    histogram = Histogram()
    qtbot.addWidget(histogram)
    histogram.resize(120, 52)
    return histogram


def test_numbers_are_counted_without_the_missing(histogram: Histogram) -> None:
    histogram.set_numbers([*range(100), float("nan"), float("inf")])
    assert sum(histogram.counts) == 100
    assert len(histogram.counts) == 10
    assert histogram.bar_text(0) == "0 to 9.9: 10 (10 %)"
    assert not histogram.grab().isNull()


def test_one_value_and_none(histogram: Histogram) -> None:
    histogram.set_numbers([3.0, 3.0])
    assert histogram.bar_text(0) == "3: 2 (100 %)"
    histogram.set_numbers([float("nan")])
    assert histogram.counts == ()
    assert not histogram.grab().isNull()


def test_many_categories_end_in_others(histogram: Histogram) -> None:
    histogram.set_categories([f"c{i}" for i in range(15)], [5] * 15)
    assert histogram.labels[-1] == "3 others"
    assert histogram.bar_text(12) == "3 others: 15 (20 %)"
    assert histogram.bar_rect(12).height() > histogram.bar_rect(0).height()
