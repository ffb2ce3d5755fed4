"""A new batch size offers the rate that goes with it, until it is answered or taken back."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from nnstudio.core.project import Project
from nnstudio.ui.panels.hyperparameters import HyperparametersPanel
from tests.ui.begun import circles, curve


@pytest.fixture
def project() -> Project:
    return circles().project.set("training.batch_size", 32).set("training.optimizer.rate", 0.001)


@pytest.fixture
def panel(qtbot: QtBot, project: Project) -> HyperparametersPanel:
    panel = HyperparametersPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.show_project(project, running=False)
    return panel


def test_asks_after_a_new_batch_size_and_sets_the_rate(
    panel: HyperparametersPanel, project: Project, qtbot: QtBot
) -> None:
    assert panel.scaling.isHidden()
    larger = project.set("training.batch_size", 64)
    panel.show_project(larger, running=False)
    panel.show_project(larger.set("training.batch_size", 128), running=False)
    assert panel.scaling.isVisible()
    assert panel.scaling.question.text() == "Batch ×4: also rate ×4?"
    assert panel.scaling.button.text() == "Rate 0.004"
    with qtbot.waitSignal(panel.edited) as edit:
        panel.scaling.button.click()
    scaled = edit.args[0]
    assert scaled.training.optimizer.rate == 0.004
    panel.show_project(scaled, running=False)
    assert panel.scaling.isHidden()


def test_smaller_batches_divide_the_rate(panel: HyperparametersPanel, project: Project) -> None:
    panel.show_project(project.set("training.batch_size", 8), running=False)
    assert panel.scaling.question.text() == "Batch ÷4: also rate ÷4?"
    assert panel.scaling.button.text() == "Rate 0.00025"


def test_is_silent_once_it_is_taken_back_or_the_rate_is_chosen(
    panel: HyperparametersPanel, project: Project
) -> None:
    larger = project.set("training.batch_size", 64)
    panel.show_project(larger, running=False)
    panel.show_project(project, running=False)
    assert panel.scaling.isHidden()
    panel.show_project(larger, running=False)
    panel.show_project(larger.set("training.optimizer.rate", 0.05), running=False)
    assert panel.scaling.isHidden()


def test_another_project_is_no_edit(panel: HyperparametersPanel) -> None:
    panel.show_project(curve().project.set("training.batch_size", 256), running=False)
    assert panel.scaling.isHidden()
