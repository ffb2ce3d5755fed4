"""Going on after a crash, finding a rate and the largest batch from the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

from nnstudio.cli.projects import open_file
from nnstudio.core.run import Checkpoint, new_record
from nnstudio.data.prepare import load
from nnstudio.engine.resume import Keeper, folder
from nnstudio.engine.train import train
from tests.cli.calls import Caller

SETTINGS = ("--epochs", "6", "--set", "training.checkpoint_every=2", "--json")


def crash(path: Path) -> None:
    """Train the project until its second checkpoint and vanish."""
    project = open_file(path).project
    prepared = load(project.data)
    keeper, seen = Keeper(new_record(project, "Run 1", ())), 0
    for event in train(project, prepared):
        keeper.keep(event)
        seen += isinstance(event, Checkpoint)
        if seen == 2:
            break
    keeper.close()


def test_a_run_cut_off_goes_on_to_the_same_end(nn: Caller, moons: Path) -> None:
    whole = nn.good("train", moons, *SETTINGS).json["epochs"]
    shutil.rmtree(folder())
    crash(moons)
    (first, second) = nn.good("resume", moons, "--list", "--json").json["checkpoints"]
    assert (first["epoch"], second["epoch"], second["status"]) == ("2", "4", "cut off")
    told = nn.good("resume", moons, "--json").json
    assert (told["from_epoch"], told["status"]) == (4, "done")
    assert [row["val_loss"] for row in told["epochs"]] == [row["val_loss"] for row in whole]
    assert [run.record.name for run in open_file(moons).runs] == ["Run 1", "Run 2"]
    assert "Run 2" in nn.good("resume", moons, "--list").out


def test_from_an_epoch_and_further(nn: Caller, moons: Path) -> None:
    nn.good("train", moons, *SETTINGS)
    assert "went on after epoch 2 of Run 1" in nn.good("resume", moons, "--from", "2").out
    told = nn.good("resume", moons, "--run", "Run 1", "--epochs", "8", "--json").json
    assert [row["epoch"] for row in told["epochs"]] == list(range(1, 9))


def test_what_is_not_there_is_said(nn: Caller, moons: Path) -> None:
    assert "no checkpoints" in nn.refused("resume", moons)
    assert "no checkpoints" in nn.good("resume", moons, "--list").out
    nn.good("train", moons, *SETTINGS)
    assert "there are: 2, 4, 6" in nn.refused("resume", moons, "--from", "3")
    assert "of a run 'x'" in nn.refused("resume", moons, "--run", "x")
    assert "All 6 epochs are done" in nn("resume", moons).out


def test_a_rate_is_suggested_and_the_project_left_alone(nn: Caller, moons: Path) -> None:
    before = moons.read_bytes()
    found = nn.good("find-rate", moons, "--json").json
    assert 1e-5 < found["suggestion"]["rate"] < 1
    assert len(found["points"]) > 50
    assert "suggested rate" in nn.good("find-rate", moons).out
    assert "at least 20" in nn.refused("find-rate", moons, "--steps", "3")
    assert moons.read_bytes() == before


def test_the_largest_batch_is_measured_when_asked_for(nn: Caller, moons: Path) -> None:
    found = nn.good("check", moons, "--largest-batch", "--json").json["largest_batch"]
    assert found["size"] >= 64
    assert found["device"] == "cpu"
    assert "largest_batch" not in nn.good("check", moons, "--json").json
