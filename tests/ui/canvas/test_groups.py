"""Groups on the canvas: framed, folded into one block, and edited by mouse, keys and menus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from nnstudio.catalog.layers.conv import Conv2D
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.merge import Add
from nnstudio.core.network import INPUT, Network
from nnstudio.ui.canvas.folding import block_name, fold
from nnstudio.ui.canvas.layout import LOSS
from nnstudio.ui.canvas.menus import block_menu, group_menu
from nnstudio.ui.theme import apply_theme
from tests.ui.canvas.conftest import LEFT, Owner, chain

_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
STAGE = block_name("Stage")
K = Qt.Key


def staged(count: int = 5, first: int = 1, last: int = 3) -> Network:
    """Return a chain n1, n2, ... with n2 to n3 (or others) in the group Stage."""
    network = chain(*[Dense(units=16) for _ in range(count - 1)], Dense(units=3))
    return network.group(network.ids[first:last], "Stage")


@pytest.fixture
def stage(owner: Owner) -> Owner:
    """The canvas with n1, [n2, n3], n4, n5."""
    owner.show(staged())
    owner.wishes.clear()
    return owner


def header(owner: Owner, name: str = "Stage") -> QPoint:
    """Return a place on a group's name."""
    rect = owner.view.stage.frames[name].name_rect()
    return owner.view.mapFromScene(rect.left() + 10, rect.center().y())


def arrow(owner: Owner, name: str = "Stage") -> QPoint:
    """Return the arrow of a group, open or folded."""
    frame = owner.view.stage.frames.get(name)
    item = frame or owner.view.stage.layers[block_name(name)]
    return owner.view.mapFromScene(item.chevron_rect().center())


def click(owner: Owner, at: QPoint) -> None:
    """Click the left button."""
    QTest.mouseClick(owner.view.viewport(), LEFT, pos=at)


# -- what is drawn -----------------------------------------------------------------------------------


def test_a_folded_network_keeps_every_way_from_end_to_end() -> None:
    network = chain(Dense(), Dense(), Dense(), Add(), Dense()).wire(INPUT, "n4").wire("n2", "n5")
    network = network.group(["n2", "n3"], "A")
    seen = fold(network, {"A", "gone"})
    block = block_name("A")
    assert list(seen.members) == ["n1", block, "n4", "n5"]
    assert seen.wiring["n4"] == (block, INPUT)
    assert seen.real[block, "n4"] == ("n3", "n4")
    assert seen.real["n1", block] == ("n1", "n2")
    assert seen.block_of["n2"] == block
    assert seen.whole(["n3", "n5"]) == ("n2", "n3", "n5")
    assert fold(network).members == {id: (id,) for id in network.ids}


def test_an_open_group_has_a_frame_around_its_blocks_and_a_name(stage: Owner) -> None:
    frame, boxes = stage.view.stage.frames["Stage"].box, stage.view.stage.layout.boxes
    for id, box in boxes.items():
        inside = frame.x < box.x and box.right < frame.right and frame.y < box.y and box.bottom < frame.bottom
        assert inside == (id in ("n2", "n3")), id
    assert "group Stage of 2 layers: Dense 16 ReLU, Dense 16 ReLU, end of Stage" in stage.view.describe()


def test_frames_of_neighbours_do_not_touch(owner: Owner) -> None:
    owner.show(staged().group(["n4", "n5"], "Head"))
    frames = owner.view.stage.frames
    assert frames["Stage"].box.right < frames["Head"].box.x


def test_the_arrow_folds_a_group_into_one_block_and_opens_it(stage: Owner, qtbot: QtBot) -> None:
    with qtbot.waitSignal(stage.view.folding_changed) as folded:
        click(stage, arrow(stage))
    assert folded.args == [("Stage",)]
    assert list(stage.view.stage.layout.boxes) == [INPUT, "n1", STAGE, "n4", "n5", LOSS]
    block = stage.view.stage.layers[STAGE].block
    assert (block.title, block.summary, block.layers) == ("Stage", "2 layers · 16", 2)
    assert block.cost("learnables") == 2 * (16 * 16 + 16)
    assert stage.view.stage.wires[STAGE, "n4"].text == "16"
    assert "folded group Stage 2 layers 16" in stage.view.describe()
    assert not stage.view.stage.frames
    click(stage, arrow(stage))
    assert STAGE not in stage.view.stage.layout.boxes
    assert stage.wishes == [], "to fold is to look, not to edit"


