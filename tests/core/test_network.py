"""Every edit on every small network leaves a network that holds together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, combinations, permutations, product

import pytest
from pydantic import ValidationError

from nnstudio.catalog.layers.conv import Conv2D
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.merge import Add, Concat
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.core.network import INPUT, Network, Node
from nnstudio.core.shape import features
from nnstudio.core.trace import trace

DENSE, ADD = Dense(units=3), Add()


def networks(size: int) -> Iterator[Network]:
    """Yield every wiring of `size` nodes, each a Dense with any earlier input or an Add of any two."""
    choices = []
    for position in range(size):
        earlier = (INPUT, *(f"n{i + 1}" for i in range(position)))
        single = [(DENSE, (source,)) for source in earlier]
        double = [(ADD, pair) for pair in permutations(earlier, 2)]
        choices.append([*single, *double])
    for picked in product(*choices):
        nodes = [Node(id=f"n{i + 1}", layer=layer, inputs=inputs) for i, (layer, inputs) in enumerate(picked)]
        yield Network._rebuilt(nodes)


SMALL = [network for size in range(4) for network in networks(size)]
ALL = [*SMALL, *networks(4)]


def subsets(ids: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(ids, n) for n in range(1, len(ids) + 1))


def holds_together(network: Network) -> None:
    """Check what must be true of any network, whatever was done to it."""
    assert len(set(network.ids)) == len(network.nodes)
    before = INPUT
    for position, node in enumerate(network.nodes):
        assert network.sources(position)
        assert set(network.sources(position)) <= {INPUT, *network.ids[:position]}
        assert node.inputs != (before,), "an ordinary connection is written as None"
        assert node.layer.merges or len(network.sources(position)) == 1
        before = node.id
    assert Network.model_validate_json(network.model_dump_json()) == network
    trace(network, features(3))


def test_insert() -> None:
    for network in ALL:
        for position in range(len(network.nodes) + 1):
            made = network.insert(Dropout(), position)
            holds_together(made)
            new = made.nodes[position]
            assert new.layer == Dropout()
            assert tuple(id for id in made.ids if id != new.id) == network.ids
            if position < len(network.nodes):
                assert new.id in made.sources(position + 1)


def test_insert_then_remove_is_nothing() -> None:
    for network in ALL:
        for position in range(len(network.nodes) + 1):
            made = network.insert(Dropout(), position)
            assert made.remove([made.ids[position]]) == network


def test_insert_between() -> None:
    for network in ALL:
        for source, target in network.edges():
            made = network.insert_between(Dropout(), source, target)
            holds_together(made)
            new = network.fresh_id()
            expected = set(network.edges()) - {(source, target)} | {(source, new), (new, target)}
            assert set(made.edges()) == expected


def test_remove_heals_the_chain() -> None:
    for network in ALL:
        for gone in subsets(network.ids):
            made = network.remove(gone)
            holds_together(made)
            assert made.ids == tuple(id for id in network.ids if id not in gone)
            for source, target in network.edges():
                if source not in gone and target not in gone:
                    assert (source, target) in made.edges()


def test_move() -> None:
    for network in ALL:
        for id in network.ids:
            for position in range(len(network.nodes)):
                made = network.move(id, position)
                holds_together(made)
                assert made.index(id) == position
                assert set(made.ids) == set(network.ids)
                rest = tuple(other for other in network.ids if other != id)
                assert tuple(other for other in made.ids if other != id) == rest


def test_moving_to_where_it_is_changes_nothing() -> None:
    for network in ALL:
        for position, id in enumerate(network.ids):
            assert network.move(id, position) == network


def test_wire() -> None:
    for network in ALL:
        for target in network.ids:
            for source in (INPUT, *network.ids):
                if source != INPUT and network.index(source) >= network.index(target):
                    with pytest.raises(ValueError, match="only go forward"):
                        network.wire(source, target)
                else:
                    made = network.wire(source, target)
                    holds_together(made)
                    assert (source, target) in made.edges()


def test_unwire() -> None:
    for network in ALL:
        for source, target in network.edges():
            holds_together(network.unwire(source, target))


@pytest.mark.parametrize("layer", [Dense(units=7), Concat(), Dropout()])
def test_replace(layer: Dense) -> None:
    for network in SMALL:
        for id in network.ids:
            made = network.replace(id, layer)
            holds_together(made)
            assert made[id].layer == layer
            assert made.ids == network.ids


def test_copy_and_paste() -> None:
    for network in SMALL:
        for picked in subsets(network.ids):
            for position in range(len(network.nodes) + 1):
                made, new = network.paste(network.copies(picked), position)
                holds_together(made)
                assert made.ids[position : position + len(new)] == new
                assert [made[a].layer for a in new] == [network[b].layer for b in picked]


def test_an_edit_leaves_the_original_alone() -> None:
    edits: list[Callable[[Network], object]] = [
        lambda n: n.insert(DENSE, 0),
        lambda n: n.remove(n.ids),
        lambda n: n.move("n1", 2),
        lambda n: n.replace("n1", Conv2D()),
        lambda n: n.rename("n1", "other"),
        lambda n: n.paste(n.copies(n.ids), 1),
    ]
    network = Network().insert(DENSE).insert(DENSE).insert(DENSE)
    before = network.model_dump_json()
    for edit in edits:
        edit(network)
    assert network.model_dump_json() == before


def test_skip_connections_inside_a_copy_are_kept() -> None:
    network = Network().insert(DENSE).insert(DENSE).insert(ADD).wire("n1", "n3")
    made, (a, _, c) = network.paste(network.copies(network.ids), 3)
    assert a in made.sources(made.index(c))


def test_ids_are_not_given_twice() -> None:
    network = Network().insert(DENSE).insert(DENSE).remove(["n1"]).insert(DENSE, 0)
    assert network.ids == ("n3", "n2")


def test_a_name_is_a_title() -> None:
    network = Network().insert(DENSE).rename("n1", "  Stem ")
    assert network["n1"].title == "Stem"
    assert network.rename("n1", " ")["n1"].title == "Dense"


def test_unknown_ids_are_named() -> None:
    network = Network().insert(DENSE)
    with pytest.raises(KeyError, match="there is no layer 'n9'"):
        network["n9"]
    with pytest.raises(KeyError, match="does not take"):
        network.insert(DENSE).insert_between(DENSE, INPUT, "n2")


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ([Node(id="a", layer=DENSE), Node(id="a", layer=DENSE)], "two layers have the id"),
        ([Node(id="input", layer=DENSE)], "two layers have the id"),
        ([Node(id="a", layer=DENSE, inputs=("b",)), Node(id="b", layer=DENSE)], "does not come before"),
        ([Node(id="a", layer=DENSE, inputs=("a",))], "does not come before"),
        ([Node(id="a", layer=DENSE, inputs=())], "takes nothing"),
    ],
)
def test_impossible_wirings(nodes: list[Node], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Network(nodes=tuple(nodes))


@pytest.mark.parametrize("data", [[{"id": "n1"}], [{"id": "n1", "layer": {"kind": "spell"}}], [5]])
def test_pasting_what_is_no_layer(data: list) -> None:
    with pytest.raises(ValidationError):
        Network().paste(data, 0)
