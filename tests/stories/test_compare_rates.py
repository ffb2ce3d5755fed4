"""Rates are compared under the slider, one is taken with a click, and one undo takes it back."""

from __future__ import annotations

from tests.stories.studio import Studio


def test_compare_take_one_and_undo(studio: Studio) -> None:
    studio.open_example("Moons")
    before = studio.project
    rates = studio.window.session.rates
    studio.click("Compare learning rates")
    studio.wait(lambda: rates.strip is not None and not rates.busy)
    strip = rates.strip
    assert strip is not None
    assert strip.together, "a dense network at 24 rates in one program"
    assert strip.best is not None
    assert studio.project == before, "a comparison alone changes nothing"

    panel = studio.window.design.hyperparameters.rates
    panel.rate_chosen.emit(strip.best.rate)
    assert studio.project.training.optimizer.rate == strip.best.rate
    assert rates.strip is strip, "it still is about this network"
    studio.key("Ctrl+Z")
    assert studio.project == before
    studio.enter("Batch size", "64")
    assert rates.strip is None, "with other settings other rates may be best"


def test_given_up_and_closed_while_it_goes_on(studio: Studio) -> None:
    studio.open_example("Digits by a ResNet")
    rates = studio.window.session.rates
    studio.click("Compare learning rates")
    assert rates.busy
    assert not studio.window.actions_by_name["train"].isEnabled()
    studio.click("Cancel the comparison")
    assert not rates.busy
    assert studio.window.actions_by_name["train"].isEnabled()
    studio.click("Compare learning rates")
    studio.window.session.document.set_saved()
    studio.window.close()
    assert not rates.busy
