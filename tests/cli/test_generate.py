"""Writing text from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.calls import Caller

LINE = "the cat sat on the mat and the dog sat on the log. "


@pytest.fixture
def poet(nn: Caller) -> Path:
    """A project that has read one line often enough to begin with."""
    Path("line.txt").write_text(LINE * 30, encoding="utf-8")
    nn.good("new", "poet", "--text", "line.txt", "--length", "8", "--step", "4", "-q")
    nn.good("train", "poet.nnproj", "--epochs", "2", "-q")
    return nn.folder / "poet.nnproj"


def test_text_is_written_and_repeats_with_its_seed(nn: Caller, poet: Path) -> None:
    asked = ("generate", poet, "--prompt", "the cat", "--length", "40", "--seed", "3")
    told = nn.good(*asked, "--json").json
    assert (told["prompt"], told["length"], len(told["text"])) == ("the cat", 40, 40)
    assert nn.good(*asked).out == f"the cat{told['text']}\n"
    assert nn.good(*asked[:-1], "4", "--json").json["text"] != told["text"]


def test_what_cannot_be_written_is_said(nn: Caller, moons: Path, poet: Path) -> None:
    assert "no runs yet" in nn.refused("generate", moons)
    nn.good("train", moons, "--epochs", "1", "-q")
    assert "text to be continued" in nn.refused("generate", moons)
    assert "from 0 to 5" in nn.refused("generate", poet, "--temperature", "9")
    assert "at least 1" in nn.refused("generate", poet, "--length", "0")
