"""A script begins with the weights of another run as the studio does, and leaves frozen layers alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnstudio.catalog.activations import Softmax, Tanh
from nnstudio.catalog.datasets.sklearn_sets import Iris
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.regularise import Dropout, LayerNorm
from nnstudio.core.dataset import Prepared
from nnstudio.core.files import Saved
from nnstudio.core.network import Layer
from nnstudio.core.project import Project
from nnstudio.core.run import fold
from nnstudio.data.project_file import save_project
from nnstudio.engine.start import start_weights
from nnstudio.engine.train import train
from nnstudio.engine.transfer import matches, start_from, started
from nnstudio.export.problem import CannotExport
from nnstudio.export.script import arrays, script
from tests.engine.made import classes, project_for
from tests.export.made import run_of, told_by

PARTS = (Dense(units=4), LayerNorm(), Dense(units=2, activation=Tanh()))
END = Dense(units=3, activation=Softmax())


def project(prepared: Prepared, *layers: Layer) -> Project:
    made = project_for(prepared, *layers)
    return made.model_copy(update={"data": made.data.model_copy(update={"source": Iris()})})


@pytest.fixture
def case(tmp_path: Path) -> tuple[Project, Prepared]:
    """A project that takes over two layers of another run and freezes them."""
    prepared, file = classes(3), tmp_path / "first.nnproj"
    first = run_of(project(prepared, *PARTS, Dense(units=5), END), prepared)
    save_project(file, Saved(first.record.project, (first,)))
    second = project(prepared, *PARTS, Dropout(), END)
    found = matches(second.network, prepared.signature, first)
    return started(second, start_from(file, first), found, freeze=True), prepared


def test_the_script_begins_where_the_studio_does(case: tuple[Project, Prepared], tmp_path: Path) -> None:
    history = fold(train(*case))
    told = told_by({"second": lambda: case}, tmp_path)["second"]
    for column in told[0]:
        assert [epoch[column] for epoch in told] == history[column], column
    plain = case[0].model_copy(update={"start_from": None})
    assert not np.allclose(fold(train(plain, case[1]))["train_loss"], history["train_loss"])
    assert "first.nnproj" in script(*case)


def test_the_weights_come_along_with_the_rows(case: tuple[Project, Prepared]) -> None:
    wanted = start_weights(case[0], case[1].signature)
    assert wanted is not None
    found = arrays(*case)
    assert {f"start.{name}" for name in wanted} == {name for name in found if name.startswith("start.")}
    np.testing.assert_array_equal(found["start.n1.0.weight"], wanted["n1.0.weight"])


def test_weights_that_are_gone_are_named(case: tuple[Project, Prepared]) -> None:
    assert case[0].start_from is not None
    Path(case[0].start_from.path).unlink()
    with pytest.raises(CannotExport, match="There is no file"):
        script(*case)
