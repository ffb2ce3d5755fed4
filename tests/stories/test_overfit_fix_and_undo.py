"""A run goes wrong, the card says so with numbers, one click mends the project, one undo takes it back."""

from __future__ import annotations

from nnstudio.core.diff import changes
from nnstudio.ui.panels.finding_card import FindingCard
from tests.stories.studio import Studio


def first_card(studio: Studio) -> FindingCard:
    """Return the card on top."""
    return studio.window.design.diagnosis.cards()[0]


def test_overfitting_is_named_mended_undone_and_trained_again(studio: Studio) -> None:
    studio.open_example("Digits, learnt by heart")
    studio.enter("Epochs", "60")
    studio.train()
    studio.wait(lambda: "verfit" in studio.labels(studio.window.design.diagnosis))
    card = first_card(studio)
    finding = card.finding
    assert finding.primary
    assert finding.since_epoch is not None
    assert str(finding.since_epoch) in finding.title
    words = studio.labels(card)
    assert finding.line() in words
    assert "train" in finding.line()
    assert finding.why in words

    before = studio.project
    fix = finding.fixes[0]
    button = studio.button(f"Fix: {fix.title}", card)
    promised = [change.text() for change in fix.preview(before)]
    assert promised
    for line in promised:
        assert line in button.toolTip()
    studio.click(f"Fix: {fix.title}", card)
    mended = studio.project
    assert [change.text() for change in changes(before, mended)] == promised
    assert promised[0] in studio.notice

    studio.key("Ctrl+Z")
    assert studio.project == before
    studio.key("Ctrl+Y")
    assert studio.project == mended
    studio.click("Train again")
    studio.wait(lambda: len(studio.runs) == 2)
    assert studio.runs[0].record.project == before
    assert studio.runs[1].record.project == mended


def test_a_rate_far_too_high_is_found_and_cured(studio: Studio) -> None:
    studio.open_example("Steps too large")
    studio.train()
    studio.wait(lambda: studio.window.design.diagnosis.cards())
    before = studio.project
    card = first_card(studio)
    assert card.finding.severity in ("error", "warning")
    studio.click(f"Fix: {card.finding.fixes[0].title}", card)
    assert studio.project.training.optimizer.rate < before.training.optimizer.rate
    studio.train()
    worse, better = (min(run.history["val_loss"]) for run in studio.runs)
    assert better < worse
