"""A verdict in words, and the score of the advice."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from nnstudio.core import advice as scores
from nnstudio.core.advice import MOST_VERDICTS, Advice, Tally, sureness
from nnstudio.core.finding import Finding, Fix
from nnstudio.core.verdict import ACCEPTED, WORDS, Reason, Verdict, measure

FIX = Fix("dropout_0.3", "Add dropout 0.3", lambda project: project)
FINDING = Finding("overfitting", "Overfitting", {}, "Why.", confidence=0.8, fixes=(FIX,))


def verdict(reason: Reason = "helped", **more: Any) -> Verdict:
    return Verdict(finding="overfitting", fix=FIX.id, title=FIX.title, reason=reason, **more)


def test_the_numbers_stand_in_one_line() -> None:
    tried = verdict(
        metric="val_loss", before=0.92, control=0.95, treatment=0.31, noise=0.04, seeds=3, continued=True
    )
    assert tried.line() == "validation loss 0.92 → 0.31, control 0.95, seed noise 0.04"
    assert tried.text() == "It helped: validation loss 0.92 → 0.31, control 0.95, seed noise 0.04."
    assert Verdict.model_validate_json(tried.model_dump_json()) == tried


def test_a_control_where_both_began_is_not_said_twice() -> None:
    once = verdict(metric="val_accuracy", control=0.7, treatment=0.9, noise=0.01)
    assert once.line() == "validation accuracy 0.7 → 0.9, noise 0.01"
    broken = verdict(metric="val_loss", control=None, treatment=0.2)
    assert broken.line() == "validation loss no number → 0.2"


@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_reason_is_a_sentence(reason: Reason) -> None:
    text = verdict(reason, new=("Overfitting",), details="It broke.").text()
    assert text.startswith(WORDS[reason])
    assert text.endswith(".")
    assert ".." not in text
    assert verdict(reason).accepted == (reason in ACCEPTED)


def test_measures_read_like_words() -> None:
    assert [measure(name) for name in ("val_loss", "train_r2", "val_f1", "val_top_5")] == [
        "validation loss", "training R²", "validation F1", "validation top 5",
    ]  # fmt: skip


def test_offers_tries_and_help_are_counted() -> None:
    advice = Advice().offering((FINDING,)).offering((FINDING,))
    advice = advice.judged(verdict()).judged(verdict("small"))
    assert advice.of("overfitting", FIX.id) == Tally(offered=2, tried=2, helped=1)
    assert advice.about("overfitting").words() == "helped 1 of 2 times in this project"
    assert Tally(offered=3).words() == ""
    assert Tally(tried=1, helped=1).words() == "helped 1 of 1 time in this project"
    assert advice.about("over") == Tally()
    assert Advice.model_validate_json(advice.model_dump_json()) == advice


def test_only_the_latest_verdicts_are_kept() -> None:
    advice = Advice()
    for epochs in range(MOST_VERDICTS + 2):
        advice = advice.judged(verdict(epochs=epochs))
    assert [advice.verdicts[0].epochs, len(advice.verdicts)] == [2, MOST_VERDICTS]
    assert advice.about("overfitting").tried == MOST_VERDICTS + 2


def test_sureness_begins_with_the_rule_and_follows_what_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scores, "measured", dict)
    advice = Advice()
    assert sureness(FINDING, advice) == pytest.approx(0.8)
    worse = advice
    for _ in range(6):
        advice, worse = advice.judged(verdict()), worse.judged(verdict("small"))
    assert sureness(FINDING, advice) > 0.9
    assert sureness(FINDING, worse) < 0.4


def test_sureness_knows_how_the_first_fix_did_in_the_benchmark(monkeypatch: pytest.MonkeyPatch) -> None:
    key = f"overfitting/{FIX.id}"
    monkeypatch.setattr(scores, "measured", lambda: {key: Tally(helped=0, tried=4)})
    assert sureness(FINDING, Advice()) == pytest.approx(0.4)
    monkeypatch.setattr(scores, "measured", lambda: {key: Tally(helped=12, tried=12)})
    assert sureness(FINDING, Advice()) == pytest.approx(0.95)


def test_the_benchmarks_table_is_there_and_sound() -> None:
    table = scores.measured()
    assert table
    assert all(0 <= tally.helped <= tally.tried for tally in table.values())
    assert all(name.count("/") == 1 for name in table)
