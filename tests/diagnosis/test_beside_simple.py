"""Runs judged beside simple models: worth a word where they do better, excused where they do not either."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.catalog.activations import Linear, ReLU, Sigmoid
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.regularise import BatchNorm
from nnstudio.catalog.optimizers import Adam, Momentum
from nnstudio.catalog.presets import Constant
from nnstudio.catalog.schedules import StepDown
from nnstudio.core.comparison import ReferenceFacts
from nnstudio.core.finding import Evidence
from nnstudio.core.network import Layer, Network
from nnstudio.core.run import History
from nnstudio.core.training import Optimizer
from nnstudio.diagnosis import diagnose
from nnstudio.diagnosis.anatomy import straight_lines
from nnstudio.diagnosis.comparison import with_reference
from nnstudio.diagnosis.imbalance import class_imbalance, findable, recalls_of
from nnstudio.diagnosis.labels import label_noise
from nnstudio.diagnosis.progress import carried, rate_taken_away
from nnstudio.diagnosis.score import behind_simple, doing_well, learnable
from tests.diagnosis.cases import FIRING, beside_simple, shuffled_run
from tests.diagnosis.simulate import decay, evidence, facts, healthy_run, history, project, stuck_run


def alarms(case: Evidence) -> dict[str, str]:
    return {f.id: f.severity for f in diagnose(case) if f.severity != "ok"}


def asked(case: Evidence, best: float, held_out: float | None = None, **known: object) -> Evidence:
    values = {"scores": {"forest": best}, "constant": 0.5, "rows": 700, "held_out": held_out, **known}
    return with_reference(case, ReferenceFacts.model_validate(values))


def even(
    train: float, val: float, seen: float, unseen: float, name: str = "accuracy", epochs: int = 30
) -> History:
    """Return a run whose losses and scores stay as they are."""
    curves = [np.full(epochs, value) for value in (train, val, seen, unseen)]
    return history(curves[0], curves[1], curves[2], curves[3], name)


def middling() -> Evidence:
    """Return a run at rest that is right in four rows of five."""
    return evidence(healthy_run(best=0.87, gap=0.02), status="early stopped")


def test_who_lags_behind_a_simple_model_is_not_doing_well() -> None:
    assert doing_well(middling())
    assert doing_well(asked(middling(), 0.86))
    assert behind_simple(asked(middling(), 0.99))
    assert not doing_well(asked(middling(), 0.99))


def test_a_pattern_that_few_validation_rows_hide_shows_in_the_training_rows() -> None:
    case = shuffled_run()
    assert learnable(asked(case, 0.5)) is False
    assert learnable(asked(case, 0.5, held_out=0.6)) is True
    assert learnable(asked(case, 0.5, held_out=0.54)) is None
    assert "corrupted_labels" in alarms(asked(case, 0.5, held_out=0.5))
    assert "corrupted_labels" not in alarms(asked(case, 0.5, held_out=0.6))


def test_validation_in_which_features_mean_something_else() -> None:
    train = decay(60, 0.7, 0.05, 5)
    run = history(train, np.linspace(0.7, 2, 60), np.linspace(0.5, 0.98, 60), np.full(60, 0.6))
    told = diagnose(asked(evidence(run), 0.6, held_out=0.95))
    assert told[0].id == "train_val_preprocessing_mismatch"
    assert told[0].evidence["simple model's acc on train"] == 0.95
    assert "train_val_preprocessing_mismatch" not in alarms(asked(evidence(run), 0.9, held_out=0.95))


def test_wrong_labels_that_nobody_learns_by_heart_are_a_hint_where_they_are_very_many() -> None:
    calm = evidence(healthy_run(best=0.7, gap=0.01), status="early stopped")
    told = label_noise(beside_simple(calm, 0.69, 0.7, wrong=0.35))
    assert told is not None
    assert told.severity == "hint"
    assert label_noise(beside_simple(calm, 0.69, 0.7, wrong=0.25)) is None, "some tasks are left to chance"
    assert label_noise(beside_simple(calm, 0.97, 0.97, wrong=0.35)) is None
    assert alarms(FIRING["label_noise"]())["label_noise"] == "warning"


def test_recalls_of_a_confusion() -> None:
    found = recalls_of(np.array([[8, 2, 0], [0, 0, 0], [1, 0, 3]]))
    assert found.tolist() == [0.8, 0.0, 0.75]


@pytest.mark.parametrize(
    ("recall", "known", "rows", "found"),
    [(0.0, 0.8, 10, True), (0.0, 0.15, 10, False), (0.4, 0.45, 1000, False), (0.4, 0.55, 1000, True)],
)
def test_a_class_is_findable_beyond_chance(recall: float, known: float, rows: int, found: bool) -> None:
    assert findable(np.array([recall]), np.array([known]), np.array([rows])).tolist() == [found]


def test_a_rare_class_that_no_model_finds_is_only_a_hint() -> None:
    case = FIRING["class_imbalance"]()
    found = class_imbalance(asked(case, 0.95, recalls=(0.9, 0.9)))
    missed = class_imbalance(asked(case, 0.95, recalls=(0.9, 0.1)))
    assert found is not None
    assert missed is not None
    assert (found.severity, missed.severity) == ("warning", "hint")


def dense(units: int, *, straight: bool = False) -> Dense:
    return Dense(units=units, activation=Linear() if straight else ReLU())


def chain(*layers: Layer) -> Network:
    network = Network()
    for layer in layers:
        network = network.insert(layer)
    return network


def test_the_straight_waist_of_an_autoencoder_is_no_missing_activation() -> None:
    waist = chain(dense(32), dense(3, straight=True), dense(32), dense(9, straight=True))
    assert straight_lines(waist) == ()
    wide = chain(dense(32), dense(32, straight=True), dense(32), dense(9, straight=True))
    assert len(straight_lines(wide)) == 1
    narrowing = chain(dense(32), dense(8, straight=True), dense(1, straight=True))
    assert len(straight_lines(narrowing)) == 1


def test_batch_norm_on_single_rows_is_never_passed_over() -> None:
    of = project(training__batch_size=1)
    of = of.with_network(of.network.insert(BatchNorm(), 1))
    failed = Evidence(of, of.trace(), None, status="failed", message="no spread of a single example")
    assert diagnose(failed)[0].id == "batch_too_small"


def test_a_schedule_that_takes_the_rate_away_is_named() -> None:
    of = project(training__schedule=StepDown(every=3, gamma=0.1))
    run = stuck_run()
    run.columns["rate"] = [0.01 * 0.1 ** (epoch // 3) for epoch in range(run.epochs)]
    case = evidence(run, of)
    assert rate_taken_away(case)
    first = diagnose(case)[0]
    assert (first.id, first.since_epoch) == ("lr_too_low", 7)
    assert "Step" in first.title
    assert first.fixes[0].id == "constant_rate"


def test_a_schedule_that_ends_with_the_run_takes_nothing_away() -> None:
    of = project(training__schedule=StepDown(every=30, gamma=0.1))
    run = stuck_run()
    run.columns["rate"] = [0.01 * (1 - epoch / run.epochs) for epoch in range(run.epochs)]
    assert not rate_taken_away(evidence(run, of))


def test_sigmoids_wait_until_a_run_was_long_enough() -> None:
    of = project(preset=Constant(depth=2, width=16, activation=Sigmoid()))
    loss = np.linspace(0.7, 0.55, 6)
    score = np.linspace(0.5, 0.7, 6)
    assert "wrong_hidden_activation" not in alarms(evidence(history(loss, loss, score, score), of))


@pytest.mark.parametrize(
    ("optimizer", "factor"),
    [
        (Momentum(momentum=0.9), 1),
        (Momentum(momentum=0.999), 100),
        (Momentum(momentum=0.5), 1),
        (Adam(momentum=0.99), 1),
    ],
)
def test_heavy_momentum_counts_as_a_larger_rate(optimizer: Optimizer, factor: float) -> None:
    assert carried(optimizer) == pytest.approx(factor)


def test_a_single_epoch_is_too_few_where_simple_models_are_ahead() -> None:
    one = evidence(even(0.75, 0.66, 0.55, 0.62, epochs=1))
    assert alarms(asked(one, 0.95)) == {"too_few_epochs": "warning"}
    assert "too_few_epochs" not in alarms(asked(one, 0.6))


def test_numbers_that_nobody_can_foretell_are_told_from_a_weak_pattern() -> None:
    run = evidence(even(1.0, 1.0, 0.0, 0.0, "r2"), project(0))
    assert learnable(asked(run, 0.12, constant=0.0)) is True
    assert learnable(asked(run, 0.03, constant=0.0)) is False


def test_sigmoids_are_excused_where_simple_models_get_no_further() -> None:
    of = project(preset=Constant(depth=3, width=16, activation=Sigmoid()))
    flat = np.full(40, 0.62)
    run = evidence(history(flat, flat, np.full(40, 0.66), np.full(40, 0.65)), of)
    assert "wrong_hidden_activation" in alarms(asked(run, 0.9))
    assert "wrong_hidden_activation" not in alarms(asked(run, 0.67))


def test_inputs_that_the_network_scales_itself_do_no_harm_where_it_learns() -> None:
    wide = facts(feature_std_max=315.0, feature_mean_max=750.0)
    of = project()
    normed = of.with_network(of.network.insert(BatchNorm(), 0))
    assert "unnormalized_input" in alarms(evidence(healthy_run(), of, "early stopped", wide))
    assert "unnormalized_input" not in alarms(evidence(healthy_run(), normed, "early stopped", wide))
    assert "unnormalized_input" in alarms(evidence(stuck_run(), normed, "early stopped", wide))


def test_straight_layers_are_a_warning_only_where_they_do_harm() -> None:
    of = project()
    first = of.network.nodes[0]
    straight = first.layer.model_copy(update={"activation": Linear()})
    straight_of = of.with_network(of.network.replace(first.id, straight))
    well = evidence(healthy_run(), straight_of, "early stopped")
    assert alarms(well) == {"missing_activation": "hint"}
    assert (
        alarms(asked(evidence(healthy_run(best=0.87), straight_of), 0.99))["missing_activation"] == "warning"
    )


def test_a_cross_entropy_that_refuses_nan_is_named() -> None:
    said = "Training stopped in epoch 2: all elements of input should be between 0 and 1"
    assert alarms(evidence(even(0.7, 0.7, 0.7, 0.7, epochs=1), status="failed", message=said)) == {
        "nan_or_exploding": "error"
    }


def test_what_is_rebuilt_has_no_wrong_answers() -> None:
    case = FIRING["corrupted_labels"]()
    assert "corrupted_labels" in alarms(case)
    signature = case.project.signature
    assert signature is not None
    target = signature.target.model_copy(update={"column": "input"})
    rebuilt = case.project.model_copy(update={"signature": signature.model_copy(update={"target": target})})
    assert "corrupted_labels" not in alarms(replace(case, project=rebuilt))
