"""The confusion matrix: words, mouse, keyboard and many classes."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from nnstudio.ui.charts.confusion import ConfusionChart, without_common_start

COUNTS = [[8, 0, 2], [0, 9, 1], [4, 23, 0]]
NAMES = ["cat", "dog", "cow"]


@pytest.fixture
def chart(qtbot: QtBot) -> ConfusionChart:
    chart = ConfusionChart()
    qtbot.addWidget(chart)
    chart.resize(300, 300)
    chart.set_counts(COUNTS, NAMES, "macro F1 0.868")
    chart.show()
    return chart


def test_the_caption_explains_the_axes_and_then_the_cell(chart: ConfusionChart) -> None:
    assert chart._caption.text() == "true ↓ predicted →\nmacro F1 0.868"
    chart.matrix.choose((2, 0))
    assert chart._caption.text() == "true cow predicted cat: 4 of 27 (15 %)"


def test_a_click_tells_the_cell(chart: ConfusionChart, qtbot: QtBot) -> None:
    middle = chart.matrix.cell_rect(1, 2).center().toPoint()
    with qtbot.waitSignal(chart.cell_clicked) as signal:
        qtbot.mouseClick(chart.matrix, Qt.MouseButton.LeftButton, pos=middle)
    assert signal.args == [1, 2]


def test_arrow_keys_move_the_cell_and_enter_opens_it(chart: ConfusionChart, qtbot: QtBot) -> None:
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(chart.matrix, key)
    assert chart.matrix.cell == (0, 1)
    with qtbot.waitSignal(chart.cell_clicked) as signal:
        qtbot.keyClick(chart.matrix, Qt.Key.Key_Return)
    assert signal.args == [0, 1]


def test_right_cells_are_blue_and_wrong_ones_red_by_their_share(chart: ConfusionChart) -> None:
    tints = chart.matrix._tints().astype(int)
    assert tints[0, 0, 2] > tints[0, 0, 0]
    assert tints[2, 1, 0] > tints[2, 1, 2]
    assert tints[2, 1, 1] < tints[2, 0, 1], "a greater share is stronger"


def test_fifty_classes_fit_and_keep_their_cells(chart: ConfusionChart) -> None:
    chart.set_counts(np.eye(50, dtype=int), [f"class {i}" for i in range(50)])
    assert chart.matrix.rect().contains(chart.matrix.cell_rect(49, 49).toAlignedRect())
    assert not chart.grab().isNull()


def test_a_table_that_does_not_fit_its_names_is_refused(chart: ConfusionChart) -> None:
    with pytest.raises(ValueError, match="square"):
        chart.set_counts(COUNTS, ["cat", "dog"])


def test_csv_is_the_table(chart: ConfusionChart, tmp_path: Path) -> None:
    chart.csv(tmp_path / "confusion.csv")
    lines = (tmp_path / "confusion.csv").read_text(encoding="utf-8").splitlines()
    assert lines == ["true \\ predicted,cat,dog,cow", "cat,8,0,2", "dog,0,9,1", "cow,4,23,0"]


def test_common_first_words_are_left_out_only_when_they_are_words() -> None:
    assert without_common_start(["class 1", "class 12"]) == ("1", "12")
    assert without_common_start(["cat", "cow"]) == ("cat", "cow")
    assert without_common_start(["only one"]) == ("only one",)
