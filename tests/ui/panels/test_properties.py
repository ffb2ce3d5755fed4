"""The settings of one layer: edited, renamed, explained, mended."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from nnstudio.catalog.layers.conv import Conv2D
from nnstudio.catalog.layers.dense import Dense, Flatten
from nnstudio.catalog.layers.shape import Reshape
from nnstudio.core.network import Layer
from nnstudio.core.project import Project
from nnstudio.ui.panels.properties import PropertiesPanel
from nnstudio.ui.widgets.editor import Editor
from nnstudio.ui.widgets.form import Form
from nnstudio.ui.widgets.icon_button import IconButton
from nnstudio.ui.widgets.section import Section
from nnstudio.ui.widgets.slider import ParamSlider
from tests.ui.begun import circles

PROJECT = circles().project


def with_layer(layer: Layer) -> tuple[Project, str]:
    """Return the circles with a layer put first, and its id."""
    network = PROJECT.network.insert(layer, 0)
    return PROJECT.with_network(network), network.nodes[0].id


def settle(panel: PropertiesPanel) -> PropertiesPanel:
    """Let what was just built come into sight."""
    QApplication.processEvents()
    return panel


@pytest.fixture
def panel(qtbot: QtBot) -> PropertiesPanel:
    """The panel showing the first layer of the circles."""
    made = PropertiesPanel()
    qtbot.addWidget(made)
    made.show_layer(PROJECT, "n1")
    made.show()
    qtbot.waitActive(made)
    return made


@pytest.fixture
def edits(panel: PropertiesPanel) -> list[tuple[Project, str, str]]:
    """What the panel emits."""
    heard: list[tuple[Project, str, str]] = []
    panel.edited.connect(lambda project, text, merge: heard.append((project, text, merge)))
    return heard


def units(panel: PropertiesPanel) -> ParamSlider:
    """Return the slider of the units in sight."""
    return next(
        s for s in settle(panel).findChildren(ParamSlider) if s.param.label == "Units" and s.isVisible()
    )


def line(panel: PropertiesPanel, name: str) -> QLineEdit:
    """Return a visible line by its accessible name."""
    return next(
        b for b in settle(panel).findChildren(QLineEdit) if b.accessibleName() == name and b.isVisible()
    )


def words(panel: PropertiesPanel) -> str:
    """Return all words in sight."""
    return "\n".join(label.text() for label in settle(panel).findChildren(QLabel) if label.isVisible())


def test_a_slider_edits_the_layer_and_one_drag_has_one_key(panel: PropertiesPanel, edits: list[Any]) -> None:
    track = units(panel).track
    assert track is not None
    QTest.keyClick(track, Qt.Key.Key_Right)
    panel.show_layer(edits[0][0], "n1")
    QTest.keyClick(track, Qt.Key.Key_Right)
    (first, text, key), (second, _, again) = edits
    assert text == "Set units of Dense"
    assert key == again
    assert key.startswith("network.n1.units/")
    assert 8 < first.get("network.n1.units") < second.get("network.n1.units")
    assert first.preset is None, "a network edited by hand follows no shape"


def test_showing_layers_emits_nothing(panel: PropertiesPanel, edits: list[Any]) -> None:
    panel.show_layer(PROJECT.set("network.n1.units", 32), "n1")
    assert units(panel).value() == 32
    for id in ("n2", "n3", "n1"):
        panel.show_layer(PROJECT, id)
    assert units(panel).value() == 8
    assert not edits


def test_the_same_layer_is_not_rebuilt(panel: PropertiesPanel) -> None:
    before = units(panel)
    panel.show_layer(PROJECT.set("network.n1.units", 32), "n1")
    assert units(panel) is before


def test_a_name_is_given_and_taken_back(panel: PropertiesPanel, edits: list[Any]) -> None:
    name = line(panel, "Name of the layer")
    name.setFocus()
    QTest.keyClicks(name, "first")
    QTest.keyClick(name, Qt.Key.Key_Return)
    project, text, key = edits[0]
    assert (project.network["n1"].title, text, key) == ("first", "Rename layer", "")
    assert project.preset == PROJECT.preset
    name.clearFocus()
    panel.show_layer(PROJECT, "n1")
    assert name.text() == ""
    assert len(edits) == 1


def test_what_is_half_typed_is_never_given_to_another_layer(panel: PropertiesPanel, edits: list[Any]) -> None:
    name = line(panel, "Name of the layer")
    name.setFocus()
    QTest.keyClicks(name, "first")
    panel.show_layer(PROJECT, "n2")
    box = units(panel).box
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "77")
    panel.show_layer(PROJECT, "n3")
    assert not edits


def test_facts_say_shape_and_cost(panel: PropertiesPanel) -> None:
    assert "output 8 features" in words(panel)
    assert "24 learnables · 16 multiply-adds" in words(panel)


def test_a_misfit_is_explained_and_mended_by_one_button(panel: PropertiesPanel, edits: list[Any]) -> None:
    project, id = with_layer(Conv2D())
    trace = project.trace()
    assert trace is not None
    panel.show_layer(project, id)
    assert str(trace[id].error) in words(panel)
    button = next(
        b for b in settle(panel).findChildren(QPushButton) if b.isVisible() and "before it" in b.text()
    )
    assert button.toolTip()
    button.click()
    mended, text, key = edits[0]
    assert text.startswith("Insert ")
    assert key == ""
    assert mended.network.index(id) == 1


def test_sizes_are_typed_and_follow_undo(panel: PropertiesPanel, edits: list[Any]) -> None:
    project, id = with_layer(Reshape())
    panel.show_layer(project, id)
    box = line(panel, "Sizes")
    box.setText("1 × 2 × 1")
    box.editingFinished.emit()
    changed = edits[0][0]
    assert changed.network[id].layer.sizes == (1, 2, 1)
    panel.show_layer(changed, id)
    assert box.text() == "1, 2, 1"
    panel.show_layer(project, id)
    assert box.text() == "1, 8, 8"
    assert len(edits) == 1


def test_sizes_that_are_no_numbers_are_refused_in_words(panel: PropertiesPanel, edits: list[Any]) -> None:
    project, id = with_layer(Reshape())
    panel.show_layer(project, id)
    box = line(panel, "Sizes")
    box.setText("two, 3")
    box.editingFinished.emit()
    assert "whole numbers" in words(panel)
    assert not edits


def test_a_name_can_be_typed_while_the_layer_is_shown_again(panel: PropertiesPanel) -> None:
    name = line(panel, "Name of the layer")
    name.setFocus()
    QTest.keyClicks(name, "fir")
    panel.show_layer(PROJECT.set("training.epochs", 9), "n1")
    assert name.text() == "fir"


def test_without_data_there_are_no_facts(panel: PropertiesPanel) -> None:
    panel.show_layer(PROJECT.model_copy(update={"signature": None}), "n1")
    assert "learnables" not in words(panel)
    assert Dense().about().split()[0] in words(panel)


def test_a_layer_is_frozen_and_given_a_rate_of_its_own(panel: PropertiesPanel, edits: list[Any]) -> None:
    section = next(s for s in panel.findChildren(Section) if s.accessibleName() == "Training of this layer")
    section.findChildren(IconButton)[0].click()
    form = section.findChildren(Form)[0]
    form.edited.emit("frozen", True, "")
    project, text, _ = edits[-1]
    assert project == PROJECT.set("network.n1.frozen", True)
    assert "frozen" in text
    panel.show_layer(project, "n1")
    frozen = form.editors["frozen"]
    assert isinstance(frozen, Editor)
    assert frozen.value() is True
    form.edited.emit("rate_factor", 0.1, "drag")
    assert edits[-1][0].network["n1"].rate_factor == 0.1
    panel.show_layer(*with_layer(Flatten()))
    names = [s.accessibleName() for s in settle(panel).findChildren(Section) if s.isVisible()]
    assert "Training of this layer" not in names
