"""Export on the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnstudio.__main__ import Window
from nnstudio.cli import export
from nnstudio.export.formats import FORMATS
from tests.cli.calls import Caller


@pytest.fixture
def trained(nn: Caller, moons: Path) -> Path:
    """Make a project with two runs, the second for other settings than the first."""
    nn.good("train", moons, "--epochs", "2", "-q")
    nn.good("train", moons, "--epochs", "3", "-q")
    return moons


def test_every_format_can_be_asked_for(nn: Caller) -> None:
    assert tuple(FORMATS) == export.KEYS
    text = nn.good("export", "--help").out
    assert all(key in text for key in FORMATS)


def test_a_script_needs_no_run(nn: Caller, moons: Path) -> None:
    answer = nn.good("export", moons, "--to", "script", "--out", "net")
    assert "Written: net.py" in answer.out
    assert "Written: net.npz" in answer.out
    assert "EPOCHS = 100" in (nn.folder / "net.py").read_text()
    assert np.load(nn.folder / "net.npz")["x_train"].shape == (350, 2)


def test_a_script_of_a_run_has_its_settings(nn: Caller, trained: Path) -> None:
    nn.good("export", trained, "--to", "script", "--out", "one.py", "--run", "Run 1", "-q")
    assert "EPOCHS = 2" in (nn.folder / "one.py").read_text()


@pytest.mark.parametrize(("to", "name"), [("safetensors", "w.safetensors"), ("html", "r.html")])
def test_the_last_run_is_written(to: str, name: str, nn: Caller, trained: Path) -> None:
    told = nn.good("export", trained, "--to", to, "--out", name, "--json").json
    assert told["files"] == [name]
    assert (nn.folder / name).stat().st_size > 500
    assert told["run"] == json.loads(nn.good("diagnose", trained, "--json").out)["run"]


def test_the_report_compares_with_the_run_before(nn: Caller, trained: Path) -> None:
    nn.good("export", trained, "--to", "html", "--out", "r.html", "-q")
    assert "Since Run 1: Epochs 2 → 3" in (nn.folder / "r.html").read_text()


def test_a_pdf_comes_through_the_door(nn: Caller, trained: Path) -> None:
    assert "HTML instead" in nn.refused("export", trained, "--to", "pdf", "--out", "r.pdf", code=1)
    nn.door = Window()
    nn.good("export", trained, "--to", "pdf", "--out", "r.pdf")
    assert (nn.folder / "r.pdf").read_bytes().startswith(b"%PDF-")


def test_what_is_in_the_way_is_said(nn: Caller, moons: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "train it first" in nn.refused("export", moons, "--to", "onnx", "--out", "net.onnx")
    assert "no folder nowhere" in nn.refused("export", moons, "--to", "script", "--out", "nowhere/net.py")
    modules: dict[str, Any] = sys.modules
    nn.good("train", moons, "--epochs", "1", "-q")
    monkeypatch.setitem(modules, "onnx", None)
    assert "pip install onnx" in nn.refused("export", moons, "--to", "onnx", "--out", "net.onnx", code=1)