def test_a_double_click_and_enter_open_a_folded_group(stage: Owner) -> None:
    stage.view.fold({"Stage"})
    QTest.mouseDClick(stage.view.viewport(), LEFT, pos=stage.at(STAGE))
    assert "n2" in stage.view.stage.layout.boxes
    stage.view.fold({"Stage"})
    stage.view.select(("n2", "n3"))
    stage.key(K.Key_Return)
    assert "n2" in stage.view.stage.layout.boxes


def test_skip_connections_end_at_the_block_of_the_group(owner: Owner) -> None:
    network = chain(Dense(units=4), Dense(units=4), Add(), Dense(units=3)).wire(INPUT, "n3")
    owner.show(network.group(["n2", "n3"], "Stage"))
    owner.view.fold({"Stage"})
    assert set(owner.view.stage.layout.edges) == {
        (INPUT, "n1"), ("n1", STAGE), (INPUT, STAGE), (STAGE, "n4"), ("n4", LOSS),
    }  # fmt: skip
    assert set(owner.view.stage.edges) == {
        (INPUT, "n1"), ("n1", "n2"), (INPUT, "n3"), ("n3", "n4"), ("n4", LOSS),
    }  # fmt: skip


def test_a_hidden_error_stands_on_the_group_and_leads_to_its_layer(owner: Owner) -> None:
    owner.show(chain(Dense(units=8), Dense(units=8), Conv2D(), Dense(units=3)).group(["n2", "n3"], "Stage"))
    owner.view.fold({"Stage"})
    note = owner.view.stage.notes[STAGE]
    assert "Conv 2D" in note.text
    assert note.action == "Show the layer"
    click(owner, owner.view.mapFromScene(note.box.centre, note.box.middle))
    assert owner.selected() == ("n3",)
    assert "n3" in owner.view.stage.layout.boxes


def test_a_group_shows_the_worst_health_of_its_layers_and_opens_at_it(stage: Owner) -> None:
    stage.view.fold({"Stage"})
    stage.view.set_health({"n2": ("3 % dead", "warn"), "n3": ("ok", "good")})
    item = stage.view.stage.layers[STAGE]
    assert item.look.health == ("3 % dead", "warn")
    click(stage, stage.view.mapFromScene(item.health_rect().center()))
    assert stage.view.stage.layers["n2"].look.health == ("3 % dead", "warn")


def test_frames_make_room_for_health_marks(stage: Owner) -> None:
    before = stage.view.stage.frames["Stage"].box.height
    stage.view.set_health({"n2": ("ok", "good")})
    assert stage.view.stage.frames["Stage"].box.height > before


def test_frozen_layers_are_marked(owner: Owner) -> None:
    nodes = [node.model_copy(update={"frozen": node.group == "Stage"}) for node in staged().nodes]
    owner.show(Network(nodes=tuple(nodes)))
    layers = owner.view.stage.layers
    assert [id for id, item in layers.items() if item.block.frozen] == ["n2", "n3"]
    assert "Frozen" in layers["n2"].toolTip()
    owner.view.fold({"Stage"})
    assert layers[STAGE].block.frozen


# -- making groups -----------------------------------------------------------------------------------


def test_selected_neighbours_become_a_group_by_key_and_dissolve_again(owner: Owner) -> None:
    owner.view.select(("n1", "n2"))
    owner.key(K.Key_G, _CTRL)
    assert owner.network.groups == {"Group 1": ("n1", "n2")}
    owner.key(K.Key_G, _CTRL | _SHIFT)
    assert owner.network.groups == {}
    assert owner.wishes == ["Group 2 layers", "Ungroup Group 1"]


def test_layers_apart_are_no_group_and_words_say_so(owner: Owner, qtbot: QtBot) -> None:
    owner.view.select(("n1", "n3"))
    with qtbot.waitSignal(owner.view.told) as told:
        owner.key(K.Key_G, _CTRL)
    assert "follow one another" in told.args[0]
    with qtbot.waitSignal(owner.view.told):
        owner.key(K.Key_G, _CTRL | _SHIFT)
    with qtbot.waitSignal(owner.view.told):
        owner.key(K.Key_F, _CTRL | _SHIFT)
    assert owner.wishes == []


