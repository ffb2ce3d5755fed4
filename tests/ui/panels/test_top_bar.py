"""The top bar: where one is, what the training does, and the window's actions as buttons."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnstudio.core.run import Epoch
from nnstudio.ui.panels.top_bar import TopBar, clock
from nnstudio.ui.theme import apply_theme
from nnstudio.ui.training import Trainer

NAMES = {"reset": "Reset", "step_batch": "Step", "train": "Train", "stop": "Stop"}


@pytest.fixture
def actions(qtbot: QtBot) -> dict[str, QAction]:
    """The actions of a window."""
    made = {name: QAction(text) for name, text in NAMES.items()}
    made["train"].setShortcut(QKeySequence("F5"))
    return made


@pytest.fixture
def bar(qtbot: QtBot, actions: dict[str, QAction]) -> TopBar:
    """A bar in sight."""
    made = TopBar(actions)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_button_is_its_action(bar: TopBar, actions: dict[str, QAction]) -> None:
    pressed: list[int] = []
    train = actions["train"]
    train.triggered.connect(lambda: pressed.append(1))
    bar.play.click()
    assert pressed == [1]
    assert "(F5)" in bar.play.toolTip()
    train.setIconText("Pause")
    train.setToolTip("The network has no layers yet")
    train.setEnabled(False)
    assert bar.play.text() == bar.play.accessibleName() == "Pause"
    assert "no layers" in bar.play.toolTip()
    assert not bar.play.isEnabled()


def test_the_icons_follow_the_theme(bar: TopBar, qapp: QApplication) -> None:
    apply_theme(qapp, "light")
    QApplication.processEvents()
    before = bar.stop.icon().cacheKey()
    apply_theme(qapp, "dark")
    QApplication.processEvents()
    try:
        assert bar.stop.icon().cacheKey() != before
    finally:
        apply_theme(qapp, "light")


def test_the_name_tells_whether_there_is_something_to_save(bar: TopBar) -> None:
    bar.show_name("rings.nnproj", modified=True)
    assert bar.name.text() == "rings.nnproj •"
    bar.show_name("rings.nnproj", modified=False)
    assert bar.name.text() == "rings.nnproj"
    assert "saved" in bar.name.toolTip()


def test_showing_a_workspace_is_silent_and_choosing_one_is_told(bar: TopBar) -> None:
    chosen: list[str] = []
    bar.workspace_chosen.connect(chosen.append)
    bar.show_workspace("design")
    assert (bar.tabs.current(), chosen) == ("design", [])
    bar.tabs.button("runs").click()
    assert chosen == ["runs"]
    bar.show_workspace("welcome")
    assert not bar.tabs.isVisible()


def test_progress_is_shown_with_speed_and_time_left(bar: TopBar) -> None:
    trainer = Trainer()
    bar.show_state("running")
    bar.show_progress(trainer, 50)
    assert (bar.epoch.text(), bar.speed.text()) == ("Epoch 0 / 50", "starting…")
    trainer.state, trainer.epoch, trainer.speed = "running", 10.5, 12345.6
    for number in range(1, 11):
        trainer.history.add(Epoch(number, {"train_loss": 1.0, "seconds": 2.0}))
    bar.show_progress(trainer, 50)
    assert bar.epoch.text() == "Epoch 10 / 50"
    assert bar.speed.text() == "12 346 samples/s · ETA 1:19"
    trainer.state = "paused"
    bar.show_progress(trainer, 50)
    assert bar.speed.text() == "12 346 samples/s"
    bar.show_state("idle")
    assert not bar.epoch.isVisible()


@pytest.mark.parametrize(("seconds", "text"), [(7.9, "0:07"), (79, "1:19"), (3725, "1:02:05")])
def test_the_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_the_device_is_shown_and_can_be_asked_for(bar: TopBar) -> None:
    clicks: list[int] = []
    bar.device_clicked.connect(lambda: clicks.append(1))
    bar.show_device("CPU", "Small networks train faster there")
    bar.device.click()
    assert (bar.device.text(), clicks) == ("CPU", [1])
    assert "Small networks train faster there" in bar.device.toolTip()
