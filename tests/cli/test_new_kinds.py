"""Projects begin with images, texts, a text to continue or a series; and an autoencoder with any numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnstudio.cli.projects import open_file
from nnstudio.core.project import Project
from tests.cli.calls import Caller
from tests.data import files


def made(name: str) -> Project:
    project = open_file(Path(f"{name}.nnproj")).project
    table = project.trace()
    assert table is not None
    assert table.valid
    return project


def test_a_folder_of_images(nn: Caller) -> None:
    files.images(nn.folder / "own")
    answer = nn.good("new", "out", "--images", "own", "--size", "8", "--colour", "grey", "--json")
    assert answer.json["input"] == [1, 8, 8]
    assert answer.json["classes"] == ["dark", "light"]
    assert made("out").data.source.kind == "image_folder"


def test_a_table_of_images(nn: Caller) -> None:
    files.image_table(nn.folder)
    words = ("new", "out", "--images", "pictures.csv", "--path-column", "file")
    assert "--target" in nn.refused(*words)
    assert nn.good(*words, "--target", "kind", "--json").json["target"] == "kind"


@pytest.mark.parametrize("tokeniser", ["whitespace", "characters", "bpe", "wordpiece", "unigram"])
def test_a_table_of_texts_with_every_tokeniser(nn: Caller, tokeniser: str) -> None:
    files.reviews(nn.folder / "r.csv")
    answer = nn.good(
        "new", "out", "--texts", "r.csv", "--text-column", "review", "--target", "label",
        "--tokeniser", tokeniser, "--vocabulary", "60", "--length", "20", "--json",
    )  # fmt: skip
    assert answer.json["input"] == [20]
    project = made("out")
    assert project.get("data.preparation.0.tokeniser").kind == tokeniser
    assert project.signature is not None
    assert 2 < project.signature.input.vocabulary <= 60


def test_a_folder_of_texts(nn: Caller) -> None:
    files.texts(nn.folder / "own")
    assert nn.good("new", "out", "--texts", "own", "--json").json["classes"] == ["calm", "wild"]


def test_a_text_to_continue(nn: Caller) -> None:
    files.prose(nn.folder / "p.txt")
    answer = nn.good("new", "out", "--text", "p.txt", "--tokeniser", "bpe", "--length", "12", "--json")
    assert answer.json["target"] == "next token"
    signature = made("out").signature
    assert signature is not None
    assert signature.target.count == signature.input.vocabulary


def test_a_series(nn: Caller) -> None:
    files.months(nn.folder / "m.csv")
    words = ("new", "out", "--series", "m.csv", "--date-column", "month", "--window", "4", "--horizon", "2")
    assert "--forecast" in nn.refused(*words)
    answer = nn.good(*words, "--forecast", "sales", "--season", "3", "--json")
    assert answer.json["input"] == [4, 2]
    assert made("out").get("data.source.season") == 3


def test_an_autoencoder(nn: Caller) -> None:
    answer = nn.good("new", "out", "--example", "digits", "--goal", "reconstruct")
    assert "64 numbers" in answer.out
    project = made("out")
    assert project.data.goal == "reconstruct"
    assert project.training.loss.kind == "mse"


def test_a_project_and_its_images_move_together(nn: Caller) -> None:
    files.images(nn.folder / "here" / "own")
    nn.good("new", "here/out", "--images", "here/own", "--size", "8")
    (nn.folder / "here").rename(nn.folder / "there")
    answer = nn.good("train", "there/out.nnproj", "--epochs", "1", "--json")
    assert answer.code == 0


def test_what_does_not_fit_is_refused_in_words(nn: Caller) -> None:
    files.months(nn.folder / "m.csv")
    assert "go with texts" in nn.refused("new", "out", "--example", "iris", "--length", "9")
    assert "no column 'profit'" in nn.refused("new", "out", "--series", "m.csv", "--forecast", "profit")
    told = nn.refused("new", "out", "--series", "m.csv", "--forecast", "sales", "--window", "1")
    assert "--window" in told
    files.reviews(nn.folder / "r.csv")
    told = nn.refused(
        "new", "out", "--texts", "r.csv", "--text-column", "review", "--target", "label",
        "--tokeniser", "syllables",
    )  # fmt: skip
    assert "unknown tokeniser" in told
