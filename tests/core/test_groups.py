"""Named groups of layers hold together whatever is done to a network."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, groupby
from pathlib import Path

import pytest
from pydantic import ValidationError

from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.catalog.presets import Autoencoder
from nnstudio.catalog.presets.images import EfficientNetStyle, LeNet, ResNetStyle, VGGStyle, ViT
from nnstudio.catalog.presets.sequences import BertStyle, GptStyle
from nnstudio.core import archive
from nnstudio.core.diff import changes
from nnstudio.core.files import FileProblem, Saved, load, save
from nnstudio.core.network import Network, Node
from nnstudio.core.project import EditProblem, Preset, Project
from nnstudio.core.shape import features, image, tokens
from nnstudio.core.trace import Signature, Target
from tests.core import samples

SIZE = 4


def grouped(*names: str) -> Network:
    """Return a chain whose layers stand in these groups, '' for none."""
    return Network(
        nodes=tuple(Node(id=f"n{i + 1}", layer=Dense(), group=name) for i, name in enumerate(names))
    )


def networks() -> Iterator[Network]:
    """Yield a chain of four with one group, and with two, at every place and of every length."""
    yield grouped(*[""] * SIZE)
    for a, b in combinations(range(SIZE + 1), 2):
        yield grouped(*("A" if a <= i < b else "" for i in range(SIZE)))
        yield grouped(*("A" if a <= i < b else "B" if i >= b else "" for i in range(SIZE)))


ALL = list(networks())


def names(network: Network) -> str:
    """Return the groups of the layers in order, `-` for none."""
    return "".join(node.group or "-" for node in network.nodes)


def holds_together(network: Network) -> None:
    """Check that every group is in one piece and reads back."""
    pieces = [name for name, _ in groupby(node.group for node in network.nodes) if name]
    assert len(pieces) == len(set(pieces)) == len(network.groups)
    assert Network.model_validate_json(network.model_dump_json()) == network


def test_layers_that_follow_one_another_become_a_group_and_no_others() -> None:
    for network in ALL:
        for picked in (ids for n in range(1, SIZE + 1) for ids in combinations(network.ids, n)):
            if not network.adjacent(picked):
                with pytest.raises(ValueError, match="follow one another"):
                    network.group(picked, "New")
                continue
            made = network.group(picked, "New")
            holds_together(made)
            assert made.groups["New"] == picked
            assert made.group(picked, "New") == made, "grouping again changes nothing"
            assert made.ids == network.ids
            assert made.ungroup("New").groups.keys() == made.groups.keys() - {"New"}


def test_a_group_in_the_middle_of_another_leaves_two_parts() -> None:
    made = grouped("Stage 1", "Stage 1", "Stage 1", "Stage 2").group(["n2"], "Mine")
    assert {name: len(ids) for name, ids in made.groups.items()} == {
        "Stage 1": 1, "Mine": 1, "Stage 3": 1, "Stage 2": 1,
    }  # fmt: skip


def test_ungrouping_and_renaming() -> None:
    network = grouped("A", "A", "B", "")
    assert names(network.ungroup("A")) == "--B-"
    assert network.ungroup("A").ungroup("A") == network.ungroup("A")
    assert network.ungroup("gone") == network
    assert names(network.rename_group("A", "  Z ")) == "ZZB-"
    assert network.rename_group("A", "Z").rename_group("Z", "A") == network
    assert network.rename_group("A", " ") == network.rename_group("A", "A") == network
    assert list(network.rename_group("A", "B").groups) == ["B 2", "B"], "two groups never share a name"


def test_a_layer_inserted_inside_a_group_joins_it_at_its_ends_not() -> None:
    network = grouped("", "A", "A", "")
    joined = [names(network.insert(Dropout(), at)) for at in range(SIZE + 1)]
    assert joined == ["--AA-", "--AA-", "-AAA-", "-AA--", "-AA--"]


def test_every_insertion_and_removal_holds_together() -> None:
    for network in ALL:
        for at in range(SIZE + 1):
            made = network.insert(Dropout(), at)
            holds_together(made)
            assert made.remove([made.ids[at]]) == network
        for gone in (ids for n in range(1, SIZE + 1) for ids in combinations(network.ids, n)):
            made = network.remove(gone)
            holds_together(made)
            alive = {name for name, ids in network.groups.items() if set(ids) - set(gone)}
            assert set(made.groups) == alive, "a group without layers is gone"


def test_a_moved_layer_joins_leaves_or_takes_its_group_along() -> None:
    for network in ALL:
        for id in network.ids:
            for at in range(SIZE):
                made = network.move(id, at)
                holds_together(made)
                others = [i for i in network.ids if i != id]
                assert [made[i].group for i in others] == [network[i].group for i in others]
    assert names(grouped("A", "A", "", "").move("n1", 3)) == "A---"
    assert names(grouped("A", "A", "", "").move("n1", 1)) == "AA--"
    assert names(grouped("A", "A", "", "").move("n4", 1)) == "AAA-"
    assert names(grouped("A", "", "", "").move("n1", 3)) == "---A"


def test_a_copy_of_a_whole_group_is_a_group_of_its_own() -> None:
    network = grouped("Stage 1", "Stage 1", "Stage 2", "")
    made, ids = network.paste(network.copies(["n1", "n2", "n3", "n4"]), 4)
    holds_together(made)
    assert list(made.groups) == ["Stage 1", "Stage 2", "Stage 3", "Stage 4"]
    assert made.groups["Stage 3"] == ids[:2]


def test_a_copy_of_a_part_belongs_to_the_place_it_is_put() -> None:
    network = grouped("A", "A", "B", "B")
    assert names(network.paste(network.copies(["n1"]), 4)[0]) == "AABB-"
    assert names(network.paste(network.copies(["n1"]), 3)[0]) == "AABBB"
    assert names(network.paste(network.copies(["n1", "n2"]), 3)[0]) == "AABBBB"


def test_pasted_data_with_torn_groups_do_no_harm() -> None:
    copies = grouped("", "", "").copies(("n1", "n2", "n3"))
    data = [item | {"group": name} for item, name in zip(copies, ("A", "", "A"), strict=True)]
    made, ids = Network().paste(data, 0)
    holds_together(made)
    assert len(ids) == 3


def test_a_torn_group_is_refused_in_words() -> None:
    with pytest.raises(ValidationError, match="group 'A' do not follow one another"):
        Network(nodes=(*grouped("A", "").nodes, Node(id="n3", layer=Dense(), group="A")))


def test_a_project_knows_the_group_by_its_path_and_tells_a_change() -> None:
    project: Project = samples.project()
    first, *_, last = project.network.ids
    changed = project.set(f"network.{first}.group", "Front")
    assert changed.network.groups == {"Front": (first,)}
    assert "Front" in "; ".join(change.text() for change in changes(project, changed))
    if project.network.index(last) > 1:
        with pytest.raises(EditProblem, match="follow one another"):
            changed.set(f"network.{last}.group", "Front")


def test_a_network_without_groups_reads_as_before() -> None:
    text = '{"nodes": [{"id": "n1", "layer": {"kind": "dense"}}]}'
    assert Network.model_validate_json(text).groups == {}


def test_folded_groups_are_saved_beside_the_project(tmp_path: Path) -> None:
    path = tmp_path / "a.nnproj"
    save(path, Saved(samples.project(), folded=("Stage 1", "Head")))
    assert load(path).folded == ("Stage 1", "Head")
    assert load(path).project == samples.project()
    save(path, Saved(samples.project()))
    assert load(path).folded == (), "a file from before knows nothing of it"


def test_a_file_with_folded_groups_that_are_no_names_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.nnproj"
    archive.write(
        path,
        {"document.json": samples.project().model_dump_json().encode(), "view.json": b'{"folded": [{}]}'},
        "u",
    )
    with pytest.raises(FileProblem, match=r"view\.json"):
        load(path)


NAMED = {
    LeNet: ["Convolutions"],
    VGGStyle: ["Convolutions"],
    ResNetStyle: ["Stage 1", "Stage 2"],
    EfficientNetStyle: ["Stages"],
    ViT: ["Embeddings", "Encoder blocks"],
}


@pytest.mark.parametrize("preset", NAMED, ids=lambda preset: preset.kind)
def test_presets_for_images_name_their_parts(preset: type[Preset]) -> None:
    shape, target = image(1, 8, 8), Target(task="classification", names=("a", "b", "c"))
    assert list(preset().build(Signature(input=shape, target=target)).groups) == NAMED[preset]


def test_presets_for_texts_and_for_rebuilding_name_their_parts() -> None:
    texts = Signature(input=tokens(20, 100), target=Target(task="classification", names=("a", "b", "c")))
    assert list(BertStyle().build(texts).groups) == ["Embeddings", "Encoder blocks"]
    assert list(GptStyle().build(texts).groups) == ["Embeddings", "Decoder blocks"]
    numbers = Signature(input=features(3), target=Target(task="regression", names=("x", "y", "z")))
    halves = Autoencoder(depth=2).build(numbers).groups
    assert list(halves) == ["Encoder", "Decoder"]
    assert [len(ids) for ids in halves.values()] == [3, 3]
