"""Exported models answer as the network does, with any number of rows, and say how to use them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open

from nnstudio.core.dataset import Prepared
from nnstudio.core.run import Run
from nnstudio.engine.evaluate import trained
from nnstudio.engine.modules import MODULES
from nnstudio.export.model import CHECKED, model_of
from nnstudio.export.onnx import write_onnx
from nnstudio.export.problem import CannotExport
from nnstudio.export.torch_export import write_torch
from nnstudio.export.weights import write_weights
from tests.export.made import run_of
from tests.export.test_script import CASES

onnxruntime = pytest.importorskip("onnxruntime")
MODELS = ("convolution", "padded_text", "causal_text", "every_step")


@pytest.fixture(scope="module")
def runs() -> dict[str, tuple[Run, Prepared]]:
    return {name: (run_of(*CASES[name]()), CASES[name]()[1]) for name in (*MODELS, "dropout")}


def answers(run: Run, prepared: Prepared, rows: int) -> np.ndarray:
    graph = trained(run.record.project, prepared.signature, run.weights["best"])
    with torch.inference_mode():
        return graph(torch.tensor(prepared.train.x[:rows])).numpy()


@pytest.mark.parametrize("name", MODELS)
def test_onnx_answers_as_the_network(name: str, runs: dict[str, Any], tmp_path: Path) -> None:
    run, prepared = runs[name]
    path = tmp_path / "net.onnx"
    assert write_onnx(path, run, prepared) < 1e-4
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    assert (given.name, given.shape) == ("input", ["rows", *prepared.signature.input.sizes])
    assert session.get_outputs()[0].shape == ["rows", prepared.signature.target.count]
    for rows in (2, 17):
        assert rows not in CHECKED
        found = session.run(["output"], {"input": prepared.train.x[:rows]})[0]
        np.testing.assert_allclose(found, answers(run, prepared, rows), atol=1e-5, rtol=1e-4)


def test_onnx_says_how_to_use_it(runs: dict[str, Any], tmp_path: Path) -> None:
    run, prepared = runs["dropout"]
    path = tmp_path / "net.onnx"
    write_onnx(path, run, prepared)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    told = session.get_modelmeta().custom_metadata_map
    about = json.loads(told["nnstudio"])
    assert json.loads(told["classes"]) == list(prepared.signature.target.names)
    assert about["input"]["names"] == list(prepared.feature_names)
    assert about["output"]["activation"] == "softmax"


def test_torch_export_answers_as_the_network(runs: dict[str, Any], tmp_path: Path) -> None:
    run, prepared = runs["convolution"]
    path = tmp_path / "net.pt2"
    assert write_torch(path, run, prepared) < 1e-4
    files = {"nnstudio.json": ""}
    again = torch.export.load(path, extra_files=files).module()
    np.testing.assert_allclose(
        again(torch.tensor(prepared.train.x[:17])).detach(), answers(run, prepared, 17), atol=1e-5
    )
    assert json.loads(files["nnstudio.json"])["output"]["names"] == list(prepared.signature.target.names)


def test_weights_come_back_by_name(runs: dict[str, Any], tmp_path: Path) -> None:
    run, prepared = runs["convolution"]
    path = tmp_path / "net.safetensors"
    count = write_weights(path, run, prepared)
    with safe_open(path, "pt") as file:
        assert len(file.keys()) == count
        assert file.get_tensor("half.0.weight").shape == (4, 1, 3, 3)
        assert json.loads(file.metadata()["nnstudio"])["output"]["task"] == "classification"


def test_a_missing_package_is_named(
    runs: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    with pytest.raises(CannotExport, match="pip install onnxruntime"):
        write_onnx(tmp_path / "net.onnx", *runs["dropout"])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("write", [write_onnx, write_torch])
def test_a_layer_that_cannot_be_exported_is_named(
    write: Any, runs: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stubborn(self: Any, x: torch.Tensor) -> torch.Tensor:
        return x * float(x.sum().item() > 0) if x.sum().item() > 0 else x

    monkeypatch.setattr(MODULES["GaussianNoise"], "forward", stubborn)
    with pytest.raises(CannotExport, match=r"cannot hold Noise \(layer 3\)"):
        write(tmp_path / "net", *runs["dropout"])
    assert not list(tmp_path.iterdir())


def test_a_model_with_other_answers_is_not_written(
    runs: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnstudio.export.model.CLOSE", -1.0)
    with pytest.raises(CannotExport, match="differs from the network"):
        write_torch(tmp_path / "net.pt2", *runs["dropout"])
    assert not list(tmp_path.iterdir())


def test_a_run_without_weights_cannot_be_exported(runs: dict[str, Any]) -> None:
    run, prepared = runs["dropout"]
    with pytest.raises(CannotExport, match="kept no weights"):
        model_of(Run(run.record, run.history), prepared)
