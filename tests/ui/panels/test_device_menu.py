"""The device menu: the choices, the memory, and why a GPU is not used."""

import subprocess
import sys

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidgetAction
from pytestqt.qtbot import QtBot

from nnstudio.engine.device import DeviceChoice
from nnstudio.ui.panels.device_menu import DeviceMenu

COMMAND = "pip install torch==2.13.0 --index-url https://example.org/cu130"
CHOICES = [
    DeviceChoice("cpu", "CPU, 8 threads", True, "always there", 16_000_000_000, 3_100_000_000),
    DeviceChoice("cuda", "NVIDIA GPU", False, f"this PyTorch is built for the CPU only; run: {COMMAND}"),
    DeviceChoice("mps", "Apple GPU", True, "found", 12_000_000_000),
]


@pytest.fixture
def menu(qtbot: QtBot) -> DeviceMenu:
    menu = DeviceMenu()
    qtbot.addWidget(menu)
    menu.show_devices(CHOICES, "cpu")
    return menu


def test_every_device_is_named_with_its_memory(menu: DeviceMenu) -> None:
    words = [action.text() for action in menu.entries()]
    assert words[0].startswith("Automatic")
    assert words[1:] == ["CPU, 8 threads · 3.1 GB of 16.0 GB used", "NVIDIA GPU", "Apple GPU · 12.0 GB"]
    assert [action.isChecked() for action in menu.entries()] == [False, True, False, False]


def test_what_cannot_be_used_says_why(menu: DeviceMenu) -> None:
    assert [action.isEnabled() for action in menu.entries()] == [True, True, False, True]
    told = [action.defaultWidget() for action in menu.actions() if isinstance(action, QWidgetAction)]
    assert len(told) == 1
    assert isinstance(told[0], QLabel)
    assert told[0].text() == f"This PyTorch is built for the CPU only; run: {COMMAND}"


def test_the_command_can_be_copied(menu: DeviceMenu) -> None:
    copy = next(action for action in menu.actions() if action.text().startswith("Copy"))
    copy.trigger()
    assert QGuiApplication.clipboard().text() == COMMAND


def test_a_choice_is_told(menu: DeviceMenu, qtbot: QtBot) -> None:
    with qtbot.waitSignal(menu.chosen) as signal:
        menu.entries()[3].trigger()
    assert signal.args == ["mps"]


def test_showing_again_replaces_the_entries(menu: DeviceMenu) -> None:
    menu.show_devices(CHOICES[:1], "auto")
    assert [action.data() for action in menu.entries()] == ["auto", "cpu"]
    assert menu.entries()[0].isChecked()


def test_the_menu_and_the_pages_do_without_torch() -> None:
    names = "panels.device_menu, panels.layer_table, pages.runs, pages.evaluate"
    imports = "".join(f"import nnstudio.ui.{name.strip()}\n" for name in names.split(","))
    check = f"import sys\n{imports}assert not {{'torch', 'pandas', 'sklearn'}} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
