"""What the mouse does on the canvas: select, carry, connect, edit in place, pan and zoom."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QSpinBox
from pytestqt.qtbot import QtBot

from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.merge import Add, Concat
from nnstudio.core.network import INPUT
from nnstudio.ui.canvas.layout import LOSS
from nnstudio.ui.canvas.menus import block_menu, canvas_menu, wire_menu
from tests.ui.canvas.conftest import LEFT, NONE, Owner, chain

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def click(owner: Owner, at: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Press and let go in one place."""
    QTest.mouseClick(owner.view.viewport(), LEFT, modifiers, at)


def test_click_selects_ctrl_adds_shift_extends_and_empty_canvas_clears(owner: Owner) -> None:
    click(owner, owner.at("n2"))
    assert owner.selected() == ("n2",)
    click(owner, owner.at("n4"), CTRL)
    assert owner.selected() == ("n2", "n4")
    click(owner, owner.at("n1"))
    click(owner, owner.at("n3"), SHIFT)
    assert owner.selected() == ("n1", "n2", "n3")
    click(owner, QPoint(30, 540))
    assert owner.selected() == ()
    assert owner.selections[0] == ("n2",)
    assert owner.selections[-1] == ()


def test_a_frame_selects_what_it_touches(owner: Owner) -> None:
    begin = owner.at("n2") + QPoint(-20, 250)
    owner.drag(QPoint(begin.x(), 550), QPoint(begin.x() + 10, 500), owner.at("n3"))
    assert owner.selected() == ("n2", "n3")


def test_dragging_a_block_reorders_with_a_live_slot(owner: Owner) -> None:
    there = owner.on_wire("n3", "n4")
    owner.press(owner.at("n1"))
    owner.move(owner.at("n1") + QPoint(30, 0))
    owner.move(there)
    assert owner.view.stage._slot.isVisible()
    assert owner.wishes == []
    owner.release(there)
    assert owner.units() == [None, 32, 64, 3]
    assert owner.wishes == ["Move Dense"]
    assert owner.selected() == ("n1",)


def test_dragging_a_block_of_the_selection_takes_all_of_it_along(owner: Owner) -> None:
    owner.view.select(("n1", "n2"))
    owner.drag(owner.at("n2"), owner.at("n2") + QPoint(30, 0), owner.at(LOSS))
    assert owner.network.ids == ("n3", "n4", "n1", "n2")
    assert owner.wishes == ["Move 2 layers"]


def test_escape_and_a_drop_in_the_old_place_change_nothing(owner: Owner) -> None:
    boxes = dict(owner.view.stage.layout.boxes)
    owner.press(owner.at("n1"))
    owner.move(owner.on_wire("n3", "n4"))
    owner.key(Qt.Key.Key_Escape)
    assert owner.view.stage.layout.boxes == boxes
    owner.release(owner.at("n4"))
    owner.drag(owner.at("n1"), owner.at("n1") + QPoint(15, 3))
    assert owner.wishes == []
    assert not owner.view.stage._slot.isVisible()


def test_pulling_a_port_onto_a_merging_block_gives_it_an_input(owner: Owner) -> None:
    owner.show(chain(Dense(units=8), Dense(units=8), Add(), Dense(units=3)))
    owner.press(owner.port("n1"))
    owner.move(owner.at("n3"))
    assert owner.view.stage.layers["n3"].look.target
    assert owner.view.stage.layers[INPUT].look.faded
    owner.release(owner.at("n3"))
    assert owner.network["n3"].inputs == ("n2", "n1")
    assert owner.wishes == ["Connect Dense to Add"]
    assert not owner.view.stage.layers["n3"].look.target


def test_a_connection_backwards_or_into_nothing_is_not_made(owner: Owner) -> None:
    owner.drag(owner.port("n3"), owner.at("n1"))
    owner.drag(owner.port("n3"), QPoint(30, 540))
    owner.drag(owner.port("n3"), owner.at(LOSS))
    owner.drag(owner.port("n3"), owner.at("n4"))
    assert owner.wishes == []


def test_a_skip_connection_is_an_arc_that_delete_cuts(owner: Owner) -> None:
    owner.show(chain(Dense(units=8), Dense(units=8), Concat(), Dense(units=3)).wire("n1", "n3"))
    route = owner.view.stage._routes["n1", "n3"]
    assert route.is_arc
    click(owner, owner.on_wire("n1", "n3"))
    assert owner.view.stage.wires["n1", "n3"].selected
    owner.key(Qt.Key.Key_Delete)
    assert owner.network["n3"].inputs is None
    assert owner.wishes == ["Cut Dense from Concat"]


def test_a_connection_of_the_chain_cannot_be_cut(owner: Owner) -> None:
    click(owner, owner.on_wire("n1", "n2"))
    owner.key(Qt.Key.Key_Delete)
    assert owner.wishes == []


def test_double_click_on_the_summary_edits_units_in_place(owner: Owner) -> None:
    rect = owner.view.stage.layers["n1"].summary_rect()
    at = owner.view.mapFromScene(rect.center())
    QTest.mouseDClick(owner.view.viewport(), LEFT, NONE, at)
    field = owner.view.field.field
    assert isinstance(field, QSpinBox)
    assert field.value() == 64
    field.selectAll()
    QTest.keyClicks(field, "100")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert owner.units() == [100, None, 32, 3]
    assert owner.wishes == ["Set units of Dense to 100"]
    assert not owner.view.field.is_open


