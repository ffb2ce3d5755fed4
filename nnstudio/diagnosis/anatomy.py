"""What a network is made of, as the design checks see it: its output, its weights, its straight lines."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from nnstudio.catalog.activations import Activation
from nnstudio.catalog.edits import hidden
from nnstudio.catalog.layers.regularise import BatchNorm, Dropout, GaussianNoise, LayerNorm, SpatialDropout
from nnstudio.catalog.layers.weights import Weighted
from nnstudio.core.network import INPUT, Network, Node

NARROW = 2
"""Where everything must pass through a unit or two, their number is what is wrong with them."""
TRANSPARENT = (Dropout, SpatialDropout, GaussianNoise, BatchNorm, LayerNorm)
"""Layers that leave a straight line straight (once trained) and an activation what it is."""


@dataclass(frozen=True, slots=True)
class Output:
    """The end of a network: the last layer with weights and everything behind it."""

    id: str = ""
    units: int | None = None
    activations: tuple[Activation, ...] = ()
    """Those that act on the output, in order, linear ones left out."""
    after: tuple[str, ...] = ()
    """Ids of the nodes behind the last layer with weights."""
    dropouts: tuple[str, ...] = ()
    """Those of them that drop or blur what should be the answer."""

    @property
    def kind(self) -> str:
        """The kind of the last activation, `linear` when there is none."""
        return self.activations[-1].kind if self.activations else "linear"

    def names(self) -> str:
        """Return the activations as a person reads them."""
        return " + ".join(str(a.title) for a in self.activations) or "Linear"


def activation_of(node: Node) -> Activation | None:
    """Return the activation that a node applies, None when it has none."""
    found = getattr(node.layer, "activation", None)
    return found if isinstance(found, Activation) else None


def bends(node: Node) -> bool:
    """Tell whether a node applies an activation that is not a straight line."""
    activation = activation_of(node)
    return activation is not None and activation.kind != "linear"


def weighted(network: Network) -> tuple[Node, ...]:
    """Return the nodes that own weights, in order."""
    return tuple(node for node in network.nodes if node.layer.has_units)


def output_block(network: Network) -> Output:
    """Return the end of the network; empty when no layer has weights."""
    owners = weighted(network)
    if not owners:
        return Output()
    last = owners[-1]
    behind = network.nodes[network.index(last.id) + 1 :]
    acts = [a for node in (last, *behind) if (a := activation_of(node)) is not None and a.kind != "linear"]
    noisy = tuple(node.id for node in behind if isinstance(node.layer, Dropout | GaussianNoise))
    units = getattr(last.layer, "units", None)
    return Output(last.id, units, tuple(acts), tuple(node.id for node in behind), noisy)


def hidden_activations(network: Network) -> tuple[tuple[str, Activation], ...]:
    """Return (node id, activation) of everything that acts before the last layer with weights."""
    owners = weighted(network)
    stop = network.index(owners[-1].id) if owners else len(network.nodes)
    found = ((node.id, activation_of(node)) for node in network.nodes[:stop])
    return tuple((id, activation) for id, activation in found if activation is not None)


def narrowest(network: Network) -> int:
    """Return the units of the narrowest hidden dense layer; more than any where there is none."""
    units = [int(getattr(network[id].layer, "units", 0)) for id in hidden(network)]
    return min(units, default=sys.maxsize)


def straight_lines(network: Network) -> tuple[str, ...]:
    """Return the ids of layers whose weights run into further weights with no bend between."""
    found = []
    for position, node in enumerate(network.nodes):
        if not isinstance(node.layer, Weighted):
            continue
        before = _bent_or_weighted(network, position)
        straight = before is not None and isinstance(before.layer, Weighted) and not bends(before)
        if before is not None and straight and not _is_code(network, before, node):
            found.append(before.id)
    return tuple(dict.fromkeys(found))


def _is_code(network: Network, node: Node, after: Node) -> bool:
    """Tell whether a layer is a waist: narrower than both neighbours, which bend (or the end of it all).

    A straight line through a waist loses no more than the waist itself: codes are commonly linear.
    """
    before = _bent_or_weighted(network, network.index(node.id))
    if before is None or not bends(before) or not (bends(after) or weighted(network)[-1].id == after.id):
        return False
    outer, inner, next_one = (int(getattr(n.layer, "units", 0)) for n in (before, node, after))
    return 0 < inner < min(outer, next_one)


def _bent_or_weighted(network: Network, position: int) -> Node | None:
    """Walk back from a node to the nearest one that bends or has weights; None at a merge or the input."""
    while True:
        sources = network.sources(position)
        if len(sources) != 1 or sources[0] == INPUT:
            return None
        position = network.index(sources[0])
        node = network.nodes[position]
        if bends(node) or isinstance(node.layer, Weighted):
            return node
        if node.layer.kind not in ("flatten", "reshape", "activation") and not isinstance(
            node.layer, TRANSPARENT
        ):
            return None
