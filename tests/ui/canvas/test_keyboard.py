"""The keyboard can do all that the mouse can."""

from __future__ import annotations

import json

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from nnstudio.catalog.layers.dense import Dense
from nnstudio.core.network import Network
from nnstudio.ui.canvas.drag import MIME
from tests.ui.canvas.conftest import Owner

K = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_arrows_move_and_shift_extends_the_selection(owner: Owner) -> None:
    owner.key(K.Key_Right)
    assert owner.selected() == ("n1",)
    owner.key(K.Key_Right)
    owner.key(K.Key_Right, SHIFT)
    owner.key(K.Key_Right, SHIFT)
    assert owner.selected() == ("n2", "n3", "n4")
    owner.key(K.Key_Left, SHIFT)
    assert owner.selected() == ("n2", "n3")
    owner.key(K.Key_Left)
    assert owner.selected() == ("n2",)
    owner.key(K.Key_A, CTRL)
    assert owner.selected() == ("n1", "n2", "n3", "n4")
    owner.key(K.Key_Escape)
    assert owner.selected() == ()


def test_alt_arrows_reorder_and_stop_at_the_ends(owner: Owner) -> None:
    owner.view.select(("n2",))
    owner.key(K.Key_Right, ALT)
    assert owner.network.ids == ("n1", "n3", "n2", "n4")
    owner.key(K.Key_Left, ALT)
    owner.key(K.Key_Left, ALT)
    owner.key(K.Key_Left, ALT)
    assert owner.network.ids == ("n2", "n1", "n3", "n4")
    assert len(owner.wishes) == 3
    assert owner.selected() == ("n2",)


def test_delete_heals_and_selects_the_layer_that_moves_up(owner: Owner) -> None:
    owner.view.select(("n2",))
    owner.key(K.Key_Delete)
    assert owner.network.edges() == (("input", "n1"), ("n1", "n3"), ("n3", "n4"))
    assert owner.wishes == ["Delete Dropout"]
    assert owner.selected() == ("n3",)
    owner.key(K.Key_A, CTRL)
    owner.key(K.Key_Backspace)
    assert owner.network == Network()


def test_copy_cut_and_paste_go_through_the_clipboard(owner: Owner) -> None:
    owner.view.select(("n1", "n2"))
    owner.key(K.Key_C, CTRL)
    owner.view.select(("n3",))
    owner.key(K.Key_V, CTRL)
    assert owner.kinds() == ["dense", "dropout", "dense", "dense", "dropout", "dense"]
    assert owner.units() == [64, None, 32, 64, None, 3]
    assert owner.wishes == ["Paste 2 layers"]
    assert len(owner.selected()) == 2
    owner.key(K.Key_X, CTRL)
    assert owner.units() == [64, None, 32, 3]
    clip = QGuiApplication.clipboard().mimeData()
    assert [item["layer"]["kind"] for item in json.loads(bytes(clip.data(MIME).data()))] == [
        "dense",
        "dropout",
    ]


def test_a_foreign_clipboard_is_not_pasted_and_said(owner: Owner) -> None:
    told: list[str] = []
    owner.view.told.connect(told.append)
    for content in (b"[]", b'[{"id": "x"}]', b"nonsense"):
        mime = QMimeData()
        mime.setData(MIME, content)
        QGuiApplication.clipboard().setMimeData(mime)
        owner.key(K.Key_V, CTRL)
    QGuiApplication.clipboard().clear()
    owner.key(K.Key_V, CTRL)
    assert owner.wishes == []
    assert len(told) == 4


def test_duplicate_places_the_copy_behind(owner: Owner) -> None:
    owner.view.select(("n1",))
    owner.key(K.Key_D, CTRL)
    assert owner.units() == [64, 64, None, 32, 3]
    assert owner.wishes == ["Duplicate Dense"]


def test_plus_and_minus_double_and_halve_units_else_zoom(owner: Owner) -> None:
    owner.view.select(("n1",))
    owner.key(K.Key_Plus)
    owner.key(K.Key_Plus)
    owner.key(K.Key_Minus)
    assert owner.units()[0] == 128
    owner.view.select(("n2",))
    owner.key(K.Key_Plus)
    assert owner.network["n2"].layer.rate == 0.35
    owner.key(K.Key_Escape)
    scale = owner.view.transform().m11()
    owner.key(K.Key_Plus)
    assert owner.view.transform().m11() > scale
    owner.key(K.Key_Home)
    assert owner.view.transform().m11() == scale


def test_units_stop_at_their_bounds(owner: Owner) -> None:
    owner.show(owner.network.replace("n1", Dense(units=4096)).replace("n3", Dense(units=1)))
    owner.view.select(("n1",))
    owner.key(K.Key_Plus)
    owner.view.select(("n3",))
    owner.key(K.Key_Minus)
    assert owner.wishes == []


def test_enter_asks_for_the_properties(owner: Owner) -> None:
    asked: list[str] = []
    owner.view.edit_requested.connect(asked.append)
    owner.view.select(("n3",))
    owner.key(K.Key_Return)
    assert asked == ["n3"]


def test_typing_finds_a_layer_and_enter_inserts_it_behind_the_selection(owner: Owner) -> None:
    owner.view.select(("n1",))
    owner.key(K.Key_B)
    search = owner.view.search
    assert search.isVisible()
    assert search.titles()[0] == "Batch norm"
    QTest.keyClick(search._line, K.Key_Return)
    assert owner.kinds() == ["dense", "batch_norm", "dropout", "dense", "dense"]
    assert not search.isVisible()
    owner.key(K.Key_D)
    QTest.keyClick(search._line, K.Key_Down)
    QTest.keyClick(search._line, K.Key_Escape)
    assert not search.isVisible()
    assert len(owner.wishes) == 1


def test_up_and_down_change_between_branches(owner: Owner) -> None:
    from nnstudio.catalog.layers.merge import Concat

    network = owner.network.insert(Dense(units=8), 1).insert(Concat(), 4)
    network = Network.model_validate(
        {
            "nodes": [
                *[n.model_dump() for n in network.nodes[:2]],
                {"id": "side", "layer": {"kind": "dense"}, "inputs": ["n1"]},
                {"id": "join", "layer": {"kind": "concat"}, "inputs": [network.ids[1], "side"]},
                network.nodes[-1].model_dump(),
            ]
        }
    )
    owner.show(network)
    owner.view.select((network.ids[1],))
    owner.key(K.Key_Down)
    assert owner.selected() == ("side",)
    owner.key(K.Key_Up)
    assert owner.selected() == (network.ids[1],)