def test_escape_leaves_the_units_as_they_were(owner: Owner) -> None:
    owner.view.edit_number("n2")
    assert owner.view.field.field is not None
    QTest.keyClicks(owner.view.field.field, "9")
    QTest.keyClick(owner.view.field.field, Qt.Key.Key_Escape)
    assert owner.wishes == []


def test_double_click_elsewhere_asks_for_the_properties(owner: Owner) -> None:
    asked: list[str] = []
    owner.view.edit_requested.connect(asked.append)
    for id in ("n1", LOSS, INPUT):
        QTest.mouseDClick(owner.view.viewport(), LEFT, NONE, owner.at(id))
    assert asked == ["n1", LOSS, INPUT]


def test_a_block_is_renamed_in_place(owner: Owner) -> None:
    owner.view.select(("n1",))
    owner.key(Qt.Key.Key_F2)
    assert isinstance(owner.view.field.field, QLineEdit)
    QTest.keyClicks(owner.view.field.field, "Wide")
    QTest.keyClick(owner.view.field.field, Qt.Key.Key_Return)
    assert owner.network["n1"].title == "Wide"
    assert "Wide" in owner.view.describe()


def test_wheel_scrolls_along_and_with_ctrl_zooms_at_the_mouse(owner: Owner) -> None:
    def wheel(delta: int, modifiers: Qt.KeyboardModifier) -> None:
        at = QPointF(300, 300)
        event = QWheelEvent(
            at, owner.view.mapToGlobal(at), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton, modifiers,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(owner.view.viewport(), event)

    before = owner.view.mapToScene(300, 300)
    scale = owner.view.transform().m11()
    wheel(240, CTRL)
    assert owner.view.transform().m11() > scale
    after = owner.view.mapToScene(300, 300)
    assert (after - before).manhattanLength() < 6
    wheel(-120, NONE)
    assert owner.view.mapToScene(300, 300).x() > after.x()
    owner.view.fit()
    assert owner.view._sight().contains(owner.view.stage.content_rect())


def test_middle_button_pans(owner: Owner) -> None:
    before = owner.view.mapToScene(0, 0)
    middle = Qt.MouseButton.MiddleButton
    QTest.mousePress(owner.view.viewport(), middle, NONE, QPoint(300, 300))
    QTest.mouseMove(owner.view.viewport(), QPoint(340, 310))
    QTest.mouseRelease(owner.view.viewport(), middle, NONE, QPoint(340, 310))
    assert owner.view.mapToScene(0, 0).x() < before.x() - 20


def test_menus_offer_what_fits_the_place(owner: Owner) -> None:
    owner.show(chain(Dense(units=8), Dense(units=8), Concat(), Dense(units=3)).wire("n1", "n3"))
    texts = [action.text().split("\t")[0] for action in block_menu(owner.view, "n1").actions()]
    assert {"Edit…", "Rename…", "Duplicate", "Delete", "Insert before", "Insert after"} <= set(texts)
    chain_texts = [action.text() for action in wire_menu(owner.view, ("n1", "n2")).actions()]
    skip_texts = [action.text().split("\t")[0] for action in wire_menu(owner.view, ("n1", "n3")).actions()]
    assert chain_texts == ["Insert"]
    assert skip_texts == ["Insert", "Cut this connection"]
    assert "Paste\tCtrl+V" in [action.text() for action in canvas_menu(owner.view).actions()]


def test_a_menu_entry_inserts_on_its_connection(owner: Owner) -> None:
    menu = wire_menu(owner.view, ("n3", "n4"))
    groups = [cast(QMenu, action.menu()) for action in cast(QMenu, menu.actions()[0].menu()).actions()]
    entry = next(a for group in groups for a in group.actions() if a.text() == "Batch norm")
    entry.trigger()
    assert owner.kinds() == ["dense", "dropout", "dense", "batch_norm", "dense"]


def test_a_drag_held_at_the_edge_scrolls_a_long_network_until_it_ends(owner: Owner, qtbot: QtBot) -> None:
    owner.show(chain(*[Dense(units=16) for _ in range(60)], Dense(units=3)))
    before = owner.view.mapToScene(0, 0).x()
    owner.press(owner.at("n1"))
    owner.move(owner.at("n2"))
    owner.move(QPoint(owner.view.viewport().width() - 5, 280))
    qtbot.waitUntil(lambda: owner.view.mapToScene(0, 0).x() > before + 20, timeout=3000)
    owner.key(Qt.Key.Key_Escape)
    assert not owner.view._edge_timer.isActive()
    assert owner.wishes == []


def test_carrying_a_block_past_the_others_by_its_foot_finds_the_gap(owner: Owner) -> None:
    gap = owner.on_wire("n3", "n4")
    owner.drag(owner.at("n1"), owner.at("n1") + QPoint(30, 0), QPoint(gap.x(), owner.at("n1").y() + 40))
    assert owner.units() == [None, 32, 64, 3]
