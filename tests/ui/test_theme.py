"""The theme: readable in every set of colours, one text size for all, switched at one call."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from nnstudio.ui import theme
from nnstudio.ui.theme import THEMES, Colours, ThemeName, apply_theme, colours, scaled, set_role

SURFACES = ("window", "card", "field", "canvas")
TEXTS = ("text", "muted", "faint")
NAMES: tuple[ThemeName, ...] = ("light", "dark", "contrast")


@pytest.fixture(autouse=True)
def light_again(qapp: QApplication) -> Iterator[None]:
    yield
    apply_theme(qapp, "light")


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parsed = QColor(colour)
    parts = (parsed.redF(), parsed.greenF(), parsed.blueF())
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable_pairs(c: Colours) -> list[tuple[str, str]]:
    pairs = [(getattr(c, a), getattr(c, b)) for a, b in product(TEXTS, SURFACES)]
    soft = (c.good_soft, c.warn_soft, c.bad_soft, c.accent_soft)
    pairs += list(product((c.text, c.muted), soft))
    pairs += [(c.good, c.good_soft), (c.warn, c.warn_soft), (c.bad, c.bad_soft)]
    pairs += list(product((c.good, c.warn, c.bad, c.accent), (c.card, c.window)))
    return [*pairs, (c.on_accent, c.accent), (c.card, c.warn), (c.card, c.bad)]


@pytest.mark.parametrize("name", NAMES)
def test_every_text_has_a_contrast_of_at_least_4_5(name: str) -> None:
    poor = [(a, b, contrast(a, b)) for a, b in readable_pairs(THEMES[name]) if contrast(a, b) < 4.5]
    assert not poor


@pytest.mark.parametrize("name", NAMES)
def test_curves_and_blocks_stand_out_from_the_card(name: str) -> None:
    c = THEMES[name]
    drawn = (c.train, c.validation, c.test, *c.families.values())
    assert all(contrast(colour, c.card) >= 3 for colour in drawn)


def test_high_contrast_text_is_beyond_seven() -> None:
    c = THEMES["contrast"]
    assert all(contrast(getattr(c, text), getattr(c, place)) >= 7 for text, place in product(TEXTS, SURFACES))


@pytest.mark.parametrize("name", NAMES)
def test_a_switch_reaches_palette_and_painters(qapp: QApplication, name: ThemeName) -> None:
    apply_theme(qapp, name)
    assert colours() is THEMES[name]
    assert qapp.palette().window().color() == QColor(THEMES[name].window)
    assert THEMES[name].accent in qapp.styleSheet()
    assert "$" not in qapp.styleSheet()


def test_text_size_scales_plain_and_styled_text_alike(qapp: QApplication, qtbot: QtBot) -> None:
    apply_theme(qapp, "light")
    plain, hint = QLabel("a"), QLabel("a")
    for label in (plain, hint):
        qtbot.addWidget(label)
        label.show()
    set_role(hint, "hint")
    before = plain.font().pointSizeF(), hint.font().pointSizeF()
    apply_theme(qapp, "light", 150)
    assert plain.font().pointSizeF() == pytest.approx(before[0] * 1.5)
    assert hint.font().pointSizeF() == pytest.approx(before[1] * 1.5, abs=0.01)
    assert scaled(10) == 15
    assert theme.text_percent() == 150


@pytest.mark.parametrize("percent", [99, 201])
def test_a_text_size_out_of_range_is_refused(qapp: QApplication, percent: int) -> None:
    with pytest.raises(ValueError, match="between 100 and 200"):
        apply_theme(qapp, "light", percent)


def test_a_role_set_later_restyles_the_widget(qapp: QApplication, qtbot: QtBot) -> None:
    apply_theme(qapp, "light")
    button = QPushButton("Train")
    qtbot.addWidget(button)
    button.resize(120, 40)
    plain = button.grab().toImage().pixelColor(20, 8)
    set_role(button, "primary")
    assert button.grab().toImage().pixelColor(20, 8) == QColor(THEMES["light"].accent)
    assert plain == QColor(THEMES["light"].card)


def test_an_unknown_family_is_grey() -> None:
    c = THEMES["light"]
    assert c.family("Convolution") == c.families["convolution"]
    assert c.family("something new") == c.muted
