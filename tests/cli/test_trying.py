"""Fixes tried on the command line: a verdict, what is kept of it, and Ctrl+C."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nnstudio.cli.projects import open_file
from nnstudio.core.verdict import Verdict
from nnstudio.tuning import experiment as trying
from nnstudio.tuning import heal as healing
from nnstudio.tuning.arms import run_arm
from nnstudio.tuning.tries import Tried
from tests.cli.calls import Caller

RATE = "training.optimizer.rate"


@pytest.fixture
def broken(nn: Caller) -> Path:
    """A project whose last run ended in NaN: a regression with giant steps."""
    nn.good("new", "broken", "--example", "curve", "-q")
    path = nn.folder / "broken.nnproj"
    nn.good("train", path, "--set", "training.optimizer=sgd", "--epochs", "1", "-q")
    answer = nn("train", path, "--set", f"{RATE}=5", "training.epochs=20", "--json")
    assert answer.json["status"] == "failed"
    assert answer.json["findings"][0]["id"] == "nan_or_exploding"
    return path


def everything(path: Path) -> tuple[Any, list[str]]:
    saved = open_file(path)
    return saved.project, [run.record.id for run in saved.runs]


def test_a_broken_run_is_healed_on_the_command_line(nn: Caller, broken: Path) -> None:
    before, runs = everything(broken)
    answer = nn("heal", broken, "--json")
    told = answer.json
    assert (answer.code, told["outcome"], told["saved"]) == (0, "healthy", True), told
    kept = [step for step in told["path"] if step["kept"]]
    assert kept[0]["finding"] == "nan_or_exploding"
    assert kept[0]["control"] is None
    after, more = everything(broken)
    assert after.get(RATE) < before.get(RATE)
    assert len(more) == len(runs) + len(kept)
    assert open_file(broken).runs[-1].record.status != "failed"
    assert "nothing serious is wrong" in nn.good("heal", broken).out
    advice = open_file(broken).advice
    assert advice.about("nan_or_exploding").helped >= 1


def test_trying_the_first_fix_tells_both_curves_and_keeps_what_helps(nn: Caller, broken: Path) -> None:
    _, runs = everything(broken)
    found = nn.good("diagnose", broken, "--json").json["findings"][0]
    told = nn.good("diagnose", broken, "--try", "--json").json
    assert told["verdict"]["fix"] == found["fixes"][0]["id"]
    assert told["verdict"]["accepted"], told
    assert set(told["curves"]) == {"control", "treatment"}
    assert told["saved"]
    assert told["next"] is None
    assert len(everything(broken)[1]) == len(runs) + 1
    score = open_file(broken).advice.of("nan_or_exploding", told["verdict"]["fix"])
    assert (score.tried, score.helped) == (1, 1)


def test_a_dry_run_writes_nothing(nn: Caller, broken: Path) -> None:
    before = broken.read_bytes()
    out = nn.good("diagnose", broken, "--try", "--dry-run").out
    assert "It helped" in out
    assert "without the fix" in out
    assert "with the fix" in out
    assert "the project is as before" in out
    nn("heal", broken, "--dry-run", "-q")
    assert broken.read_bytes() == before


def _refusing(*arguments: Any, **_options: Any) -> Iterator[Tried]:
    project, _prepared, finding, fix, base = arguments
    verdict = Verdict(finding=finding.id, fix=fix.id, title=fix.title, reason="small", details="Made up.")
    yield Tried(finding, fix, verdict, fix.apply(project), base)


def test_a_refused_fix_leaves_settings_and_runs_as_they_are(
    nn: Caller, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "experiment", _refusing)
    monkeypatch.setattr(healing, "experiment", _refusing)
    before = everything(broken)
    told = nn.good("diagnose", broken, "--try", "--json").json
    assert not told["verdict"]["accepted"]
    assert told["next"].startswith("nan_or_exploding/")
    assert everything(broken) == before
    answer = nn("heal", broken, "--json")
    assert (answer.code, answer.json["outcome"], answer.json["saved"]) == (1, "no ideas", False)
    assert everything(broken) == before
    found = nn.good("diagnose", broken, "--json").json["findings"][0]
    assert found["sureness"] < found["confidence"]
    assert found["fixes"][0]["score"] == {"offered": 0, "tried": 2, "helped": 0}
    nn.good("diagnose", broken, "--try", told["next"], "--keep", "-q")
    assert everything(broken) != before, "a person may keep it all the same"


@pytest.mark.parametrize("command", [("diagnose", "--try"), ("heal",)])
def test_ctrl_c_leaves_the_project_as_it_was(
    nn: Caller, broken: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    def interrupted(arm: Any, name: str = "") -> Any:
        events = run_arm(arm, name)
        signal.raise_signal(signal.SIGINT)
        return (yield from events)

    monkeypatch.setattr(trying, "run_arm", interrupted)
    before = broken.read_bytes()
    assert "as before" in nn.refused(command[0], broken, *command[1:], code=130)
    assert broken.read_bytes() == before


def test_a_design_is_tried_without_a_run(nn: Caller, moons: Path) -> None:
    nn.good("new", "sum", "--example", "moons", "-q")
    path = nn.folder / "sum.nnproj"
    assert "nothing to try" in nn.refused("diagnose", path, "--try")


def test_wrong_wishes_are_refused_in_words(nn: Caller, broken: Path) -> None:
    assert "no finding offers the fix" in nn.refused("diagnose", broken, "--try", "magic")
    assert "belong to --try" in nn.refused("diagnose", broken, "--keep")
    assert "at least 1 epoch" in nn.refused("heal", broken, "--budget", "0")
    assert "at least 1" in nn.refused("heal", broken, "--steps", "0")
