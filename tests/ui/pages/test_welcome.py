"""The first page: one click opens an example, a dropped file goes the right way."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnstudio.catalog.examples import EXAMPLES, Example
from nnstudio.ui.pages.recent import day_in_words
from nnstudio.ui.pages.welcome import WelcomePage


@pytest.fixture
def page(qtbot: QtBot) -> WelcomePage:
    page = WelcomePage()
    qtbot.addWidget(page)
    page.resize(1280, 760)
    page.show()
    return page


def drop(page: WelcomePage, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    place, copy = QPointF(40, 40), Qt.DropAction.CopyAction
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    page.dragEnterEvent(QDragEnterEvent(place.toPoint(), copy, mime, left, none))
    page.dropEvent(QDropEvent(place, copy, mime, left, none))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_one_click_on_its_card_opens_an_example(page: WelcomePage, qtbot: QtBot, example: Example) -> None:
    with qtbot.waitSignal(page.example_chosen) as chosen:
        qtbot.mouseClick(page.cards[example.name], Qt.MouseButton.LeftButton)
    assert chosen.args == [example.name]


def test_a_card_opens_with_the_keyboard(page: WelcomePage, qtbot: QtBot) -> None:
    card = page.cards["moons"]
    card.setFocus()
    with qtbot.waitSignal(page.example_chosen) as chosen:
        qtbot.keyClick(card, Qt.Key.Key_Space)
    assert chosen.args == ["moons"]


def test_every_card_shows_its_whole_story(page: WelcomePage, qtbot: QtBot) -> None:
    for width in (1280, 900, 700):
        page.resize(width, 760)
        QTest.qWait(1)
        for card in page.cards.values():
            layout = card.layout()
            assert layout is not None
            assert card.height() >= layout.totalHeightForWidth(card.width()), card.example.name


def test_the_buttons_ask_for_a_file(page: WelcomePage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.data_wanted) as data:
        page.new_button.click()
    with qtbot.waitSignal(page.open_wanted) as opened:
        page.open_button.click()
    assert data.args == opened.args == [""]


def test_recent_files_open_and_lost_ones_do_not(page: WelcomePage, qtbot: QtBot, tmp_path: Path) -> None:
    here = tmp_path / "digits.nnproj"
    here.touch()
    page.show_recent([here, tmp_path / "gone.nnproj"])
    first, lost = page.recent.buttons
    assert not lost.isEnabled()
    assert "moved or deleted" in lost.accessibleDescription()
    with qtbot.waitSignal(page.open_wanted) as opened:
        qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert opened.args == [str(here)]


def test_days_are_said_in_words() -> None:
    now = datetime(2024, 3, 1, 9, 0)
    assert day_in_words(datetime(2024, 3, 1, 8, 5), now) == "today 08:05"
    assert day_in_words(datetime(2024, 2, 29, 23, 59), now) == "yesterday 23:59"
    assert "2024" in day_in_words(datetime(2024, 2, 1), now) or "24" in day_in_words(
        datetime(2024, 2, 1), now
    )


def test_a_dropped_table_is_imported_and_a_dropped_project_opened(
    page: WelcomePage, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(page.data_wanted) as data:
        drop(page, tmp_path / "Häuser.CSV")
    with qtbot.waitSignal(page.open_wanted) as opened:
        drop(page, tmp_path / "a.nnproj")
    assert data.args == [str(tmp_path / "Häuser.CSV")]
    assert opened.args == [str(tmp_path / "a.nnproj")]


def test_other_files_are_not_taken(page: WelcomePage, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.assertNotEmitted(page.data_wanted), qtbot.assertNotEmitted(page.open_wanted):
        drop(page, tmp_path / "holiday.jpg")


def test_the_page_needs_no_pandas_no_sklearn_and_no_torch() -> None:
    code = (
        "import sys; from PySide6.QtWidgets import QApplication; app = QApplication([]);"
        "from nnstudio.ui.pages.welcome import WelcomePage; page = WelcomePage(); page.show();"
        "app.processEvents(); page.grab();"
        "print([name for name in ('pandas', 'sklearn', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
