"""Find a rate, train with checkpoints, look at an earlier network, and go on further than planned."""

from __future__ import annotations

from nnstudio.core.run import Checkpoint, new_record
from nnstudio.engine.resume import Keeper
from nnstudio.engine.train import train
from nnstudio.ui.training_tools import find_rate, offer_resumption, show_checkpoints
from tests.stories.studio import Studio


def test_a_rate_is_found_and_used_as_one_step(studio: Studio) -> None:
    studio.open_example("Two circles")
    before = studio.project
    dialog = find_rate(studio.window)
    assert dialog is not None
    studio.wait(lambda: not dialog.busy)
    assert dialog.suggestion is not None
    rate = dialog.suggestion.rate
    dialog.use.click()
    assert studio.project == before.set("training.optimizer.rate", rate)
    studio.window.actions_by_name["undo"].trigger()
    assert studio.project == before


def test_an_epoch_is_kept_as_a_run_and_gone_on_from(studio: Studio) -> None:
    studio.open_example("Two circles")
    edit = studio.window.session.document.edit
    edit(
        studio.project.set("training.epochs", 6).set("training.checkpoint_every", 2)
        .set("training.early_stopping.on", False), "Shorter",
    )  # fmt: skip
    studio.train()
    studio.wait(lambda: len(studio.runs) == 1)
    edit(studio.project.set("training.epochs", 9), "Longer")
    panel = show_checkpoints(studio.window).panel
    head = panel.list.topLevelItem(0)
    assert head is not None
    rows = [row for at in range(head.childCount()) if (row := head.child(at)) is not None]
    panel.list.setCurrentItem(next(row for row in rows if row.text(0) == "4"))
    panel.look.click()
    assert [run.record.name for run in studio.runs] == ["Run 1", "Run 1, epoch 4"]
    assert studio.runs[1].history.epochs == 4
    assert studio.runs[1].weights["best"] != studio.runs[0].weights["last"]
    panel.go_on.click()
    studio.wait(lambda: len(studio.runs) == 3)
    whole, again = studio.runs[0].history, studio.runs[2].history
    assert again.epochs == 9
    assert again["val_loss"][:6] == whole["val_loss"]


def test_a_run_that_a_crash_cut_off_is_offered(studio: Studio) -> None:
    studio.open_example("Two circles")
    session = studio.window.session
    assert session.loaded is not None
    project = session.project.set("training.epochs", 8).set("training.checkpoint_every", 2)
    keeper, seen = Keeper(new_record(project, "Run 1", ())), 0
    for event in train(project, session.loaded.prepared):
        keeper.keep(event)
        seen += isinstance(event, Checkpoint)
        if seen == 2:
            break
    keeper.close()
    offer_resumption(studio.window)
    assert studio.notice == "Run 1 was cut off; its checkpoint of epoch 4 of 8 is kept."
    session.document.edit(project, "As it was")
    panel = show_checkpoints(studio.window).panel
    assert "did not end well" in panel.hint.text()
    panel.go_on.click()
    studio.wait(lambda: len(studio.runs) == 1)
    assert studio.runs[0].history.epochs == 8
