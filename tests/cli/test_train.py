"""Training from the command line keeps the run, tells how it went, and ends well."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nnstudio.cli.projects import open_file
from tests.cli.calls import Caller


def test_the_result_as_json(nn: Caller, moons: Path) -> None:
    found = nn.good("train", moons, "--epochs", "4", "--test", "--json", "out.json").out
    assert "Run 1: done after 4 epochs" in found
    result = json.loads((nn.folder / "out.json").read_text())
    assert result["status"] == "done"
    assert result["device"] == "cpu"
    assert result["seconds"] > 0
    assert 1 <= result["best_epoch"] <= 4
    assert [row["epoch"] for row in result["epochs"]] == [1, 2, 3, 4]
    expected = {"train_loss", "val_loss", "train_accuracy", "val_accuracy", "val_f1", "rate", "seconds"}
    assert expected <= set(result["epochs"][0])
    assert set(result["test"]) >= {"loss", "accuracy"}
    for finding in result["findings"]:
        assert {"id", "primary", "since_epoch", "evidence", "fixes"} <= set(finding)


def test_json_stands_alone_on_stdout(nn: Caller, moons: Path) -> None:
    assert nn.good("train", moons, "--epochs", "1", "--json").json["name"] == "Run 1"
    assert nn.good("train", moons, "--epochs", "1", "--json", "-").json["name"] == "Run 2"


def test_quiet_says_nothing(nn: Caller, moons: Path) -> None:
    answer = nn.good("train", moons, "--epochs", "1", "--quiet")
    assert (answer.out, answer.err) == ("", "")


def test_the_file_keeps_the_run(nn: Caller, moons: Path) -> None:
    told = nn.good("train", moons, "--epochs", "3", "--json").json
    saved = open_file(moons)
    (run,) = saved.runs
    assert run.record.id == told["run"]
    assert run.history["val_loss"] == [row["val_loss"] for row in told["epochs"]]
    assert set(run.weights) == {"best", "last"}
    assert run.record.project == saved.project
    assert "test" not in told
    assert run.record.test is None


def test_the_same_seed_gives_the_same_curve(nn: Caller, moons: Path) -> None:
    curves = [
        nn.good("train", moons, "--epochs", "3", "--seed", seed, "--json").json for seed in ("1", "1", "2")
    ]
    losses = [[row["train_loss"] for row in curve["epochs"]] for curve in curves]
    assert losses[0] == losses[1] != losses[2]


def test_settings_are_set_and_kept(nn: Caller, moons: Path) -> None:
    edits = ["preset.depth=1", "training.optimizer.rate=0.02", "training.optimizer.beta2=0.9"]
    nn.good("train", moons, "--set", *edits, "--set", "training.class_weights=true", "--epochs", "2")
    project = open_file(moons).project
    assert project.get("preset.depth") == 1
    assert len(project.network.nodes) == 2
    assert project.get("training.optimizer.rate") == 0.02
    assert project.get("training.class_weights") is True


def test_other_data_of_another_shape(nn: Caller, moons: Path) -> None:
    other = json.dumps({"kind": "gaussians", "classes": 4})
    nn.good("train", moons, "--set", f"data.source={other}", "--epochs", "2", "--out", "four")
    project = open_file(nn.folder / "four.nnproj").project
    assert project.network.nodes[-1].layer.units == 4
    assert project.training.loss.kind == "cross_entropy"


def test_out_leaves_the_project_alone(nn: Caller, moons: Path) -> None:
    before = moons.read_bytes()
    nn.good("train", moons, "--epochs", "1", "--out", "other")
    assert moons.read_bytes() == before
    assert len(open_file(nn.folder / "other.nnproj").runs) == 1


def test_a_run_that_fails(nn: Caller, moons: Path) -> None:
    edits = ["training.optimizer=sgd", "training.optimizer.rate=10", "training.loss=mse", "preset.depth=6"]
    edits += ["data.preparation=[]", "preset.activation=linear", "network.n7.activation=linear"]
    answer = nn("train", moons, "--set", *edits, "--json", "out.json")
    assert answer.code == 1
    told = json.loads(Path("out.json").read_text(), parse_constant=pytest.fail)
    assert told["status"] == "failed"
    assert told["message"] in answer.out
    assert told["epochs"][-1]["val_loss"] is None
    assert any(finding["id"] == "nan_or_exploding" for finding in told["findings"])
    assert open_file(moons).runs[-1].record.status == "failed"


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (["--set", "training.optimizer.rate=fast"], "training.optimizer.rate cannot be 'fast'", 2),
        (["--set", "training.speed=1"], "there is no 'speed'", 2),
        (["--set", "rate"], "--set needs path=value", 2),
        (["--set", "data.source={broken"], "no valid JSON", 2),
        (["--epochs", "0"], "epochs", 2),
        (["--set", "network.n3.units=7"], "layer n3: The data have 2 classes", 1),
        (["--set", 'network.n1={"kind": "conv2d"}'], "Conv 2D needs an image", 1),
        (["--set", "network.n1=flatten", "network.n2.units=3", "network.n3.units=4"], "layer n3", 1),
    ],
)
def test_what_is_refused_leaves_the_file_alone(
    nn: Caller, moons: Path, words: list[str], said: str, code: int
) -> None:
    before = moons.read_bytes()
    assert said in nn.refused("train", moons, *words, code=code)
    assert moons.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_keeps_what_was_learnt(nn: Caller, moons: Path) -> None:
    code = """
import os, signal, sys
from nnstudio.cli import main, training
show, pressed = training._show, []
def press(event, history, epochs, progress):
    show(event, history, epochs, progress)
    if history.epochs == 3 and not pressed:
        pressed.append(True)
        os.kill(os.getpid(), signal.SIGINT)
training._show = press
sys.exit(main(sys.argv[1:]))
"""
    command = [sys.executable, "-c", code, "train", str(moons), "--epochs", "2000", "--json"]
    environment: dict[str, Any] = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "stopped"
    (run,) = open_file(moons).runs
    assert run.record.status == "stopped"
    assert 3 <= run.history.epochs < 2000
    assert run.weights["best"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_progress_line(capsys: pytest.CaptureFixture[str]) -> None:
    from nnstudio.cli.output import Progress

    bar = Progress(shown=True)
    bar.show(0.5, "epoch 5/10")
    bar.show(1.0, "done")
    bar.clear()
    text = capsys.readouterr().err
    assert "[############------------] epoch 5/10" in text
    assert text.endswith("\r")
    assert "\n" not in text
    Progress(shown=False).show(0.5, "x")
    assert capsys.readouterr().err == ""
