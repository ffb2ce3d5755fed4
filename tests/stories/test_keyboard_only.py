"""From the first page to a trained network without a mouse."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.stories.studio import Studio

FAR = 200
"""Presses of Tab after which something cannot be reached."""


def tab_to(studio: Studio, found: Callable[[], bool]) -> None:
    """Press Tab until the keyboard is there."""
    for _ in range(FAR):
        if found():
            return
        QTest.keyClick(studio.keyboard, Qt.Key.Key_Tab)
    raise AssertionError("Tab does not get there")


def test_a_layer_is_added_widened_and_the_network_trained(studio: Studio) -> None:
    tab_to(studio, lambda: studio.keyboard.accessibleName() == "Moons")
    studio.key("Space")
    studio.wait(lambda: studio.window.page == "design" and studio.window.session.loaded is not None)
    assert studio.keyboard is studio.window.design.canvas

    studio.key("Right")
    assert studio.window.design.canvas.selection == ("n1",)
    studio.write("drop")
    studio.key("Return")
    assert [node.layer.kind for node in studio.project.network.nodes] == [
        "dense",
        "dropout",
        "dense",
        "dense",
    ]

    studio.key("Left")
    studio.key("Return")
    tab_to(studio, lambda: studio.keyboard.accessibleName() == "Units, value")
    studio.key("Ctrl+A")
    studio.write("24")
    studio.key("Return")
    assert studio.project.network["n1"].layer.units == 24
    assert studio.shapes[1] == "24"

    studio.key("F5")
    studio.wait(lambda: len(studio.losses()) >= 2)
    studio.key("F5")
    assert studio.state == "paused"
    studio.key("F5")
    assert studio.state == "running"
    studio.key("Shift+F5")
    studio.wait(lambda: studio.runs)
    studio.key("Ctrl+5")
    assert studio.window.page == "runs"
    studio.key("Ctrl+Z")
    assert studio.project.network["n1"].layer.units == 16
