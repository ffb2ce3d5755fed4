"""Scripts and ONNX models of networks for labels and for classes in an order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nnstudio.catalog.datasets.judgements import FruitRipeness, SongMoods
from nnstudio.core.dataset import Prepared, Source
from nnstudio.core.project import Project
from nnstudio.core.run import fold
from nnstudio.core.training import EarlyStopping
from nnstudio.data.beginning import begin
from nnstudio.engine.train import train
from nnstudio.export.onnx import write_onnx
from nnstudio.export.report import gathered, report_html
from tests.export.made import run_of, told_by

WATCHED = {
    "labels": (SongMoods(samples=150), "val_label_f1"),
    "order": (FruitRipeness(samples=150), "val_kappa"),
}


def made(source: Source, monitor: Any) -> tuple[Project, Prepared]:
    begun = begin(source)
    stopping = EarlyStopping(monitor=monitor)
    training = begun.project.training.model_copy(update={"epochs": 4, "early_stopping": stopping})
    return begun.project.model_copy(update={"training": training}), begun.prepared


CASES = {name: (lambda given=given: made(*given)) for name, given in WATCHED.items()}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return told_by(CASES, tmp_path_factory.mktemp("scripts"))


@pytest.mark.parametrize("name", CASES)
def test_the_script_trains_to_the_same_curve_and_measures_what_is_watched(name: str, told: Any) -> None:
    history = fold(train(*CASES[name]()))
    assert WATCHED[name][1] in told[name][0]
    for column in told[name][0]:
        assert [epoch[column] for epoch in told[name]] == pytest.approx(history[column], rel=1e-5), column


@pytest.mark.parametrize("name", CASES)
def test_onnx_says_what_its_outputs_are(name: str, tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    project, prepared = CASES[name]()
    assert write_onnx(tmp_path / "a.onnx", run_of(project, prepared), prepared) < 1e-4
    told = {p.key: p.value for p in onnx.load(tmp_path / "a.onnx").metadata_props}
    names = told["labels" if name == "labels" else "classes"]
    assert tuple(json.loads(names)) == prepared.signature.target.names


@pytest.mark.parametrize("name", CASES)
def test_the_report_tells_of_every_label_or_class(name: str) -> None:
    project, prepared = CASES[name]()
    text = report_html(gathered(run_of(project, prepared), prepared))
    assert all(title in text for title in prepared.signature.target.names)
