"""Inspect a project or a table from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.calls import Caller


def test_a_project_is_inspected(nn: Caller, tmp_path: Path) -> None:
    path = tmp_path / "iris.nnproj"
    nn.good("new", path, "--example", "iris")
    answer = nn.good("inspect", path)
    assert "goes with" in answer.out
    found = nn.good("inspect", path, "--json").json
    assert len(found["correlations"]["matrix"]) == 4
    assert {"network", "training", "findings", "correlations", "outliers"} <= set(found)


def test_a_table_is_inspected(nn: Caller, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x,leak,label\n" + "\n".join(f"{i * 7 % 11},{i % 2},{'ab'[i % 2]}" for i in range(60)))
    answer = nn.good("inspect", path, "--target", "label")
    assert "Knows the answer alone: leak" in answer.out
    assert "leave_out" in answer.out


def test_what_is_missing_is_said(nn: Caller, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x,y\n1,2\n")
    assert "--target" in nn.refused("inspect", path)
