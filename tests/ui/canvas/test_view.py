"""What the canvas shows: blocks, errors, costs, health, map, words for a screen reader."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnstudio.catalog.layers.conv import Conv2D
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.presets import Funnel
from nnstudio.core.network import INPUT, Network
from nnstudio.core.shape import image
from nnstudio.core.trace import Signature, trace
from nnstudio.ui.canvas.layout import LOSS
from nnstudio.ui.canvas.measure import Measure
from nnstudio.ui.canvas.menus import block_menu
from nnstudio.ui.canvas.view import CanvasView
from nnstudio.ui.theme import LIGHT, apply_theme
from tests.ui.canvas.conftest import TARGET, Owner, chain


def test_a_funnel_looks_like_a_funnel(owner: Owner) -> None:
    owner.show(Funnel(depth=4, width=512).build(Signature(input=image(1, 8, 8), target=TARGET)))
    boxes = owner.view.stage.layout.boxes
    heights = [boxes[id].height for id in owner.network.ids[1:]]
    assert heights == sorted(heights, reverse=True)
    assert len(set(heights)) == len(heights)


def test_items_are_kept_by_id_and_so_is_the_selection(owner: Owner) -> None:
    item = owner.view.stage.layers["n3"]
    owner.view.select(("n3",))
    owner.show(owner.network.insert(Dense(units=16), 1).replace("n3", Dense(units=128)))
    assert owner.view.stage.layers["n3"] is item
    assert item.block.summary == "128 · ReLU"
    assert owner.selected() == ("n3",)
    owner.show(owner.network.remove(["n3"]))
    assert owner.selected() == ()
    assert "n3" not in owner.view.stage.layers


def test_shapes_stand_on_connections_and_learnables_in_the_tooltip(owner: Owner) -> None:
    assert owner.view.stage.wires["n1", "n2"].text == "64"
    assert owner.view.stage.wires[INPUT, "n1"].text == "4"
    tip = owner.view.stage.layers["n1"].toolTip()
    assert "320 learnables" in tip
    assert "256 multiply-adds" in tip
    assert "64 features" in tip
    assert "fully connected" in tip


def test_an_error_stands_on_its_block_in_words_that_are_not_clipped(owner: Owner) -> None:
    owner.show(chain(Dense(units=8), Conv2D(), Dense(units=3)))
    note = owner.view.stage.notes["n2"]
    assert "put Reshape before it" in note.text
    assert note.text in owner.view.stage.layers["n2"].toolTip()
    assert owner.view.stage.layers["n2"].block.error == note.text
    needed = Measure(owner.view).note_size(note.text, note.action)
    assert (note.box.width, note.box.height) == (needed.width, needed.height)
    assert "error" in owner.view.describe()
    owner.show(chain(Dense(units=3)))
    assert owner.view.stage.notes == {}


def test_the_output_layer_and_the_loss_are_told_apart(owner: Owner) -> None:
    assert owner.view.stage.layers["n4"].block.is_output
    assert not owner.view.stage.layers["n3"].block.is_output
    assert owner.view.stage.layers[LOSS].block.summary == "cross-entropy"


def test_a_cost_is_drawn_in_proportion_to_the_largest(owner: Owner) -> None:
    owner.view.show_cost("learnables")
    looks = {id: owner.view.stage.layers[id].look for id in owner.network.ids}
    assert looks["n3"].share == 1.0
    assert looks["n1"].share == pytest.approx(320 / 2080)
    assert looks["n2"].share == 0.0
    owner.view.show_cost(None)
    assert owner.view.stage.layers["n3"].look.cost is None


def test_health_marks_come_and_go_and_unknown_ids_do_no_harm(owner: Owner) -> None:
    owner.view.set_health({"n1": ("3 % dead", "warn"), "gone": ("ok", "good")})
    assert owner.view.stage.layers["n1"].look.health == ("3 % dead", "warn")
    owner.view.set_health({})
    assert owner.view.stage.layers["n1"].look.health is None


def test_the_network_is_described_in_words(owner: Owner) -> None:
    words = "Input 4, Dense 64 ReLU, Dropout 0.30, Dense 32 ReLU, Dense 3 Softmax, Loss cross-entropy"
    assert owner.view.describe() == words
    assert owner.view.accessibleDescription() == words
    assert owner.view.accessibleName() == "Network"


def test_without_data_the_network_is_shown_without_shapes(owner: Owner) -> None:
    owner.view.show_network(owner.network, None, None, "cross-entropy")
    assert {wire.text for wire in owner.view.stage.wires.values()} == {""}
    assert owner.view.stage.layers[INPUT].block.summary == "no data yet"
    owner.view.grab()


def test_a_network_that_no_longer_fits_is_fitted_and_a_long_one_gets_a_map(owner: Owner) -> None:
    view = owner.view
    assert view.transform().m11() == 1.0
    assert not view.minimap.isVisible()
    owner.show(chain(*[Dense(units=16) for _ in range(7)], Dense(units=3)))
    assert view._sight().contains(view.stage.content_rect())
    assert view.transform().m11() < 1.0
    owner.show(chain(*[Dense(units=16) for _ in range(60)], Dense(units=3)))
    assert view.minimap.isVisible()
    view.fit()
    assert view._sight().contains(view.stage.content_rect())
    assert not view.minimap.isVisible()


def test_the_map_goes_where_it_is_clicked(owner: Owner, qtbot: QtBot) -> None:
    owner.show(chain(*[Dense(units=16) for _ in range(60)], Dense(units=3)))
    before = owner.view._sight().center().x()
    owner.view.minimap.wanted.emit(owner.view.stage.content_rect().center())
    assert owner.view._sight().center().x() > before


def test_blocks_glide_to_their_places_and_arrive(owner: Owner, qtbot: QtBot) -> None:
    owner.view.stage.animated = True
    owner.show(owner.network.insert(Dense(units=2048), 0))
    goal = owner.view.stage.layout.boxes["n1"]
    assert owner.view.stage.layers["n1"].box != goal
    qtbot.waitUntil(lambda: owner.view.stage.layers["n1"].box == goal, timeout=2000)


def test_larger_text_makes_larger_blocks_and_a_theme_repaints(owner: Owner, qapp: QApplication) -> None:
    try:
        apply_theme(qapp, "light")
        before = owner.view.stage.layout.boxes["n1"]
        apply_theme(qapp, "light", 150)
        assert owner.view.stage.layout.boxes["n1"].width > before.width
        apply_theme(qapp, "dark")
        dark = owner.view.grab().toImage().pixelColor(3, 30)
        assert dark.lightness() < 60
    finally:
        apply_theme(qapp, "light")
    assert owner.view.grab().toImage().pixelColor(3, 30).name() in (LIGHT.canvas, LIGHT.canvas_dot)


def test_an_owner_that_refuses_an_edit_leaves_the_canvas_as_it_was(qtbot: QtBot) -> None:
    view = CanvasView()
    qtbot.addWidget(view)
    view.show_network(chain(Dense(units=3)), None, None, "cross-entropy")
    wishes: list[tuple[Network, str]] = []
    view.edited.connect(lambda network, text: wishes.append((network, text)))
    view.insert(Dense(units=7))
    assert wishes[0][0].ids == ("n1", "n2")
    assert view.editing.network.ids == ("n1",)
    assert set(view.stage.layers) == {INPUT, "n1", LOSS}


def test_a_network_in_full_sight_is_not_scrolled_away(owner: Owner) -> None:
    at = QPointF(300, 300)
    before = owner.view.mapToScene(0, 0)
    event = QWheelEvent(
        at, owner.view.mapToGlobal(at), QPoint(), QPoint(0, 480), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(owner.view.viewport(), event)
    assert owner.view.mapToScene(0, 0) == before


def test_the_keyboard_is_shown_where_it_came_by_tab(owner: Owner) -> None:
    def corner() -> str:
        return owner.view.grab().toImage().pixelColor(1, 1).name()

    quiet = corner()
    owner.view.clearFocus()
    owner.view.setFocus(Qt.FocusReason.TabFocusReason)
    assert corner() != quiet


def test_a_message_that_names_a_remedy_applies_it_at_a_click(owner: Owner) -> None:
    shape = image(1, 8, 8)
    network = chain(Conv2D(filters=4), Dense(units=3))
    owner.view.show_network(network, trace(network, shape, TARGET), shape, "cross-entropy")
    note = owner.view.stage.notes["n2"]
    assert note.action == "Insert Flatten before it"
    at = owner.view.mapFromScene(note.box.centre, note.box.middle)
    QTest.mouseClick(owner.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert owner.kinds() == ["conv2d", "flatten", "dense"]
    assert owner.wishes == ["Insert Flatten"]


def test_the_menu_of_an_erring_block_offers_the_remedy(owner: Owner) -> None:
    owner.show(chain(Conv2D(), Dense(units=3)))
    entry = next(a for a in block_menu(owner.view, "n1").actions() if a.text().startswith("Insert Reshape"))
    entry.trigger()
    assert owner.kinds() == ["reshape", "conv2d", "dense"]


def test_a_picture_shows_the_whole_network(owner: Owner) -> None:
    picture = owner.view.picture(0.5)
    content = owner.view.stage.content_rect()
    assert abs(picture.width() - (content.width() + 48) / 2) <= 1
    box = owner.view.stage.layout.boxes["n1"]
    x, y = (box.centre - content.left() + 24) / 2, (box.y + 3 - content.top() + 24) / 2
    assert picture.pixelColor(round(x), round(y)).name() == LIGHT.families["core"]
