"""Which blocks are drawn: a folded group is one block in the place of its layers. No Qt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from nnstudio.core.network import INPUT, Network
from nnstudio.ui.canvas.layout import LOSS, Edge, edges_with_ends, wiring


@dataclass(frozen=True, slots=True)
class Folded:
    """A network and the blocks that stand for its layers."""

    network: Network
    members: dict[str, tuple[str, ...]]
    """Every block, in order, with the layers that it stands for."""
    block_of: dict[str, str]
    """Every layer, the input and LOSS, with the block that stands for it."""
    folded: dict[str, str]
    """The blocks of folded groups, with their names."""
    opened: dict[str, tuple[str, ...]]
    """The groups that are not folded, with their layers."""
    wiring: dict[str, tuple[str, ...]]
    real: dict[Edge, Edge]
    """Every connection between blocks, with the first one between layers that it stands for."""

    def whole(self, ids: Collection[str]) -> tuple[str, ...]:
        """Return the layers, and those folded together with them, in order."""
        blocks = {self.block_of[id] for id in ids if id in self.block_of}
        return tuple(id for block, ids in self.members.items() if block in blocks for id in ids)


def block_name(group: str) -> str:
    """Return the id of a folded group's block; no layer can have it."""
    return f"#group {group}"


def fold(network: Network, names: Collection[str] = ()) -> Folded:
    """Return how a network is drawn when the groups of these names are folded."""
    groups = network.groups
    folded = {block_name(name): name for name in groups if name in names}
    shown = {id: block for block, name in folded.items() for id in groups[name]}
    block_of = {id: shown.get(id, id) for id in (INPUT, *network.ids, LOSS)}
    members: dict[str, tuple[str, ...]] = {}
    for id in network.ids:
        members[block_of[id]] = (*members.get(block_of[id], ()), id)
    real: dict[Edge, Edge] = {}
    for source, target in edges_with_ends(wiring(network)):
        edge = block_of[source], block_of[target]
        if edge[0] != edge[1]:
            real.setdefault(edge, (source, target))
    wired = {block: tuple(source for source, target in real if target == block) for block in members}
    opened = {name: ids for name, ids in groups.items() if name not in names}
    return Folded(network, members, block_of, folded, opened, wired, real)
