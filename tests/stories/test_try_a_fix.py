"""A fix is tried beside the run: what helps is taken over, what does not is rolled back and said so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nnstudio.cli import main
from nnstudio.core.run import Run
from nnstudio.ui.charts.curves import GHOSTS
from nnstudio.ui.fixer import Fixer
from nnstudio.ui.panels.finding_card import FindingCard
from tests.stories.studio import Studio

COLUMNS = 6


@pytest.fixture
def noisy(tmp_path: Path, start: Callable[..., Studio]) -> Studio:
    """A table whose classes are half chance, learnt by heart: 64 units and no early stopping."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(230, COLUMNS))
    y = x[:, 0] + 0.9 * rng.normal(size=230) > 0
    rows = [
        ",".join([*(f"{v:.4f}" for v in row), "yes" if sign else "no"])
        for row, sign in zip(x, y, strict=True)
    ]
    table = tmp_path / "noisy.csv"
    table.write_text("\n".join([",".join([*"abcdef", "answer"]), *rows]) + "\n")
    path = tmp_path / "noisy.nnproj"
    shape = ("--shape", "constant", "--depth", "1", "--width", "64", "--header", "yes")
    edits = ("training.epochs=120", "training.early_stopping.on=false", "training.optimizer.rate=0.03")
    split = ("data.split.train=0.5", "data.split.validation=0.35")
    words = (
        "new",
        str(path),
        "--data",
        str(table),
        "--target",
        "answer",
        *shape,
        "--set",
        *edits,
        *split,
        "-q",
    )
    assert main(list(words)) == 0
    studio = start(path)
    studio.wait(lambda: studio.window.session.loaded is not None)
    return studio


def fixer(studio: Studio) -> Fixer:
    return studio.window.session.mending.fixer


def card(studio: Studio) -> FindingCard:
    """Return the card on top."""
    return studio.window.design.diagnosis.cards()[0]


def trained(studio: Studio) -> Run:
    studio.train()
    studio.wait(lambda: "verfit" in studio.labels(studio.window.design.diagnosis))
    return studio.runs[-1]


def attempt(studio: Studio, title: str) -> None:
    """Try a fix and wait for the verdict, with an eye on the curves."""
    more = [w for w in card(studio).findChildren(type(studio.button("Why?"))) if "more fix" in w.text()]
    if more and more[0].isVisible():
        more[0].click()
    name = next(fix.title for fix in card(studio).finding.fixes if title in fix.title)
    studio.click(f"Try: {name}", card(studio))
    assert fixer(studio).busy
    studio.wait(lambda: not fixer(studio).busy)


def test_an_overfitting_run_is_tried_and_verified(noisy: Studio) -> None:
    studio = noisy
    first = trained(studio)
    before = studio.project
    attempt(studio, "Weight decay")
    panel = studio.window.design.diagnosis
    assert "Fix verified: Weight decay" in studio.labels(panel)
    verified = fixer(studio).verified
    assert verified is not None
    assert verified.line() in studio.labels(panel)
    assert "Overfitting" not in studio.labels(panel)
    assert studio.project.training.weight_decay == 0.01
    assert studio.runs[0].record.id == first.record.id
    assert len(studio.runs) == 2, "the run with the fix is kept"
    assert studio.window.design.board.history is studio.runs[1].history
    assert studio.window.session.document.advice.about(verified.finding).helped == 1

    studio.key("Ctrl+Z")
    assert studio.project == before, "one undo step"


def test_a_fix_that_does_not_help_is_rolled_back_and_said_so(noisy: Studio) -> None:
    studio = noisy
    trained(studio)
    before = studio.project
    fixes = card(studio).finding.fixes
    attempt(studio, "Halve")
    words = studio.labels(card(studio))
    assert "Not taken over" in words
    assert "validation loss" in words
    assert studio.project == before
    assert len(studio.runs) == 1
    assert GHOSTS[1] in studio.window.design.board.loss.legend.accessibleName(), "both curves stay to be seen"
    refused = next(row for row, fix in zip(card(studio).rows, fixes, strict=True) if "Halve" in fix.title)
    assert refused.refused
    solid = [row for row in card(studio).rows if row.apply.property("role") == "primary"]
    assert len(solid) == 1
    assert not solid[0].refused, "the next fix is offered"
    assert not studio.window.session.document.stack.canUndo() or studio.project == before


def test_fix_everything_shows_its_path(noisy: Studio) -> None:
    studio = noisy
    trained(studio)
    studio.click("Fix everything")
    studio.wait(lambda: not fixer(studio).busy)
    panel = studio.window.design.diagnosis
    kept = [step for step in fixer(studio).path if step.kept]
    assert fixer(studio).outcome == "healthy"
    assert f"{len(kept)} of {len(fixer(studio).path)} changes kept" in studio.labels(panel)
    assert f"✓ {kept[-1].verdict.title}" in studio.labels(panel)
    assert len(studio.runs) == 1 + len(kept)
    assert not panel.heal.isVisible(), "nothing is left to fix"


def test_cancelling_and_training_give_a_try_up(noisy: Studio) -> None:
    studio = noisy
    trained(studio)
    before, runs = studio.project, studio.runs
    studio.click("Fix everything")
    studio.click("Cancel", studio.window.design.diagnosis)
    assert not fixer(studio).busy
    assert (studio.project, studio.runs) == (before, runs)
    studio.click(f"Try: {card(studio).finding.fixes[0].title}", card(studio))
    studio.click("Train")
    assert not fixer(studio).busy
    studio.wait(lambda: studio.state == "finished")
