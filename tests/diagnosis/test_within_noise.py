"""What is beyond noise and what is not: small splits, even classes, hints, series, extreme designs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.catalog.schedules import StepDown
from nnstudio.core.comparison import Giveaway
from nnstudio.core.finding import Severity
from nnstudio.core.shape import sequence
from nnstudio.data.array_file import ArrayFile
from nnstudio.diagnosis import RULES
from nnstudio.diagnosis.batch import batch_too_large
from nnstudio.diagnosis.capacity import overfitting, underfitting
from nnstudio.diagnosis.data import data_leakage, preprocessing_mismatch
from nnstudio.diagnosis.duration import too_few_epochs
from nnstudio.diagnosis.imbalance import class_imbalance
from nnstudio.diagnosis.report import ranked
from nnstudio.diagnosis.score import as_far_as_simple, behind_simple, by_score, lags_at_all, skill
from nnstudio.diagnosis.step_size import lr_too_high, lr_too_low
from tests.diagnosis.cases import FIRING
from tests.diagnosis.simulate import (
    decay,
    evidence,
    facts,
    healthy_run,
    history,
    ill_layers,
    project,
    split,
    stuck_run,
)
from tests.diagnosis.test_beside_simple import asked, even


def test_of_even_classes_accuracy_alone_tells_the_skill() -> None:
    run = even(0.5, 0.5, 0.75, 0.75)
    run.columns["val_f1"] = [0.75] * 30
    case = evidence(run)
    assert by_score(case, "val") == pytest.approx(0.5)
    assert skill(case, "val") > 0.6
    rare = facts().model_copy(update={"validation": split(150, 2, (120, 30))})
    assert by_score(evidence(run, known=rare), "val") == skill(evidence(run, known=rare), "val")


def test_training_rows_show_what_few_validation_rows_hide() -> None:
    known = facts(train=2000, val=60)
    case = evidence(even(0.6, 0.6, 0.7, 0.72), known=known)
    assert not behind_simple(asked(case, 0.8, held_out=0.71))
    assert behind_simple(asked(case, 0.8, held_out=0.82))
    assert not behind_simple(asked(case, 0.7, held_out=0.82)), "validation says that nothing is missing"


def test_who_is_within_noise_of_a_simple_model_is_as_far() -> None:
    run = even(0.6, 0.6, 0.7, 0.7)
    assert as_far_as_simple(asked(evidence(run, known=facts(val=40)), 0.76))
    assert not as_far_as_simple(asked(evidence(run, known=facts(val=4000)), 0.76))
    assert lags_at_all(asked(evidence(run, known=facts(val=4000)), 0.72))


def test_models_that_understand_nothing_are_no_measure() -> None:
    assert not as_far_as_simple(asked(evidence(even(0.69, 0.69, 0.52, 0.52)), 0.51))
    assert as_far_as_simple(asked(evidence(even(0.4, 0.4, 0.8, 0.8)), 0.51))


def test_restored_weights_are_judged_by_their_own_epoch() -> None:
    wild = np.where(np.arange(30) % 2, 0.5, 0.8)
    run = history(np.full(30, 0.5), np.where(np.arange(30) == 28, 0.4, 0.6), np.full(30, 0.75), wild)
    case = evidence(run, project(training__early_stopping__restore_best=True), status="early stopped")
    assert by_score(case, "val", 29) == pytest.approx(0.6)


def test_a_score_that_still_rises_on_unseen_rows_is_no_overfitting() -> None:
    train = decay(40, 0.7, 0.05)
    seen = np.linspace(0.5, 1.0, 40)
    rising = history(train, np.linspace(0.7, 0.5, 40), seen, np.linspace(0.4, 0.78, 40))
    resting = history(train, np.linspace(0.7, 0.5, 40), seen, np.full(40, 0.78))
    assert overfitting(evidence(rising)) is None
    assert overfitting(evidence(resting)) is not None


@pytest.mark.parametrize(("severity", "first"), [("warning", "label_noise"), ("hint", "overfitting")])
def test_a_hint_accounts_for_nothing(severity: Severity, first: str) -> None:
    case = FIRING["label_noise"]()
    found = [(rule, told) for rule in RULES if (told := rule.function(case)) is not None]
    assert found[0][0].id == "label_noise"
    found[0] = (found[0][0], replace(found[0][1], severity=severity))
    assert ranked(found)[0].id == first


def test_a_network_of_one_unit_need_only_lag_a_little() -> None:
    run, known = even(0.6, 0.6, 0.7, 0.71), facts(train=900, val=900)
    assert underfitting(asked(evidence(run, project(width=1), known=known), 0.75)) is not None
    assert underfitting(asked(evidence(run, project(width=16), known=known), 0.75)) is None


def test_a_schedule_that_is_over_at_once_is_excused_only_near_perfection() -> None:
    of = project(training__schedule=StepDown(every=2, gamma=0.01))

    def found(best: float) -> object:
        run = healthy_run(60, best=best)
        run.columns["rate"] = [0.01 * 0.01 ** (epoch // 2) for epoch in range(60)]
        return lr_too_low(evidence(run, of))

    assert found(0.96) is not None
    assert found(0.995) is None


@pytest.mark.parametrize(("first", "short"), [(20.0, True), (0.7, False)])
def test_a_first_epoch_that_comes_down_from_far_above_is_too_short(first: float, short: bool) -> None:
    score = np.array([0.5])
    run = history(np.array([min(first, 6.0)]), np.array([1.9]), score, score)
    run.initial_loss = first
    assert (too_few_epochs(asked(evidence(run), 0.9)) is not None) is short


def test_a_rate_far_beyond_the_usual_needs_no_simple_model() -> None:
    wild = even(0.62, 0.62, 0.66, 0.64)
    usual, far = (project(training__optimizer__rate=rate) for rate in (0.001, 0.3))
    assert lr_too_high(asked(evidence(wild, far), 0.66)) is not None
    assert lr_too_high(asked(evidence(wild, usual), 0.66)) is None


def test_one_batch_of_all_rows_is_too_few_steps_while_the_loss_still_falls() -> None:
    of = project(training__batch_size=1024)
    loss = np.linspace(0.9, 0.1, 20)
    score = np.linspace(0.5, 0.97, 20)
    assert batch_too_large(evidence(history(loss, loss, score, score), of)) is not None
    assert batch_too_large(evidence(healthy_run(200, best=0.99), of)) is None


def test_a_class_of_a_handful_of_rows_gives_nothing_away() -> None:
    found = Giveaway(feature="a", alone=1.0, runner_up=0.6)
    rare = facts(giveaway=found).model_copy(update={"train": split(100, 2, (95, 5))})
    assert data_leakage(evidence(known=rare)) is None
    assert data_leakage(evidence(known=facts(giveaway=found))) is not None


def test_a_series_may_go_on_elsewhere() -> None:
    shifted = facts().model_copy(update={"validation": split(150, 2).model_copy(update={"input_mean": 2.0})})
    of = project()
    assert of.signature is not None
    series = of.model_copy(update={"signature": of.signature.model_copy(update={"input": sequence(8, 2)})})
    arrays = series.model_copy(
        update={"data": series.data.model_copy(update={"source": ArrayFile(path="rows.npz")})}
    )
    assert preprocessing_mismatch(evidence(of=of, known=shifted)) is not None
    assert preprocessing_mismatch(evidence(of=arrays, known=shifted)) is not None
    assert preprocessing_mismatch(evidence(of=series, known=shifted)) is None


@pytest.mark.parametrize(("right", "told"), [(4, True), (10, False)])
def test_an_extremely_rare_class_must_be_found_nearly_as_often_as_the_others(right: int, told: bool) -> None:
    known = facts().model_copy(
        update={"train": split(700, 2, (680, 20)), "validation": split(150, 2, (140, 10))}
    )
    run = healthy_run(40)
    run.confusion = np.array([[139, 1], [10 - right, right]])
    assert (
        class_imbalance(asked(evidence(run, known=known), 0.97, recalls=(0.95, 0.95))) is not None
    ) is told


def test_what_stands_high_without_a_step_was_not_driven_there_by_the_rate() -> None:
    of = project()
    still, moving = (stuck_run(level=1.2, layers=ill_layers(of, update_ratio=size)) for size in (1e-6, 1e-3))
    assert lr_too_high(evidence(still, of)) is None
    assert lr_too_high(evidence(moving, of)) is not None


@pytest.mark.parametrize(
    ("seen", "simple", "told"), [(0.96, 0.75, False), (0.96, 0.85, True), (1.0, 0.75, True)]
)
def test_a_gap_that_simple_models_have_too_is_blamed_only_on_rows_learnt_by_heart(
    seen: float, simple: float, told: bool
) -> None:
    train = decay(60, 0.7, 0.02)
    run = history(train, np.linspace(0.6, 0.5, 60), np.full(60, seen), np.full(60, 0.75))
    assert (overfitting(asked(evidence(run), simple)) is not None) is told
