"""The glossary window: search, pages that lead to one another, and help where it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

import nnstudio.ui
from nnstudio.catalog.glossary import Glossary
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.optimizers import Adam
from nnstudio.core.param import Param
from nnstudio.core.training import OPTIMIZERS, EarlyStopping
from nnstudio.ui.explain import PLACES, Explainer, page_about
from nnstudio.ui.glossary_pictures import PICTURES, picture
from nnstudio.ui.pages.glossary import GlossaryWindow
from nnstudio.ui.pages.glossary_text import page_html, text_html
from nnstudio.ui.panels.palette import Tile
from nnstudio.ui.panels.shape_bar import ShapeBar
from nnstudio.ui.theme import DARK, LIGHT, apply_theme
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.form import EntryEditor, Form
from nnstudio.ui.widgets.slider import ParamSlider

GLOSSARY = Glossary.load()


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[GlossaryWindow]:
    """The glossary, open at its first page."""
    made = GlossaryWindow(GLOSSARY)
    qtbot.addWidget(made)
    made.open("")
    yield made
    made.close()


@pytest.fixture
def plain(qtbot: QtBot) -> QWidget:
    """A window to put things into."""
    made = QWidget()
    QVBoxLayout(made)
    qtbot.addWidget(made)
    return made


def test_it_opens_with_all_pages_by_group(window: GlossaryWindow) -> None:
    assert window.key == "neural_network"
    assert len(window.titles()) == len(GLOSSARY)
    assert window.windowModality() == Qt.WindowModality.NonModal
    assert window.windowType() == Qt.WindowType.Window


def test_a_search_lists_the_best_first_and_enter_opens_it(window: GlossaryWindow) -> None:
    QTest.keyClicks(window.search, "overf")
    assert window.titles()[0] == "Overfitting"
    QTest.keyClick(window.search, Qt.Key.Key_Return)
    assert window.key == "overfitting"
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.search.text() == ""
    assert len(window.titles()) == len(GLOSSARY)
    current = window.tree.currentItem()
    assert current is not None
    assert current.text(0) == "Overfitting"


def test_links_lead_on_and_back(window: GlossaryWindow) -> None:
    assert not window.back_button.isEnabled()
    window.view.anchorClicked.emit(QUrl("layer.dense"))
    window.view.anchorClicked.emit(QUrl("width"))
    assert window.key == "width"
    QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.key == "layer.dense"
    window.back_button.click()
    assert window.key == "neural_network"
    window.forward_button.click()
    assert window.key == "layer.dense"
    window.show_page("epochs")
    assert not window.forward_button.isEnabled()


def test_the_list_opens_pages(window: GlossaryWindow) -> None:
    window.search.setText("gelu")
    first = window.tree.topLevelItem(0)
    assert first is not None
    window.tree.setCurrentItem(first)
    assert window.key == "activation.gelu"
    assert "GELU" in window.view.toPlainText()


def test_a_page_is_drawn_anew_in_another_theme(
    window: GlossaryWindow, qapp: QApplication, qtbot: QtBot
) -> None:
    window.show_page("learning_rate")
    before = window.view.toHtml()
    apply_theme(qapp, "dark", 150)
    try:
        qtbot.waitUntil(lambda: DARK.muted in window.view.toHtml())
        assert window.view.toHtml() != before
        assert "Learning rate" in window.view.toPlainText()
    finally:
        apply_theme(qapp, "light", 100)


def test_every_page_can_be_shown_without_markup_left(qapp: QApplication) -> None:
    shown = {page.key: page_html(page, lambda key: GLOSSARY[key].title, LIGHT) for page in GLOSSARY}
    assert [key for key, html in shown.items() if "](" in html or "**" in html] == []


def test_words_are_no_markup() -> None:
    assert text_html("a < b & **c**") == "<p>a &lt; b &amp; <b>c</b></p>"
    assert text_html("one\n- two\n- [three](batch)") == (
        "<p>one</p><ul><li>two</li><li><a href='batch'>three</a></li></ul>"
    )


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_is_drawn_with_a_caption_and_follows_the_theme(name: str, qapp: QApplication) -> None:
    light = picture(name, LIGHT, qapp.font())
    assert _inked(light) > 300
    assert picture(name, DARK, qapp.font()) != light
    assert picture(name, LIGHT, qapp.font(), 150).width() == 690
    assert len(PICTURES[name][1].split()) > 6


def test_every_picture_is_on_a_page_and_every_page_has_its_picture() -> None:
    assert {page.picture for page in GLOSSARY if page.picture} == set(PICTURES)


def test_what_has_the_focus_knows_its_page(plain: QWidget) -> None:
    optimizer = EntryEditor(Param("Optimizer", "How."), OPTIMIZERS, Adam(), plain)
    stopping, layer = Form(EarlyStopping(), parent=plain), Form(Dense(), parent=plain)
    dropout = ParamSlider(Param("Dropout", "", low=0.0, high=0.9), 0.1, parent=plain)
    tile = Tile(Dense, "core", "", plain)
    card = Card("R²", parent=plain)
    shapes = ShapeBar(plain)
    forms = optimizer.findChildren(Form)
    expected = {
        optimizer: "optimizer.adam",
        optimizer.box: "optimizer.adam",
        forms[0].editors["rate"]: "learning_rate",
        stopping.editors["patience"]: "patience",
        stopping.editors["patience"].box: "patience",  # type: ignore[union-attr]
        layer.editors["units"]: "width",
        layer: "layer.dense",
        dropout: "dropout_rate",
        tile: "layer.dense",
        card: "metric.r2",
        shapes.totals: "depth",
        plain: "",
    }
    assert {w: page_about(w, GLOSSARY) for w in expected} == expected
    assert page_about(None, GLOSSARY) == ""


def test_every_place_is_a_widget_of_the_studio_and_has_its_page() -> None:
    files = Path(nnstudio.ui.__file__).parent.rglob("*.py")
    classes = {name for file in files for name in re.findall(r"^class (\w+)", file.read_text("utf-8"), re.M)}
    assert set(PLACES) <= classes
    assert set(PLACES.values()) <= {page.key for page in GLOSSARY}


def test_a_context_menu_offers_the_page_and_the_window_closes_with_its_owner(
    plain: QWidget, qtbot: QtBot
) -> None:
    tile = Tile(Dense, "core", "", plain)
    layout = plain.layout()
    assert layout is not None
    layout.addWidget(tile)
    explainer = Explainer(plain)
    plain.show()
    middle = tile.geometry().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, middle, plain.mapToGlobal(middle))
    QApplication.sendEvent(plain, event)
    (menu,) = plain.findChildren(QMenu)
    assert [action.text() for action in menu.actions()] == ["Explain “Dense”…"]
    menu.actions()[0].trigger()
    menu.close()
    assert explainer.window.isVisible()
    assert explainer.window.key == "layer.dense"
    plain.close()
    assert not explainer.window.isVisible()


def test_asking_about_nothing_opens_the_glossary_as_it_was_left(plain: QWidget, qtbot: QtBot) -> None:
    explainer = Explainer(plain)
    explainer.open("batch_size")
    explainer.open()
    assert explainer.window.key == "batch_size"
    explainer.open("no such page")
    assert explainer.window.key == "neural_network"
    explainer.window.close()


def _inked(image: QImage) -> int:
    pixels = image.convertToFormat(QImage.Format.Format_Alpha8)
    return sum(1 for byte in bytes(pixels.constBits()) if byte)


def test_a_pages_top_is_shown_first(window: GlossaryWindow) -> None:
    window.resize(500, 200)
    window.view.verticalScrollBar().setValue(80)
    window.show_page("learning_rate")
    assert window.view.verticalScrollBar().value() == 0


def test_a_search_that_finds_nothing_says_so_and_leads_nowhere(qtbot: QtBot) -> None:
    window = GlossaryWindow(Glossary.load())
    qtbot.addWidget(window)
    before = window.key
    window.search.setText("xyzzy plugh")
    assert window.titles() == ["No page about “xyzzy plugh”"]
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert window.key == before
