"""Checks from the command line: run, told, and kept with the run."""

from __future__ import annotations

from pathlib import Path

from nnstudio.data.project_file import open_project
from tests.cli.calls import Caller


def test_checks_are_kept_with_the_run(nn: Caller, moons: Path) -> None:
    nn.good("train", moons, "--epochs", "5", "-q")
    told = nn.good("diagnose", moons, "--check", "one_batch,rate_range", "--json").json
    assert [check["id"] for check in told["checks"]] == ["one_batch", "rate_range"]
    assert {check["outcome"] for check in told["checks"]} == {"good"}
    kept = open_project(moons).runs[0].record.checks
    assert [check.model_dump() for check in kept] == told["checks"]
    again = nn.good("diagnose", moons, "--check", "rate_range").out
    assert "ok Learning rate range test: The rate of" in again
    assert [check.id for check in open_project(moons).runs[0].record.checks] == ["one_batch", "rate_range"]


def test_a_design_is_checked_before_any_run(nn: Caller, moons: Path) -> None:
    told = nn.good("diagnose", moons, "--check", "rate_range", "--json").json
    assert told["status"] == "untrained"
    assert told["checks"][0]["id"] == "rate_range"


def test_unknown_checks_are_named(nn: Caller, moons: Path) -> None:
    assert "there are: one_batch, rate_range" in nn.refused("diagnose", moons, "--check", "luck")


def test_a_run_in_doubt_is_kept_with_simple_models_beside_it(nn: Caller, moons: Path) -> None:
    nn.good("train", moons, "--set", "training.optimizer.rate=0.01", "-q")
    nn.good("train", moons, "--epochs", "8", "--set", "training.optimizer.rate=1e-6", "-q")
    well, stuck = open_project(moons).runs
    assert stuck.history.facts is not None
    assert stuck.history.facts.reference is not None
    assert stuck.history.facts.reference.scores["forest"] > 0.9
    assert well.history.facts is not None
    assert well.history.facts.reference is None
