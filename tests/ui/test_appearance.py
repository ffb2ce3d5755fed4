"""Theme and text size: chosen, remembered, and never a reason not to start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnstudio.ui.appearance import SIZES, Appearance
from nnstudio.ui.theme import THEMES, apply_theme, colours, text_percent


@pytest.fixture(autouse=True)
def usual_look(qapp: QApplication) -> Iterator[None]:
    """Leave the look as the other tests expect it."""
    yield
    apply_theme(qapp, "light")


def test_it_begins_light_at_full_size(qtbot: QtBot) -> None:
    look = Appearance()
    assert (look.theme, look.text_percent) == ("light", 100)


def test_a_theme_is_drawn_and_remembered(qtbot: QtBot) -> None:
    Appearance().set_theme("dark")
    assert colours(None) == THEMES["dark"]
    assert Appearance().theme == "dark"


def test_a_theme_shown_for_a_picture_is_not_remembered(qtbot: QtBot) -> None:
    Appearance().show("contrast")
    assert colours(None) == THEMES["contrast"]
    assert Appearance().theme == "light"


def test_text_grows_and_shrinks_between_its_bounds_and_is_remembered(qtbot: QtBot) -> None:
    look = Appearance()
    look.change_text(-1)
    assert look.text_percent == SIZES[0]
    look.change_text(1)
    assert text_percent() == SIZES[1]
    look.change_text(99)
    assert look.text_percent == SIZES[-1]
    assert Appearance().text_percent == SIZES[-1]


@pytest.mark.parametrize("nonsense", ["huge", "117", "", "-1"])
def test_settings_that_make_no_sense_are_passed_over(qtbot: QtBot, nonsense: str) -> None:
    QSettings().setValue("text_percent", nonsense)
    QSettings().setValue("theme", nonsense)
    look = Appearance()
    assert (look.theme, look.text_percent) == ("light", 100)
