"""Cross-validate from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.calls import Caller


@pytest.fixture
def project(nn: Caller, tmp_path: Path) -> Path:
    path = tmp_path / "iris.nnproj"
    nn.good("new", path, "--example", "iris", "--depth", "1", "--width", "4")
    nn.good("train", path, "--epochs", "2", "--quiet")
    return path


def test_mean_and_spread_of_every_score(nn: Caller, project: Path) -> None:
    before = project.read_bytes()
    found = nn.good("crossvalidate", project, "--folds", "3", "--json").json
    assert len(found["each"]) == 3
    assert {"mean", "spread", "low", "high"} == set(found["scores"]["val_accuracy"])
    assert len(found["each"][0]["epochs"]) == 2
    assert project.read_bytes() == before
    assert "val_accuracy" in nn.good("crossvalidate", project, "--folds", "2").out


def test_impossible_wishes_are_refused(nn: Caller, project: Path) -> None:
    assert "there are:" in nn.refused("crossvalidate", project, "--group", "nobody")
    assert "goes with" in nn.refused("crossvalidate", project, "--group", "x", "--kind", "k-fold")
