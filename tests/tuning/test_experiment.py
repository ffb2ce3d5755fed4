"""Fixes tried for real on small networks: what helps, what does not, and what each arm goes through."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import cache
from typing import Any

import numpy as np
import pytest

from nnstudio.catalog.activations import ReLU, Sigmoid
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.optimizers import SGD, Adam
from nnstudio.core.dataset import Prepared
from nnstudio.core.finding import Finding, Fix
from nnstudio.core.project import Project
from nnstudio.core.run import Run
from nnstudio.core.trace import Target
from nnstudio.diagnosis.report import diagnose, find_fix
from nnstudio.engine.resume import Keeper
from nnstudio.engine.train import train
from nnstudio.tuning.arms import Arm, Done, curve_of, run_arm
from nnstudio.tuning.experiment import base_of, experiment
from nnstudio.tuning.tries import ArmBegun, ArmGoesOn, Tried, TryBegun, TryEvent
from tests.engine.made import classes, numbers, prepared_from, project_for
from tests.ui.begun import circles

DECAY = "training.weight_decay"
RATE = "training.optimizer.rate"


def drained(events: Generator[Any, None, Done]) -> Done:
    while True:
        try:
            next(events)
        except StopIteration as end:
            return end.value


def run_of(project: Project, prepared: Prepared) -> Done:
    return drained(run_arm(Arm("run", project, prepared), "Run 1"))


def last(events: list[TryEvent]) -> Tried:
    assert isinstance(events[-1], Tried)
    return events[-1]


def finding_about(*fixes: Fix, id: str = "made_up") -> Finding:
    return Finding(id, "Made up", {"loss": 1.0}, "For a test.", fixes=fixes)


@cache
def overtrained() -> tuple[Project, Prepared, Done]:
    """Noisy labels learnt by heart, far past the best epoch."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(160, 6))
    y = (x[:, 0] + 0.9 * rng.normal(size=160) > 0).astype(np.int64)
    prepared = prepared_from(x, y, Target(task="classification", names=("a", "b")), validation=60)
    layers = Dense(units=64, activation=ReLU()), Dense(units=1, activation=Sigmoid())
    project = project_for(prepared, *layers, epochs=120, optimizer=Adam(rate=0.003))
    return project, prepared, run_of(project, prepared)


def test_stopping_at_the_best_epoch_is_verified() -> None:
    project, prepared, done = overtrained()
    findings = diagnose(done.evidence)
    assert findings[0].id in ("overfitting", "overtraining"), [f.id for f in findings]
    fix = find_fix(findings, "early_stopping")
    tried = last(list(experiment(project, prepared, findings[0], fix, done.base)))
    assert tried.verdict.reason == "helped", tried.verdict
    assert tried.verdict.continued, "what was trained is not trained again"
    assert tried.verdict.gain is not None
    assert tried.verdict.gain > 2 * (tried.verdict.noise or 0)
    assert tried.project == fix.apply(project)
    assert tried.base is not None
    assert tried.base.run.record.status == "early stopped"


@cache
def broken() -> tuple[Project, Prepared, Done]:
    """A regression whose loss becomes NaN."""
    prepared = numbers(rows=200, validation=60)
    project = project_for(prepared, epochs=20, optimizer=SGD(rate=0.7))
    return project, prepared, run_of(project, prepared)


def test_a_tenth_of_the_rate_heals_a_loss_that_is_not_a_number() -> None:
    project, prepared, done = broken()
    assert done.run.record.status == "failed"
    findings = diagnose(done.evidence)
    fix = find_fix(findings, "nan_or_exploding/rate_down_10")
    events = list(experiment(project, prepared, findings[0], fix, done.base))
    arms = [event for event in events if isinstance(event, ArmBegun)]
    assert [arm.arm for arm in arms] == ["control", "treatment"]
    assert arms[1].known == ((), ()), "never from poisoned weights"
    verdict = last(events).verdict
    assert (verdict.reason, verdict.control, verdict.continued) == ("helped", None, False)
    assert verdict.treatment is not None
    assert "no number →" in verdict.line()


def test_a_broken_run_is_not_healed_by_another_one() -> None:
    project, prepared, done = broken()
    finding = diagnose(done.evidence)[0]
    idle = Fix("idle", "A penalty of no weight", lambda p: p.set(DECAY, 1e-6), restart=False)
    verdict = last(list(experiment(project, prepared, finding, idle, done.base))).verdict
    assert verdict.reason == "failed"
    assert "learning rate" in verdict.text(), "it says what training said"
    assert not verdict.continued


def test_what_a_broken_run_hid_is_not_held_against_the_fix_but_its_like_is() -> None:
    project, prepared, done = broken()
    project = project.set(RATE, 5.0)
    done = run_of(project, prepared)
    findings = diagnose(done.evidence)
    clip = find_fix(findings, "nan_or_exploding/clip_norm_1")
    verdict = last(list(experiment(project, prepared, findings[0], clip, done.base))).verdict
    assert verdict.reason == "new", verdict.text()
    assert "rate too high" in verdict.text()


@pytest.fixture
def small() -> tuple[Project, Prepared]:
    prepared = classes(3, rows=150, validation=40)
    return project_for(prepared, epochs=12), prepared


