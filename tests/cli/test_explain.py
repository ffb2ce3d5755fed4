"""Explain and compare from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.cli.calls import Caller


@pytest.fixture
def iris(nn: Caller) -> Path:
    nn.good("new", "iris", "--example", "iris", "-q")
    nn.good("train", "iris.nnproj", "--epochs", "15", "-q")
    return nn.folder / "iris.nnproj"


def test_a_row_is_explained_the_same_way_twice(nn: Caller, iris: Path) -> None:
    first = nn.good("explain", iris, "--row", "120", "--method", "lime", "--json").json
    assert first["row"] == 120
    assert first["true"] == first["asked"] or first["predicted"] == first["asked"]
    assert any(name.startswith("petal length (cm) = 5") for name in first["names"])
    assert first == nn.good("explain", iris, "--row", "120", "--method", "lime", "--json").json


def test_words_and_a_picture(nn: Caller, iris: Path) -> None:
    answer = nn.good("explain", iris, "--about", "setosa", "--out", "why.png")
    assert "SHAP for setosa" in answer.out
    assert "together they lead from the average answer" in answer.out
    with Image.open(nn.folder / "why.png") as picture:
        assert picture.width == 900
    assert "accuracy lost" in nn.good("explain", iris, "--method", "importance").out


def test_a_picture_of_pixels(nn: Caller) -> None:
    nn.good("new", "digits", "--example", "digits", "-q")
    nn.good("train", "digits.nnproj", "--epochs", "1", "-q")
    found = nn.good("explain", "digits.nnproj", "--method", "occlusion", "--out", "why.png", "--json").json
    assert [len(found["values"]), len(found["values"][0])] == [8, 8]
    assert (nn.folder / "why.png").stat().st_size > 1000


def test_what_cannot_be_explained_is_refused(nn: Caller, iris: Path) -> None:
    assert "does not fit" in nn.refused("explain", iris, "--method", "gradcam")
    assert "Row 9999" in nn.refused("explain", iris, "--row", "9999")
    assert "setosa, versicolor, virginica" in nn.refused("explain", iris, "--about", "rose")
    assert "PNG" in nn.refused("explain", iris, "--out", "why.txt")


def test_evaluation_beside_simple_models(nn: Caller, iris: Path) -> None:
    found = nn.good("evaluate", iris, "--reference", "--json").json
    assert [model["kind"] for model in found["references"]] == ["constant", "linear", "forest"]
    assert found["references"][1]["values"]["accuracy"] > 0.8
    assert {"auc", "balanced_accuracy", "calibration_error", "f1_weighted"} <= found["values"].keys()
    words = nn.good("evaluate", iris, "--reference").out
    assert "logistic regression" in words
    assert "this network" in words
