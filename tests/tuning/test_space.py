"""The search space follows the project: its settings, their typical ranges, and what they allow."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from nnstudio.catalog.activations import Softmax
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.presets.shapes import Funnel
from nnstudio.core.project import EditProblem, Project
from nnstudio.tuning.space import DROPOUT, Dimension, Value, changed, kept, narrowed, space
from tests.engine.made import classes, project_for


def by_hand() -> Project:
    return project_for(classes(3), Dense(units=16), Dense(units=3, activation=Softmax()))


def shaped() -> Project:
    return by_hand().with_preset(Funnel(depth=2, width=32))


def found(project: Project, path: str) -> Dimension:
    return next(dimension for dimension in space(project) if dimension.path == path)


def test_ranges_begin_as_what_is_typical_of_the_setting() -> None:
    rate = found(shaped(), "training.optimizer.rate")
    assert (rate.low, rate.high, rate.scale, rate.label, rate.on) == (1e-3, 0.1, "log", "Learning rate", True)
    batch = found(shaped(), "training.batch_size")
    assert (batch.low, batch.high, batch.integer, batch.scale) == (16, 512, True, "power of two")
    assert found(shaped(), "training.optimizer").choices[:2] == ("sgd", "momentum")
    assert not found(shaped(), "training.weight_decay").on


def test_every_project_has_its_own_dimensions() -> None:
    of_shape = {dimension.path for dimension in space(shaped())}
    assert {"preset.depth", "preset.width", "preset.dropout", "preset.activation"} <= of_shape
    custom = {dimension.path for dimension in space(by_hand())}
    assert {DROPOUT, "network.n1.units"} <= custom
    assert "network.n2.units" not in custom, "the output keeps the size of the target"
    assert not {path for path in custom if path.startswith("preset.")}
    assert "training.epochs" not in of_shape | custom


@pytest.mark.parametrize("make", [by_hand, shaped])
def test_every_value_of_every_dimension_fits_the_project(make: object) -> None:
    project = make()  # type: ignore[operator]
    for dimension in space(project):
        for value in dimension.spread(4):
            values: dict[str, Value] = {dimension.path: value}
            assert changed(project, values).trace() is not None


def test_a_spread_keeps_to_the_scale() -> None:
    assert found(shaped(), "training.batch_size").spread(6) == (16, 32, 64, 128, 256, 512)
    assert found(shaped(), "training.optimizer.rate").spread(3) == (0.001, 0.01, 0.1)
    assert found(shaped(), "preset.depth").spread(9) == (1, 2, 3)
    narrow = Dimension(path="p", label="P", low=100, high=120, scale="power of two", integer=True)
    assert narrow.spread(3) == (120,)


def test_values_are_set_together_and_the_kind_first() -> None:
    values: dict[str, Value] = {
        "training.optimizer.rate": 0.5,
        "training.optimizer": "adam",
        "preset.depth": 1,
    }
    project = changed(shaped(), values)
    assert project.training.optimizer.kind == "adam"
    assert project.training.optimizer.rate == 0.5
    assert len(project.network.nodes) == 2
    assert project.preset is not None


def test_the_same_kind_keeps_its_other_settings() -> None:
    project = shaped().set("training.optimizer", "momentum").set("training.optimizer.momentum", 0.5)
    assert changed(project, {"training.optimizer": "momentum"}) == project


def test_dropout_of_a_network_made_by_hand_is_put_after_hidden_layers() -> None:
    project = changed(by_hand(), {DROPOUT: 0.3})
    assert [node.layer.kind for node in project.network.nodes] == ["dense", "dropout", "dense"]


def test_a_value_that_does_not_fit_is_refused() -> None:
    with pytest.raises(EditProblem):
        changed(by_hand(), {"preset.depth": 2})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"low": 1.0, "high": 0.1}, "from a smaller to a larger"),
        ({"low": 1e-9}, "must lie between"),
        ({"high": 99.0}, "must lie between"),
    ],
)
def test_a_range_must_make_sense(changes: dict[str, float], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        narrowed(space(shaped()), "training.optimizer.rate", **changes)


def test_a_log_range_begins_above_zero() -> None:
    with pytest.raises(ValidationError, match="above 0"):
        Dimension(path="p", label="P", low=0.0, high=1.0, scale="log")


def test_ranges_set_before_stay_while_the_setting_is_there() -> None:
    mine = narrowed(space(shaped()), "training.optimizer.rate", low=0.01, on=False)
    again = {dimension.path: dimension for dimension in kept(mine, space(by_hand()))}
    assert (again["training.optimizer.rate"].low, again["training.optimizer.rate"].on) == (0.01, False)
    assert "preset.depth" not in again
    assert "network.n1.units" in again