def test_a_useless_fix_is_refused(small: tuple[Project, Prepared]) -> None:
    project, prepared = small
    done = run_of(project, prepared)
    same = Fix("same", "Another name for the same", lambda p: p.set(DECAY, 1e-6), restart=True)
    events = list(experiment(project, prepared, finding_about(same), same, done.base))
    verdict = last(events).verdict
    assert not verdict.accepted
    assert verdict.reason in ("small", "worse")
    assert project.training.weight_decay == 0, "the project is as before"


def test_both_arms_go_on_from_the_checkpoint_with_equal_extra_epochs(small: tuple[Project, Prepared]) -> None:
    project, prepared = small
    done = run_of(project, prepared)
    decay = Fix("decay", "Weight decay", lambda p: p.set(DECAY, 0.01), restart=False)
    events = list(experiment(project, prepared, finding_about(decay), decay, done.base, budget=7))
    assert isinstance(events[0], TryBegun)
    first = [event for event in events if isinstance(event, ArmBegun) and event.seed == 0]
    assert [(arm.arm, arm.epochs) for arm in first] == [("control", 19), ("treatment", 19)]
    assert all(arm.known == curve_of(done.run.history) for arm in first)
    tried = last(events)
    assert tried.verdict.continued
    assert tried.base is not None
    assert tried.base.run.history.epochs == 19
    assert tried.base.run.history["val_loss"][:12] == done.run.history["val_loss"]
    assert done.run.history.epochs == 12, "the run itself is not touched"


def test_the_control_that_goes_on_is_the_run_as_if_it_had_never_stopped(
    small: tuple[Project, Prepared],
) -> None:
    project, prepared = small
    done = run_of(project, prepared)
    idle = Fix("idle", "Off and on", lambda p: p.set("training.clip_norm", 100.0), restart=False)
    events = list(experiment(project, prepared, finding_about(idle), idle, done.base, budget=5))
    control = [
        e.loss for e in events
        if isinstance(e, ArmGoesOn) and e.arm == "control" and e.seed == 0 and e.loss is not None
    ]  # fmt: skip
    longer = run_of(project.set("training.epochs", 17), prepared)
    assert control == longer.run.history["val_loss"][12:]


def test_a_change_of_the_network_begins_anew_for_the_same_epochs(small: tuple[Project, Prepared]) -> None:
    project, prepared = small
    done = run_of(project, prepared)
    id = project.network.ids[0]
    wider = Fix("wider", "More units", lambda p: p.set(f"network.{id}.units", 16))
    events = list(experiment(project, prepared, finding_about(wider), wider, done.base))
    first = [event for event in events if isinstance(event, ArmBegun) and event.seed == 0]
    assert first[0].known == curve_of(done.run.history), "the run is its own control"
    assert (first[1].known, first[1].epochs) == (((), ()), 12)
    assert not any(isinstance(e, ArmGoesOn) and e.arm == "control" and e.seed == 0 for e in events)
    assert not last(events).verdict.continued


def test_a_small_difference_is_decided_by_further_seeds(small: tuple[Project, Prepared]) -> None:
    project, prepared = small
    done = run_of(project, prepared)
    longer = Fix("longer", "A little longer", lambda p: p.set("training.epochs", 14))
    events = list(experiment(project, prepared, finding_about(longer), longer, done.base))
    verdict = last(events).verdict
    seeds = {event.seed for event in events if isinstance(event, ArmBegun)}
    assert verdict.seeds == len(seeds)
    if verdict.gain is not None and verdict.gain > 0:
        assert seeds == {0, 1, 2}


def test_without_a_run_both_arms_are_trained(small: tuple[Project, Prepared]) -> None:
    project, prepared = small
    decay = Fix("decay", "Weight decay", lambda p: p.set(DECAY, 0.01), restart=False)
    events = list(experiment(project, prepared, finding_about(decay), decay, budget=3))
    arms = {event.arm for event in events if isinstance(event, ArmGoesOn)}
    assert arms == {"control", "treatment"}
    assert last(events).verdict.epochs == 3


def test_a_fix_that_does_not_fit_is_refused_in_words(small: tuple[Project, Prepared]) -> None:
    project, prepared = small
    lost = Fix("lost", "Edit a layer that is gone", lambda p: p.set("network.gone.units", 3))
    (begun, tried) = list(experiment(project, prepared, finding_about(lost), lost))
    assert isinstance(begun, TryBegun)
    assert isinstance(tried, Tried)
    assert tried.verdict.reason == "failed"
    assert "gone" in tried.verdict.text()


def test_the_checkpoint_of_a_kept_run_is_found() -> None:
    begun = circles(12)
    project, prepared = begun.project, begun.prepared
    done = run_of(project, prepared)
    keeper = Keeper(done.run.record)
    for event in train(project, prepared):
        keeper.keep(event)
    keeper.close()
    found = base_of(project, done.run)
    assert found.checkpoint is not None
    assert found.checkpoint.epoch == 12
    bare = base_of(project, Run(done.run.record, done.run.history))
    assert bare.run.weights["last"], "a run that rests has its weights in the checkpoint alone"
    assert base_of(project, done.run.with_record(id="unknown")).checkpoint is None
    assert base_of(project, done.run.with_record(status="failed")).checkpoint is None


@pytest.mark.parametrize("make", [overtrained])
def test_closing_ends_at_once(make: Callable[[], tuple[Project, Prepared, Done]]) -> None:
    project, prepared, done = make()
    wider = Fix("wider", "More", lambda p: p.set("training.batch_size", 8))
    events = experiment(project, prepared, finding_about(wider), wider, done.base)
    while not isinstance(next(events), ArmGoesOn):
        pass
    events.close()
    assert list(events) == []
