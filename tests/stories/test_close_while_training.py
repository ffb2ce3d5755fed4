"""Closing in the middle of a run asks once: keep it, throw it away, or go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnstudio.core.files import load
from tests.stories.studio import Studio


@pytest.fixture
def training(studio: Studio) -> Studio:
    """The studio in the middle of a long run."""
    studio.open_example("Moons")
    studio.plan_long()
    studio.train(epochs=3)
    return studio


def test_cancel_goes_on_training(training: Studio) -> None:
    with training.answering("Cancel"):
        assert not training.window.close()
    assert training.window.isVisible()
    assert training.state == "running"
    epochs = len(training.losses())
    training.wait(lambda: len(training.losses()) > epochs)
    assert len(training.asked) == 1
    assert "still running" in training.asked[0]


def test_keep_saves_what_was_learnt(
    training: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kept.nnproj"
    monkeypatch.setattr(training.window.files, "ask_save_path", lambda _start: str(path))
    with training.answering("Keep and save"):
        assert training.window.close()
    assert len(training.asked) == 1
    (run,) = load(path).runs
    assert run.record.status == "stopped"
    assert run.history.epochs >= 3
    assert run.weights["best"]
    assert run.weights["last"]


def test_throw_away_closes_and_leaves_nothing(training: Studio, tmp_path: Path) -> None:
    with training.answering("Throw away"):
        assert training.window.close()
    assert len(training.asked) == 1
    assert not training.window.isVisible()
    assert list(tmp_path.glob("*.nnproj")) == []


def test_a_paused_run_is_asked_about_too(training: Studio) -> None:
    training.click("Pause")
    with training.answering("Throw away"):
        assert training.window.close()
    assert len(training.asked) == 1
