"""The works of the field on the command line, each from a person's own files to a result."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

from nnstudio.cli.projects import open_file
from nnstudio.core.network import Network
from tests.cli.calls import Caller
from tests.data import files


def kinds(path: Path) -> set[str]:
    """Return the kinds of layers of a project."""
    network: Network = open_file(path).project.network
    return {node.layer.kind for node in network.nodes}


def test_a_folder_of_images_to_a_resnet_with_augmentation(nn: Caller) -> None:
    files.images(nn.folder / "pictures", each=20)
    nn.good("new", "p.nnproj", "--images", "pictures", "--size", "16", "--preset", "resnet", "-q")
    assert "residual_block" in kinds(Path("p.nnproj"))
    varied = json.dumps([{"kind": "flip_horizontal"}, {"kind": "rotate"}])
    told = nn.good(
        "train", "p.nnproj", "--epochs", "4", "--set", f"training.augmentations={varied}", "--json"
    ).json
    assert told["status"] in ("done", "early stopped")
    found = nn.good("explain", "p.nnproj", "--method", "gradcam", "--out", "why.png", "--json").json
    assert np.ptp(found["values"]) > 0, "some places count more than others"
    with Image.open("why.png") as picture:
        assert len(set(picture.convert("RGB").tobytes())) > 50


def test_a_table_of_texts_to_an_lstm_and_to_a_bert(nn: Caller) -> None:
    files.reviews(nn.folder / "reviews.csv")
    for preset, kind in (("lstm", "lstm"), ("bert", "encoder_block")):
        nn.good(
            "new", f"{preset}.nnproj", "--texts", "reviews.csv", "--text-column", "review",
            "--target", "label", "--tokeniser", "wordpiece", "--vocabulary", "200", "--length", "12",
            "--preset", preset, "-q",
        )  # fmt: skip
        assert kind in kinds(Path(f"{preset}.nnproj"))
        nn.good("train", f"{preset}.nnproj", "--epochs", "2", "-q")
        values = nn.good("evaluate", f"{preset}.nnproj", "--json").json["values"]
        assert 0 <= values["accuracy"] <= 1
    weights = nn.good("explain", "bert.nnproj", "--method", "attention", "--json").json
    assert weights


def test_a_text_to_a_gpt_that_writes(nn: Caller) -> None:
    files.prose(nn.folder / "tales.txt")
    nn.good(
        "new", "poet.nnproj", "--text", "tales.txt", "--tokeniser", "whitespace", "--length", "8",
        "--preset", "gpt", "-q",
    )  # fmt: skip
    assert "decoder_block" in kinds(Path("poet.nnproj"))
    nn.good("train", "poet.nnproj", "--epochs", "3", "-q")
    cold = nn.good("generate", "poet.nnproj", "--length", "12", "--temperature", "0.1", "--seed", "3").out
    hot = nn.good("generate", "poet.nnproj", "--length", "12", "--temperature", "2", "--seed", "3").out
    assert cold != hot
    assert any(word in cold for word in files.WORDS)


def test_a_series_to_a_gru_beside_the_naive_forecast(nn: Caller) -> None:
    files.months(nn.folder / "sales.csv", 150)
    nn.good(
        "new", "sales.nnproj", "--series", "sales.csv", "--date-column", "month", "--forecast", "sales",
        "--window", "12", "--season", "12", "--preset", "gru", "-q",
    )  # fmt: skip
    assert "gru" in kinds(Path("sales.nnproj"))
    nn.good("train", "sales.nnproj", "--epochs", "5", "-q")
    found = nn.good("evaluate", "sales.nnproj", "--reference", "--json").json
    names = [model["title"].lower() for model in found["references"]]
    assert any("naive" in name or "last" in name for name in names), names
    assert all(np.isfinite(model["values"]["rmse"]) for model in found["references"])
    unasked = nn.good("evaluate", "sales.nnproj", "--json").json["references"]
    assert [model["kind"] for model in unasked] == ["naive", "last"]


def test_an_imbalanced_table_with_smote(nn: Caller) -> None:
    rng = np.random.default_rng(0)
    rare = [(*np.round(rng.normal(2, 1, 2), 3), "rare") for _ in range(24)]
    common = [(*np.round(rng.normal(0, 1, 2), 3), "common") for _ in range(376)]
    files.table(nn.folder / "rows.csv", ("a", "b", "kind"), [*rare, *common])
    nn.good("new", "p.nnproj", "--data", "rows.csv", "--target", "kind", "-q")
    recall = {}
    for sampler in ("none", "smote"):
        nn.good(
            "train", "p.nnproj", "--epochs", "15", "--set", f'data.sampler={{"kind": "{sampler}"}}',
            "training.class_weights=false", "-q",
        )  # fmt: skip
        recall[sampler] = nn.good("evaluate", "p.nnproj", "--json").json["values"]["balanced_accuracy"]
    assert recall["smote"] > recall["none"] - 0.02, "made rows do not make the rare class worse known"
    assert recall["smote"] > 0.7
