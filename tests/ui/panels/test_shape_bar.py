"""The shape bar: funnel, constant or custom; depth and width write the network anew."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.presets import Constant, Funnel
from nnstudio.core.project import Project
from nnstudio.ui.panels.shape_bar import CUSTOM, ShapeBar, SliderChip
from nnstudio.ui.widgets.slider import ParamSlider
from tests.ui.begun import circles

PROJECT = circles().project


def show(bar: ShapeBar, project: Project) -> None:
    """Show a project with its trace."""
    bar.show_project(project, project.trace())


@pytest.fixture
def bar(qtbot: QtBot) -> ShapeBar:
    """The bar showing the circles' funnel."""
    made = ShapeBar()
    qtbot.addWidget(made)
    show(made, PROJECT)
    made.show()
    return made


@pytest.fixture
def edits(bar: ShapeBar) -> list[tuple[Project, str, str]]:
    """What the bar emits."""
    heard: list[tuple[Project, str, str]] = []
    bar.edited.connect(lambda project, text, merge: heard.append((project, text, merge)))
    return heard


def widths(project: Project) -> list[int]:
    """Return the units of all layers."""
    return [node.layer.units for node in project.network.nodes]


def push(chip: SliderChip) -> None:
    """Move the chip's slider to the right by the keyboard."""
    editor = chip.open_editor()
    assert isinstance(editor, ParamSlider)
    assert editor.track is not None
    QTest.keyClick(editor.track, Qt.Key.Key_Right)


def test_it_shows_the_rule_and_its_numbers(bar: ShapeBar) -> None:
    assert bar.tabs.current() == "funnel"
    assert (bar.depth_chip.text(), bar.width_chip.text()) == ("Depth 2", "First width 8")
    assert bar.totals.text() == "✓ valid · 65 parameters · 260 B"
    assert widths(PROJECT) == [8, 4, 1]


@pytest.mark.parametrize(("name", "wanted"), [("depth", [8, 4, 4, 1]), ("width", [16, 8, 1])])
def test_depth_and_width_write_the_network_anew_in_one_drag(
    bar: ShapeBar, edits: list[Any], name: str, wanted: list[int]
) -> None:
    chip = bar.depth_chip if name == "depth" else bar.width_chip
    push(chip)
    project, text, key = edits[0]
    assert widths(project) == wanted
    assert text == f"Set {name}"
    assert key.startswith(f"preset.{name}/")
    show(bar, project)
    push(chip)
    assert edits[1][2] == key


def test_another_shape_takes_the_numbers_along(bar: ShapeBar, edits: list[Any]) -> None:
    bar.tabs.button("constant").click()
    project, text, key = edits[0]
    assert project.preset == Constant(depth=2, width=8)
    assert widths(project) == [8, 8, 1]
    assert (text, key) == ("Shape Constant", "")


def test_custom_keeps_the_network_and_a_shape_comes_back_with_its_last_numbers(
    bar: ShapeBar, edits: list[Any]
) -> None:
    bar.tabs.button(CUSTOM).click()
    custom = edits[0][0]
    assert custom.preset is None
    assert custom.network == PROJECT.network
    show(bar, custom)
    assert not bar.depth_chip.isVisible()
    bar.tabs.button("funnel").click()
    assert edits[1][0].preset == Funnel(depth=2, width=8)


def test_a_network_edited_by_hand_is_custom(bar: ShapeBar, edits: list[Any]) -> None:
    show(bar, PROJECT.with_network(PROJECT.network.insert(Dense(units=3), 0)))
    assert bar.tabs.current() == CUSTOM
    show(bar, PROJECT)
    assert bar.tabs.current() == "funnel"
    assert not edits


def test_showing_projects_emits_nothing_even_with_the_slider_open(bar: ShapeBar, edits: list[Any]) -> None:
    editor = bar.depth_chip.open_editor()
    show(bar, PROJECT.set("preset.depth", 5))
    assert editor.value() == 5
    show(bar, PROJECT.set("preset.width", 64))
    assert editor.value() == 2
    assert not edits


def test_problems_are_counted(bar: ShapeBar) -> None:
    show(bar, PROJECT.with_network(PROJECT.network.insert(Dense(units=5))))
    assert bar.totals.text() == "✕ 1 problem: see the red block"
    bar.show_project(PROJECT.model_copy(update={"signature": None}), None)
    assert not bar.totals.isVisible()


def test_the_total_opens_the_table(bar: ShapeBar) -> None:
    asked: list[int] = []
    bar.table_wanted.connect(lambda: asked.append(1))
    bar.totals.click()
    assert asked == [1]
