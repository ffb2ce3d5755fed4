"""Every example opens, trains within moments, learns what its story says, and fails only on purpose."""

from __future__ import annotations

import pytest

import nnstudio.data
from nnstudio.catalog.examples import EXAMPLES, Example, example
from nnstudio.core.finding import Evidence
from nnstudio.core.project import Project
from nnstudio.core.run import Finished, fold
from nnstudio.data.beginning import begin_example
from nnstudio.diagnosis import diagnose
from nnstudio.engine.train import train

assert nnstudio.data.csv_file  # Fills the registries.

ENOUGH = {
    "circles": 0.97, "xor": 0.93, "gaussians": 0.97, "spirals": 0.97, "moons": 0.95, "iris": 0.9, "wine": 0.9,
    "breast_cancer": 0.93, "digits": 0.94, "curve": 0.9, "surface": 0.85, "diabetes": 0.35,
    "digits_resnet": 0.97, "shapes": 0.93, "opinions": 0.85, "alice": 0.35, "sunspots": 0.8, "airline": 0.9,
    "song_moods": 0.85, "fruit_ripeness": 0.7,
}  # fmt: skip
"""Validation accuracy, F1 of labels or R² at the best epoch."""


@pytest.mark.parametrize("chosen", EXAMPLES, ids=lambda e: e.name)
def test_it_opens_ready_to_train(chosen: Example) -> None:
    begun = begin_example(chosen.name)
    table = begun.project.trace()
    assert table is not None
    assert table.valid
    assert begun.project.name == chosen.title
    assert begun.prepared.signature == begun.project.signature
    assert Project.model_validate_json(begun.project.model_dump_json()) == begun.project
    for path, value in chosen.edits.items():
        assert begun.project.get(path) == value


@pytest.mark.parametrize("chosen", EXAMPLES, ids=lambda e: e.name)
def test_it_learns_or_fails_as_its_story_says(chosen: Example) -> None:
    begun = begin_example(chosen.name)
    events = list(train(begun.project, begun.prepared))
    last, history = events[-1], fold(events)
    assert isinstance(last, Finished)
    evidence = Evidence(
        begun.project, begun.project.trace(), begun.prepared.facts, history, last.status, last.message
    )
    problems = [finding for finding in diagnose(evidence) if finding.severity in ("error", "warning")]
    if chosen.goes_wrong:
        assert "on purpose" in chosen.story
        assert (
            problems[0].id == {"digits_overfit": "overfitting", "rate_too_high": "lr_too_high"}[chosen.name]
        )
        assert problems[0].fixes
        return
    assert [finding.id for finding in problems] == []
    scores = history["val_accuracy"] or history["val_label_f1"] or history["val_r2"]
    assert scores[last.best_epoch - 1] >= ENOUGH[chosen.name]


def test_names_are_unique_and_the_words_short_enough_for_a_card() -> None:
    assert len({chosen.name for chosen in EXAMPLES}) == len(EXAMPLES)
    assert all(20 < len(chosen.story) <= 170 and len(chosen.title) <= 26 for chosen in EXAMPLES)


def test_an_unknown_example_lists_the_known() -> None:
    assert example("iris").title == "Iris"
    with pytest.raises(KeyError, match="there is no example 'rose'; there are: circles"):
        example("rose")
