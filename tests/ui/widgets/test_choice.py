"""Choices, switches and texts: a person's change is signalled, a program's is not."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from nnstudio.core.param import Param
from nnstudio.ui.widgets.choice import ChoiceBox, TextBox, Toggle
from nnstudio.ui.widgets.editor import Editor

MODE = Param("Mode", "Which way is better.", choices=("min", "max"))


def values_of(editor: Editor) -> list[Any]:
    seen: list[Any] = []
    editor.value_changed.connect(lambda value, _drag: seen.append(value))
    return seen


def test_picking_a_choice_emits_its_value(qtbot: QtBot) -> None:
    box = ChoiceBox(MODE, "min", {"min": "lower is better", "max": "higher is better"})
    qtbot.addWidget(box)
    box.show()
    seen = values_of(box)
    qtbot.keyClick(box.combo, Qt.Key.Key_Down)
    assert (seen, box.value(), box.combo.currentText()) == (["max"], "max", "higher is better")


def test_setting_a_choice_is_silent_and_checked(qtbot: QtBot) -> None:
    box = ChoiceBox(MODE, "min")
    qtbot.addWidget(box)
    seen = values_of(box)
    box.set_value("max")
    assert (seen, box.combo.currentText()) == ([], "max")
    with pytest.raises(ValueError, match="Mode has no choice 'best'"):
        box.set_value("best")


def test_a_switch_turns_by_mouse_and_space(qtbot: QtBot) -> None:
    toggle = Toggle(Param("Bias", "Add a constant."), True)
    qtbot.addWidget(toggle)
    toggle.show()
    seen = values_of(toggle)
    qtbot.mouseClick(toggle.switch, Qt.MouseButton.LeftButton)
    qtbot.keyClick(toggle.switch, Qt.Key.Key_Space)
    toggle.set_value(False)
    assert (seen, toggle.value()) == ([False, True], False)


def test_a_text_is_taken_at_enter(qtbot: QtBot) -> None:
    box = TextBox(Param("Name", "What to call it."), "first")
    qtbot.addWidget(box)
    box.show()
    seen = values_of(box)
    box.line.selectAll()
    qtbot.keyClicks(box.line, "second")
    assert box.value() == "first"
    qtbot.keyClick(box.line, Qt.Key.Key_Return)
    assert (seen, box.value()) == (["second"], "second")
