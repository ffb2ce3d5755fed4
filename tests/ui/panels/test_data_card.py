"""The data card: what, how many, how split, and a way to the data page."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from nnstudio.ui.panels.data_card import DataCard, describe
from nnstudio.ui.widgets.split_bar import SplitBar
from tests.ui.begun import circles, curve


@pytest.fixture
def card(qtbot: QtBot) -> DataCard:
    """A card in sight."""
    made = DataCard()
    qtbot.addWidget(made)
    made.show()
    return made


def words(card: DataCard) -> str:
    """Return all words in sight."""
    return "\n".join(label.text() for label in card.findChildren(QLabel) if label.isVisible())


def test_data_in_one_line() -> None:
    assert describe(circles().prepared) == "150 rows · 2 features · 2 classes"
    assert describe(curve().prepared) == "100 rows · 1 feature · y"


def test_loaded_data_are_counted(card: DataCard) -> None:
    begun = circles()
    card.show_data(begun.project, begun.prepared, busy=False)
    sizes = [len(part) for part in (begun.prepared.train, begun.prepared.validation, begun.prepared.test)]
    assert "Two circles" in words(card)
    assert "train {} · val {} · test {}".format(*sizes) in words(card)
    assert card.accessibleName() == "Two circles"
    assert card.findChildren(SplitBar)[0].isVisible()


@pytest.mark.parametrize(
    ("busy", "problem", "text"),
    [
        (True, "", "Loading…"),
        (False, "", "Not loaded"),
        (False, "points.csv is gone.", "points.csv is gone."),
    ],
)
def test_without_data_it_says_why(card: DataCard, busy: bool, problem: str, text: str) -> None:
    card.show_data(circles().project, circles().prepared, busy=False)
    card.show_data(circles().project, None, busy, problem)
    assert text in words(card)
    assert "train" not in words(card)
    assert not card.findChildren(SplitBar)[0].isVisible()


def test_mouse_and_keyboard_open_the_data_page(qtbot: QtBot, card: DataCard) -> None:
    clicks: list[int] = []
    card.clicked.connect(lambda: clicks.append(1))
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    qtbot.keyClick(card, Qt.Key.Key_Return)
    qtbot.keyClick(card, Qt.Key.Key_Space)
    assert len(clicks) == 3
    qtbot.mouseClick(card, Qt.MouseButton.RightButton)
    qtbot.keyClick(card, Qt.Key.Key_A)
    assert len(clicks) == 3
