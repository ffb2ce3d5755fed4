"""Projects begin with an example or a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnstudio.catalog.examples import EXAMPLES
from nnstudio.cli.projects import open_file
from tests.cli.calls import Caller

TOWNS = "Ulm", "Bonn", "Kiel"


def table(path: Path, delimiter: str = ",", decimal: str = ".") -> Path:
    """Write houses: a number, a category with gaps, a date, and a price that depends on them."""
    lines = [delimiter.join(("size", "town", "built", "price"))]
    for row in range(90):
        size, town = 40 + row % 30 + 0.5, TOWNS[row % 3] if row % 10 else ""
        price = size * 2 + 30 * (row % 3)
        numbers = [str(value).replace(".", decimal) for value in (size, price)]
        lines.append(delimiter.join((numbers[0], town, f"20{row % 20:02}-03-{1 + row % 28:02}", numbers[1])))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["circles", "curve", "iris", "digits_overfit"])
def test_examples(nn: Caller, name: str) -> None:
    answer = nn.good("new", "out", "--example", name, "--json")
    assert answer.json["project"] == "out.nnproj"
    assert sum(answer.json["rows"].values()) > 100
    project = open_file(Path("out.nnproj")).project
    assert project.name == "out"
    assert project.trace() is not None
    assert project.trace().valid  # type: ignore[union-attr]


def test_the_list_of_examples(nn: Caller) -> None:
    listed = nn.good("examples", "--json").json["examples"]
    assert [entry["name"] for entry in listed] == [example.name for example in EXAMPLES]
    text = nn.good("examples").out
    assert all(example.title in text for example in EXAMPLES)


def test_a_shape_of_one_s_own(nn: Caller) -> None:
    nn.good("new", "a", "--example", "digits", "--shape", "constant", "--depth", "3", "--width", "24")
    project = open_file(Path("a.nnproj")).project
    assert project.preset is not None
    assert project.preset.kind == "constant"
    assert [project.get(f"preset.{name}") for name in ("depth", "width", "dropout")] == [3, 24, 0.2]
    dense = [node.layer.units for node in project.network.nodes if node.layer.kind == "dense"]
    assert dense == [24, 24, 24, 10]


def test_a_table(nn: Caller) -> None:
    table(nn.folder / "houses.csv")
    answer = nn.good("new", "houses", "--data", "houses.csv", "--target", "price", "--depth", "1", "--json")
    assert answer.json["task"] == "regression"
    project = open_file(Path("houses.nnproj")).project
    steps = [step.kind for step in project.data.preparation]
    assert steps == ["fill_missing", "dates", "encode_categories", "scale_inputs", "scale_target"]
    assert nn.good("train", "houses.nnproj", "--epochs", "30", "--json").json["epochs"][-1]["val_r2"] > 0


def test_the_table_moves_along_with_the_project(nn: Caller) -> None:
    (nn.folder / "here").mkdir()
    table(nn.folder / "here" / "houses.csv")
    nn.good("new", "here/houses", "--data", "here/houses.csv", "--target", "town")
    (nn.folder / "here").rename(nn.folder / "there")
    nn.good("train", "there/houses.nnproj", "--epochs", "1")
    nn.good("evaluate", "there/houses.nnproj")
    (nn.folder / "there" / "houses.csv").unlink()
    assert "houses.csv" in nn.refused("train", "there/houses.nnproj")


def test_how_a_table_is_read_can_be_said(nn: Caller) -> None:
    table(nn.folder / "houses.csv", delimiter=";", decimal=",")
    words = ["--delimiter", "semicolon", "--decimal", ",", "--ignore", "built", "--column", "price=category"]
    nn.good("new", "a", "--data", "houses.csv", "--target", "town", *words)
    source = open_file(Path("a.nnproj")).project.data.source
    assert (source.delimiter, source.decimal) == (";", ",")
    assert [(column.type, column.role) for column in source.columns] == [
        ("number", "feature"), ("category", "target"), ("date", "ignore"), ("category", "feature"),
    ]  # fmt: skip


def test_guesses_that_are_not_certain_are_told(nn: Caller) -> None:
    text = "a;b;c\n1,5;x;1\n2.5;y;2\n" + "3.5;x;3\n4,5;y;4\n" * 20
    (nn.folder / "odd.csv").write_text(text)
    told = nn("new", "a", "--data", "odd.csv", "--target", "b").err
    assert "decimal sign" in told
    assert "--decimal" in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--example", "nope"], "There is no example 'nope'; there are: circles"),
        (["--example", "iris", "--target", "x"], "--target goes with --data"),
        (["--example", "iris", "--depth", "9"], "depth"),
        (["--example", "iris", "--width", "0"], "width"),
        (["--data", "houses.csv"], "--target"),
        (["--data", "none.csv", "--target", "price"], "none.csv does not exist"),
        (["--data", "houses.csv", "--target", "Price"], "There is no column 'Price'; there are: size"),
        (["--data", "houses.csv", "--target", "price", "--ignore", "x"], "There is no column 'x'"),
        (["--data", "houses.csv", "--target", "price", "--column", "size=colour"], "type"),
        (["--data", "empty.csv", "--target", "price"], "empty"),
    ],
)
def test_what_is_refused(nn: Caller, words: list[str], said: str) -> None:
    table(nn.folder / "houses.csv")
    (nn.folder / "empty.csv").write_text("")
    assert said in nn.refused("new", "out", *words)
    assert not (nn.folder / "out.nnproj").exists()


def test_nothing_is_replaced_without_being_told(nn: Caller, moons: Path) -> None:
    before = moons.read_bytes()
    assert "--force" in nn.refused("new", "moons", "--example", "iris")
    assert moons.read_bytes() == before
    nn.good("new", "moons", "--example", "iris", "--force")
    assert moons.read_bytes() != before


# -- architectures -----------------------------------------------------------------------------------


def test_a_preset_with_its_settings(nn: Caller) -> None:
    nn.good("new", "r.nnproj", "--example", "digits", "--preset", "resnet", "--with", "blocks=2")
    table = nn.good("check", "r.nnproj", "--json").json
    assert [row["title"] for row in table["layers"]].count("Residual") == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--example", "iris", "--preset", "resnet"), "looks at images"),
        (("--example", "iris", "--preset", "tower"), "there are: funnel"),
        (("--example", "digits", "--preset", "vit", "--with", "blocks=0"), "greater than"),
        (("--example", "iris", "--with", "blocks=2"), "--preset NAME"),
    ],
)
def test_a_preset_that_does_not_suit_is_refused_in_words(
    nn: Caller, words: tuple[str, ...], said: str
) -> None:
    assert said in nn.refused("new", "r.nnproj", *words)
