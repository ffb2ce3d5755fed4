"""Segmented tabs: one is chosen, by mouse or arrows, and only a person's choice is signalled."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from nnstudio.ui.widgets.segmented import Segmented


@pytest.fixture
def tabs(qtbot: QtBot) -> Segmented:
    made = Segmented({"funnel": "Funnel", "constant": "Constant", "custom": "Custom"}, "Shape")
    qtbot.addWidget(made)
    made.show()
    return made


def chosen_by(tabs: Segmented) -> list[str]:
    seen: list[str] = []
    tabs.chosen.connect(seen.append)
    return seen


def test_a_click_chooses_once(qtbot: QtBot, tabs: Segmented) -> None:
    seen = chosen_by(tabs)
    for _ in range(2):
        qtbot.mouseClick(tabs.button("custom"), Qt.MouseButton.LeftButton)
    assert (seen, tabs.current()) == (["custom"], "custom")
    assert tabs.button("custom").isChecked()


def test_arrows_move_along_and_stop_at_the_ends(qtbot: QtBot, tabs: Segmented) -> None:
    seen = chosen_by(tabs)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(tabs.button(tabs.current()), key)
    assert seen == ["constant", "custom", "constant"]


def test_a_forbidden_choice_is_skipped_and_says_why(qtbot: QtBot, tabs: Segmented) -> None:
    seen = chosen_by(tabs)
    tabs.set_option_enabled("constant", False, "Needs a hidden layer")
    qtbot.mouseClick(tabs.button("constant"), Qt.MouseButton.LeftButton)
    qtbot.keyClick(tabs.button("funnel"), Qt.Key.Key_Right)
    assert seen == ["custom"]
    assert tabs.button("constant").toolTip() == "Needs a hidden layer"


def test_set_current_is_silent(tabs: Segmented) -> None:
    seen = chosen_by(tabs)
    tabs.set_current("constant")
    assert (seen, tabs.current()) == ([], "constant")
    with pytest.raises(KeyError):
        tabs.set_current("pyramid")


def test_choosing_moves_nothing(tabs: Segmented) -> None:
    before = tabs.sizeHint()
    tabs.set_current("constant")
    assert tabs.sizeHint() == before
