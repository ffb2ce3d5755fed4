"""Cards, chips, sections, icon buttons, labels and bars: what they show and what they signal."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from nnstudio.ui.theme import LIGHT, apply_theme
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.chip import Chip
from nnstudio.ui.widgets.elided_label import ElidedLabel
from nnstudio.ui.widgets.flow_layout import FlowLayout
from nnstudio.ui.widgets.icon_button import IconButton
from nnstudio.ui.widgets.section import Section
from nnstudio.ui.widgets.split_bar import SplitBar


def test_a_cards_tone_tints_it_and_stripes_its_edge(qapp: QApplication, qtbot: QtBot) -> None:
    apply_theme(qapp, "light")
    card = Card("Overfitting", tone="warn")
    qtbot.addWidget(card)
    card.resize(200, 80)
    image = card.grab().toImage()
    assert image.pixelColor(2, 40) == QColor(LIGHT.warn)
    assert image.pixelColor(100, 60) == QColor(LIGHT.warn_soft)
    card.set_tone("")
    assert card.grab().toImage().pixelColor(100, 60) == QColor(LIGHT.card)


def test_an_empty_title_takes_no_room(qtbot: QtBot) -> None:
    card = Card()
    qtbot.addWidget(card)
    assert card.title.isHidden()
    card.set_title("Data")
    assert not card.title.isHidden()
    assert card.accessibleName() == "Data"


def test_only_a_clickable_chip_clicks_and_takes_focus(qtbot: QtBot) -> None:
    seen = []
    for clickable in (False, True):
        chip = Chip("CPU", "Device", clickable=clickable)
        qtbot.addWidget(chip)
        chip.clicked.connect(lambda _=False, clickable=clickable: seen.append(clickable))
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
        assert (chip.focusPolicy() != Qt.FocusPolicy.NoFocus) == clickable
    assert seen == [True]


def test_a_section_folds_by_mouse_and_keyboard(qtbot: QtBot) -> None:
    section = Section("Advanced")
    qtbot.addWidget(section)
    label = QLabel("inside")
    section.body.addWidget(label)
    section.show()
    button = section.findChild(IconButton)
    assert button is not None
    with qtbot.waitSignal(section.toggled) as told:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert told.args == [False]
    assert not label.isVisible()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert label.isVisible()
    assert section.is_open()


def test_an_icon_follows_the_theme(qapp: QApplication, qtbot: QtBot) -> None:
    apply_theme(qapp, "light")
    button = IconButton("stop", "End the run", "Stop")
    qtbot.addWidget(button)
    button.show()
    light = button.icon().pixmap(16, 16).toImage().pixelColor(8, 8)
    apply_theme(qapp, "dark")
    assert light == QColor(LIGHT.text)
    assert button.icon().pixmap(16, 16).toImage().pixelColor(8, 8) != light
    apply_theme(qapp, "light")


def test_a_split_bar_says_its_shares(qtbot: QtBot) -> None:
    bar = SplitBar()
    qtbot.addWidget(bar)
    assert bar.toolTip() == "no examples yet"
    bar.set_counts(700, 150, 150)
    assert bar.toolTip() == "train 700 (70%) · validation 150 (15%) · test 150 (15%)"
    bar.resize(200, 8)
    image = bar.grab().toImage()
    assert image.pixelColor(60, 4) == QColor(LIGHT.train)
    assert image.pixelColor(155, 4) == QColor(LIGHT.validation)
    assert image.pixelColor(185, 4) == QColor(LIGHT.test)


def test_a_long_label_is_cut_with_the_whole_in_its_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("a rather long name for a file")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()
    assert label.shown_text().endswith("…")
    assert label.toolTip() == label.text()
    label.resize(600, 20)
    assert label.toolTip() == ""


def test_a_flow_wraps_when_the_line_is_full(qtbot: QtBot) -> None:
    place = QWidget()
    qtbot.addWidget(place)
    flow = FlowLayout(place, spacing=5)
    children = []
    for _ in range(3):
        child = QWidget()
        child.setFixedSize(40, 20)
        flow.addWidget(child)
        children.append(child)
    flow.setGeometry(QRect(0, 0, 90, 100))
    assert [(c.x(), c.y()) for c in children] == [(0, 0), (45, 0), (0, 25)]
    assert flow.heightForWidth(90) == 45
    assert flow.heightForWidth(200) == 20
    flow.removeWidget(children[0])
    assert flow.count() == 2
