"""A folder to work in and a way to call the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.calls import Caller


@pytest.fixture
def nn(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Caller:
    """Call the command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Caller(tmp_path, capsys)


@pytest.fixture
def moons(nn: Caller) -> Path:
    """Make a small project that trains in a moment."""
    nn.good("new", "moons", "--example", "moons", "-q")
    return nn.folder / "moons.nnproj"
