"""The layer table names shapes, costs and every error at once."""

from __future__ import annotations

from nnstudio.catalog.activations import Linear
from nnstudio.catalog.layers.conv import Conv2D
from nnstudio.catalog.layers.dense import Dense, Flatten
from nnstudio.catalog.layers.merge import Add
from nnstudio.catalog.layers.shape import Reshape
from nnstudio.core.network import Network, Node
from nnstudio.core.registry import Frozen
from nnstudio.core.shape import features, image
from nnstudio.core.trace import Target, Trace, trace

CLASSES = Target(task="classification", names=("a", "b", "c"))
TWO = Target(task="classification", names=("a", "b"))
NUMBERS = Target(task="regression", names=("u", "v"))


def network(*layers: Frozen) -> Network:
    made = Network()
    for layer in layers:
        made = made.insert(layer)  # type: ignore[arg-type]
    return made


def test_shapes_and_costs() -> None:
    table = trace(network(Flatten(), Dense(units=32), Dense(units=3)), image(1, 8, 8), CLASSES)
    assert table.valid
    assert [row.output.text() for row in table.rows if row.output] == ["64", "32", "3"]
    assert [row.learnables for row in table.rows] == [0, 65 * 32, 33 * 3]
    assert table.learnables == 65 * 32 + 99
    assert table.multiply_adds == 64 * 32 + 32 * 3
    assert table["n2"].title == "Dense"
    assert table["n2"].inputs == (features(64),)
    values = 64 + 64 + 32 + 3
    assert table.memory(10) == 4 * (4 * table.learnables + 2 * 10 * values)


def test_every_error_at_once() -> None:
    made = network(Dense(units=5), Reshape(sizes=(1, 2, 2)), Dense(units=7))
    table = trace(made, image(1, 8, 8), CLASSES)
    assert set(table.errors) == {"n1", "n2", "n3"}
    assert "choose sizes whose product is 5" in table.errors["n2"]
    assert not table.valid


def test_layers_behind_a_mended_error_are_still_checked() -> None:
    table = trace(network(Dense(units=5), Dense(units=2)), image(1, 8, 8), CLASSES)
    assert set(table.errors) == {"n1", "n2"}
    assert "put Flatten before it" in table.errors["n1"]
    assert table["n1"].error is not None
    assert table["n1"].error.before == Flatten()
    assert "3 classes" in table.errors["n2"]


def errors_of_output(units: int, target: Target) -> dict[str, str]:
    return trace(network(Dense(units=units, activation=Linear())), features(4), target).errors


def test_the_output_fits_the_target() -> None:
    assert not errors_of_output(3, CLASSES)
    assert not errors_of_output(2, TWO)
    assert not errors_of_output(1, TWO)
    assert not errors_of_output(2, NUMBERS)
    assert "3 classes" in errors_of_output(1, CLASSES)["n1"]
    assert "2 target values" in errors_of_output(1, NUMBERS)["n1"]
    table = trace(network(Conv2D()), image(1, 8, 8), CLASSES)
    assert "end with Flatten and Dense" in table.errors["n1"]


def test_an_empty_network_is_an_error_of_the_whole() -> None:
    table = trace(Network(), features(4), CLASSES)
    assert "no layers yet" in table.errors["input"]
    assert table.learnables == 0


def test_merging() -> None:
    made = network(Dense(units=4), Dense(units=4), Add())
    assert "at least two inputs" in trace(made, features(2)).errors["n3"]
    assert trace(made.wire("n1", "n3"), features(2)).valid
    other = made.wire("n1", "n3").replace("n1", Dense(units=5))
    assert "inputs of one shape" in trace(other, features(2)).errors["n3"]


def test_a_layer_that_nobody_uses() -> None:
    made = network(Dense(units=4), Dense(units=4), Dense(units=4)).wire("n1", "n3")
    assert "Nothing takes the output" in trace(made, features(2)).errors["n2"]


def test_too_many_inputs_for_an_ordinary_layer() -> None:
    nodes = (
        Node(id="a", layer=Dense(units=4)),
        Node(id="b", layer=Dense(units=4), inputs=("a", "input")),
    )
    assert "takes one input, but has 2" in trace(Network(nodes=nodes), features(2)).errors["b"]


def test_rows_are_found_by_id() -> None:
    table = trace(network(Dense(units=4)), features(2))
    assert isinstance(table, Trace)
    assert table["n1"].output == features(4)
    assert table["n1"].activations == 4
