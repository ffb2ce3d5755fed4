"""The report: the cause first, symptoms behind it, fixes found by name, all of it plain JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nnstudio.catalog.activations import Sigmoid, Softmax
from nnstudio.catalog.presets import Constant
from nnstudio.core.finding import Evidence, Finding
from nnstudio.core.project import Project
from nnstudio.diagnosis import NoSuchFix, check, diagnose, find_fix, finding_json
from tests.diagnosis.cases import FIRING, overfitting_run
from tests.diagnosis.simulate import evidence, facts, history, ill_layers, project, split, stuck_run


def problems(case: Evidence) -> list[Finding]:
    return [finding for finding in diagnose(case) if finding.severity != "ok"]


def sigmoid_stack() -> tuple[Project, Evidence]:
    of = project(preset=Constant(depth=8, width=16, activation=Sigmoid()))
    return of, evidence(stuck_run(layers=ill_layers(of, fade=20.0)), of)


def test_one_primary_and_first() -> None:
    for case in (make() for make in FIRING.values()):
        flags = [finding.primary for finding in diagnose(case)]
        assert flags[0]
        assert sum(flags) == 1


def test_cause_above_symptom() -> None:
    _, case = sigmoid_stack()
    found = problems(case)
    assert [f.id for f in found] == ["wrong_hidden_activation", "vanishing_gradient"]
    assert found[1].confidence < 0.85


def test_a_cause_takes_over_the_severity_of_its_symptom() -> None:
    nan = history(*(np.array([5.0, np.nan]),) * 4)
    found = problems(evidence(nan, status="failed", known=facts(feature_std_max=500.0)))
    assert [(f.id, f.severity) for f in found] == [
        ("unnormalized_input", "error"),
        ("nan_or_exploding", "error"),
    ]
    assert found[0].primary


def test_softmax_of_one_unit_explains_a_flat_loss() -> None:
    of = project()
    last = of.network.nodes[-1]
    of = of.with_network(of.network.replace(last.id, last.layer.model_copy(update={"activation": Softmax()})))
    found = problems(evidence(stuck_run(level=7.9), of))
    assert [f.id for f in found] == ["wrong_output_activation"]


def test_design_check_ignores_the_run() -> None:
    case = evidence(stuck_run(), project(training__weight_decay=1.0))
    assert [f.id for f in check(case) if f.severity != "ok"] == ["over_regularization"]


def test_overfitting_names_its_epoch_and_numbers() -> None:
    finding = problems(evidence(overfitting_run(40, best=16), status="running"))[0]
    assert finding.title == "Overfitting since epoch 16"
    assert finding.since_epoch == 16
    assert finding.evidence["val acc"] == pytest.approx(0.871)
    assert [fix.id for fix in finding.fixes][:4] == [
        "regularise", "dropout_0.3", "weight_decay_0.01", "half_units",
    ]  # fmt: skip
    assert finding.fixes[0].title == "Add dropout 0.3, weight decay (L2) 0 → 0.01"
    assert finding.fixes[-1].title == "Stop at best (16)"


def test_early_stopping_is_offered_where_it_is_off() -> None:
    of = project(training__early_stopping__on=False)
    finding = problems(evidence(overfitting_run(), of, status="done"))[0]
    after = find_fix([finding], "early_stopping").apply(of)
    assert after.training.early_stopping.on


def test_nan_names_epoch_and_divides_the_rate() -> None:
    case = FIRING["nan_or_exploding"]()
    finding = diagnose(case)[0]
    assert finding.title == "Loss became NaN in epoch 3"
    assert [fix.id for fix in finding.fixes] == ["rate_down_10", "clip_norm_1"]
    assert finding.fixes[0].title == "Learning rate 0.001 → 0.0001"
    assert all(fix.restart for fix in finding.fixes)


def test_a_rate_may_change_while_training_goes_on() -> None:
    of = project(training__optimizer__rate=5e-4)
    loss = np.linspace(0.7, 0.6, 60)
    score = np.linspace(0.5, 0.6, 60)
    finding = problems(evidence(history(loss, loss, score, score), of))[0]
    assert finding.id == "lr_too_low"
    assert [(fix.id, fix.restart) for fix in finding.fixes] == [("rate_up_5", False), ("rate_up_2", False)]


def test_a_fix_that_changes_nothing_is_not_offered() -> None:
    of = project(training__clip_norm=1.0)
    case = evidence(history(*(np.array([np.nan]),) * 4), of, status="failed")
    assert [fix.id for fix in diagnose(case)[0].fixes] == ["rate_down_10"]


def test_find_fix_by_either_name() -> None:
    found = diagnose(evidence(overfitting_run(), status="running"))
    assert find_fix(found, "dropout_0.3") is find_fix(found, "overfitting/dropout_0.3")


def test_unknown_fix_lists_what_there_is() -> None:
    found = diagnose(evidence(overfitting_run(), status="running"))
    with pytest.raises(
        NoSuchFix, match=r"no finding offers the fix 'magic'; there are: overfitting/regularise, "
    ):
        find_fix(found, "magic")
    with pytest.raises(NoSuchFix, match="nothing to mend"):
        find_fix([], "rate_down_10")


def test_json_holds_what_the_report_promises() -> None:
    case = evidence(overfitting_run(), status="running")
    data = finding_json(diagnose(case)[0], case.project)
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert {
        "id",
        "primary",
        "since_epoch",
        "evidence",
        "confidence",
        "severity",
        "title",
        "why",
        "fixes",
    } <= set(data)
    assert data["fixes"][2]["changes"][0] == {
        "path": "training.weight_decay", "label": "Weight decay (L2)", "before": "0", "after": "0.01",
        "text": "Weight decay (L2) 0 → 0.01",
    }  # fmt: skip


def test_json_has_no_infinity() -> None:
    finding = Finding("x", "X", {"a": float("inf"), "b": np.float64(2), "c": "d"}, "Why.")
    assert finding_json(finding, project())["evidence"] == {"a": None, "b": 2.0, "c": "d"}


def test_a_rate_far_out_goes_back_to_the_usual_one() -> None:
    of = project(training__optimizer__rate=3.0)
    case = evidence(history(*(np.array([np.nan]),) * 4), of, status="failed")
    assert [fix.id for fix in diagnose(case)[0].fixes] == ["usual_rate", "rate_down_10", "clip_norm_1"]
    assert diagnose(case)[0].fixes[0].title == "Learning rate 3 → 0.001"


def test_a_fix_keeps_the_shape_where_it_can() -> None:
    of, case = sigmoid_stack()
    after = find_fix(diagnose(case), "relu").apply(of)
    assert isinstance(after.preset, Constant)
    assert after.preset.activation.kind == "relu"


def test_standardising_keeps_what_is_known_about_the_data() -> None:
    case = FIRING["unnormalized_input"]()
    after = find_fix(diagnose(case), "standardise_inputs").apply(case.project)
    assert [step.kind for step in after.data.preparation] == ["scale_inputs"]
    assert after.signature == case.project.signature


def test_the_words_of_a_language_are_rare_by_nature() -> None:
    counts = (5000, *([3] * 79))
    known = facts().model_copy(update={"train": split(5237, 80, counts)})
    few = facts().model_copy(update={"train": split(5012, 5, counts[:5])})
    assert "class_imbalance" not in {f.id for f in check(evidence(known=known))}
    assert "class_imbalance" in {f.id for f in check(evidence(known=few))}
