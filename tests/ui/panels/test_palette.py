"""The palette: what it offers, how it is found, how it gets onto the canvas."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDrag
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.presets import Funnel
from nnstudio.core.network import LAYERS, Layer
from nnstudio.core.project import PRESETS, Preset
from nnstudio.ui.canvas.drag import layer_from
from nnstudio.ui.panels.palette import Palette, Tile
from nnstudio.ui.theme import apply_theme


@pytest.fixture
def palette(qtbot: QtBot) -> Iterator[Palette]:
    """A palette as wide as in the window."""
    shown = Palette()
    qtbot.addWidget(shown)
    shown.resize(208, 700)
    shown.show()
    qtbot.waitExposed(shown)
    yield shown
    shown.close()


def tile(palette: Palette, kind: str) -> Tile:
    """Return the tile of one layer or preset."""
    return next(t for t in palette.findChildren(Tile) if t.entry.kind == kind)


def titles(palette: Palette) -> list[str]:
    """Return what is offered now."""
    return [t.entry.title for t in palette.tiles()]


def test_every_layer_and_every_preset_is_offered_with_its_explanation(palette: Palette) -> None:
    offered = {t.entry.kind for t in palette.findChildren(Tile)}
    assert offered == {e.kind for e in LAYERS} | {e.kind for e in PRESETS}
    for shown in palette.findChildren(Tile):
        assert shown.accessibleName() == shown.entry.title
        assert shown.entry.about().split()[0] in shown.toolTip()
    assert palette.tiles()[0].entry is Dense


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("dro", "Dropout"), ("conv2d", "Conv 2D"), ("norm", "Batch norm"), ("skip connection", "Add")],
)
def test_the_filter_finds_by_title_kind_and_words(palette: Palette, text: str, wanted: str) -> None:
    palette.set_filter(text)
    assert wanted in titles(palette)
    assert len(titles(palette)) < len(LAYERS)
    palette.set_filter("")
    assert len(titles(palette)) == len(LAYERS)


def test_a_search_without_an_answer_says_so(palette: Palette) -> None:
    palette.set_filter("zzz")
    assert titles(palette) == []
    assert palette._nothing.isVisible()


def test_double_click_and_enter_insert(palette: Palette) -> None:
    wanted: list[Layer] = []
    palette.insert_requested.connect(wanted.append)
    QTest.mouseDClick(tile(palette, "dense"), Qt.MouseButton.LeftButton)
    QTest.keyClick(tile(palette, "dropout"), Qt.Key.Key_Return)
    palette.set_filter("flat")
    QTest.keyClick(palette._filter, Qt.Key.Key_Return)
    assert [layer.kind for layer in wanted] == ["dense", "dropout", "flatten"]


def test_a_preset_is_asked_for_whole(palette: Palette) -> None:
    wanted: list[Preset] = []
    palette.preset_requested.connect(wanted.append)
    QTest.keyClick(tile(palette, "funnel"), Qt.Key.Key_Return)
    assert wanted == [Funnel()]


def test_a_drag_carries_the_layer(palette: Palette, monkeypatch: pytest.MonkeyPatch) -> None:
    carried: list[QMimeData] = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: carried.append(drag.mimeData()))
    source = tile(palette, "dense")
    QTest.mousePress(source, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    QTest.mouseMove(source, QPoint(12, 10))
    assert carried == []
    QTest.mouseMove(source, QPoint(60, 10))
    assert [layer_from(mime) for mime in carried] == [Dense()]
    QTest.mouseRelease(source, Qt.MouseButton.LeftButton)


def test_tiles_reflow_to_one_column_when_the_text_is_large(palette: Palette, qapp: QApplication) -> None:
    dense, activation = tile(palette, "dense"), tile(palette, "activation")
    assert dense.mapTo(palette, QPoint()).y() == activation.mapTo(palette, QPoint()).y()
    try:
        apply_theme(qapp, "light", 150)
        palette.resize(200, 700)
        QApplication.processEvents()
        assert dense.mapTo(palette, QPoint()).y() < activation.mapTo(palette, QPoint()).y()
    finally:
        apply_theme(qapp, "light")


def test_arrows_walk_through_the_tiles(palette: Palette) -> None:
    tile(palette, "dense").setFocus()
    QTest.keyClick(tile(palette, "dense"), Qt.Key.Key_Down)
    assert tile(palette, "activation").hasFocus()
    QTest.keyClick(tile(palette, "activation"), Qt.Key.Key_Left)
    assert tile(palette, "dense").hasFocus()
