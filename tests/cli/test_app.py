"""The door: help, exit codes, the window, and problems as sentences."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nnstudio.cli.app import COMMANDS
from tests.cli.calls import Caller

NAMES = [command.NAME for command in COMMANDS]


class FakeWindow:
    """Notes what it is asked for."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def open(self, path: str) -> int:
        self.opened.append(path)
        return 0

    def picture(self, project: Path, target: Path) -> None:
        target.write_bytes(b"png")

    def pdf(self, target: Path, report: object) -> None:
        target.write_bytes(b"pdf")


def test_the_commands_are_those_promised(nn: Caller) -> None:
    promised = (
        "examples new inspect check train resume find-rate tune crossvalidate diagnose apply heal phases "
        "evaluate explain generate export demo glossary"
    )
    assert promised.split() == NAMES
    assert all(name in nn.good("--help").out for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(nn: Caller, name: str) -> None:
    text = nn.good(name, "--help").out
    assert "--json" in text
    assert len(text) > 200


@pytest.mark.parametrize("words", [["--help"], ["train", "--help"], ["examples"]])
def test_help_does_not_wait_for_heavy_imports(words: list[str]) -> None:
    code = (
        "import sys; from nnstudio.__main__ import main\n"
        f"try: main({words!r})\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'pandas', 'sklearn', 'PySide6'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_without_a_command_the_window_opens(nn: Caller, moons: Path) -> None:
    window = nn.door = FakeWindow()
    nn.good()
    nn.good(moons)
    assert window.opened == ["", str(moons)]


def test_a_project_that_is_not_there(nn: Caller) -> None:
    nn.door = FakeWindow()
    assert "There is no file gone.nnproj" in nn.refused("gone.nnproj")


def test_a_window_that_cannot_be_opened_is_a_sentence(nn: Caller) -> None:
    class Broken(FakeWindow):
        def open(self, path: str) -> int:
            raise ImportError("libEGL.so.1: cannot open shared object file")

    nn.door = Broken()
    assert "libEGL.so.1" in nn.refused(code=1)


@pytest.mark.parametrize(
    "words", [["nope"], ["train"], ["new", "x"], ["new", "x", "--example", "a", "--data", "b"], ["demo"]]
)
def test_bad_usage(nn: Caller, words: list[str]) -> None:
    assert "usage:" in nn.refused(*words)


def test_files_that_are_no_projects(nn: Caller) -> None:
    (nn.folder / "table.csv").write_text("a,b\n1,2\n")
    for command in ("check", "train", "diagnose", "evaluate"):
        assert "table.csv is a plain text" in nn.refused(command, "table.csv")
        assert "There is no file none.nnproj" in nn.refused(command, "none.nnproj")
    assert "is a folder" in nn.refused("check", nn.folder)


def test_json_that_cannot_be_written(nn: Caller) -> None:
    assert "none" in nn.refused("examples", "--json", nn.folder / "none" / "out.json")


def test_a_pipe_that_is_closed_early_is_no_error() -> None:
    command = f"{sys.executable} -m nnstudio examples | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.stderr == ""
    assert done.stdout.startswith("circles")


def test_a_terminal_without_arrows(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONPATH": os.getcwd()}
    done = subprocess.run(
        [sys.executable, "-m", "nnstudio", "new", str(tmp_path / "a"), "--example", "iris"],
        capture_output=True, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"Dense 16 ? ReLU" in done.stdout
