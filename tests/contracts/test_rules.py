"""Every rule of the diagnosis keeps the promises of a rule: words, numbers, fixes, and silence."""

from __future__ import annotations

import json

import pytest

from nnstudio.core.finding import Evidence, Finding
from nnstudio.diagnosis import RULES, diagnose, finding_json
from nnstudio.diagnosis.rule import TIERS, Rule
from tests.diagnosis.cases import FIRING, SILENT
from tests.diagnosis.simulate import evidence, healthy_run

IDS = {
    "data_leakage", "label_noise", "corrupted_labels", "class_imbalance", "unnormalized_input",
    "unnormalized_target", "train_val_preprocessing_mismatch", "wrong_output_activation", "wrong_loss",
    "double_softmax", "bad_init_scale", "bad_init_symmetry", "lr_too_high", "lr_too_low",
    "oscillating_loss", "nan_or_exploding", "batch_too_small", "batch_too_large", "vanishing_gradient",
    "saturation", "dying_relu", "missing_activation", "wrong_hidden_activation", "underfitting",
    "overfitting", "over_regularization", "excessive_dropout", "stagnation", "too_few_epochs",
    "overtraining",
}  # fmt: skip
"""The public problem ids: reports, project files and other programs rely on them."""

NOTHING_TO_SET = {"corrupted_labels"}
"""No setting mends this: the data themselves must be put right outside."""

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def fired(rule: Rule) -> tuple[Evidence, Finding]:
    case = FIRING[rule.id]()
    finding = rule.function(case)
    assert finding is not None
    return case, finding


def test_ids_are_public_and_unique() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))
    assert set(ids) == IDS


def test_rules_stand_in_causal_order() -> None:
    places = [TIERS.index(rule.tier) for rule in RULES]
    assert places == sorted(places)


def test_only_known_symptoms_are_explained() -> None:
    ids = {rule.id for rule in RULES}
    assert all(rule.explains <= ids and rule.id not in rule.explains for rule in RULES)


@every_rule
def test_fires_on_its_fault(rule: Rule) -> None:
    case, finding = fired(rule)
    assert finding.id == rule.id
    report = diagnose(case)
    assert report[0].id == rule.id, [f.id for f in report]


@every_rule
def test_silent_on_its_healthy_twin(rule: Rule) -> None:
    case = SILENT.get(rule.id, lambda: evidence(healthy_run(), status="early stopped"))()
    assert rule.function(case) is None


@every_rule
def test_speaks_plainly(rule: Rule) -> None:
    _, finding = fired(rule)
    assert rule.title
    assert finding.title
    assert "_" not in finding.title
    assert finding.why.endswith(".")
    assert finding.evidence
    assert all(len(name) <= 30 for name in finding.evidence)
    assert finding.severity in ("error", "warning", "hint")
    assert 0 < finding.confidence <= 1
    assert finding.line()


@every_rule
def test_points_at_layers_that_exist(rule: Rule) -> None:
    case, finding = fired(rule)
    assert set(finding.layers) <= set(case.project.network.ids)


@every_rule
def test_fixes_apply_and_change_something(rule: Rule) -> None:
    case, finding = fired(rule)
    ids = [fix.id for fix in finding.fixes]
    assert len(ids) == len(set(ids))
    assert bool(ids) != (rule.id in NOTHING_TO_SET)
    for fix in finding.fixes:
        after = fix.apply(case.project)
        assert fix.preview(case.project), fix.id
        assert after.trace() is not None
        assert after.trace().valid, fix.id  # type: ignore[union-attr]
        assert fix.title
        assert "_" not in fix.title


@every_rule
def test_report_is_plain_json(rule: Rule) -> None:
    case, finding = fired(rule)
    assert json.loads(json.dumps(finding_json(finding, case.project), allow_nan=False))["id"] == rule.id


@every_rule
def test_design_rules_need_no_history(rule: Rule) -> None:
    fresh = evidence()
    if rule.moment == "design":
        assert rule.function(fresh) is None
