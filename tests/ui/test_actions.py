"""The menus: every command can be reached, understood and pressed, none twice."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from nnstudio.ui.actions import MENUS, Command, make_actions

COMMANDS = [command for commands in MENUS.values() for command in commands if command is not None]
NAMES = [command.name for command in COMMANDS if command.name != "recent"]


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    """An empty window."""
    made = QMainWindow()
    qtbot.addWidget(made)
    return made


def test_every_command_is_in_a_menu_and_calls_its_own_handler(window: QMainWindow) -> None:
    called: list[str] = []
    actions = make_actions(window, {name: partial(called.append, name) for name in NAMES})
    assert list(actions) == NAMES
    for name in NAMES:
        actions[name].trigger()
    assert called == NAMES
    titles = [action.text() for action in window.menuBar().actions()]
    assert titles == list(MENUS)


def test_every_command_says_what_it_does(window: QMainWindow) -> None:
    actions = make_actions(window, dict.fromkeys(NAMES, lambda: None))
    for command in COMMANDS:
        assert command.tip
        if command.name in actions:
            action = actions[command.name]
            assert action.toolTip() == action.statusTip() == command.tip
            assert action.isCheckable() == command.checkable
            assert "&" not in action.iconText()
    assert window.findChild(QMenu, "recent") is not None


def test_a_command_without_a_handler_does_not_reach_a_menu(window: QMainWindow) -> None:
    with pytest.raises(KeyError):
        make_actions(window, {})


def test_no_key_and_no_name_is_given_twice() -> None:
    def doubles(values: list[str]) -> set[str]:
        return {value for value in values if values.count(value) > 1}

    assert not doubles([command.name for command in COMMANDS])
    assert not doubles([command.keys for command in COMMANDS if command.keys])


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.keys], ids=lambda command: command.name)
def test_every_key_is_one_that_qt_knows(qtbot: QtBot, command: Command) -> None:
    assert not QKeySequence(command.keys).isEmpty()
    assert QKeySequence(command.keys).toString() == command.keys
