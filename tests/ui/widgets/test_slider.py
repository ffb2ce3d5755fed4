"""The parameter slider: dragged, typed, stepped, restored; one drag is one change to undo."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from nnstudio.core.param import Param
from nnstudio.ui.widgets.slider import ParamSlider
from nnstudio.ui.widgets.slider_track import SliderTrack

RATE = Param("Learning rate", "Size of a step.", 1e-6, 1.0, "log", typical=(1e-4, 1e-2))
DROP = Param("Dropout", "Share switched off.", 0.0, 0.5, step=0.01)
LEFT = Qt.MouseButton.LeftButton


def shown(qtbot: QtBot, param: Param, value: float | None, **details: Any) -> ParamSlider:
    slider = ParamSlider(param, value, **details)
    qtbot.addWidget(slider)
    slider.resize(300, 80)
    slider.show()
    return slider


def track_of(slider: ParamSlider) -> SliderTrack:
    assert slider.track is not None
    return slider.track


def changes_of(slider: ParamSlider) -> list[tuple[Any, str]]:
    seen: list[tuple[Any, str]] = []
    slider.value_changed.connect(lambda value, drag: seen.append((value, drag)))
    return seen


def enter(qtbot: QtBot, slider: ParamSlider, text: str) -> None:
    slider.box.setFocus()
    slider.box.selectAll()
    qtbot.keyClicks(slider.box, text)
    qtbot.keyClick(slider.box, Qt.Key.Key_Return)


def drag(qtbot: QtBot, track: SliderTrack, *places: float) -> None:
    points = [QPoint(round(track.width() * place), track.height() // 2) for place in places]
    qtbot.mousePress(track, LEFT, pos=points[0])
    for point in points[1:]:
        qtbot.mouseMove(track, point)
    qtbot.mouseRelease(track, LEFT, pos=points[-1])


def wheel(track: SliderTrack) -> bool:
    middle = QPointF(track.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(track.mapToGlobal(middle)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(track, event)
    return event.isAccepted()


def test_one_drag_is_one_change_to_undo(qtbot: QtBot) -> None:
    slider = shown(qtbot, RATE, 1e-3)
    seen = changes_of(slider)
    drag(qtbot, track_of(slider), 0.2, 0.3, 0.4)
    first = {drag_id for _, drag_id in seen}
    drag(qtbot, track_of(slider), 0.8, 0.9)
    assert len(first) == 1
    assert len({drag_id for _, drag_id in seen}) == 2
    assert slider.value() == seen[-1][0]


def test_a_drag_to_the_ends_reaches_the_bounds(qtbot: QtBot) -> None:
    slider = shown(qtbot, RATE, 1e-3)
    drag(qtbot, track_of(slider), 0.5, 2.0)
    assert slider.value() == 1.0
    drag(qtbot, track_of(slider), 0.5, -1.0)
    assert slider.value() == 1e-6


def test_a_press_on_the_knob_changes_nothing(qtbot: QtBot) -> None:
    slider = shown(qtbot, RATE, 1.3e-3)
    seen = changes_of(slider)
    drag(qtbot, track_of(slider), track_of(slider)._stops.fraction(1.3e-3))
    assert seen == []


@pytest.mark.parametrize(("text", "value"), [("1e-2", 0.01), ("0,005", 0.005), ("0.00123", 0.00123)])
def test_a_typed_value_is_taken_as_it_is(qtbot: QtBot, text: str, value: float) -> None:
    slider = shown(qtbot, RATE, 1e-3)
    seen = changes_of(slider)
    enter(qtbot, slider, text)
    assert [got for got, _ in seen] == [value]
    assert slider.value() == value


@pytest.mark.parametrize(
    ("text", "message"),
    [("fast", "“fast” is not a number"), ("7", "at most 1"), ("0", "at least 1e-6"), ("nan", "finite")],
)
def test_nonsense_is_refused_and_the_old_value_kept(qtbot: QtBot, text: str, message: str) -> None:
    slider = shown(qtbot, RATE, 1e-3)
    seen = changes_of(slider)
    enter(qtbot, slider, text)
    said = " ".join(label.text() for label in slider.findChildren(QLabel) if label.isVisible())
    assert message in said
    assert "kept 0.001" in said
    assert (seen, slider.value(), slider.box.text()) == ([], 1e-3, "0.001")


def test_a_whole_number_refuses_a_fraction(qtbot: QtBot) -> None:
    slider = shown(qtbot, Param("Epochs", "", 1, 1000, "log"), 100, integer=True)
    enter(qtbot, slider, "10.5")
    assert slider.value() == 100
    enter(qtbot, slider, "1e2")
    enter(qtbot, slider, "77")
    assert slider.value() == 77
    assert isinstance(slider.value(), int)


def test_arrow_keys_step_and_a_burst_is_one_change(qtbot: QtBot) -> None:
    slider = shown(qtbot, Param("Batch size", "", 1, 1024, "power of two"), 32, integer=True)
    seen = changes_of(slider)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End):
        qtbot.keyClick(track_of(slider), key)
    assert [value for value, _ in seen] == [64, 128, 64, 1024]
    assert len({drag_id for _, drag_id in seen}) == 1
    assert all(isinstance(value, int) for value, _ in seen)


def test_the_wheel_turns_it_only_with_the_focus(qtbot: QtBot) -> None:
    slider = shown(qtbot, DROP, 0.3)
    slider.activateWindow()
    slider.box.setFocus()
    qtbot.waitUntil(slider.box.hasFocus)
    assert not wheel(track_of(slider))
    assert slider.value() == 0.3
    track_of(slider).setFocus()
    assert wheel(track_of(slider))
    assert slider.value() != 0.3


def test_double_click_and_backspace_restore_the_default(qtbot: QtBot) -> None:
    slider = shown(qtbot, RATE, 0.5, default=1e-3)
    seen = changes_of(slider)
    qtbot.mouseDClick(track_of(slider), LEFT)
    assert slider.value() == 1e-3
    slider.set_value(0.2)
    qtbot.keyClick(track_of(slider), Qt.Key.Key_Backspace)
    assert [value for value, _ in seen] == [1e-3, 1e-3]


def test_without_a_default_a_double_click_restores_nothing(qtbot: QtBot) -> None:
    slider = shown(qtbot, RATE, 0.5)
    qtbot.mouseDClick(track_of(slider), LEFT)
    assert slider.value() == 0.5


def test_set_value_is_silent(qtbot: QtBot) -> None:
    slider = shown(qtbot, RATE, 1e-3)
    seen = changes_of(slider)
    slider.set_value(1e-4)
    assert (seen, slider.value(), slider.box.text()) == ([], 1e-4, "1e-4")


def test_zero_is_off_at_the_left_end(qtbot: QtBot) -> None:
    slider = shown(qtbot, Param("Weight decay", "", 1e-6, 0.1, "log", zero=True), 1e-4)
    qtbot.keyClick(track_of(slider), Qt.Key.Key_Home)
    assert (slider.value(), slider.box.text()) == (0.0, "off")
    enter(qtbot, slider, "1e-5")
    enter(qtbot, slider, "off")
    assert slider.value() == 0


def test_an_optional_number_is_none_when_off(qtbot: QtBot) -> None:
    slider = shown(qtbot, Param("Clip norm", "", 0.1, 10, "log"), None, optional=True)
    assert (slider.value(), slider.box.text()) == (None, "off")
    qtbot.keyClick(track_of(slider), Qt.Key.Key_Right)
    assert slider.value() == 0.1
    qtbot.keyClick(track_of(slider), Qt.Key.Key_Left)
    assert slider.value() is None


def test_escape_takes_back_what_was_typed(qtbot: QtBot) -> None:
    slider = shown(qtbot, RATE, 1e-3)
    slider.box.setFocus()
    qtbot.keyClicks(slider.box, "99")
    qtbot.keyClick(slider.box, Qt.Key.Key_Escape)
    assert slider.box.text() == "0.001"


def test_without_bounds_only_the_box_is_there(qtbot: QtBot) -> None:
    slider = shown(qtbot, Param("Seed", "", low=0), 1, integer=True)
    assert slider.track is None
    enter(qtbot, slider, "123456")
    assert slider.value() == 123456
    enter(qtbot, slider, "-1")
    assert slider.value() == 123456


def test_a_log_slider_says_so_with_its_typical_range(qtbot: QtBot) -> None:
    slider = shown(qtbot, RATE, 1e-3)
    assert "log scale · typical 0.0001 – 0.01" in [label.text() for label in slider.findChildren(QLabel)]


def test_it_tells_a_screen_reader_what_it_is(qtbot: QtBot) -> None:
    slider = shown(qtbot, RATE, 1e-3)
    assert track_of(slider).accessibleName() == "Learning rate"
    assert slider.box.accessibleName() == "Learning rate, value"
    assert "Size of a step." in slider.toolTip()


def test_a_value_beyond_the_track_is_shown_and_taken_where_it_is_accepted(qtbot: QtBot) -> None:
    wide = replace(RATE, least=0.0, most=float("inf"))
    slider = shown(qtbot, wide, 250.0)
    assert (slider.value(), slider.box.text()) == (250.0, "250")
    track = track_of(slider)
    assert track.value() == track.maximum(), "the knob rests at the end"
    seen = changes_of(slider)
    enter(qtbot, slider, "1e-9")
    assert [got for got, _ in seen] == [1e-9]
    enter(qtbot, slider, "0")
    assert slider.value() == 1e-9
