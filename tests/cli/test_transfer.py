"""Starting from the weights of another project on the command line."""

from __future__ import annotations

from pathlib import Path

from nnstudio.cli.projects import open_file
from nnstudio.engine.checkpoint import unpack
from tests.cli.calls import Caller


def test_an_encoder_serves_a_classifier(nn: Caller) -> None:
    nn.good("new", "coder", "--example", "iris", "--goal", "reconstruct", "-q")
    nn.good("new", "classes", "--example", "iris", "-q")
    shape = ("preset.depth=2", "preset.width=16", "--epochs", "3")
    nn.good("train", "coder.nnproj", "--set", *shape, "-q")
    told = nn.good("train", "classes.nnproj", "--set", *shape, "--start-from", "coder.nnproj", "--freeze").out
    assert "start from Run 1 of coder.nnproj" in told
    assert "begins anew" in told
    mine, theirs = open_file(Path("classes.nnproj")), open_file(Path("coder.nnproj"))
    assert mine.project.start_from is not None
    first = mine.project.network.nodes[0]
    assert first.frozen
    own = unpack(mine.runs[-1].weights["best"])[f"{first.id}.0.weight"]
    given = unpack(theirs.runs[-1].weights["best"])[f"{theirs.project.network.nodes[0].id}.0.weight"]
    assert own.equal(given)
    Path("coder.nnproj").unlink()
    assert "There is no file" in nn("train", "classes.nnproj").out
    nn.good("train", "classes.nnproj", "--set", "start_from=null", "-q")


def test_what_cannot_be_started_from_is_said(nn: Caller, moons: Path) -> None:
    assert "need --start-from" in nn.refused("train", moons, "--freeze")
    assert "There is no file" in nn.refused("train", moons, "--start-from", "nowhere.nnproj")
    assert "no trained run" in nn.refused("train", moons, "--start-from", moons)
    nn.good("train", moons, "--epochs", "1", "-q")
    asked = ("train", moons, "--start-from", moons, "--start-run")
    assert "no trained run 'x'" in nn.refused(*asked, "x")
    nn.good(*asked, "Run 1", "--epochs", "1", "-q")
