"""Rules read what probes, simple models and checks on demand have found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnstudio.core.check import CheckId, CheckResult, Outcome
from nnstudio.core.comparison import Giveaway, SplitShift
from nnstudio.core.files import Saved, load, save
from nnstudio.core.finding import Evidence
from nnstudio.core.run import Run, RunRecord
from nnstudio.diagnosis import diagnose
from nnstudio.diagnosis.comparison import compared, in_doubt
from nnstudio.diagnosis.score import score_noise
from tests.diagnosis.cases import FIRING, beside_simple, shuffled_run, with_layer
from tests.diagnosis.simulate import evidence, facts, healthy_run, history, project, stuck_run
from tests.engine.made import classes


def ids(case: Evidence) -> list[str]:
    return [finding.id for finding in diagnose(case) if finding.severity != "ok"]


def asked(case: Evidence, id: CheckId, outcome: Outcome, **numbers: float) -> Evidence:
    found = CheckResult(id=id, outcome=outcome, verdict="So it is.", numbers=dict(numbers))
    return replace(case, checks=(*case.checks, found))


def test_simple_models_tell_a_hard_task_from_a_network_too_simple() -> None:
    weak = FIRING["underfitting"]()
    assert ids(weak)[0] == "underfitting"
    assert "underfitting" not in ids(beside_simple(weak, 0.58, 0.6))
    better = beside_simple(weak, 0.9, 0.95)
    assert diagnose(better)[0].evidence["simple model's acc"] == 0.95


def test_answers_that_no_model_can_learn_are_suspected_without_memory() -> None:
    stuck = evidence(stuck_run(), project(width=128))
    assert ids(stuck)[0] == "stagnation"
    assert ids(beside_simple(stuck, 0.5, 0.51)) == ["corrupted_labels"]
    assert ids(beside_simple(stuck, 0.5, 0.95))[0] == "stagnation"


@pytest.mark.parametrize(("outcome", "fires"), [("bad", True), ("good", False)])
def test_the_check_of_shuffled_answers_decides(outcome: Outcome, fires: bool) -> None:
    assert ("corrupted_labels" in ids(asked(shuffled_run(), "shuffled_labels", outcome))) == fires


def test_a_network_that_cannot_learn_a_batch_is_not_too_simple() -> None:
    weak = FIRING["underfitting"]()
    assert "underfitting" not in ids(asked(weak, "one_batch", "bad"))
    stuck = asked(evidence(stuck_run(), project(width=128)), "one_batch", "bad")
    assert diagnose(stuck)[0].title == "The network cannot learn a handful of rows"


def test_inputs_that_make_no_difference_are_named() -> None:
    stuck = asked(evidence(stuck_run(), project(width=128)), "input_independent", "bad")
    assert diagnose(stuck)[0].title == "The inputs make no difference to the answers"


def test_the_range_test_decides_about_the_rate() -> None:
    slow = FIRING["lr_too_low"]()
    assert "lr_too_low" in ids(asked(slow, "rate_range", "bad", rate=1e-6, **{"suggested rate": 0.01}))
    assert "lr_too_low" not in ids(asked(slow, "rate_range", "good", rate=1e-6))
    loss, chance = np.abs(1.4 + 0.4 * np.random.default_rng(2).standard_normal(40)), np.full(40, 0.5)
    high = evidence(history(loss, loss, chance, chance), project(training__optimizer__rate=0.01))
    told = asked(high, "rate_range", "bad", rate=0.01, **{"suggested rate": 1e-4})
    assert ids(told)[0] == "lr_too_high"


def test_a_light_penalty_is_blamed_once_it_is_shown_to_do_harm() -> None:
    held = evidence(stuck_run(), project(training__weight_decay=0.005, width=128))
    assert "over_regularization" not in ids(held)
    assert "over_regularization" in ids(asked(held, "no_regularisation", "bad"))


def test_the_noise_between_seeds_counts() -> None:
    case = evidence(healthy_run())
    assert score_noise(asked(case, "seeds", "good", **{"score noise": 0.2}), "val", 0.9) == 0.2
    assert score_noise(asked(case, "seeds", "good", **{"score noise": 0.0}), "val", 0.9) < 0.1


@pytest.mark.parametrize(
    ("alone", "runner_up", "fires"),
    [(1.0, 0.5, True), (1.0, 0.0, False), (1.0, 0.95, False), (0.95, 0.5, False)],
)
def test_a_feature_that_is_the_answer(alone: float, runner_up: float, fires: bool) -> None:
    known = facts(giveaway=Giveaway(feature="b", alone=alone, runner_up=runner_up))
    assert ("data_leakage" in ids(evidence(known=known))) == fires


@pytest.mark.parametrize(
    ("values", "fires"),
    [
        ({"typical": 2.0, "stretch": 1.0}, True),
        ({"typical": 0.1, "stretch": 3.0}, True),
        ({"typical": 0.1, "stretch": 1.05}, False),
    ],
)
def test_splits_that_differ_feature_by_feature(values: dict[str, float], fires: bool) -> None:
    known = facts(shift=SplitShift(largest=9.0, feature="a", **values))
    stuck = evidence(stuck_run(), known=known)
    assert ("train_val_preprocessing_mismatch" in ids(stuck)) == fires
    assert "train_val_preprocessing_mismatch" not in ids(evidence(healthy_run(), known=known))


def test_a_loud_start_is_shown_by_its_first_loss() -> None:
    of = with_layer(project(), 0, init="normal", init_value=3.5)
    run = stuck_run()
    assert "bad_init_scale" not in ids(evidence(run, of))
    run.initial_loss = 12.0
    found = diagnose(evidence(run, of))[0]
    assert found.id == "bad_init_scale"
    assert found.evidence["first loss"] == 12.0


def test_only_a_run_in_doubt_is_compared() -> None:
    prepared = classes(2, rows=300, validation=100)
    well = evidence(healthy_run(), status="early stopped")
    assert not in_doubt(well)
    assert compared(well, prepared) is well
    stuck = compared(evidence(stuck_run()), prepared)
    assert stuck.facts is not None
    assert stuck.facts.reference is not None
    assert compared(stuck, prepared) is stuck


def same(case: Evidence) -> list[dict[str, Any]]:
    return [
        {
            "id": f.id,
            "title": f.title,
            "evidence": f.evidence,
            "confidence": f.confidence,
            "primary": f.primary,
        }
        for f in diagnose(case)
    ]


@pytest.mark.parametrize("name", sorted(FIRING))
def test_a_saved_run_is_diagnosed_with_the_same_result(name: str, tmp_path: Path) -> None:
    case = FIRING[name]()
    case.history.facts = case.facts
    record = RunRecord(
        id="r", name="Run 1", created="2026-01-31T12:00:00+01:00", project=case.project, status=case.status,
        message=case.message, checks=asked(case, "seeds", "good", loss=0.5).checks,
    )  # fmt: skip
    save(tmp_path / "p.nnproj", Saved(case.project, (Run(record, case.history),)))
    (kept,) = load(tmp_path / "p.nnproj").runs
    told = kept.record
    trace, facts = told.project.trace(), kept.history.facts
    again = Evidence(told.project, trace, facts, kept.history, told.status, told.message, told.checks)
    assert same(again) == same(replace(case, checks=record.checks))
