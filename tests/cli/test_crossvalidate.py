"""Cross-validate from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnstudio.core.files import load
from tests.cli.calls import Caller


@pytest.fixture
def project(nn: Caller, tmp_path: Path) -> Path:
    path = tmp_path / "iris.nnproj"
    nn.good("new", path, "--example", "iris", "--depth", "1", "--width", "4")
    nn.good("train", path, "--epochs", "2", "--quiet")
    return path


def test_mean_and_spread_of_every_score(nn: Caller, project: Path) -> None:
    before = load(project)
    found = nn.good("crossvalidate", project, "--folds", "3", "--json").json
    assert len(found["each"]) == 3
    assert {"mean", "spread", "low", "high"} == set(found["scores"]["val_accuracy"])
    assert len(found["each"][0]["epochs"]) == 2
    after = load(project)
    assert after.project == before.project
    assert [run.record for run in after.runs] == [run.record for run in before.runs]
    assert after.kept.validations[0].folds["folds"] == 3
    assert len(after.kept.validations[0].curves) == 3
    assert "val_accuracy" in nn.good("crossvalidate", project, "--folds", "2").out
    told = nn.good("inspect", project, "--json").json["cross_validations"]
    assert [len(one["curves"]) for one in told] == [3, 2]
    assert told[0]["scores"]["val_accuracy"]["mean"] == pytest.approx(found["scores"]["val_accuracy"]["mean"])


def test_impossible_wishes_are_refused(nn: Caller, project: Path) -> None:
    assert "there are:" in nn.refused("crossvalidate", project, "--group", "nobody")
    assert "goes with" in nn.refused("crossvalidate", project, "--group", "x", "--kind", "k-fold")
