"""Searching on the command line: what is tried, told, applied and refused."""

from __future__ import annotations

from pathlib import Path

from nnstudio.cli.projects import open_file
from nnstudio.tuning.wish import recalled
from tests.cli.calls import Caller

RATE = "training.optimizer.rate"


def test_a_search_tells_its_trials_and_leaves_the_project_alone(nn: Caller, moons: Path) -> None:
    before = open_file(moons)
    answer = nn.good("tune", moons, "--strategy", "random", "--trials", "3", "--epochs", "2", "--json")
    told = answer.json
    values = [trial["value"] for trial in told["trials"]]
    assert values == sorted(values)
    assert told["best"] == told["trials"][0]
    assert not told["applied"]
    after = open_file(moons)
    assert after.project == before.project
    assert [trial.value for trial in after.kept.searches[0].trials] != []
    assert {trial.number for trial in after.kept.searches[0].trials} == {1, 2, 3}
    wish, trials = recalled(after.kept.searches[0], after.project)
    assert wish.monitor == "val_loss"
    assert {path for trial in trials for path in trial.values} == {d.path for d in wish.searched}


def test_the_best_is_applied_when_asked(nn: Caller, moons: Path) -> None:
    words = ("tune", moons, "--strategy", "grid", "--trials", "4", "--epochs", "1")
    told = nn.good(*words, "--dimension", f"{RATE}=1e-3:1e-1", "--apply", "--json").json
    assert told["applied"]
    assert {trial["values"][RATE] for trial in told["trials"]} == {0.001, 0.01, 0.1}
    project = open_file(moons).project
    assert project.get(RATE) == told["best"]["values"][RATE]
    assert project.training.epochs != 1


def test_choices_can_be_searched(nn: Caller, moons: Path) -> None:
    words = ("tune", moons, "--strategy", "grid", "--epochs", "1", "--monitor", "val_accuracy")
    out = nn.good(*words, "--dimension", "training.optimizer=sgd,adam").out
    assert "val_accuracy" in out
    assert "sgd" in out
    assert "adam" in out
    assert "best: trial" in out


def test_wrong_wishes_are_refused_in_words(nn: Caller, moons: Path) -> None:
    assert "grid, random, bayesian" in nn.refused("tune", moons, "--strategy", "guess")
    assert "cannot be searched; there are" in nn.refused("tune", moons, "--dimension", "training.seed=1:2")
    assert "needs low:high" in nn.refused("tune", moons, "--dimension", f"{RATE}=fast")
    assert "smaller to a larger" in nn.refused("tune", moons, "--dimension", f"{RATE}=1:0.1")
    assert "cannot be magic" in nn.refused("tune", moons, "--dimension", "training.optimizer=magic")
    assert "val_r2 is not to be had" in nn.refused("tune", moons, "--monitor", "val_r2")
