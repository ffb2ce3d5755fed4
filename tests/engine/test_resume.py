"""Checkpoints on the disk: kept, listed, read, and offered after a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnstudio.catalog.datasets.sklearn_sets import Iris
from nnstudio.core.dataset import DataSpec, Prepared
from nnstudio.core.project import Project
from nnstudio.core.run import Checkpoint, Finished, fold, new_record
from nnstudio.engine.resume import CheckpointProblem, Keeper, continued, discard, folder, kept_runs
from nnstudio.engine.train import train
from tests.engine.made import classes, project_for


def begun() -> tuple[Project, Prepared]:
    prepared = classes(3)
    project = project_for(prepared, epochs=6, checkpoint_every=2)
    # A source that a file can name; it is never loaded.
    return project.model_copy(update={"data": DataSpec(source=Iris())}), prepared


def kept(project: Project, prepared: Prepared, until: int = 99) -> Keeper:
    """Train with a keeper until so many checkpoints are written; the run is cut off there."""
    keeper = Keeper(new_record(project, "Run 1", ()))
    for event in train(project, prepared):
        keeper.keep(event)
        until -= isinstance(event, Checkpoint)
        if not until:
            break
    keeper.close()
    return keeper


def test_a_run_that_was_cut_off_is_offered_and_goes_on() -> None:
    project, prepared = begun()
    kept(project, prepared, until=2)
    (run,) = kept_runs(project)
    assert run.interrupted
    assert [(c.epoch, c.role) for c in run.checkpoints] == [(2, "every"), (4, "every")]
    newest = run.checkpoints[-1]
    assert newest.project() == project
    whole = fold(train(project, prepared))
    assert newest.loss == whole["val_loss"][3]
    again = fold(train(newest.project(), prepared, resume=newest.read()))
    assert again["val_loss"] == whole["val_loss"]


def test_a_finished_run_is_listed_for_its_project_alone() -> None:
    project, prepared = begun()
    kept(project, prepared)
    assert kept_runs(project) == []
    id = next(folder().iterdir()).name
    (run,) = kept_runs(project, {id})
    assert not run.interrupted
    assert run.record.status == "done"
    assert {c.role for c in run.checkpoints} >= {"every", "last"}
    discard(id)
    assert kept_runs(project, {id}) == []


def test_a_run_in_progress_is_not_offered() -> None:
    project, prepared = begun()
    keeper = Keeper(new_record(project, "Run 1", ()))
    for event in train(project, prepared):
        if isinstance(event, Checkpoint):
            keeper.keep(event)
    assert kept_runs(project) == []
    keeper.close()
    assert len(kept_runs(project)) == 1


def test_damage_is_passed_over_or_told() -> None:
    project, prepared = begun()
    kept(project, prepared, until=2)
    (run,) = kept_runs(project)
    first, second = run.checkpoints
    first.path.write_bytes(b"nonsense")
    (run,) = kept_runs(project)
    assert run.checkpoints == (second,)
    with pytest.raises(CheckpointProblem, match="no checkpoint"):
        first.read()
    second.path.unlink()
    with pytest.raises(CheckpointProblem, match="cannot be read"):
        second.read()


def test_a_disk_that_cannot_be_written_to_does_not_end_training(home: Path) -> None:
    project, prepared = begun()
    folder().parent.mkdir(parents=True)
    folder().write_text("in the way")
    keeper = kept(project, prepared)
    assert "cannot be kept" in keeper.problem


def test_going_on_takes_the_epochs_of_now() -> None:
    project, _ = begun()
    now = project.set("training.epochs", 50).set("training.optimizer.rate", 0.7)
    assert continued(project, now) == project.set("training.epochs", 50)


def test_only_the_newest_runs_are_kept() -> None:
    project, prepared = begun()
    events = [e for e in train(project, prepared) if isinstance(e, Checkpoint | Finished)]
    for _ in range(33):
        keeper = Keeper(new_record(project, "Run 1", ()))
        keeper.keep(events[0])
        keeper.close()
    assert len(list(folder().iterdir())) <= 31
