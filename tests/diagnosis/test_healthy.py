"""Healthy runs of many shapes, sizes and scatters: the diagnosis stays silent, from first epoch to last."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.core.finding import Evidence
from nnstudio.core.run import History
from nnstudio.diagnosis import check, diagnose
from tests.diagnosis.simulate import (
    accuracy,
    decay,
    evidence,
    facts,
    healthy_run,
    history,
    part,
    project,
    scattered,
    sound_layers,
    split,
)

LN2 = float(np.log(2))


def problems(case: Evidence) -> list[str]:
    return [finding.id for finding in diagnose(case) if finding.severity != "ok"]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("noise", [0.0, 0.05, 0.15])
@pytest.mark.parametrize(("classes", "best"), [(2, 0.99), (2, 0.85), (3, 0.96), (10, 0.98)])
@pytest.mark.parametrize("epochs", [30, 100, 400])
def test_learned_and_at_rest(epochs: int, classes: int, best: float, noise: float, seed: int) -> None:
    run = healthy_run(epochs, classes=classes, best=best, noise=noise, seed=seed)
    assert problems(evidence(run, project(classes, width=64), status="early stopped")) == []


@pytest.mark.parametrize("epochs", range(1, 60, 3))
def test_silent_while_it_runs(epochs: int) -> None:
    of = project(3, width=64)
    run = part(healthy_run(60, classes=3, layers=sound_layers(of)), epochs)
    assert problems(evidence(run, of, status="running")) == []


def test_a_hard_task_is_no_fault() -> None:
    """Some tasks top out at 0.6: there is no absolute floor, and this network is large enough."""
    run = healthy_run(80, best=0.62, gap=0.02, noise=0.01)
    assert problems(evidence(run, project(width=128), status="early stopped")) == []


def test_a_plateau_after_learning_is_no_stagnation() -> None:
    run = healthy_run(300, speed=40.0)
    assert problems(evidence(run)) == []


def test_a_late_start_is_no_stagnation_once_it_comes() -> None:
    loss = np.concatenate([np.linspace(0.693, 0.68, 20), decay(80, 0.68, 0.04)])
    score = accuracy(loss, LN2, 0.98, 0.5)
    assert problems(evidence(history(loss, loss * 1.05, score, score - 0.01))) == []


def test_stopped_slightly_past_the_best() -> None:
    train = decay(60, 0.7, 0.05)
    val = decay(60, 0.7, 0.12, 8) + np.clip(np.arange(60) - 44, 0, None) * 0.002
    seen, unseen = accuracy(train, LN2, 0.99, 0.5), accuracy(val, LN2, 0.95, 0.5)
    report = diagnose(evidence(history(train, val, seen, unseen), project(width=64), status="early stopped"))
    assert [f.id for f in report if f.severity != "ok"] == []
    assert "best_kept" in {f.id for f in report}


@pytest.mark.parametrize("rows", [15, 30, 60])
def test_small_validation_sets_are_noisy(rows: int) -> None:
    """Two misjudged rows of fifteen look like a gap of 0.13 and mean nothing."""
    known = facts(3, train=5 * rows, val=rows)
    run = healthy_run(80, classes=3, best=0.99)
    hits = np.random.default_rng(rows).binomial(rows, 0.93, 80) / rows
    run.columns["val_accuracy"] = [float(v) for v in hits]
    assert problems(evidence(run, project(3, width=64), status="early stopped", known=known)) == []


def test_dropout_makes_training_look_worse_than_validation() -> None:
    run = healthy_run(100, best=0.9, gap=-0.06, noise=0.1)
    of = project(preset=None, width=64, preset__dropout=0.3)
    assert problems(evidence(run, of)) == []


@pytest.mark.parametrize("r2", [0.5, 0.75, 0.95])
def test_regression(r2: float) -> None:
    train = scattered(decay(100, 1.05, 1 - r2), 0.03)
    val = scattered(train * 1.1, 0.05, 1)
    run = history(train, val, 1 - train, 1 - val, "r2")
    assert problems(evidence(run, project(0, width=64), status="early stopped")) == []


def test_full_batches_that_had_epochs_enough() -> None:
    assert problems(evidence(healthy_run(300), project(training__batch_size=1024))) == []


def test_an_imbalance_that_was_learned() -> None:
    known = facts().model_copy(
        update={"train": split(700, 2, (660, 40)), "validation": split(150, 2, (140, 10))}
    )
    run = healthy_run(60)
    run.columns["train_accuracy"], run.columns["val_accuracy"] = [0.985] * 60, [0.98] * 60
    run.columns["train_f1"] = run.columns["val_f1"] = [0.92] * 60
    run.confusion = np.array([[139, 1], [2, 8]])
    assert problems(evidence(run, known=known)) == []


def test_no_validation_rows() -> None:
    run = healthy_run(60)
    del run.columns["val_loss"], run.columns["val_accuracy"]
    known = facts().model_copy(update={"validation": split(0, 2, (0, 0))})
    assert problems(evidence(run, known=known)) == []


@pytest.mark.parametrize("classes", [0, 2, 5])
def test_a_recommended_start_passes_the_design_check(classes: int) -> None:
    found = check(evidence(of=project(classes)))
    assert [f.id for f in found if f.severity != "ok"] == []
    assert {"inputs_scaled", "output_fits"} <= {f.id for f in found}


def test_nothing_is_known_yet() -> None:
    fresh = Evidence(project(), None, None)
    assert diagnose(fresh) == check(fresh)
    assert all(finding.severity == "ok" for finding in diagnose(fresh))


def test_an_old_history_without_facts() -> None:
    case = Evidence(project(), project().trace(), None, healthy_run(50), "done")
    assert problems(case) == []


def test_says_what_is_fine() -> None:
    of = project(width=64)
    report = diagnose(evidence(healthy_run(layers=sound_layers(of)), of))
    fine = {finding.id: finding for finding in report if finding.id != "best_kept"}
    assert set(fine) == {
        "learning",
        "validation_follows",
        "gradients_healthy",
        "inputs_scaled",
        "output_fits",
    }
    assert "dead ReLU 3%" in fine["gradients_healthy"].line()
    assert not any(finding.primary for finding in report)


def test_columns_of_other_lengths_do_not_break_it() -> None:
    run = History(columns={"epoch": [1.0, 2.0], "train_loss": [0.7, 0.6]}, layers=[(), ()])
    assert problems(evidence(run, status="running")) == []
