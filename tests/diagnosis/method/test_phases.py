"""The five phases: each problem belongs to one, and the next step leads out of it."""

import json
from dataclasses import replace

import pytest

from nnstudio.catalog.presets import Funnel
from nnstudio.core.finding import Finding
from nnstudio.core.project import Project
from nnstudio.core.run import History, Run, RunRecord
from nnstudio.diagnosis import diagnose
from nnstudio.diagnosis.method import Standing, journey, journey_json
from nnstudio.diagnosis.method.levels import ladder, next_rung
from tests.diagnosis.cases import overfitting_run
from tests.diagnosis.simulate import evidence, facts, healthy_run, project, stuck_run


def run_of(history: History, of: Project | None = None, **record: object) -> Run:
    """Return a kept run with these curves."""
    history.facts = facts()
    known = {"id": "r", "name": "Run 1", "created": "", "project": of or project(), "status": "done"}
    return Run(RunRecord.model_validate({**known, **record}), history, {"best": b"x"})


def standing(run: Run | None = None, *findings: Finding) -> Standing:
    """Return where a project with one run stands."""
    of = run.record.project if run else project()
    found = findings or (tuple(diagnose(evidence(run.history, of))) if run else ())
    return Standing(of, facts(), (run,) if run else (), found)


def test_without_data_the_first_step_is_to_choose_them() -> None:
    found = journey(Standing(project()))
    assert (found.at, found.advice.page) == (1, "data")
    assert not any(item.done for item in found.phase.items)


def test_with_data_but_no_run_a_baseline_comes_next() -> None:
    found = journey(standing())
    assert found.at == 2
    assert found.line == "phase 2 of 5 — Baseline"
    assert all(item.done for item in found.phases[0].items), "the data are fine"


def test_a_network_that_learns_nothing_is_no_baseline() -> None:
    found = journey(standing(run_of(stuck_run(60)), Finding("nothing", "", {}, "", severity="hint")))
    assert (found.at, found.advice.page) == (2, "data")


def test_a_first_run_under_way_is_waited_for() -> None:
    under_way = standing(run_of(healthy_run(30), status="running"))
    found = journey(under_way)
    assert (found.at, found.advice.text) == (3, "Let the run go on")
    assert [item.done for item in found.phase.items] == [True, False]
    assert all(item.done for item in found.phases[1].items), "the baseline is there"
    again = replace(under_way, runs=(run_of(healthy_run(100)), *under_way.runs))
    assert journey(again).at == 5, "a run that is over has told more"


def test_a_first_run_that_knows_nothing_yet_may_still_learn() -> None:
    early = standing(run_of(stuck_run(8), status="running"), Finding("nothing", "", {}, "", severity="hint"))
    found = journey(early)
    assert (found.at, found.advice.text) == (2, "Let the run go on")


def test_overfitting_is_met_before_the_run_is_over() -> None:
    assert journey(standing(run_of(overfitting_run(), status="running"))).at == 4


def test_a_healthy_run_leads_to_fine_tuning_and_at_last_to_the_test_set() -> None:
    run = run_of(healthy_run(100))
    found = journey(standing(run))
    assert (found.at, found.advice.page) == (5, "tune")
    searched = replace(standing(run), searched=True)
    assert journey(searched).advice.page == "evaluate"
    tested = replace(searched, runs=(run.with_record(test={"accuracy": 0.9}),))
    assert journey(tested).advice.page == "runs", "what was found is not written down yet"


@pytest.mark.parametrize(
    ("id", "phase"),
    [
        ("data_leakage", 1),
        ("unnormalized_input", 1),
        ("wrong_loss", 2),
        ("lr_too_high", 2),
        ("dying_relu", 2),
        ("underfitting", 3),
        ("too_few_epochs", 3),
        ("overfitting", 4),
        ("overtraining", 4),
        ("excessive_dropout", 4),
    ],
)
def test_each_problem_belongs_to_a_phase(id: str, phase: int) -> None:
    problem = Finding(id, "A problem", {}, "why", primary=True)
    found = journey(standing(run_of(healthy_run(100)), problem))
    assert found.at == phase
    assert found.advice.text


def test_overfitting_is_answered_level_by_level_one_change_at_a_time() -> None:
    run = run_of(overfitting_run())
    at = standing(run)
    assert journey(at).at == 4
    taken, step = [], at.project
    while (rung := next_rung(step)) is not None:
        fix = rung.fix(step)
        assert fix is not None
        assert len(fix.preview(step)) == 1 or fix.id == "early_stopping_patience"
        step = fix.apply(step)
        assert rung.done(step), "a step once taken is not offered again"
        taken.append(rung.level)
    assert taken == sorted(taken), "the mildest first"
    assert set(taken) == {1, 2, 3}


def test_augmentation_is_a_step_only_where_there_is_any() -> None:
    assert "Augmentation" not in [rung.text for rung in ladder(project())]


def test_the_first_advice_of_a_memorising_network_is_a_fix_that_applies() -> None:
    at = standing(run_of(overfitting_run(), project(preset=Funnel(width=64))))
    advice = journey(at).advice
    assert advice.fix is not None
    assert advice.fix.apply(at.project) != at.project


def test_a_journey_is_plain_data() -> None:
    found = journey(standing(run_of(overfitting_run())))
    plain = json.loads(json.dumps(journey_json(found)))
    assert plain["phase"] == 4
    assert [phase["number"] for phase in plain["phases"]] == [1, 2, 3, 4, 5]
    assert plain["next"]["fix"]
