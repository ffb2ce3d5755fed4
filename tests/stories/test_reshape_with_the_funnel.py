"""The funnel's sliders re-shape the network while they are dragged; a hand edit makes it one's own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSpinBox

from nnstudio.ui.widgets.slider_track import SliderTrack
from tests.stories.studio import LEFT, NONE, Studio


def widths(studio: Studio) -> list[int]:
    """Return the units of the dense layers."""
    return [node.layer.units for node in studio.project.network.nodes if node.layer.kind == "dense"]


def drag(studio: Studio, chip: str, begin: float, *ends: float) -> list[int]:
    """Open a chip's slider, drag it; return the number of layers or units seen on the way."""
    studio.click(chip)
    studio.wait(lambda: QApplication.activePopupWidget())
    popup = QApplication.activePopupWidget()
    assert popup is not None
    track = studio.find(SliderTrack, chip, popup)
    seen = [sum(widths(studio)) for _ in studio.slide(track, begin, *ends)]
    popup.close()
    return seen


def test_depth_and_width_reshape_live_and_one_drag_is_one_undo_step(studio: Studio) -> None:
    studio.open_example("Moods of songs")
    assert widths(studio) == [32, 16, 4]
    seen = drag(studio, "Depth", 2 / 8, 1.0, 5 / 8)
    assert len(set(seen)) >= 4, "the network follows the knob, not its release"
    assert widths(studio) == [32, 16, 8, 4, 4, 4]
    assert studio.shapes == ["4", "32", "16", "8", "4", "4", "4"]

    seen = drag(studio, "First width", 5 / 11, 8 / 11)
    assert len(set(seen)) >= 3
    first = widths(studio)[0]
    assert first > 32
    assert widths(studio)[:3] == [first, first // 2, first // 4]

    studio.key("Ctrl+Z")
    assert widths(studio) == [32, 16, 8, 4, 4, 4]
    studio.key("Ctrl+Z")
    assert widths(studio) == [32, 16, 4]
    assert not studio.window.actions_by_name["undo"].isEnabled()
    studio.key("Ctrl+Y")
    assert widths(studio) == [32, 16, 8, 4, 4, 4]


def test_a_hand_edit_turns_to_custom_and_keeps_everything(studio: Studio) -> None:
    studio.open_example("Moods of songs")
    view = studio.window.design.canvas
    before = studio.project
    spot = view.mapFromScene(view.stage.layers["n1"].summary_rect().center())
    QTest.mouseDClick(view.viewport(), LEFT, NONE, spot)
    field = view.findChild(QSpinBox)
    assert field is not None
    field.selectAll()
    QTest.keyClicks(field, "50")
    QTest.keyClick(field, Qt.Key.Key_Return)

    assert widths(studio) == [50, 16, 4]
    assert studio.window.design.shape_bar.tabs.current() == "custom"
    assert studio.project.training == before.training
    assert studio.project.network.ids == before.network.ids
    assert studio.project.network["n2"] == before.network["n2"]

    studio.click("Funnel")
    assert widths(studio)[0] == 32
    studio.key("Ctrl+Z")
    assert widths(studio) == [50, 16, 4]
    assert studio.window.design.shape_bar.tabs.current() == "custom"
    studio.key("Ctrl+Z")
    assert studio.project == before
    assert studio.window.design.shape_bar.tabs.current() == "funnel"


def test_constant_keeps_depth_and_width(studio: Studio) -> None:
    studio.open_example("Moods of songs")
    studio.click("Constant")
    assert widths(studio) == [32, 32, 4]
