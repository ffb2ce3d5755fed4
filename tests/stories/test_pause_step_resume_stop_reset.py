"""The transport: pause, step, resume, stop; reset gives the same first weights, or new ones when asked."""

from __future__ import annotations

from tests.stories.studio import Studio

EPOCHS = 4


def curve(studio: Studio) -> list[float]:
    """Train to the end; return the loss of every step."""
    studio.train()
    return [float(value) for value in studio.window.session.trainer.history.step_losses]


def test_pause_step_resume_and_stop(studio: Studio) -> None:
    studio.open_example("Moons")
    studio.plan_long()
    studio.train(epochs=2)
    studio.click("Pause")
    assert studio.state == "paused"
    history = studio.window.session.trainer.history
    batches = history.steps_per_epoch
    seen: list[int] = []

    def rests() -> bool:
        # What was under way when the button was pressed still arrives.
        seen.append(len(history.step_losses))
        return len(seen) >= 10 and len(set(seen[-10:])) == 1

    studio.wait(rests)
    steps = seen[-1]

    studio.click("Step")
    studio.wait(lambda: len(history.step_losses) > steps)
    assert len(history.step_losses) == steps + 1
    studio.menu("Train", "Step one epoch")
    whole = ((steps + 1) // batches + 1) * batches
    studio.wait(lambda: len(history.step_losses) >= whole and history.epochs * batches >= whole)
    assert len(history.step_losses) == whole
    assert studio.state == "paused"

    studio.click("Resume")
    studio.wait(lambda: history.epochs >= whole // batches + 4)
    studio.click("Stop")
    studio.wait(lambda: studio.state == "finished")
    assert studio.runs[0].record.status == "stopped"
    assert not studio.button("Stop").isEnabled()
    assert studio.button("Train").isEnabled()


def test_a_step_begins_a_run_that_rests(studio: Studio) -> None:
    studio.open_example("Moons")
    studio.key("F10")
    studio.wait(lambda: len(studio.window.session.trainer.history.step_losses) == 1)
    assert studio.state == "paused"
    assert studio.button("Resume").isEnabled()
    studio.click("Reset")
    assert studio.state == "idle"
    assert studio.runs == (), "a run that was thrown away is not kept"


def test_reset_repeats_the_curve_bit_for_bit_and_new_weights_do_not(studio: Studio) -> None:
    studio.open_example("Moons")
    studio.enter("Epochs", str(EPOCHS))
    first = curve(studio)
    studio.click("Reset")
    assert studio.state == "idle"
    assert studio.losses() == []
    assert curve(studio) == first
    studio.menu("Train", "Reset with new weights")
    assert curve(studio) != first
    assert [run.record.name for run in studio.runs] == ["Run 1", "Run 2", "Run 3"]
    studio.key("Ctrl+Z")
    studio.click("Reset")
    assert curve(studio) == first