def test_a_group_is_renamed_on_its_frame_and_on_its_block(stage: Owner) -> None:
    QTest.mouseDClick(stage.view.viewport(), LEFT, pos=header(stage))
    line = stage.view.field.field
    assert isinstance(line, QLineEdit)
    assert line.accessibleName() == "Name of Stage"
    QTest.keyClicks(line, "Front")
    QTest.keyClick(line, K.Key_Return)
    assert list(stage.network.groups) == ["Front"]
    stage.view.fold({"Front"})
    stage.view.select(("n2", "n3"))
    stage.key(K.Key_F2)
    line = stage.view.field.field
    assert isinstance(line, QLineEdit)
    QTest.keyClicks(line, "Back")
    QTest.keyClick(line, K.Key_Return)
    assert block_name("Back") in stage.view.stage.layout.boxes, "a folded group stays folded"
    stage.show(stage.network.rename_group("Back", "Front"))
    assert block_name("Front") in stage.view.stage.layout.boxes, "also when that is undone"


def test_menus_fold_rename_and_dissolve(stage: Owner) -> None:
    stage.view.select(("n2",))
    words = [a.text().split("\t")[0] for a in block_menu(stage.view, "n2").actions()]
    assert {"Group", "Fold “Stage”", "Rename “Stage”…", "Ungroup “Stage”"} <= set(words)
    group_menu(stage.view, "Stage").actions()[0].trigger()
    assert next(a.text() for a in block_menu(stage.view, STAGE).actions()).startswith("Open “Stage”")
    stage.view.select(("n2", "n3"))
    entry = next(a for a in block_menu(stage.view, STAGE).actions() if a.text().startswith("Ungroup"))
    entry.trigger()
    assert stage.network.groups == {}


# -- a folded group in the hand ------------------------------------------------------------------------


def test_a_folded_group_is_selected_as_a_whole_and_stepped_over(stage: Owner) -> None:
    stage.view.fold({"Stage"})
    click(stage, stage.at(STAGE))
    assert stage.selected() == ("n2", "n3")
    assert "group Stage" in stage.view.accessibleDescription()
    stage.key(K.Key_Right)
    assert stage.selected() == ("n4",)
    stage.key(K.Key_Left)
    assert stage.selected() == ("n2", "n3")
    stage.key(K.Key_Left, _SHIFT)
    assert stage.selected() == ("n1", "n2", "n3")
    QTest.mouseClick(stage.view.viewport(), LEFT, _CTRL, stage.at(STAGE))
    assert stage.selected() == ("n1",)


def test_deleting_a_folded_group_heals_the_chain_in_one_step(stage: Owner) -> None:
    stage.view.fold({"Stage"})
    click(stage, stage.at(STAGE))
    stage.key(K.Key_Delete)
    assert stage.wishes == ["Delete Stage"]
    assert stage.network.edges() == ((INPUT, "n1"), ("n1", "n4"), ("n4", "n5"))


@pytest.mark.parametrize("folded", [True, False])
def test_a_group_is_carried_as_a_whole(stage: Owner, folded: bool) -> None:
    stage.view.fold({"Stage"} if folded else ())
    begin = stage.at(STAGE) if folded else header(stage)
    end = stage.on_wire("n4", "n5")
    stage.drag(begin, begin + QPoint(15, 0), end)
    assert stage.network.ids == ("n1", "n4", "n2", "n3", "n5")
    assert stage.network.groups == {"Stage": ("n2", "n3")}
    assert stage.wishes == ["Move Stage"]
    assert stage.selected() == ("n2", "n3")


