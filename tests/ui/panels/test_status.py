"""The status line: what runs where, the best so far, and whether the work is safe."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from nnstudio.core.run import Epoch, History, RunRecord
from nnstudio.ui.panels.status import StatusLine
from nnstudio.ui.training import Trainer
from tests.ui.begun import circles


@pytest.fixture
def line(qtbot: QtBot) -> StatusLine:
    """A status line."""
    made = StatusLine()
    qtbot.addWidget(made)
    return made


def test_the_state_is_said_with_device_and_ending(line: StatusLine) -> None:
    trainer = Trainer()
    line.show_state(trainer)
    assert line.state.text() == "● Ready"
    trainer.state, trainer.device, trainer.device_reason = "running", "cpu", "faster for small networks"
    line.show_state(trainer)
    assert line.state.text() == "● Training on CPU"
    assert line.state.toolTip() == "faster for small networks"
    trainer.state = "finished"
    trainer.record = RunRecord(
        id="a",
        name="Run 1",
        created="2026-01-01T00:00:00+00:00",
        project=circles().project,
        status="early stopped",
    )
    line.show_state(trainer)
    assert line.state.text() == "● Finished · early stopped"


def test_the_best_epoch_is_named_and_forgotten_with_its_run(line: StatusLine) -> None:
    trainer = Trainer()
    trainer.state = "running"
    for number, loss in enumerate((0.5, 0.25, 0.75), 1):
        trainer.history.add(Epoch(number, {"train_loss": 1.0, "val_loss": loss}))
    line.show_progress(trainer)
    assert line.best.text() == "best weights kept: epoch 2, loss 0.25"
    trainer.history = History()
    line.show_progress(trainer)
    assert line.best.text() == "", "a new run has no best epoch yet"


def test_loading_and_saving_are_told(line: StatusLine) -> None:
    line.show_data(busy=True)
    line.show_file("autosaved")
    assert (line.data.text(), line.file.text()) == ("loading data…", "autosaved")
    line.show_data(busy=False)
    assert line.data.text() == ""
