"""The diagnosis cards: worst first, fixes that tell what they change, nothing rebuilt without need."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from nnstudio.catalog.layers.dense import Dense
from nnstudio.core.advice import Advice
from nnstudio.core.finding import Finding, Fix, Severity
from nnstudio.core.project import Project
from nnstudio.core.verdict import Verdict
from nnstudio.ui.fixer import Fixer, Step
from nnstudio.ui.panels.diagnosis import ALSO_SEEN, DiagnosisPanel
from nnstudio.ui.panels.finding_card import FindingCard
from nnstudio.ui.panels.fix_row import preview_text
from tests.ui.begun import circles

PROJECT = circles().project
RATE = "training.optimizer.rate"
LOWER = Fix("lower", "Learning rate 0.001 → 0.0001", lambda p: p.set(RATE, 0.0001), restart=False)
LONGER = Fix("longer", "Epochs 4 → 50", lambda p: p.set("training.epochs", 50))


def finding(id: str = "too_fast", severity: Severity = "warning", loss: float = 0.5, **more: Any) -> Finding:
    """Return a finding with two fixes."""
    fixes = () if severity == "ok" else (LOWER, LONGER)
    return Finding(id, f"Title of {id}", {"loss": loss}, f"Why {id}", severity, **{"fixes": fixes, **more})


@pytest.fixture
def panel(qtbot: QtBot) -> DiagnosisPanel:
    """An empty panel."""
    made = DiagnosisPanel()
    qtbot.addWidget(made)
    made.show()
    return made


def words(panel: DiagnosisPanel) -> str:
    """Return all words of the panel."""
    return "\n".join(label.text() for label in panel.findChildren(QLabel))


def buttons(card: FindingCard) -> list[QPushButton]:
    """Return the buttons to be seen on a card, in order, but for those that try a fix."""
    seen = [button for button in card.findChildren(QPushButton) if button.isVisibleTo(card)]
    return [button for button in seen if button.text() != "Try it"]


def test_problems_come_first_and_not_too_many(panel: DiagnosisPanel) -> None:
    problems = [finding(f"p{i}") for i in range(ALSO_SEEN + 3)]
    panel.show_findings((finding("fine", "ok"), *problems), PROJECT)
    shown = [card.finding.id for card in panel.cards()]
    assert shown == [f"p{i}" for i in range(ALSO_SEEN + 1)] + ["fine"]


def test_a_card_names_problem_evidence_and_reason(panel: DiagnosisPanel) -> None:
    panel.show_findings((finding(),), PROJECT)
    for text in ("Title of too_fast", "loss 0.5", "Why too_fast"):
        assert text in words(panel)


def test_what_is_fine_has_no_buttons_and_explains_itself_on_demand(panel: DiagnosisPanel) -> None:
    panel.show_findings((finding("fine", "ok"),), PROJECT)
    (card,) = panel.cards()
    assert not buttons(card)
    assert card.toolTip() == "Why fine"


def test_a_fix_shows_what_it_would_change_and_when(panel: DiagnosisPanel) -> None:
    panel.show_findings((finding(),), PROJECT)
    lower, longer, _why = buttons(panel.cards()[0])
    assert lower.toolTip() == "Learning rate 0.001 → 0.0001\nTakes effect at the next step.\nOne undo step."
    assert "Epochs 4 → 50\nTakes effect when training starts again." in longer.toolTip()
    assert longer.accessibleName() == "Fix: Epochs 4 → 50"


def test_why_asks_for_the_page_about_the_problem(panel: DiagnosisPanel) -> None:
    heard: list[str] = []
    panel.page_wanted.connect(heard.append)
    panel.show_findings((finding(),), PROJECT)
    why = buttons(panel.cards()[0])[-1]
    assert why.text() == "Why?"
    assert why.accessibleName().startswith("Why: ")
    why.click()
    assert heard == ["too_fast"]


def test_the_preview_follows_the_project(panel: DiagnosisPanel) -> None:
    panel.show_findings((finding(),), PROJECT)
    panel.show_findings((finding(),), PROJECT.set(RATE, 0.5))
    assert buttons(panel.cards()[0])[0].toolTip().startswith("Learning rate 0.5 → 0.0001")


def test_a_fix_for_a_layer_that_is_gone_says_so() -> None:
    def gone(project: Project) -> Project:
        return project.with_network(project.network.replace("n77", Dense()))

    assert "any more" in preview_text(Fix("gone", "Widen", gone), PROJECT)


def test_choosing_a_fix_tells_it_with_its_finding(panel: DiagnosisPanel) -> None:
    heard: list[tuple[Fix, Finding]] = []
    panel.fix_chosen.connect(lambda fix, about: heard.append((fix, about)))
    panel.show_findings((finding(),), PROJECT)
    buttons(panel.cards()[0])[1].click()
    assert heard[0][0] is LONGER
    assert heard[0][1].id == "too_fast"


def test_cards_stay_while_only_their_numbers_change(panel: DiagnosisPanel) -> None:
    heard: list[Fix] = []
    panel.fix_chosen.connect(lambda fix, _finding: heard.append(fix))
    panel.show_findings((finding(loss=0.5), finding("fine", "ok")), PROJECT)
    before = panel.cards()
    half = replace(LOWER, title="Learning rate 0.001 → 0.0005")
    later = replace(finding(loss=0.25), title="Too fast since epoch 3", fixes=(half, LONGER))
    panel.show_findings((later, finding("fine", "ok")), PROJECT)
    assert panel.cards() == before
    assert "loss 0.25" in words(panel)
    assert "Too fast since epoch 3" in words(panel)
    button = buttons(before[0])[0]
    assert button.text() == half.title
    button.click()
    assert heard == [half], "the button does what it says now"


def test_cards_stay_when_others_join_or_leave_them(panel: DiagnosisPanel) -> None:
    panel.show_findings((finding("a"), finding("b"), finding("fine", "ok")), PROJECT)
    a, b, fine = panel.cards()
    panel.show_findings((finding("b", loss=0.25), finding("c"), finding("a")), PROJECT)
    first, new, last = panel.cards()
    assert (first, last) == (b, a)
    assert new not in (a, b, fine)
    assert [card.finding.id for card in panel.cards()] == ["b", "c", "a"]
    assert "loss 0.25" in words(panel)
    assert not fine.isVisible()


def test_a_problem_told_twice_has_two_cards(panel: DiagnosisPanel) -> None:
    panel.show_findings((finding("a"), finding("a")), PROJECT)
    panel.show_findings((finding("a"),), PROJECT)
    assert len(panel.cards()) == 1
    panel.show_findings((finding("a"), finding("a")), PROJECT)
    assert len(panel.cards()) == 2


def test_other_problems_make_other_cards(panel: DiagnosisPanel) -> None:
    panel.show_findings((finding(),), PROJECT)
    before = panel.cards()
    panel.show_findings((finding(severity="error"),), PROJECT)
    assert panel.cards()[0] is not before[0]
    panel.show_findings((), PROJECT)
    assert panel.cards() == []
    assert "Press Train" in words(panel)


def test_layers_are_pointed_at(panel: DiagnosisPanel) -> None:
    heard: list[tuple[str, ...]] = []
    panel.layers_pointed.connect(heard.append)
    panel.show_findings((finding(fixes=(), layers=("n1", "n2")),), PROJECT)
    show, _why = buttons(panel.cards()[0])
    assert show.text() == "Show layers"
    assert show.toolTip()
    show.click()
    assert heard == [("n1", "n2")]


def attempts(panel: DiagnosisPanel) -> list[QPushButton]:
    """Return the buttons that try a fix, on the first card."""
    return [row.attempt for row in panel.cards()[0].rows]


def test_each_fix_can_be_tried_and_everything_at_once(panel: DiagnosisPanel) -> None:
    heard: list[object] = []
    panel.try_wanted.connect(lambda fix, finding: heard.append((fix, finding.id)))
    panel.heal_wanted.connect(lambda: heard.append("heal"))
    panel.show_findings((finding(),), PROJECT)
    panel.show_fixer(Fixer(panel), Advice(), "")
    for button in (*attempts(panel), panel.heal):
        assert button.toolTip()
        assert button.accessibleName()
        button.click()
    assert heard == [(LOWER, "too_fast"), (LONGER, "too_fast"), "heal"]
    panel.show_fixer(Fixer(panel), Advice(), "The training runs.")
    assert not any(button.isEnabled() for button in (*attempts(panel), panel.heal))
    assert attempts(panel)[0].toolTip() == "The training runs."
    panel.show_findings((finding("fine", "ok"),), PROJECT)
    assert panel.heal.isHidden(), "there is nothing to fix"


def test_a_refused_fix_says_why_and_the_next_one_is_offered(panel: DiagnosisPanel) -> None:
    refused = Verdict(
        finding="too_fast",
        fix="lower",
        title="x",
        reason="small",
        metric="val_loss",
        control=0.5,
        treatment=0.49,
    )
    fixer = Fixer(panel)
    fixer.verdicts["too_fast", "lower"] = refused
    advice = Advice().judged(refused).judged(refused.model_copy(update={"fix": "longer", "reason": "helped"}))
    panel.show_findings((finding(),), PROJECT)
    panel.show_fixer(fixer, advice, "")
    assert refused.text() in words(panel)
    assert "Helped 1 of 1 time in this project" in words(panel)
    first, second = panel.cards()[0].rows
    assert (first.apply.property("role"), second.apply.property("role")) == ("small", "primary")
    assert "83% sure" in words(panel)


def test_a_try_shows_how_far_it_is_and_can_be_cancelled(panel: DiagnosisPanel) -> None:
    heard: list[bool] = []
    panel.cancelled.connect(lambda: heard.append(True))
    fixer = Fixer(panel)
    fixer.trying, fixer.words, fixer.share = ("too_fast", "longer"), "With the fix: epoch 3 of 9", 1 / 3
    panel.show_findings((finding(),), PROJECT)
    panel.show_fixer(fixer, Advice(), "A fix is being tried already.")
    first, second = panel.cards()[0].rows
    assert first.progress.isHidden()
    assert "epoch 3 of 9" in second.words.text()
    second.progress.findChildren(QPushButton)[0].click()
    assert heard == [True]
    fixer.trying = None
    panel.show_fixer(fixer, Advice(), "")
    assert second.progress.isHidden()


def test_far_fixes_are_folded_until_asked_for(panel: DiagnosisPanel) -> None:
    fixes = tuple(Fix(f"f{i}", f"Fix {i}", LOWER.apply) for i in range(5))
    panel.show_findings((finding(fixes=fixes),), PROJECT)
    card = panel.cards()[0]
    assert [row.isHidden() for row in card.rows] == [False] * 3 + [True] * 2
    next(button for button in buttons(card) if button.text() == "2 more fixes…").click()
    assert not any(row.isHidden() for row in card.rows)


def test_the_path_and_the_verified_fix_are_shown(panel: DiagnosisPanel) -> None:
    fixer = Fixer(panel)
    told = Verdict(
        finding="too_fast", fix="lower", title="Lower", reason="helped", metric="val_loss", control=0.9,
        treatment=0.3, noise=0.02, seeds=3,
    )  # fmt: skip
    fixer.verified = told
    panel.show_fixer(fixer, Advice(), "")
    assert "Fix verified: Lower" in words(panel)
    assert "validation loss 0.9 → 0.3, seed noise 0.02 over 3 seeds" in words(panel)
    refused = told.model_copy(update={"reason": "stays", "title": "Other"})
    fixer.path = [Step("Too fast", refused, kept=False), Step("Too fast", told, kept=True)]
    fixer.outcome = "healthy"
    panel.show_fixer(fixer, Advice(), "")
    assert "Nothing serious is wrong any more: 1 of 2 changes kept" in words(panel)
    assert "2. ✓ Lower" in words(panel)
    panel.show_fixer(Fixer(panel), Advice(), "")
    assert panel.path.isHidden()
