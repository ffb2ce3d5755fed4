"""Dragging a layer from the palette onto the canvas, by the events that Qt sends."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtWidgets import QApplication

from nnstudio.catalog.layers.dense import Dense
from nnstudio.core.network import Network
from nnstudio.ui.canvas.drag import MIME
from nnstudio.ui.canvas.layout import LOSS
from tests.ui.canvas.conftest import LEFT, NONE, Owner

FAR = QPoint(60, 540)


def test_drop_on_a_connection_inserts_there_and_selects_the_new_layer(owner: Owner) -> None:
    owner.drop(Dense(units=48), FAR, owner.on_wire("n2", "n3"))
    assert owner.units() == [64, None, 48, 32, 3]
    assert owner.wishes == ["Insert Dense"]
    assert owner.selected() == ("n5",)


def test_hovering_opens_the_connection_and_leaving_closes_it(owner: Owner) -> None:
    before = dict(owner.view.stage.layout.boxes)
    owner.hover(Dense(), FAR, owner.on_wire("n2", "n3"))
    slot = owner.view.stage._slot
    assert slot.isVisible()
    assert "drop" in slot.text
    opened = owner.view.stage.layout.boxes
    assert opened["n2"].right < slot.box.x
    assert slot.box.right < opened["n3"].x
    assert opened["n2"].x < before["n2"].x
    QApplication.sendEvent(owner.view.viewport(), QDragLeaveEvent())
    assert not slot.isVisible()
    assert owner.view.stage.layout.boxes == before
    assert owner.wishes == []


def test_the_slot_stays_open_while_the_hand_is_on_it(owner: Owner) -> None:
    wire = owner.on_wire("n2", "n3")
    owner.hover(Dense(), wire)
    box = owner.view.stage._slot.box
    inside = owner.view.mapFromScene(box.centre, box.y + 10)
    owner.drop(Dense(units=48), wire, inside, inside + QPoint(9, 9))
    assert owner.units() == [64, None, 48, 32, 3]


def test_drop_on_a_block_goes_before_or_behind_it_and_replaces_nothing(owner: Owner) -> None:
    owner.drop(Dense(units=48), owner.at("n1") + QPoint(-20, 0))
    assert owner.units() == [48, 64, None, 32, 3]
    owner.drop(Dense(units=24), owner.at("n1") + QPoint(20, 0))
    assert owner.units() == [48, 64, 24, None, 32, 3]


def test_a_drag_straight_to_a_connection_ends_there_although_the_blocks_give_way(owner: Owner) -> None:
    begin, end = FAR, owner.on_wire("n3", "n4")
    way = [begin + (end - begin) * step / 12 for step in range(13)]
    owner.drop(Dense(units=48), *way)
    assert owner.units() == [64, None, 32, 48, 3]


def test_drop_on_input_inserts_behind_it_and_drop_on_loss_before_it(owner: Owner) -> None:
    owner.drop(Dense(units=48), owner.at("input"))
    owner.drop(Dense(units=24), owner.at(LOSS))
    assert owner.units() == [48, 64, None, 32, 3, 24]


def test_drop_on_empty_canvas_appends(owner: Owner) -> None:
    owner.drop(Dense(units=48), FAR)
    assert owner.units() == [64, None, 32, 3, 48]


def test_drop_on_an_empty_network_makes_the_first_layer(owner: Owner) -> None:
    owner.show(Network())
    assert owner.view.stage._slot.isVisible()
    assert "Drag a layer here" in owner.view.stage._slot.text
    owner.drop(Dense(units=3), QPoint(500, 280))
    assert owner.units() == [3]
    assert not owner.view.stage._slot.isVisible()


def test_drop_on_a_skip_connection_inserts_into_that_branch(owner: Owner) -> None:
    from nnstudio.catalog.layers.merge import Concat

    network = owner.network.insert(Concat(), 3).wire("n1", "n5")
    owner.show(network)
    owner.drop(Dense(units=48), owner.on_wire("n1", "n5"))
    new = owner.network[owner.selected()[0]]
    assert new.layer.units == 48
    assert owner.network["n5"].inputs == ("n3", new.id)
    assert new.inputs == ("n1",)


def test_foreign_and_damaged_drags_are_refused(owner: Owner) -> None:
    for content in (
        b"{",
        b"[1, 2]",
        b'{"kind": "no such layer"}',
        b'{"kind": "dense", "units": -3}',
        b"\xff",
    ):
        mime = QMimeData()
        mime.setData(MIME, content)
        event = QDragEnterEvent(QPoint(500, 280), Qt.DropAction.CopyAction, mime, LEFT, NONE)
        QApplication.sendEvent(owner.view.viewport(), event)
        assert not event.isAccepted(), content
    text = QMimeData()
    text.setText("hello")
    event = QDragEnterEvent(QPoint(500, 280), Qt.DropAction.CopyAction, text, LEFT, NONE)
    QApplication.sendEvent(owner.view.viewport(), event)
    assert not event.isAccepted()
    assert owner.view.stage.drop_edge(QPointF(0, 0)) is not None
    assert owner.wishes == []
