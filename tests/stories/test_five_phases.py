"""A student is led from the data to fine-tuning: the next step is always named, and one click away."""

from __future__ import annotations

from nnstudio.ui.panels.method import MethodPanel
from tests.stories.studio import Studio


def way(studio: Studio) -> MethodPanel:
    """Open the way through and return its panel."""
    panel = studio.window.guide.open().findChild(MethodPanel)
    assert panel is not None
    return panel


def test_from_a_baseline_through_overfitting_to_the_first_remedy(studio: Studio) -> None:
    studio.open_example("Digits, learnt by heart")
    phase = studio.window.status.phase
    studio.wait(lambda: "phase 2 of 5" in phase.text())
    assert "Train a first" in phase.toolTip()

    studio.enter("Epochs", "60")
    studio.train()
    studio.wait(lambda: "phase 4 of 5 — Regularise" in phase.text())
    sliders = studio.window.design.hyperparameters.sliders()
    assert sliders["dropout"].arrow.text() == "↑"
    assert "verfit" in sliders["dropout"].arrow.toolTip()

    panel = way(studio)
    assert panel.phases.current() == "4"
    before = studio.project
    panel.button.click()
    assert studio.project != before, "the mildest remedy is applied"
    studio.key("Ctrl+Z")
    assert studio.project == before
    studio.window.guide.open().close()


def test_a_first_run_that_is_only_paused_has_left_the_baseline_behind(studio: Studio) -> None:
    studio.open_example("Digits, learnt by heart")
    phase = studio.window.status.phase
    studio.plan_long()
    studio.train(epochs=5)
    trainer = studio.window.session.trainer
    trainer.pause()
    studio.wait(lambda: "phase 2" not in phase.text() and "phase" in phase.text())
    assert trainer.state == "paused"
    assert not studio.window.session.document.runs, "nothing is kept before the run is over"
    trainer.reset()
    studio.wait(lambda: "phase 2 of 5" in phase.text())
