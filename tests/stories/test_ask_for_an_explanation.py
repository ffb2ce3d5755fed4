"""A person does not know a word: F1 on a setting, Why? on a card, and on from page to page."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from nnstudio.ui.panels.finding_card import FindingCard
from nnstudio.ui.panels.palette import Tile
from nnstudio.ui.widgets.slider import ParamSlider
from tests.stories.studio import Studio


def cards(studio: Studio) -> list[FindingCard]:
    """Return the cards of the diagnosis, top first."""
    return studio.window.design.diagnosis.cards()


def explain(studio: Studio, widget: QWidget) -> str:
    """Go to a widget, press F1, read, close; return the page shown."""
    widget.setFocus()
    studio.key("F1", widget)
    glossary = studio.window.explainer.window
    assert glossary.isVisible()
    glossary.close()
    studio.window.activateWindow()
    studio.wait(lambda: QApplication.activeWindow() is studio.window)
    return glossary.key


def test_f1_explains_what_has_the_focus(studio: Studio) -> None:
    studio.open_example("Two circles")
    rate = studio.find(ParamSlider, "Learning rate", studio.window.design.hyperparameters)
    assert explain(studio, rate.box) == "learning_rate"
    assert explain(studio, studio.find(Tile, "Dropout")) == "layer.dropout"
    canvas = studio.window.design.canvas
    canvas.select((studio.project.network.ids[0],))
    assert explain(studio, canvas) == "layer.dense"


def test_why_on_a_card_opens_its_page(studio: Studio) -> None:
    studio.open_example("Steps too large")
    studio.train()
    # A card that has just been made is shown a moment later.
    studio.wait(lambda: [c for c in cards(studio)[:1] if c.isVisible() and c.finding.severity != "ok"])
    card = cards(studio)[0]
    studio.click("Why?", card)
    glossary = studio.window.explainer.window
    assert glossary.key == card.finding.id
    assert glossary.glossary[glossary.key].when in glossary.view.toPlainText()
    glossary.close()


def test_the_glossary_is_in_the_help_menu(studio: Studio) -> None:
    studio.menu("Help", "Glossary")
    glossary = studio.window.explainer.window
    assert glossary.isVisible()
    assert isinstance(glossary.focusWidget(), QLineEdit)
    glossary.close()
