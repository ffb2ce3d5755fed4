"""The message bar and the progress strip: shown when needed, answered once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from nnstudio.ui.widgets.message_bar import MessageBar
from nnstudio.ui.widgets.progress_strip import ProgressStrip


@pytest.fixture
def bar(qtbot: QtBot) -> MessageBar:
    made = MessageBar()
    qtbot.addWidget(made)
    return made


def button(place: MessageBar | ProgressStrip, text: str) -> QPushButton:
    return next(one for one in place.findChildren(QPushButton) if one.text() == text)


def test_a_notice_shows_with_its_details_folded(bar: MessageBar) -> None:
    assert bar.isHidden()
    bar.show_message("bad", "The file could not be read.", details="line 3")
    details = bar.findChild(QPlainTextEdit)
    assert details is not None
    assert bar.isVisible()
    assert not details.isVisible()
    button(bar, "Details").click()
    assert details.isVisible()
    assert details.toPlainText() == "line 3"


def test_an_action_is_called_and_the_notice_goes(bar: MessageBar) -> None:
    called = []
    bar.show_message("info", "A backup was found.", actions=[("Open it", lambda: called.append("open"))])
    button(bar, "Open it").click()
    assert called == ["open"]
    assert bar.isHidden()


def test_a_new_notice_replaces_the_last_ones_actions(bar: MessageBar) -> None:
    bar.show_message("info", "first", actions=[("Old", lambda: None)])
    bar.show_message("warn", "second")
    assert bar.text() == "second"
    assert not [one for one in bar.findChildren(QPushButton) if one.text() == "Old" and one.isVisible()]


def test_escape_dismisses(qtbot: QtBot, bar: MessageBar) -> None:
    bar.show_message("good", "Saved.")
    with qtbot.waitSignal(bar.dismissed):
        qtbot.keyClick(bar, Qt.Key.Key_Escape)
    assert bar.isHidden()


def test_progress_is_busy_then_measured_then_gone(qtbot: QtBot) -> None:
    strip = ProgressStrip()
    qtbot.addWidget(strip)
    assert strip.isHidden()
    strip.start("Reading")
    progress = strip.findChild(QProgressBar)
    assert progress is not None
    assert (progress.minimum(), progress.maximum()) == (0, 0)
    strip.set_progress(0.25, "Splitting")
    assert progress.value() / progress.maximum() == 0.25
    strip.finish()
    assert strip.isHidden()


def test_cancel_is_told_once(qtbot: QtBot) -> None:
    strip = ProgressStrip()
    qtbot.addWidget(strip)
    told = []
    strip.cancelled.connect(lambda: told.append(True))
    strip.start("Reading")
    cancel = button(strip, "Cancel")
    for _ in range(2):
        qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert told == [True]
    strip.start("Again")
    assert cancel.isEnabled()
    strip.finish()
