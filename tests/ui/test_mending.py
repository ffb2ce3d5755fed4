"""Fixes tried by the session: when they may be, what is counted, kept, given up and forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from nnstudio.core.advice import Tally
from nnstudio.core.files import Saved, load, save
from nnstudio.core.finding import Finding, Fix
from nnstudio.core.run import Run
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.fixer import Fixer
from nnstudio.ui.notice import Notice
from nnstudio.ui.session import Session
from tests.ui.begun import circles, endless

RATE = "training.optimizer.rate"
PATIENCE = 30_000
IDLE = Fix("idle", "A little decay", lambda p: p.set("training.weight_decay", 1e-6))
BETTER = Fix("better", "A rate that learns", lambda p: p.set(RATE, 0.03).set("training.epochs", 60))
GONE = Fix("gone", "A layer that is gone", lambda p: p.set("network.gone.units", 3))
FINDING = Finding("made_up", "Made up", {}, "For a test.", fixes=(IDLE, BETTER, GONE))


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    """A session on the circles after a run far too slow."""
    begun = circles(6)
    project = begun.project.set(RATE, 1e-6).set("training.early_stopping.on", False)
    made = Session(project)
    made.loader.adopt(Loaded(project.data, begun.examples, begun.prepared))
    made.open(project)
    made.train_again()
    qtbot.waitUntil(lambda: made.trainer.state == "finished", timeout=PATIENCE)
    yield made
    made.close()


def fixer(session: Session) -> Fixer:
    return session.mending.fixer


def attempt(session: Session, qtbot: QtBot, fix: Fix) -> None:
    session.mending.try_fix(fix, FINDING)
    assert fixer(session).busy
    qtbot.waitUntil(lambda: not fixer(session).busy, timeout=PATIENCE)


def test_what_helps_is_one_undo_step_and_a_run(session: Session, qtbot: QtBot) -> None:
    before = session.project
    taken: list[Run] = []
    session.run_taken.connect(taken.append)
    attempt(session, qtbot, BETTER)
    assert session.project == BETTER.apply(before)
    assert [run.record.name for run in session.document.runs] == ["Run 1", "Run 2"]
    assert taken == [session.document.runs[1]]
    assert session.subject is taken[0], "the next fix builds on it"
    verified = fixer(session).verified
    assert verified is not None
    assert verified.accepted
    assert session.document.advice.of("made_up", "better") == Tally(tried=1, helped=1)
    session.document.stack.undo()
    assert session.project == before


def test_what_does_not_help_leaves_everything_as_it_was(session: Session, qtbot: QtBot) -> None:
    before = session.project
    attempt(session, qtbot, IDLE)
    assert session.project == before
    assert len(session.document.runs) == 1
    verdict = fixer(session).verdicts["made_up", "idle"]
    assert not verdict.accepted
    assert set(fixer(session).curves) == {"control", "treatment"}
    attempt(session, qtbot, GONE)
    assert fixer(session).verdicts["made_up", "gone"].reason == "failed"
    assert session.document.advice.about("made_up") == Tally(tried=2)


def test_a_run_that_ends_has_offered_its_fixes(session: Session) -> None:
    offered = [fix for finding in session.findings for fix in finding.fixes]
    advice = session.document.advice
    assert sum(tally.offered for tally in advice.tallies.values()) == len(offered)
    assert session.document.modified


def test_the_score_is_opened_with_the_project(session: Session) -> None:
    advice = session.document.advice.offering((FINDING,))
    session.document.keep_advice(advice)
    session.open(session.project, advice=advice)
    assert session.document.advice == advice
    session.open(session.project)
    assert session.document.advice != advice


def test_nothing_is_tried_while_training_or_twice(session: Session, qtbot: QtBot) -> None:
    assert session.mending.why_not() == ""
    session.mending.try_fix(BETTER, FINDING)
    assert "already" in session.mending.why_not()
    fixer(session).cancel()
    session.document.edit(endless(), "Longer")
    qtbot.waitUntil(lambda: session.loaded is not None, timeout=PATIENCE)
    session.train_again()
    assert "Pause or stop" in session.mending.why_not()
    session.mending.heal()
    assert not fixer(session).busy
    session.trainer.pause()
    assert session.mending.why_not() == ""
    assert session.subject is not None
    assert session.subject.history is session.trainer.history


def test_training_gives_a_try_up_and_another_run_forgets_it(session: Session, qtbot: QtBot) -> None:
    attempt(session, qtbot, IDLE)
    assert fixer(session).verdicts
    session.mending.heal()
    session.train_again()
    assert not fixer(session).busy
    assert not fixer(session).verdicts
    assert not fixer(session).curves
    qtbot.waitUntil(lambda: session.trainer.state == "finished", timeout=PATIENCE)


def test_a_fix_that_fits_no_more_is_not_forced(session: Session, qtbot: QtBot) -> None:
    heard: list[Notice] = []
    session.noticed.connect(heard.append)
    once = iter([True] * 2)
    fussy = Fix("fussy", "Only now", lambda p: BETTER.apply(p) if next(once, False) else GONE.apply(p))
    before = session.project
    attempt(session, qtbot, fussy)
    assert session.project == before
    assert any("does not fit" in notice.text for notice in heard)


def test_a_saved_score_reads_back(
    session: Session, qtbot: QtBot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    attempt(session, qtbot, IDLE)
    path = tmp_path_factory.mktemp("kept") / "a.nnproj"
    save(path, Saved(session.project, session.document.runs, advice=session.document.advice))
    assert load(path).advice == session.document.advice
