"""Training begins with the weights of another project, where layers match."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnstudio.catalog.activations import Linear, Softmax, Tanh
from nnstudio.catalog.datasets.sklearn_sets import Iris
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.core.dataset import Prepared
from nnstudio.core.files import Saved
from nnstudio.core.network import Layer, Network
from nnstudio.core.project import Project
from nnstudio.core.run import Finished, Run, fold, new_record
from nnstudio.data.project_file import open_project, save_project
from nnstudio.engine import forecast as forecast_module
from nnstudio.engine import largest_batch as largest_batch_module
from nnstudio.engine.assembly import Assembly, assemble
from nnstudio.engine.checkpoint import unpack
from nnstudio.engine.rate_finder import find_rate
from nnstudio.engine.train import train
from nnstudio.engine.transfer import StartProblem, chosen_run, matches, start_from, started
from tests.engine.made import classes, project_for


def network(*layers: Layer) -> Network:
    built = Network()
    for layer in layers:
        built = built.insert(layer)
    return built


ENCODER = (Dense(units=4), Dense(units=2, activation=Tanh()))
CODER = network(*ENCODER, Dense(units=4), Dense(units=5, activation=Linear()))
CLASSIFIER = network(Dropout(), *ENCODER, Dense(units=3, activation=Softmax()))


def project(prepared: Prepared, layers: Network, epochs: int = 2) -> Project:
    made = project_for(prepared)
    data = made.data.model_copy(update={"source": Iris()})
    made = made.model_copy(update={"data": data, "signature": prepared.signature}).with_network(layers)
    return made.set("training.epochs", epochs)


def trained(given: Project, prepared: Prepared) -> Run:
    events = list(train(given, prepared))
    assert isinstance(events[-1], Finished)
    return Run(new_record(given, "Run 1", ()), fold(events)).finished(events[-1])


@pytest.fixture
def prepared() -> Prepared:
    return classes(3)


@pytest.fixture
def coder(prepared: Prepared) -> Run:
    """A run whose network begins as the classifier does."""
    first = CODER.replace("n4", Dense(units=3, activation=Softmax()))
    return trained(project(prepared, first), prepared)


@pytest.fixture
def file(tmp_path: Path, coder: Run) -> Path:
    path = tmp_path / "parts" / "coder.nnproj"
    path.parent.mkdir()
    save_project(path, Saved(coder.record.project, (coder,)))
    return path


def test_layers_match_from_the_start_until_one_does_not(prepared: Prepared, coder: Run) -> None:
    found = matches(CLASSIFIER, prepared.signature, coder)
    assert [(match.id, match.source) for match in found] == [("n2", "n1"), ("n3", "n2"), ("n4", "")]
    assert found[-1].reason.startswith("other sizes: Dense 4")
    wider = matches(CLASSIFIER.replace("n2", Dense(units=9)), prepared.signature, coder)
    assert [match.source for match in wider] == ["", "", ""]
    assert wider[1].reason == "comes after a layer that does not match"


def test_a_run_begins_with_them_and_leaves_frozen_ones_alone(
    prepared: Prepared, coder: Run, file: Path
) -> None:
    plain = project(prepared, CLASSIFIER)
    found = matches(CLASSIFIER, prepared.signature, coder)
    given, own = unpack(coder.weights["best"]), trained(plain, prepared)
    frozen = trained(started(plain, start_from(file, coder), found, freeze=True), prepared)
    kept = unpack(frozen.weights["last"])
    for mine, theirs in (("n2", "n1"), ("n3", "n2")):
        np.testing.assert_array_equal(kept[f"{mine}.0.weight"], given[f"{theirs}.0.weight"])
    assert not np.array_equal(kept["n4.0.weight"], unpack(own.weights["last"])["n4.0.weight"])
    free = started(frozen.record.project, frozen.record.project.start_from, found, freeze=False)
    tuned = unpack(trained(free, prepared).weights["last"])
    assert not np.array_equal(tuned["n2.0.weight"], given["n1.0.weight"])
    # The last layer draws what it would have drawn without.
    rate = plain.set("training.optimizer.rate", 1e-6)
    begun = unpack(trained(started(rate, start_from(file, coder), found, False), prepared).weights["last"])
    drawn = unpack(trained(rate, prepared).weights["last"])
    np.testing.assert_allclose(begun["n4.0.weight"], drawn["n4.0.weight"], atol=1e-4)


def test_the_place_is_kept_relative_to_the_project(prepared: Prepared, coder: Run, file: Path) -> None:
    plain = project(prepared, CLASSIFIER)
    chosen = started(plain, start_from(file, coder), (), False)
    home = file.parent.parent
    save_project(home / "mine.nnproj", Saved(chosen))
    moved = home / "elsewhere"
    moved.mkdir()
    (home / "mine.nnproj").rename(moved / "mine.nnproj")
    file.parent.rename(moved / "parts")
    again = open_project(moved / "mine.nnproj").project
    assert again.start_from is not None
    assert Path(again.start_from.path) == moved / "parts" / "coder.nnproj"
    assert chosen_run(again.start_from).record.id == coder.record.id


def test_what_is_missing_or_does_not_fit_is_said(prepared: Prepared, coder: Run, file: Path) -> None:
    start = start_from(file, coder)
    plain = project(prepared, CLASSIFIER)

    def message(given: Project) -> str:
        *_, end = train(given, prepared)
        assert isinstance(end, Finished)
        assert end.status == "failed"
        return end.message

    wide = plain.with_network(network(Dense(units=9), Dense(units=3, activation=Softmax())))
    assert "No layer can take over weights from Run 1 of coder.nnproj" in message(
        started(wide, start, (), False)
    )
    changed = start.model_copy(update={"sha256": "0"})
    assert "other weights than when it was chosen" in message(started(plain, changed, (), False))
    gone = start.model_copy(update={"run": "x"})
    assert "not there any more" in message(started(plain, gone, (), False))
    save_project(file, Saved(coder.record.project, (replace(coder, weights={}),)))
    with pytest.raises(StartProblem, match="no trained run"):
        chosen_run(start)
    file.unlink()
    assert "There is no file" in message(started(plain, start, (), False))


def test_the_tools_begin_with_them_too(
    prepared: Prepared, coder: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = project(prepared, CLASSIFIER)
    found = matches(CLASSIFIER, prepared.signature, coder)
    begun = started(plain, start_from(file, coder), found, freeze=True)
    history = fold(train(begun, prepared))
    first, *_ = find_rate(begun, prepared, steps=20)
    assert first.loss == history.step_losses[0]
    given, seen = unpack(coder.weights["best"]), []

    def watched(*arguments: Any) -> Assembly:
        parts = assemble(*arguments)
        seen.append(parts)
        return parts

    for module in (forecast_module, largest_batch_module):
        monkeypatch.setattr(module, "assemble", watched)
    forecast_module.forecast(begun, prepared)
    assert list(largest_batch_module.largest_batch(begun, prepared))
    for parts in seen:
        np.testing.assert_array_equal(parts.weights()["n2.0.weight"], given["n1.0.weight"])
    file.unlink()
    for tool in (forecast_module.forecast, find_rate, largest_batch_module.largest_batch):
        with pytest.raises(StartProblem, match="There is no file"):
            list(tool(begun, prepared))  # type: ignore[arg-type]
