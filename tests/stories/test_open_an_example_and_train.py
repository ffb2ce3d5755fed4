"""From the first page to a learning network in two clicks."""

from __future__ import annotations

from tests.stories.studio import Studio


def test_two_clicks_train_an_example_and_the_run_is_kept(studio: Studio) -> None:
    assert studio.window.page == "welcome"
    studio.open_example("Two circles")
    studio.plan_long()
    studio.click("Train")

    chips: set[str] = set()

    def counted() -> bool:
        chips.add(studio.window.top.epoch.text())
        return len(studio.losses()) >= 5 and sum(text.startswith("Epoch ") for text in chips) >= 2

    studio.wait(counted)
    board = studio.window.design.board
    studio.wait(lambda: not board.loss.is_empty and not board.score.is_empty)
    assert "Pause" in studio.labels(studio.window.top)
    assert not studio.runs

    studio.click("Stop")
    studio.wait(lambda: studio.runs)
    run = studio.runs[0]
    assert run.record.name == "Run 1"
    assert run.record.status == "stopped"
    assert run.history["train_loss"] == studio.losses()
    assert run.weights["best"]
    assert studio.losses()[-1] < studio.losses()[0]
    assert "•" in studio.window.top.name.text()


def test_training_to_the_end_counts_every_epoch(studio: Studio) -> None:
    studio.open_example("Iris")
    studio.enter("Epochs", "6")
    studio.train()
    assert studio.window.top.epoch.text() == "Epoch 6 / 6"
    assert len(studio.runs[0].history["val_loss"]) == 6
    assert studio.runs[0].record.status == "done"
    assert studio.window.design.board.slot.current == "confusion"
    studio.wait(lambda: not studio.window.design.board.slot.chart("confusion").is_empty)
