"""Where blocks stand and how connections run."""

from __future__ import annotations

from itertools import combinations, pairwise
from random import Random

import pytest

from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.merge import Concat
from nnstudio.core.network import INPUT, Network, Node
from nnstudio.ui.canvas.layout import LOSS, Box, Layout, Size, arrange, block_height, wiring
from nnstudio.ui.canvas.routes import place_notes, routes
from tests.ui.canvas.conftest import chain


def placed(network: Network, **heights: float) -> Layout:
    """Arrange with blocks 100 wide and 200 high, or as high as named."""
    sizes = {id: Size(100, heights.get(id, 200)) for id in (INPUT, *network.ids, LOSS)}
    return arrange(wiring(network), sizes, {})


def nodes(**inputs: tuple[str, ...]) -> Network:
    """Return a network by the inputs of each node; several inputs make it a Concat."""
    made = [Node(id=i, layer=Concat() if len(s) > 1 else Dense(), inputs=s) for i, s in inputs.items()]
    return Network(nodes=tuple(made))


BRANCHES = {
    "two branches": nodes(a=(INPUT,), b=("a",), c=("a",), d=("b", "c")),
    "three branches of unlike length": nodes(
        a=(INPUT,), b=("a",), c=("b",), d=("a",), e=("a",), f=("c", "d", "e"), g=("f",)
    ),
    "a branch in a branch": nodes(
        a=(INPUT,), b=("a",), c=("b",), d=("b",), e=("c", "d"), f=("a",), g=("e", "f")
    ),
    "a loose end": nodes(a=(INPUT,), b=("a",), c=("a",), d=("c",)),
}


def test_height_doubles_by_equal_steps_and_small_widths_stay_legible() -> None:
    assert block_height(256, 90) - block_height(128, 90) == block_height(64, 90) - block_height(32, 90)
    assert block_height(1, 90) == block_height(4, 90) == block_height(None, 90) == 90
    assert block_height(10**7, 90) == block_height(10**6, 90)


def test_a_chain_stands_in_a_row_centred_on_one_line() -> None:
    layout = placed(chain(Dense(), Dense(), Dense()), n2=80)
    order = [layout.boxes[id] for id in (INPUT, "n1", "n2", "n3", LOSS)]
    assert all(a.right < b.x for a, b in pairwise(order))
    assert {box.middle for box in order} == {0}
    assert layout.boxes[INPUT].x == 0


def test_a_gap_is_as_wide_as_its_text() -> None:
    network = chain(Dense(), Dense())
    sizes = {id: Size(100, 200) for id in (INPUT, "n1", "n2", LOSS)}
    boxes = arrange(wiring(network), sizes, {("n1", "n2"): 90.0}).boxes
    assert boxes["n2"].x - boxes["n1"].right >= 90
    assert boxes["n1"].x - boxes[INPUT].right < 60


@pytest.mark.parametrize("name", BRANCHES)
def test_branches_never_overlap(name: str) -> None:
    layout = placed(BRANCHES[name], b=420, c=300)
    for (one, a), (other, b) in combinations(layout.boxes.items(), 2):
        apart = a.right < b.x or b.right < a.x or a.bottom < b.y or b.bottom < a.y
        assert apart, f"{one} lies on {other}"


@pytest.mark.parametrize("name", BRANCHES)
def test_straight_pieces_run_through_no_block(name: str) -> None:
    layout = placed(BRANCHES[name])
    for (source, target), route in routes(layout).items():
        for (x0, y0), (x1, y1) in pairwise(route.points):
            if y0 != y1:
                continue
            for id, box in layout.boxes.items():
                crossed = box.y < y0 < box.bottom and box.x < x1 - 1 and box.right > x0 + 1
                assert id in (source, target) or not crossed, f"{source}-{target} runs through {id}"


def test_skip_connections_are_arcs_above_all_they_pass_and_long_ones_on_top() -> None:
    network = nodes(a=(INPUT,), b=("a",), c=("b",), d=("c", "b", "a"), e=("d", INPUT))
    layout = placed(network, b=500)
    found = routes(layout)
    inner, outer = found["a", "d"], found[INPUT, "e"]
    assert inner.is_arc
    assert outer.is_arc
    assert not found["a", "b"].is_arc
    assert inner.label[1] < layout.boxes["b"].y
    assert outer.label[1] < inner.label[1]


def test_notes_stand_below_their_blocks_and_apart_from_each_other() -> None:
    layout = placed(chain(*[Dense() for _ in range(5)]), n3=500)
    notes = place_notes(layout, {id: Size(230, 60) for id in ("n1", "n2", "n3", "n4")}, 14)
    for id, box in notes.items():
        owner = layout.boxes[id]
        assert box.x < owner.centre < box.right
        for block in layout.boxes.values():
            assert block.bottom < box.y or block.right <= box.x or block.x >= box.right
    for a, b in combinations(notes.values(), 2):
        assert a.right <= b.x or b.right <= a.x or a.bottom <= b.y or b.bottom <= a.y


def test_a_box_half_way_is_in_the_middle() -> None:
    assert Box(0, 0, 10, 10).between(Box(20, 40, 30, 50), 0.5) == Box(10, 20, 20, 30)


@pytest.mark.parametrize("seed", range(20))
def test_no_network_whatever_makes_blocks_overlap(seed: int) -> None:
    random = Random(seed)
    inputs: dict[str, tuple[str, ...]] = {}
    for position in range(14):
        earlier = [INPUT, *inputs]
        count = min(len(earlier), random.choice((1, 1, 1, 2, 3)))
        inputs[f"n{position}"] = tuple(random.sample(earlier[-5:], min(count, len(earlier[-5:]))))
    layout = placed(nodes(**inputs), **{f"n{i}": random.choice((90, 200, 480)) for i in range(14)})
    for (one, a), (other, b) in combinations(layout.boxes.items(), 2):
        apart = a.right < b.x or b.right < a.x or a.bottom < b.y or b.bottom < a.y
        assert apart, f"{one} lies on {other}"
