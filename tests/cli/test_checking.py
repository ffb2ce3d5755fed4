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
