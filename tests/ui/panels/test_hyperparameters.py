"""The hyperparameters: every edit is a whole project with a merge key, showing one is silent."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from nnstudio.catalog.optimizers import Momentum
from nnstudio.core.param import params
from nnstudio.core.project import EditProblem, Project
from nnstudio.ui.panels.hyperparameters import HyperparametersPanel
from nnstudio.ui.widgets.editor import Editor
from nnstudio.ui.widgets.slider import ParamSlider
from tests.ui.begun import circles

PROJECT = circles().project


@pytest.fixture
def panel(qtbot: QtBot) -> HyperparametersPanel:
    """The panel showing the circles."""
    made = HyperparametersPanel()
    qtbot.addWidget(made)
    made.show_project(PROJECT, running=False)
    made.show()
    return made


@pytest.fixture
def edits(panel: HyperparametersPanel) -> list[tuple[Project, str, str]]:
    """What the panel emits."""
    heard: list[tuple[Project, str, str]] = []
    panel.edited.connect(lambda project, text, merge: heard.append((project, text, merge)))
    return heard


def slider(panel: HyperparametersPanel, label: str) -> ParamSlider:
    """Return the slider with a label."""
    return next(s for s in panel.findChildren(ParamSlider) if s.param.label == label)


def choice(panel: HyperparametersPanel, label: str) -> QComboBox:
    """Return the choice with a label."""
    return next(c for c in panel.findChildren(QComboBox) if c.accessibleName() == label)


def push(panel: HyperparametersPanel, label: str) -> None:
    """Move a slider to the right by the keyboard."""
    track = slider(panel, label).track
    assert track is not None
    QTest.keyClick(track, Qt.Key.Key_Right)


@pytest.mark.parametrize(
    ("label", "path", "text"),
    [
        ("Learning rate", "training.optimizer.rate", "Set rate"),
        ("Batch size", "training.batch_size", "Set batch size"),
        ("Epochs", "training.epochs", "Set epochs"),
        ("Weight decay (L2)", "training.weight_decay", "Set weight decay"),
        ("Warm-up", "training.warmup_epochs", "Set warmup epochs"),
        ("Patience", "training.early_stopping.patience", "Set patience"),
    ],
)
def test_a_slider_sets_its_value_and_one_drag_has_one_key(
    panel: HyperparametersPanel, edits: list[Any], label: str, path: str, text: str
) -> None:
    push(panel, label)
    panel.show_project(edits[0][0], running=False)
    push(panel, label)
    (first, words, key), (second, _, again) = edits
    assert words == text
    assert key.startswith(f"{path}/")
    assert key == again
    assert PROJECT.get(path) < first.get(path) < second.get(path)
    assert first.network is PROJECT.network


def test_showing_projects_emits_nothing(panel: HyperparametersPanel, edits: list[Any]) -> None:
    other = PROJECT.set("training.optimizer", Momentum(rate=0.3)).set("training.epochs", 77)
    for project in (other, other.set("training.early_stopping.on", False), PROJECT):
        panel.show_project(project, running=True)
    panel.show_project(other, running=False)
    assert slider(panel, "Epochs").value() == 77
    assert choice(panel, "Optimizer").currentData() == "momentum"
    assert not edits


def test_every_setting_of_training_has_an_editor(panel: HyperparametersPanel) -> None:
    shown = {editor.param.label for editor in panel.findChildren(Editor)}
    labels = {spec.label for name, spec in params(PROJECT.training).items() if name != "device"}
    labels |= {spec.label for spec in params(PROJECT.training.early_stopping).values()}
    assert labels <= shown
    for editor in panel.findChildren(Editor):
        assert editor.toolTip()
        assert editor.accessibleName()


def test_another_optimizer_is_one_edit(panel: HyperparametersPanel, edits: list[Any]) -> None:
    box = choice(panel, "Optimizer")
    at = box.findData("momentum")
    box.setCurrentIndex(at)
    box.activated.emit(at)
    project, text, key = edits[0]
    assert project.training.optimizer == Momentum()
    assert text == "Set optimizer"
    assert key.startswith("training.optimizer/")
    panel.show_project(project, running=False)
    assert slider(panel, "Momentum").value() == Momentum().momentum


def test_dropout_goes_into_the_shape(panel: HyperparametersPanel, edits: list[Any]) -> None:
    push(panel, "Dropout")
    project, text, key = edits[0]
    assert project.get("preset.dropout") == pytest.approx(0.05)
    assert any(node.title == "Dropout" for node in project.network.nodes)
    assert text == "Set dropout"
    assert key.startswith("dropout/")


def test_a_half_typed_dropout_survives_the_change_of_something_else(panel: HyperparametersPanel) -> None:
    box = slider(panel, "Dropout").box
    box.setText("0.")
    panel.show_project(PROJECT.set("training.epochs", 9), running=False)
    assert box.text() == "0."


def test_a_refused_value_goes_back(
    panel: HyperparametersPanel, edits: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_project: Project, path: str, _value: object) -> Project:
        raise EditProblem(f"{path} cannot be that")

    with monkeypatch.context() as patch:
        patch.setattr(Project, "set", refused)
        push(panel, "Epochs")
    assert slider(panel, "Epochs").value() == PROJECT.training.epochs
    assert not edits


def test_while_training_it_says_what_acts_at_once(panel: HyperparametersPanel) -> None:
    def notes() -> list[str]:
        return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]

    assert not any("act at once" in note for note in notes())
    panel.show_project(PROJECT, running=True)
    assert any("act at once" in note for note in notes())
