"""A program of one's own, right or wrong, made, trained and diagnosed on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnstudio.cli.projects import open_file
from nnstudio.data.prepare import load
from tests.cli.calls import Caller

Layers = list[dict[str, Any]]


def dense(units: int, activation: str = "relu", **settings: Any) -> dict[str, Any]:
    return {"kind": "dense", "units": units, "activation": activation} | settings


SOUND: Layers = [dense(8), dense(3, "softmax")]
SGD = {"kind": "momentum", "rate": 10.0, "momentum": 0.999}


def arrays(rows: int = 60, classes: int = 3) -> dict[str, Any]:
    """Return blobs of some classes with given splits."""
    rng = np.random.default_rng(0)
    y = np.arange(rows) % classes
    x = (rng.normal(size=(rows, 4)) + 3 * y[:, None]).astype(np.float32)
    third = rows // 3
    return {"x_train": x[third:], "y_train": y[third:], "x_val": x[:third], "y_val": y[:third]}


def made(nn: Caller, given: dict[str, Any], *words: str | Path) -> Path:
    """Make a project on arrays, untouched."""
    np.savez(nn.folder / "rows.npz", **given)
    path = nn.folder / "own.nnproj"
    nn.good("new", path, "--data", nn.folder / "rows.npz", "--raw", "--force", *words)
    return path


CLASSES, NUMBERS = "cross_entropy", "mse"
SCORES = {"kind": "cross_entropy", "expects": "scores"}
CONSTANT: dict[str, Any] = {"init": "constant", "init_value": 0.5, "bias_value": 0.5}
PROGRAMS: dict[str, tuple[Layers, dict[str, Any]]] = {
    "stacked linear layers": ([dense(8, "linear"), dense(8, "linear"), dense(3, "softmax")], {}),
    "exponential inside": ([dense(8, "exponential"), dense(3, "softmax")], {}),
    "softmax inside": ([dense(8, "softmax"), dense(3, "softmax")], {}),
    "constant weights and biases": ([dense(8, **CONSTANT), dense(3, "softmax", **CONSTANT)], {}),
    "huge weights": ([dense(8, init="normal", init_value=100.0), dense(3, "softmax")], {}),
    "tiny weights": ([dense(8, init="normal", init_value=1e-6), dense(3, "softmax")], {}),
    "no bias": ([dense(8, bias=False), dense(3, "softmax", bias=False)], {}),
    "twelve tanh layers": ([dense(8, "tanh")] * 12 + [dense(3, "softmax")], {}),
    "softmax twice": (SOUND, {"loss": SCORES}),
    "squares for classes": (SOUND, {"loss": NUMBERS}),
    "sigmoid for one of three": ([dense(8), dense(3, "sigmoid")], {"loss": CLASSES}),
    "linear output with cross-entropy": ([dense(8), dense(3, "linear")], {"loss": CLASSES}),
    "dropout of nearly all": ([dense(8), {"kind": "dropout", "rate": 0.95}, dense(3, "softmax")], {}),
    "penalty of ten": (SOUND, {"weight_decay": 10.0}),
    "momentum of nearly one": (SOUND, {"optimizer": SGD}),
    "a batch larger than the data": (SOUND, {"batch_size": 512}),
    "in the given order": (SOUND, {"shuffle": False}),
    "a single epoch": (SOUND, {"epochs": 1}),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_wrong_program_is_trained_and_diagnosed(nn: Caller, name: str) -> None:
    layers, settings = PROGRAMS[name]
    training = {"epochs": 3, "early_stopping": {"on": False}} | settings
    path = made(nn, arrays(), "--network", json.dumps(layers), "--training", json.dumps(training))
    answer = nn("train", path, "--json")
    assert answer.code in (0, 1), answer.err
    assert answer.json["status"] in ("done", "failed")
    for finding in answer.json["findings"]:
        assert {"id", "primary", "since_epoch", "evidence", "confidence", "fixes", "severity"} <= set(finding)
    assert nn.good("diagnose", path, "--json").json["findings"] == answer.json["findings"]


def test_softmax_of_one_unit(nn: Caller) -> None:
    given = arrays(classes=2)
    layers = [dense(8), dense(1, "softmax")]
    path = made(nn, given, "--network", json.dumps(layers))
    untrained = nn.good("diagnose", path, "--json").json
    assert untrained["status"] == "untrained"
    assert untrained["findings"][0]["id"] == "wrong_output_activation"
    assert nn.good("train", path, "--epochs", "2", "--json").json["status"] == "done"


def test_class_numbers_learnt_as_numbers(nn: Caller) -> None:
    layers = [dense(8), dense(1, "relu")]
    path = made(nn, arrays(), "--task", "regression", "--network", json.dumps(layers))
    result = nn.good("train", path, "--epochs", "2", "--json").json
    assert "val_r2" in result["epochs"][0]


def test_what_does_not_fit_is_kept_and_found(nn: Caller) -> None:
    layers = [dense(8), {"kind": "conv2d", "filters": 2}, {"kind": "flatten"}, dense(3, "softmax")]
    path = made(nn, arrays(), "--network", json.dumps(layers))
    primary = nn.good("diagnose", path, "--json").json["findings"][0]
    assert primary["id"] == "misfit"
    assert primary["primary"]
    assert "needs an image" in primary["title"]
    answer = nn("train", path, "--json")
    assert answer.code == 1
    assert answer.json["status"] == "refused"
    assert [f["id"] for f in answer.json["findings"] if f["primary"]] == ["misfit"]


def test_network_and_training_come_back_as_they_were_given(nn: Caller) -> None:
    layers = [
        {"kind": "dense", "units": 4, "activation": {"kind": "leaky_relu", "slope": 0.2}, "id": "left"},
        {"kind": "dense", "units": 4, "activation": "tanh", "id": "right", "inputs": ["input"]},
        {"kind": "concat", "id": "both", "inputs": ["left", "right"]},
        dense(3, "softmax", frozen=False),
    ]
    path = made(nn, arrays(), "--network", json.dumps(layers), "--set", "training.optimizer.rate=0.5")
    told = nn.good("inspect", path, "--json").json
    assert told["network"][0]["activation"] == {"kind": "leaky_relu", "slope": 0.2}
    assert told["network"][2]["inputs"] == ["left", "right"]
    assert told["training"]["optimizer"]["rate"] == 0.5
    (nn.folder / "net.json").write_text(json.dumps(told["network"]), encoding="utf-8")
    (nn.folder / "training.json").write_text(json.dumps(told["training"]), encoding="utf-8")
    again = made(nn, arrays(), "--network", nn.folder / "net.json", "--training", nn.folder / "training.json")
    after = nn.good("inspect", again, "--json").json
    assert (after["network"], after["training"]) == (told["network"], told["training"])


def test_rows_reach_the_network_as_they_are(nn: Caller) -> None:
    given = arrays()
    given["x_train"] = given["x_train"] * 1e4
    given["x_val"][:5], given["y_val"][:5] = given["x_train"][:5], given["y_train"][:5]
    given["x_test"], given["y_test"] = given["x_train"][:3], given["y_train"][:3]
    prepared = load(open_file(made(nn, given)).project.data)
    for name, part in (("train", "train"), ("val", "validation"), ("test", "test")):
        kept = prepared.part(part)  # type: ignore[arg-type]
        assert np.array_equal(kept.x, given[f"x_{name}"])
        assert np.array_equal(kept.y, given[f"y_{name}"])


def test_missing_numbers_reach_the_network_and_are_found(nn: Caller) -> None:
    given = arrays()
    given["x_train"][4, 1] = np.nan
    path = made(nn, given)
    answer = nn("train", path, "--epochs", "2", "--json")
    assert answer.code == 1
    assert answer.json["status"] == "failed"
    assert answer.json["findings"][0]["id"] == "nan_or_exploding"


def test_tables_of_the_splits_in_files_of_their_own(nn: Caller) -> None:
    for name, first in (("train", 0), ("val", 100), ("test", 200)):
        lines = [f"{first + i},{i % 5},{'abc'[i % 3]}" for i in range(30 if name == "train" else 12)]
        (nn.folder / f"{name}.csv").write_text("a,b,y\n" + "\n".join(lines) + "\n", encoding="utf-8")
    path = nn.folder / "own.nnproj"
    nn.good(
        "new", path, "--data", nn.folder / "train.csv", "--validation", nn.folder / "val.csv",
        "--test", nn.folder / "test.csv", "--target", "y", "--raw",
    )  # fmt: skip
    data = open_file(path).project.data
    prepared = load(data)
    assert [len(prepared.train), len(prepared.validation), len(prepared.test)] == [30, 12, 12]
    assert prepared.train.x[:, 0].max() == 29
    assert prepared.validation.x[0, 0] == 100
    assert nn.good("train", path, "--epochs", "1", "--json").json["status"] == "done"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--network", "[{"), "no valid JSON"),
        (("--network", '{"kind": 1}'), "list of layers"),
        (("--network", '[{"units": 3}]'), "Layer 1"),
        (("--network", '[{"kind": "dens"}]'), "unknown layer 'dens'"),
        (("--network", '[{"kind": "dense", "units": -1}]'), "Layer 1 (dense): units"),
        (("--network", '[{"kind": "dense", "inputs": ["n7"]}]'), "does not come before"),
        (("--training", "[]"), "table of settings"),
        (("--training", '{"rate": 3}'), "there is no 'rate'"),
        (("--network", "nowhere.json"), "nowhere.json"),
        (("--target", "y"), "--target goes with tables"),
    ],
)
def test_what_cannot_be_read_is_told(nn: Caller, words: tuple[str, ...], says: str) -> None:
    np.savez(nn.folder / "rows.npz", **arrays())
    assert says in nn.refused("new", "a.nnproj", "--data", nn.folder / "rows.npz", *words)


YES_NO: Layers = [dense(8), dense(1, "sigmoid")]
ONE: Layers = [dense(8), dense(1, "linear")]
EMBEDDED: Layers = [
    {"kind": "embedding", "units": 4}, {"kind": "gru", "units": 4}, dense(1, "sigmoid")
]  # fmt: skip


def as_given(layers: Layers, loss: Any = CLASSES, **settings: Any) -> tuple[str, ...]:
    """Return the options of a program."""
    training = {"loss": loss, "epochs": 3, "early_stopping": {"on": False}} | settings
    return "--network", json.dumps(layers), "--training", json.dumps(training)


@pytest.mark.parametrize("rate", [1e-12, 250.0, 1e30])
def test_any_rate_above_0_can_be_tried(nn: Caller, rate: float) -> None:
    path = made(nn, arrays(), *as_given(SOUND, optimizer={"kind": "sgd", "rate": rate}))
    answer = nn("train", path, "--json")
    assert answer.json["status"] in ("done", "failed")
    assert open_file(path).project.training.optimizer.rate == rate


@pytest.mark.parametrize("rate", [0, -1.0])
def test_a_rate_that_is_none_is_refused(nn: Caller, rate: float) -> None:
    np.savez(nn.folder / "rows.npz", **arrays())
    words = as_given(SOUND, optimizer={"kind": "sgd", "rate": rate})
    answer = nn("new", nn.folder / "own.nnproj", "--data", nn.folder / "rows.npz", "--raw", *words)
    assert answer.code == 2
    assert "greater than 0" in answer.err


@pytest.mark.parametrize("kind", [np.int64, np.float32])
def test_a_network_that_begins_with_embedding_takes_token_ids(nn: Caller, kind: Any) -> None:
    ids = np.random.default_rng(0).integers(1, 12, (60, 5))
    given = arrays(classes=2) | {"x_train": ids[20:].astype(kind), "x_val": ids[:20].astype(kind)}
    words = as_given(EMBEDDED, "binary_cross_entropy")
    path = made(nn, given, *words)
    assert load(open_file(path).project.data).signature.input.vocabulary == 12
    assert nn("train", path, "--json").json["status"] == "done"
    path = made(nn, given, *words, "--vocabulary", "40")
    assert load(open_file(path).project.data).signature.input.vocabulary == 40


def test_the_first_layer_tells_what_the_axes_mean(nn: Caller) -> None:
    square = arrays() | {"x_train": np.zeros((40, 5, 5)), "x_val": np.ones((20, 5, 5))}
    shape = load(open_file(made(nn, square, *as_given([{"kind": "gru", "units": 4}]))).project.data)
    assert shape.signature.input.sizes == (5, 5)
    shape = load(open_file(made(nn, square, *as_given([{"kind": "conv2d", "filters": 2}]))).project.data)
    assert shape.signature.input.sizes == (1, 5, 5)


@pytest.mark.parametrize(
    ("y", "layers", "loss", "task"),
    [
        (np.arange(60) % 2 * 1.0, YES_NO, "binary_cross_entropy", "classification"),
        ((np.arange(60) % 2 * 1.0)[:, None], YES_NO, "binary_cross_entropy", "classification"),
        (np.eye(3)[np.arange(60) % 3], SOUND, CLASSES, "classification"),
        (np.arange(60) % 3 * 1.0, SOUND, CLASSES, "classification"),
        (np.arange(60) % 3 * 1.0, SOUND, NUMBERS, "classification"),
        (np.arange(60) % 3 * 1.0, ONE, NUMBERS, "regression"),
        (np.arange(60) % 15, ONE, NUMBERS, "regression"),
        (np.arange(60) % 2 * 2 - 1, ONE, "binary_hinge", "classification"),
    ],
)
def test_the_program_tells_classes_from_numbers(
    nn: Caller, y: Any, layers: Layers, loss: str, task: str
) -> None:
    given = arrays() | {"y_train": y[20:], "y_val": y[:20]}
    path = made(nn, given, *as_given(layers, loss))
    assert load(open_file(path).project.data).signature.target.task == task
    assert nn("train", path, "--json").code == 0


@pytest.mark.parametrize("units", [1, 2, 10])
def test_an_output_of_the_wrong_size_is_called_a_wrong_output(nn: Caller, units: int) -> None:
    path = made(nn, arrays(), *as_given([dense(8), dense(units, "sigmoid")]))
    assert nn("train", path, "--json").code == 1
    first = nn.good("diagnose", path, "--json").json["findings"][0]
    assert (first["id"], first["primary"]) == ("wrong_output_activation", True)
    assert f"needs 3 units, not {units}" in first["why"]


@pytest.mark.parametrize("wrong", [np.inf, 1e300])
def test_numbers_without_end_reach_the_network_and_are_found(nn: Caller, wrong: float) -> None:
    given = arrays()
    given["x_train"] = given["x_train"].astype(np.float64)
    given["x_train"][3, 1] = wrong
    path = made(nn, given, *as_given(SOUND))
    answer = nn("train", path, "--json")
    assert answer.json["status"] == "failed"
    assert answer.json["findings"][0]["severity"] == "error"


def test_inputs_that_are_all_the_same_are_no_crash(nn: Caller) -> None:
    given = arrays() | {"x_train": np.ones((40, 4)), "x_val": np.ones((20, 4))}
    assert nn("train", made(nn, given, *as_given(SOUND)), "--json").code == 0
