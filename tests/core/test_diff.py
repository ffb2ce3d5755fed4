"""Differences are told as a person would."""

from __future__ import annotations

import pytest

from nnstudio.catalog.edits import with_dropout
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.core.diff import changes
from nnstudio.core.project import Project, StartFrom
from tests.core import samples


def texts(after: Project, before: Project | None = None) -> list[str]:
    return [change.text() for change in changes(before or samples.project(), after)]


def test_nothing_differs() -> None:
    assert texts(samples.project()) == []


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("training.optimizer.rate", 0.01, "Learning rate 0.001 → 0.01"),
        ("training.optimizer", "sgd", "Optimizer Adam → SGD"),
        ("training.class_weights", True, "Class weights off → on"),
        ("training.early_stopping.patience", 5, "Patience 15 → 5"),
        ("data.source.noise", 0.3, "Noise 0.1 → 0.3"),
        ("name", "Rings", "Name Circles → Rings"),
        ("notes", "odd", "Notes none → odd"),
        ("network.n1.units", 32, "Dense units 16 → 32"),
        ("network.n1.activation", "tanh", "Dense activation ReLU → Tanh"),
        ("network.n3.inputs", ("n1",), "Inputs none → n1"),
    ],
)
def test_one_value(path: str, value: object, said: str) -> None:
    (text,) = texts(samples.project().set(path, value))
    assert text.casefold() == said.casefold()


def test_a_shape_tells_its_rule_not_its_layers() -> None:
    project = samples.project()
    assert texts(with_dropout(project, 0.3)) == ["Dropout 0 → 0.3"]
    assert texts(project.set("preset.depth", 3).set("preset.width", 32)) == [
        "Depth 2 → 3",
        "First width 16 → 32",
    ]
    assert texts(project.set("preset", "constant")) == ["Shape Funnel → Constant"]


def test_layers_come_and_go() -> None:
    project = samples.project()
    more = with_dropout(project.with_preset(None), 0.3)
    assert texts(more) == ["Layer: + Dropout 0.30", "Layer: + Dropout 0.30"]
    assert texts(project, more) == ["Layer: − Dropout 0.30", "Layer: − Dropout 0.30"]


def test_order() -> None:
    project = samples.project()
    moved = project.with_network(project.network.move("n1", 1))
    assert "Order n1, n2, n3 → n2, n1, n3" in texts(moved)


def test_an_exchanged_layer() -> None:
    project = samples.project()
    made = project.with_network(project.network.replace("n1", Dropout(rate=0.5)))
    assert texts(made) == ["Dense Dense → Dropout"] or texts(made) == ["Dense → Dropout"]


def test_the_number_of_preparation_steps() -> None:
    (change,) = changes(
        samples.project(), samples.project().set("data.preparation", ({"kind": "scale_inputs"},))
    )
    assert change.path == "data.preparation"
    assert change.before == "none"


def test_the_weights_to_begin_with() -> None:
    project = samples.project()
    start = StartFrom(path="/elsewhere/digits.nnproj", run="r1", name="Run 2", sha256="a")
    first = project.model_copy(update={"start_from": start})
    anew = project.model_copy(update={"start_from": start.model_copy(update={"sha256": "b"})})
    assert texts(first) == ["Starts from new weights → Run 2 of digits.nnproj"]
    assert texts(project, first) == ["Starts from Run 2 of digits.nnproj → new weights"]
    assert texts(anew, first) == [
        "Starts from Run 2 of digits.nnproj → Run 2 of digits.nnproj, other weights"
    ]
