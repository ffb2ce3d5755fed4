"""The learning rate is dragged in the middle of a run: it acts, the curve is marked, the run goes on."""

from __future__ import annotations

from nnstudio.ui.widgets.slider_track import SliderTrack
from tests.stories.studio import Studio


def test_dragging_the_rate_marks_the_curve_and_the_run_goes_on(studio: Studio) -> None:
    studio.open_example("Moons")
    studio.plan_long()
    studio.train(epochs=3)
    track = studio.find(SliderTrack, "Learning rate")
    before = studio.project.training.optimizer.rate
    for _ in studio.slide(track, 0.5, 0.1):
        pass
    after = studio.project.training.optimizer.rate
    assert after < before
    history = studio.window.session.trainer.history
    studio.wait(lambda: history.marks)
    assert history.marks[-1].path.endswith("rate")
    assert history.marks[-1].after == after
    epochs = history.epochs
    studio.wait(lambda: history.epochs >= epochs + 3)
    assert studio.state == "running"
    studio.wait(lambda: history["rate"][-1] == after)

    studio.click("Stop")
    studio.wait(lambda: studio.runs)
    assert studio.runs[0].history.marks == history.marks
    studio.key("Ctrl+Z")
    assert studio.project.training.optimizer.rate == before, "the whole drag is one undo step"
