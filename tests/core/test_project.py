"""Values are read and set by path, as the command line and fixes do it."""

from __future__ import annotations

from typing import Any

import pytest

from nnstudio.catalog.optimizers import Adam
from nnstudio.catalog.presets import Constant
from nnstudio.core.network import INPUT
from nnstudio.core.param import params
from nnstudio.core.project import EditProblem, Project
from nnstudio.core.registry import Frozen
from nnstudio.core.shape import features
from tests.core import samples


def paths(value: Any, prefix: str = "") -> list[str]:
    """Return the path of every setting in a project."""
    found = []
    for name in type(value).model_fields:
        below, path = getattr(value, name), f"{prefix}{name}"
        if name in params(value):
            found.append(path)
        elif isinstance(below, Frozen) and name not in ("network", "signature"):
            found += paths(below, f"{path}.")
    return found


@pytest.mark.parametrize("path", paths(samples.project()))
def test_setting_what_is_already_there_changes_nothing(path: str) -> None:
    project = samples.project()
    same = project.set(path, project.get(path))
    expected = project.model_copy(update={"signature": None}) if path.startswith("data.") else project
    assert same == expected


@pytest.mark.parametrize(
    ("path", "given", "found"),
    [
        ("training.optimizer.rate", "0.01", 0.01),
        ("training.batch_size", "64", 64),
        ("training.class_weights", "true", True),
        ("training.early_stopping.patience", 3, 3),
        ("training.optimizer", "adam", Adam()),
        ("data.source.noise", "0.3", 0.3),
        ("data.split.train", 0.8, 0.8),
        ("name", "Rings", "Rings"),
        ("network.n1.units", "12", 12),
        ("network.n1.name", "Stem", "Stem"),
        ("network.n3.inputs", ("n1",), ("n1",)),
        ("preset.width", 64, 64),
    ],
)
def test_set_and_get(path: str, given: Any, found: Any) -> None:
    before = samples.project()
    after = before.set(path, given)
    assert after.get(path) == found
    assert before == samples.project()
    assert Project.model_validate_json(after.model_dump_json()) == after


def test_a_layer_is_exchanged() -> None:
    for given in ("dropout", {"kind": "dropout", "rate": 0.25}):
        made = samples.project().set("network.n2", given)
        assert made.network["n2"].layer.kind == "dropout"
        assert made.preset is None
    by_layer = samples.project().set("network.n2.layer", {"kind": "dropout", "rate": 0.25})
    assert by_layer == made


def test_editing_the_network_makes_it_custom() -> None:
    assert samples.project().preset is not None
    assert samples.project().set("network.n1.units", 5).preset is None


def test_a_preset_writes_the_network() -> None:
    widths = lambda p: [n.layer.units for n in p.network.nodes]  # noqa: E731
    project = samples.project()
    assert widths(project) == [16, 8, 1]
    assert widths(project.set("preset.depth", 3)) == [16, 8, 4, 1]
    assert widths(project.set("preset", "constant").set("preset.width", 32)) == [32, 32, 1]
    assert widths(project.with_preset(Constant(depth=0))) == [1]
    custom = project.with_preset(None)
    assert custom.network is project.network
    assert custom.preset is None


def test_other_data_are_not_known_yet() -> None:
    project = samples.project().set("data.source.noise", 0.2)
    assert project.signature is None
    assert project.trace() is None
    known = project.with_signature(samples.SIGNATURE)
    assert known.trace() is not None
    wider = project.with_signature(samples.SIGNATURE.model_copy(update={"input": features(9)}))
    assert wider.trace() is not None
    assert wider.trace().rows[0].inputs == (features(9),)  # type: ignore[union-attr]


def test_a_hand_made_network_stays_when_the_data_are_known() -> None:
    project = samples.branched()
    assert project.model_copy(update={"signature": None}).with_signature(samples.SIGNATURE) == project


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("training.optimizer.rate", "fast", "training.optimizer.rate cannot be 'fast'"),
        ("training.optimizer.rate", -1, "greater than"),
        ("training.batch_size", 0, "greater than or equal to 1"),
        ("training.batch_size", 2.5, "training.batch_size"),
        ("training.optimizer", "magic", "unknown optimizer 'magic'; there are:"),
        ("training.speed", 1, "there is no 'speed' in 'training.speed'; there are: loss, optimizer"),
        ("training.batch_size.more", 1, "nothing lies below it"),
        ("network.n9.units", 1, "layers: n1, n2, n3"),
        ("network.n1.rate", 1, "units"),
        ("network.n1", "spell", "unknown layer 'spell'"),
        ("network.n1", 5, "network.n1 cannot be 5"),
        ("network.n1.inputs", ("n3",), "does not come before"),
        ("network.n1.inputs", (), "takes nothing"),
        ("network.n1.id", "n2", "two layers have the id"),
        ("network.nodes", 7, "network.nodes"),
        ("data.split.train", 0.95, "cannot be more than 1"),
        ("data.preparation.0.method", "none", "there is no '0'"),
        ("", 1, "there is no ''"),
        ("name", 5, "name"),
    ],
)
def test_what_cannot_be_set_is_said(path: str, value: Any, said: str) -> None:
    with pytest.raises(EditProblem) as caught:
        samples.project().set(path, value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_shape_that_is_custom_has_no_settings() -> None:
    with pytest.raises(EditProblem, match="depth"):
        samples.branched().set("preset.depth", 3)


def test_the_data_can_be_a_source_of_a_layer() -> None:
    made = samples.branched().set("network.n5.inputs", ("n4", INPUT))
    assert made.get("network.n5.inputs") == ("n4", INPUT)
