"""Check, diagnose, apply, evaluate and demo."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nnstudio.cli.plot import plot
from nnstudio.cli.projects import open_file
from tests.cli.calls import Caller
from tests.cli.test_app import FakeWindow


@pytest.fixture
def jumping(nn: Caller) -> Path:
    """Make a project whose training goes wrong, with one run."""
    nn.good("new", "jumping", "--example", "rate_too_high", "-q")
    nn.good("train", "jumping.nnproj", "-q")
    return nn.folder / "jumping.nnproj"


# -- check -------------------------------------------------------------------------------------------


def test_the_layer_table(nn: Caller) -> None:
    nn.good("new", "digits", "--example", "digits", "-q")
    answer = nn.good("check", "digits.nnproj")
    assert "1 channel × 8 height × 8 width" in answer.out
    assert "n1     Flatten" in answer.out
    told = nn.good("check", "digits.nnproj", "--json").json
    assert told["valid"]
    assert told["input"] == [1, 8, 8]
    assert told["learnables"] == sum(layer["learnables"] for layer in told["layers"])
    assert told["layers"][0] == {
        "id": "n1", "kind": "flatten", "title": "Flatten", "inputs": [[1, 8, 8]], "output": [64],
        "group": None,
        "axes": ["features"], "learnables": 0, "multiply_adds": 0, "error": None,
    }  # fmt: skip


def test_misfits_are_named_on_their_layers(nn: Caller, moons: Path) -> None:
    saved = open_file(moons)
    network = saved.project.network
    broken = network.replace("n1", network["n1"].layer).insert(network["n1"].layer)
    from dataclasses import replace

    from nnstudio.core.files import save

    save(moons, replace(saved, project=saved.project.with_network(broken)))
    answer = nn("check", moons)
    assert answer.code == 1
    assert "error in n4: The data have 2 classes" in answer.out
    told = nn("check", moons, "--json").json
    assert not told["valid"]
    assert list(told["errors"]) == ["n4"]


# -- diagnose and apply ------------------------------------------------------------------------------


def test_a_saved_run_is_diagnosed_again(nn: Caller, jumping: Path) -> None:
    told = nn.good("diagnose", jumping, "--json").json
    assert told["findings"][0]["id"] == "lr_too_high"
    assert told["findings"][0]["primary"]
    text = nn.good("diagnose", jumping).out
    assert "fix lr_too_high/rate_down_10: Learning rate 2 → 0.2" in text


def test_runs_are_found_by_id_name_and_beginning(nn: Caller, jumping: Path) -> None:
    run = open_file(jumping).runs[0].record.id
    for name in (run, "Run 1", run[:6]):
        assert nn.good("diagnose", jumping, "--run", name, "--json").json["run"] == run
    assert "There is no run 'Run 7'" in nn.refused("diagnose", jumping, "--run", "Run 7")


def test_without_a_run_the_design_is_diagnosed(nn: Caller, moons: Path) -> None:
    assert nn.good("diagnose", moons, "--json").json["status"] == "untrained"
    assert "train it first" in nn.refused("diagnose", moons, "--run", "Run 1")


def test_a_fix_mends_the_run(nn: Caller, jumping: Path) -> None:
    before = nn.good("diagnose", jumping, "--json").json
    told = nn.good("apply", jumping, "lr_too_high/rate_down_10", "--json").json
    assert [change["path"] for change in told["changes"]] == ["training.optimizer.rate"]
    assert open_file(jumping).project.training.optimizer.rate == 0.2
    after = nn.good("train", jumping, "--json").json
    assert "lr_too_high" in [finding["id"] for finding in before["findings"]]
    assert "lr_too_high" not in [finding["id"] for finding in after["findings"]]
    first, second = open_file(jumping).runs
    assert second.history["val_accuracy"][-1] > first.history["val_accuracy"][-1] + 0.2


def test_a_fix_by_its_short_name_into_another_file(nn: Caller, jumping: Path) -> None:
    before = jumping.read_bytes()
    nn.good("apply", jumping, "rate_down_100", "--out", "slow")
    assert jumping.read_bytes() == before
    assert open_file(nn.folder / "slow.nnproj").project.training.optimizer.rate == 0.02


def test_a_fix_of_the_design_before_any_run(nn: Caller) -> None:
    nn.good("new", "wine", "--example", "wine", "-q")
    nn.good("train", "wine.nnproj", "--set", "data.preparation=[]", "--epochs", "1", "--out", "raw", "-q")
    saved = open_file(nn.folder / "raw.nnproj")
    from nnstudio.core.files import Saved, save

    save("raw.nnproj", Saved(saved.project))
    assert "unnormalized_input" in nn("check", "raw.nnproj").out
    nn.good("apply", "raw.nnproj", "standardise_inputs")
    kinds = [step.kind for step in open_file(nn.folder / "raw.nnproj").project.data.preparation]
    assert kinds == ["scale_inputs"]


def test_fixes_that_cannot_be_applied(nn: Caller, jumping: Path) -> None:
    assert "lr_too_high/rate_down_10" in nn.refused("apply", jumping, "magic")
    nn.good("apply", jumping, "rate_down_10")
    assert "like that already" in nn.refused("apply", jumping, "rate_down_10", code=1)


# -- evaluate ----------------------------------------------------------------------------------------


def test_evaluation_agrees_with_the_best_epoch(nn: Caller, moons: Path) -> None:
    told = nn.good("train", moons, "--epochs", "5", "--test", "--json").json
    best = told["epochs"][told["best_epoch"] - 1]
    found = nn.good("evaluate", moons, "--json").json
    assert found["split"] == "validation"
    assert found["values"]["accuracy"] == best["val_accuracy"]
    assert found["values"]["loss"] == pytest.approx(best["val_loss"], rel=1e-6)
    assert np.sum(found["confusion"]) == found["rows"]
    assert nn.good("evaluate", moons, "--split", "test", "--json").json["values"] == told["test"]
    assert "true \\ predicted" in nn.good("evaluate", moons, "--split", "train").out


def test_a_run_is_evaluated_on_its_own_data_and_network(nn: Caller, moons: Path) -> None:
    nn.good("train", moons, "--epochs", "1")
    first = nn.good("evaluate", moons, "--json").json
    nn.good("train", moons, "--epochs", "1", "--set", "preset.width=4", "data.source.noise=0.3")
    again = nn.good("evaluate", moons, "--run", "Run 1", "--json").json
    assert again == first
    assert nn.good("evaluate", moons, "--json").json["values"] != first["values"]


# -- demo --------------------------------------------------------------------------------------------


def test_the_demonstration_names_what_it_wrote(nn: Caller) -> None:
    nn.door = FakeWindow()
    answer = nn.good("demo", "--out", "shown")
    project, picture = Path("shown/rate_too_high.nnproj"), Path("shown/rate_too_high.png")
    assert f"project: {project}" in answer.out
    assert f"picture of the window: {picture}" in answer.out
    assert picture.exists()
    assert len(open_file(project).runs) == 2
    for part in ("loss (t = train, v = validation)", "accuracy", "lr_too_high", "nothing wrong was found"):
        assert part in answer.out


def test_the_demonstration_goes_on_without_a_window(nn: Caller) -> None:
    class Blind(FakeWindow):
        def picture(self, project: Path, target: Path) -> None:
            raise ImportError("libEGL.so.1 is missing")

    nn.door = Blind()
    answer = nn("demo", "--out", "shown", "--example", "gaussians", "--json", "told.json")
    assert answer.code == 1
    assert "no picture: ImportError: libEGL.so.1 is missing" in answer.out
    told = json.loads(Path("told.json").read_text())
    assert told["picture"] is None
    assert Path(told["project"]).exists()
    assert "There is no example 'x'" in nn.refused("demo", "--out", "shown", "--example", "x")


def test_curves_with_plain_characters() -> None:
    lines = plot(
        "loss", {"train": [3.0, 2.0, 1.0], "validation": [3.0, float("nan"), 1.0]}, width=3, height=3
    )
    assert lines == [
        "loss (t = train, v = validation)",
        "        3 |v",
        "          | t",
        "        1 |  v",
        "          +---",
        "           1epochs3",
    ] or lines[1:5] == ["        3 |v", "          | t", "        1 |  v", "          +---"]
    assert plot("loss", {"train": [float("nan")]}) == ["loss: nothing to draw"]
    assert len(plot("flat", {"train": [1.0]})) == 15
