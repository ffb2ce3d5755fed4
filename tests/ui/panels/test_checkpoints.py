"""The list of checkpoints: newest first, one wish at a time."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from nnstudio.core.run import new_record
from nnstudio.engine.resume import Kept, KeptRun
from nnstudio.ui.panels.checkpoints import EMPTY, CheckpointsPanel
from tests.ui.begun import circles


def kept_run(interrupted: bool = False) -> KeptRun:
    record = new_record(circles().project, "Run 3", ())
    kept = tuple(Kept(Path(f"{epoch}"), epoch, 1 / epoch, "every") for epoch in (10, 20))
    return KeptRun(record, (*kept, Kept(Path("last"), 25, 0.02, "last")), interrupted)


@pytest.fixture
def panel(qtbot: QtBot) -> CheckpointsPanel:
    panel = CheckpointsPanel()
    qtbot.addWidget(panel)
    panel.show()
    return panel


def test_says_what_to_do_when_there_are_none(panel: CheckpointsPanel) -> None:
    assert panel.hint.text() == EMPTY
    assert not panel.go_on.isEnabled()
    assert not panel.discard.isEnabled()


def test_the_newest_is_selected_and_gone_on_from(panel: CheckpointsPanel, qtbot: QtBot) -> None:
    run = kept_run(interrupted=True)
    panel.show_runs([run])
    assert "Run 3 did not end well" in panel.hint.text()
    assert panel.chosen() == (run, run.checkpoints[-1])
    with qtbot.waitSignal(panel.go_on_wanted) as wish:
        panel.go_on.click()
    assert wish.args == [run, run.checkpoints[-1]]


def test_an_earlier_one_is_looked_at_and_a_whole_run_thrown_away(
    panel: CheckpointsPanel, qtbot: QtBot
) -> None:
    run = kept_run()
    panel.show_runs([run])
    head = panel.list.topLevelItem(0)
    assert head is not None
    rows = [row for at in range(3) if (row := head.child(at)) is not None]
    assert [row.text(0) for row in rows] == ["25", "20", "10"]
    panel.list.setCurrentItem(rows[2])
    with qtbot.waitSignal(panel.look_wanted) as wish:
        panel.look.click()
    assert wish.args[1].epoch == 10
    panel.list.setCurrentItem(head)
    assert not panel.look.isEnabled()
    with qtbot.waitSignal(panel.discard_wanted) as gone:
        panel.discard.click()
    assert gone.args == [run.record.id]