@pytest.mark.parametrize("folded", [True, False])
def test_a_group_steps_over_its_neighbours(owner: Owner, folded: bool) -> None:
    owner.show(staged().group(["n4", "n5"], "Head"))
    owner.view.fold({"Stage", "Head"} if folded else ())
    owner.view.select(("n2", "n3"))
    owner.key(K.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert owner.network.groups == {"Head": ("n4", "n5"), "Stage": ("n2", "n3")}
    owner.key(K.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert owner.network.ids == ("n1", "n2", "n3", "n4", "n5")


def test_a_layer_steps_over_a_folded_group_and_into_an_open_one(stage: Owner) -> None:
    stage.view.select(("n1",))
    stage.key(K.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert stage.network.groups == {"Stage": ("n2", "n1", "n3")}
    stage.show(staged())
    stage.view.fold({"Stage"})
    stage.view.select(("n1",))
    stage.key(K.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert stage.network.ids == ("n2", "n3", "n1", "n4", "n5")


def test_a_copy_of_a_folded_group_is_another_group(stage: Owner) -> None:
    stage.view.fold({"Stage"})
    click(stage, stage.at(STAGE))
    stage.key(K.Key_D, _CTRL)
    assert list(stage.network.groups) == ["Stage", "Stage 2"]
    assert stage.selected() == stage.network.groups["Stage 2"]


def test_a_drop_beside_a_folded_group_stays_outside(stage: Owner) -> None:
    stage.view.fold({"Stage"})
    stage.drop(Dense(units=8), stage.on_wire("n1", STAGE))
    stage.drop(Dense(units=8), stage.on_wire(STAGE, "n4"))
    assert stage.network.groups == {"Stage": ("n2", "n3")}
    assert stage.network.ids == ("n1", "n6", "n2", "n3", "n7", "n4", "n5")


def test_a_drop_inside_a_frame_joins_the_group(stage: Owner) -> None:
    stage.drop(Dense(units=8), stage.on_wire("n2", "n3"))
    assert stage.network.groups == {"Stage": ("n2", "n6", "n3")}


def test_a_connection_pulled_out_of_a_folded_group_comes_from_its_last_layer(owner: Owner) -> None:
    network = chain(Dense(units=4), Dense(units=4), Dense(units=4), Add(), Dense(units=3))
    owner.show(network.group(["n1", "n2"], "Stage"))
    owner.view.fold({"Stage"})
    owner.drag(owner.port(STAGE), owner.at("n4"))
    assert ("n2", "n4") in owner.network.edges()


def test_a_part_that_is_asked_for_opens_its_group(stage: Owner) -> None:
    stage.view.fold({"Stage"})
    stage.view.select(("n3",))
    assert "n3" in stage.view.stage.layout.boxes
    assert stage.selected() == ("n3",)


def test_the_search_and_the_frame_of_the_hand_work_on_folded_groups(stage: Owner) -> None:
    stage.view.fold({"Stage"})
    click(stage, stage.at(STAGE))
    stage.view.open_search("drop")
    assert stage.view.search.isVisible()
    QTest.keyClick(stage.view.search.focusWidget(), K.Key_Return)
    assert stage.network.ids == ("n1", "n2", "n3", "n6", "n4", "n5")
    rect = stage.view.stage.content_rect()
    assert stage.view.stage.blocks_in(rect) == stage.network.ids


# -- from afar ---------------------------------------------------------------------------------------


def test_the_map_covers_no_block(owner: Owner, qapp: QApplication) -> None:
    try:
        apply_theme(qapp, "light", 150)
        for height in (220, 300, 420, 700):
            owner.view.resize(1000, height)
            owner.show(chain(*[Dense(units=512 >> i) for i in range(7)], *[Dense(units=4)] * 5))
            minimap = owner.view.minimap
            for rect in owner.view.stage.obstacles():
                block = owner.view.mapFromScene(rect).boundingRect()
                assert not (minimap.isVisible() and minimap.geometry().intersects(block)), height
        assert minimap.isVisible(), "where there is room the map is shown"
    finally:
        apply_theme(qapp, "light")


def test_larger_text_does_not_keep_a_network_from_fitting(owner: Owner, qapp: QApplication) -> None:
    nine = chain(*[Dense(units=32) for _ in range(6)], Dense(units=3))
    owner.show(nine)
    try:
        apply_theme(qapp, "light", 150)
        owner.show(nine)
        assert owner.view._sight().contains(owner.view.stage.content_rect())
    finally:
        apply_theme(qapp, "light")
