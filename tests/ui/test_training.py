"""The trainer: train, rest, step, stop, reset and steer a real run on small data."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

import nnstudio.diagnosis
from nnstudio.core.network import Network
from nnstudio.core.project import Project
from nnstudio.core.run import Changed, Epoch, Finished, History, Run, RunRecord, Snapshot, Steps
from nnstudio.ui.training import Diagnosed, Trainer, train_and_diagnose
from tests.ui.begun import circles, endless

BATCHES = 4
"""Steps per epoch of the circles: 105 training rows in batches of 32."""


class Heard:
    """What a trainer has told."""

    def __init__(self, trainer: Trainer) -> None:
        self.states: list[str] = []
        self.events: list[Any] = []
        self.records: list[RunRecord] = []
        self.runs: list[Run] = []
        self.findings: list[Any] = []
        self.snapshots: list[Snapshot] = []
        self.failures: list[str] = []
        trainer.state_changed.connect(self.states.append)
        trainer.progressed.connect(self.events.extend)
        trainer.started.connect(self.records.append)
        trainer.finished.connect(self.runs.append)
        trainer.diagnosed.connect(self.findings.append)
        trainer.snapshot.connect(self.snapshots.append)
        trainer.failed.connect(lambda text, _details: self.failures.append(text))

    def count(self, kind: type) -> int:
        """Return how many events of a kind have come."""
        return sum(isinstance(event, kind) for event in self.events)


@pytest.fixture
def trainer(qtbot: QtBot) -> Iterator[Trainer]:
    """A trainer that is reset in the end."""
    made = Trainer()
    yield made
    made.reset()


@pytest.fixture
def heard(trainer: Trainer) -> Heard:
    """What the trainer tells."""
    return Heard(trainer)


def begin(trainer: Trainer, project: Project | None = None, paused: bool = False) -> None:
    """Start a run on the circles."""
    begun = circles()
    trainer.train(project or begun.project, begun.prepared, "Run 1", paused=paused)


def has_steps(trainer: Trainer, count: int) -> bool:
    """Tell whether so many steps have been done."""
    return len(trainer.history.step_losses) == count


def curves(history: History) -> dict[str, list[float]]:
    """Return all columns but the time."""
    return {name: values for name, values in history.columns.items() if name != "seconds"}


def test_a_run_goes_to_its_end_and_is_handed_over(qtbot: QtBot, trainer: Trainer, heard: Heard) -> None:
    begin(trainer)
    assert trainer.active
    qtbot.waitUntil(lambda: bool(heard.runs), timeout=20_000)
    (run,) = heard.runs
    assert heard.states == ["running", "finished"]
    assert (run.record.status, run.record.name, run.record.device) == ("done", "Run 1", "cpu")
    assert run.record.project is circles().project
    assert run.history.epochs == trainer.epoch == 4
    assert len(run.history.step_losses) == 4 * BATCHES
    assert run.weights["best"]
    assert heard.findings
    assert trainer.record == run.record
    assert trainer.speed > 0


def test_the_run_is_known_before_the_new_state_is_told(qtbot: QtBot, trainer: Trainer, heard: Heard) -> None:
    known: list[int] = []
    trainer.state_changed.connect(
        lambda state: known.append(len(heard.runs)) if state == "finished" else None
    )
    begin(trainer)
    qtbot.waitUntil(lambda: bool(known), timeout=20_000)
    assert known == [1]


def test_steps_by_batch_and_epoch_do_just_that(qtbot: QtBot, trainer: Trainer, heard: Heard) -> None:
    begin(trainer, paused=True)
    assert trainer.state == "paused"
    assert not heard.events
    for done in range(1, BATCHES + 2):
        trainer.step("step")
        qtbot.waitUntil(partial(has_steps, trainer, done), timeout=20_000)
    qtbot.waitUntil(lambda: heard.count(Epoch) == 1)
    trainer.step("epoch")
    qtbot.waitUntil(lambda: heard.count(Epoch) == 2)
    assert len(trainer.history.step_losses) == 2 * BATCHES
    assert trainer.state == "paused"
    trainer.resume()
    qtbot.waitUntil(lambda: bool(heard.runs))
    assert heard.states == ["paused", "running", "finished"]


def test_pausing_stepping_and_resuming_do_not_change_the_curve(
    qtbot: QtBot, trainer: Trainer, heard: Heard
) -> None:
    begin(trainer)
    qtbot.waitUntil(lambda: len(heard.runs) == 1, timeout=20_000)
    straight = curves(heard.runs[0].history)
    begin(trainer, paused=True)
    trainer.step("step")
    qtbot.waitUntil(lambda: len(trainer.history.step_losses) == 1)
    trainer.step("epoch")
    qtbot.waitUntil(lambda: trainer.history.epochs == 1)
    trainer.resume()
    trainer.pause()
    trainer.resume()
    qtbot.waitUntil(lambda: len(heard.runs) == 2)
    assert curves(heard.runs[1].history) == straight


def test_after_a_reset_the_same_curve_comes_again(qtbot: QtBot, trainer: Trainer, heard: Heard) -> None:
    begin(trainer)
    qtbot.waitUntil(lambda: len(heard.runs) == 1, timeout=20_000)
    trainer.reset()
    assert (trainer.state, trainer.record, trainer.history.epochs) == ("idle", None, 0)
    begin(trainer)
    qtbot.waitUntil(lambda: len(heard.runs) == 2)
    first, second = (run.history for run in heard.runs)
    assert curves(first) == curves(second)
    assert np.array_equal(first.step_losses, second.step_losses)


@pytest.mark.parametrize("resting", [False, True])
def test_stopping_keeps_curves_and_weights(
    qtbot: QtBot, trainer: Trainer, heard: Heard, resting: bool
) -> None:
    begin(trainer, endless())
    qtbot.waitUntil(lambda: trainer.history.epochs > 2, timeout=20_000)
    if resting:
        trainer.pause()
    trainer.stop()
    qtbot.waitUntil(lambda: bool(heard.runs))
    (run,) = heard.runs
    assert run.record.status == "stopped"
    assert run.weights["best"]
    assert run.history.epochs >= run.record.best_epoch > 0
    assert not heard.failures


def test_stopping_before_the_first_step_is_a_run_without_epochs(
    qtbot: QtBot, trainer: Trainer, heard: Heard
) -> None:
    begin(trainer, paused=True)
    trainer.stop()
    qtbot.waitUntil(lambda: bool(heard.runs), timeout=20_000)
    assert heard.runs[0].record.status == "stopped"
    assert not heard.failures


def test_stopping_within_a_step_by_epoch_needs_no_patience(
    qtbot: QtBot, trainer: Trainer, heard: Heard
) -> None:
    begin(trainer, endless(), paused=True)
    trainer.step("epoch")
    trainer.stop()
    qtbot.waitUntil(lambda: bool(heard.runs), timeout=20_000)


@pytest.mark.parametrize("resting", [False, True])
def test_closing_a_run_has_everything_when_it_returns(
    qtbot: QtBot, trainer: Trainer, heard: Heard, resting: bool
) -> None:
    begin(trainer, endless())
    qtbot.waitUntil(lambda: trainer.history.epochs > 2, timeout=20_000)
    if resting:
        trainer.pause()
    trainer.close_run()
    assert trainer.state == "finished"
    (run,) = heard.runs
    assert run.weights["last"]
    assert run.history.epochs * BATCHES <= len(run.history.step_losses)
    QCoreApplication.processEvents()
    assert len(heard.runs) == 1
    assert not heard.failures
    trainer.close_run()
    assert len(heard.runs) == 1


def test_resetting_while_training_hears_no_more_of_it(qtbot: QtBot, trainer: Trainer, heard: Heard) -> None:
    begin(trainer, endless())
    qtbot.waitUntil(lambda: trainer.history.epochs > 1, timeout=20_000)
    trainer.reset()
    told = len(heard.events)
    for _ in range(5):
        QCoreApplication.processEvents()
    assert (len(heard.events), heard.runs, trainer.history.epochs) == (told, [], 0)


def test_whoever_hears_of_progress_may_reset(qtbot: QtBot, trainer: Trainer, heard: Heard) -> None:
    trainer.progressed.connect(lambda events: trainer.reset() if heard.count(Epoch) else None)
    begin(trainer)
    qtbot.waitUntil(lambda: trainer.state == "idle", timeout=20_000)
    QCoreApplication.processEvents()
    assert not heard.runs


def test_a_rate_changed_while_training_acts_and_leaves_a_mark(
    qtbot: QtBot, trainer: Trainer, heard: Heard
) -> None:
    project = endless()
    begin(trainer, project)
    qtbot.waitUntil(lambda: trainer.history.epochs > 0, timeout=20_000)
    trainer.steer(project.set("training.optimizer.rate", 0.05))
    qtbot.waitUntil(lambda: bool(trainer.history.marks))
    (mark,) = trainer.history.marks
    assert isinstance(mark, Changed)
    assert (mark.path, mark.before, mark.after) == ("training.optimizer.rate", 0.001, 0.05)
    qtbot.waitUntil(lambda: trainer.history["rate"][-1] == 0.05)


def test_a_snapshot_asked_for_while_training_arrives(qtbot: QtBot, trainer: Trainer, heard: Heard) -> None:
    begin(trainer, endless())
    qtbot.waitUntil(lambda: trainer.history.epochs > 0, timeout=20_000)
    trainer.ask_snapshot()
    qtbot.waitUntil(lambda: bool(heard.snapshots))
    assert heard.snapshots[0].weights
    assert heard.count(Snapshot) == 0, "a picture is no progress"


def test_a_run_that_rests_gives_its_weights_without_training_on(
    qtbot: QtBot, trainer: Trainer, heard: Heard
) -> None:
    begin(trainer, endless(), paused=True)
    trainer.step("step")
    qtbot.waitUntil(lambda: heard.count(Steps) == 1, timeout=20_000)
    trainer.ask_snapshot()
    qtbot.waitUntil(lambda: bool(heard.snapshots))
    assert len(trainer.history.step_losses) == 1
    assert trainer.state == "paused"


def test_a_run_that_goes_wrong_ends_as_failed_and_is_kept(
    qtbot: QtBot, trainer: Trainer, heard: Heard
) -> None:
    begin(trainer, circles().project.with_network(Network()))
    qtbot.waitUntil(lambda: bool(heard.runs), timeout=20_000)
    assert heard.runs[0].record.status == "failed"
    assert heard.runs[0].record.message
    assert not heard.failures


def test_a_broken_diagnosis_is_told_and_the_curves_are_kept(
    qtbot: QtBot, trainer: Trainer, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_evidence: object) -> list[object]:
        raise RuntimeError("no rule for this")

    monkeypatch.setattr(nnstudio.diagnosis, "diagnose", broken)
    begin(trainer)
    qtbot.waitUntil(lambda: bool(heard.failures), timeout=20_000)
    assert "no rule for this" in heard.failures[0]
    assert trainer.state == "finished"
    assert heard.runs[0].record.status == "failed"


def test_a_stop_thrown_at_any_event_still_ends_with_the_last_words() -> None:
    from nnstudio.core.controls import Controls
    from nnstudio.engine.stop import StopTraining

    begun = circles()

    def pulled() -> Any:
        return train_and_diagnose(begun.project, begun.prepared, Controls(rhythm="epoch"))

    kinds = [type(event) for event in pulled()]
    assert kinds[-2:] == [Diagnosed, Finished]
    for place, _kind in enumerate(kinds):
        events, seen = pulled(), []
        for _ in range(place + 1):
            seen.append(next(events))
        try:
            seen.append(events.throw(StopTraining()))
            seen.extend(events)
        except StopIteration:
            pass
        assert isinstance(seen[-1], Finished), place
        assert sum(isinstance(event, Finished) for event in seen) == 1


def test_a_run_in_doubt_is_set_beside_simple_models_at_its_end() -> None:
    from nnstudio.core.controls import Controls
    from nnstudio.core.run import Compared, fold

    begun = circles()
    crawling = begun.project.set("training.optimizer.rate", 1e-6)
    events = list(train_and_diagnose(crawling, begun.prepared, Controls(rhythm="epoch")))
    assert [type(event) for event in events[-3:]] == [Compared, Diagnosed, Finished]
    facts = fold(event for event in events if not isinstance(event, Diagnosed)).facts
    assert facts is not None
    assert facts.reference is not None
    assert facts.reference.scores["forest"] > 0.9
