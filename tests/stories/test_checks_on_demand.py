"""A doubt about a run becomes evidence: a check runs beside it, is shown and kept; the run stays as it is."""

from __future__ import annotations

from tests.stories.studio import Studio


def test_a_check_is_run_shown_and_kept_with_the_run(studio: Studio) -> None:
    studio.open_example("Moons")
    studio.enter("Epochs", "8")
    studio.train()
    panel = studio.window.design.diagnosis.checks
    assert not panel.is_open()
    studio.click("Checks on demand")
    before, seen = studio.project, studio.losses()
    studio.click("Run check: Fit one batch", panel)
    checker = studio.window.session.checker
    assert checker.busy
    assert not studio.window.actions_by_name["train"].isEnabled()
    studio.wait(lambda: not checker.busy)
    row = panel.rows["one_batch"]
    assert "learnt by heart" in row.verdict.text()
    assert studio.project == before
    assert studio.losses() == seen, "the run stays as it is"
    assert [result.id for result in studio.runs[0].record.checks] == ["one_batch"]

    studio.enter("Batch size", "64")
    assert row.verdict.isHidden(), "it said nothing about this project"
    studio.key("Ctrl+Z")
    studio.wait(lambda: not row.verdict.isHidden())


def test_all_checks_can_be_given_up(studio: Studio) -> None:
    studio.open_example("Digits")
    studio.click("Checks on demand")
    panel = studio.window.design.diagnosis.checks
    studio.click("Run all", panel)
    checker = studio.window.session.checker
    studio.wait(lambda: checker.progress is not None)
    studio.click("Cancel", panel)
    assert not checker.busy
    assert studio.window.actions_by_name["train"].isEnabled()
    studio.click("Run all", panel)
    studio.window.session.document.set_saved()
    studio.window.close()
    assert not checker.busy
