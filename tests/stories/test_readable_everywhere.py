"""Every theme, large text, a small window and a lesson's view keep the main controls in sight."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.exceptions import TimeoutError

from tests.stories.studio import Studio

TRANSPORT = ("Reset", "Step", "Train", "Stop")
SHAPES = ("Funnel", "Constant", "Custom")
TABS = ("Data", "Design & Train", "Evaluate", "Runs")


def place(widget: QWidget, window: QWidget) -> QRect:
    """Return where a widget is in the window."""
    return QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())


def faults(studio: Studio) -> list[str]:
    """Return what is cut off in the bars, or lies on something else."""
    window, top = studio.window, studio.window.top
    found: list[str] = []
    buttons = [studio.button(name, top) for name in (*TABS, *TRANSPORT)]
    buttons += [studio.button(name, window.design.shape_bar) for name in SHAPES]
    for button in buttons:
        rect = place(button, window)
        if not window.rect().contains(rect):
            found.append(f"{button.accessibleName()} leaves the window")
        if rect.width() < button.minimumSizeHint().width():
            found.append(f"{button.accessibleName()} is squeezed")
    shown = [
        w for w in top.findChildren(QWidget) if w.isVisible() and isinstance(w, QAbstractButton | QLabel)
    ]
    for a, b in combinations(shown, 2):
        if place(a, window).intersects(place(b, window)):
            found.append(f"{a} lies on {b}")
    cards = [window.design.board.loss, window.design.board.score, window.design.board.slot]
    if any(place(a, window).intersects(place(b, window)) for a, b in combinations(cards, 2)):
        found.append("the charts lie on one another")
    return found


def check_places(studio: Studio) -> None:
    """See the bar come to rest with everything in its place."""
    try:
        studio.qtbot.waitUntil(lambda: not faults(studio), timeout=2000)
    except TimeoutError:
        pytest.fail("; ".join(faults(studio)))


@pytest.mark.parametrize("theme", ["Light", "Dark", "High contrast"])
@pytest.mark.parametrize("steps", [0, 3], ids=["text 100 %", "text 150 %"])
def test_the_main_controls_stay_in_sight(start: Callable[..., Studio], theme: str, steps: int) -> None:
    studio = start(width=1280, height=800)
    studio.menu("View", theme)
    for _ in range(steps):
        studio.menu("View", "Larger text")
    assert studio.window.appearance.text_percent == (150 if steps else 100)
    studio.open_example("Digits")
    studio.enter("Epochs", "2")
    studio.train()
    studio.wait(lambda: studio.window.quiet)
    assert studio.window.width() == 1280, "the window is not pushed wider than the screen"
    assert studio.window.height() == 800
    check_places(studio)


def test_presentation_hides_what_a_lesson_does_not_need_and_comes_back(start: Callable[..., Studio]) -> None:
    studio = start(width=1280, height=800)
    studio.open_example("Moons")
    hidden = (studio.window.menuBar(), studio.window.design.left, studio.window.status)
    studio.key("F11")
    assert not any(part.isVisible() for part in hidden)
    check_places(studio)
    studio.train(epochs=2)
    studio.key("F11")
    studio.wait(lambda: all(part.isVisible() for part in hidden))


def test_the_look_is_remembered(start: Callable[..., Studio]) -> None:
    first = start()
    first.menu("View", "Dark")
    first.key("Ctrl++")
    first.window.close()
    second = start()
    assert second.window.appearance.theme == "dark"
    assert second.window.appearance.text_percent == first.window.appearance.text_percent > 100
