"""Edits a hand makes on the canvas, as pure steps from network to network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import ValidationError

from nnstudio.core.network import INPUT, Layer, Network
from nnstudio.core.param import Param
from nnstudio.ui.canvas.layout import LOSS, Edge


def main_param(layer: Layer) -> tuple[str, Param] | None:
    """Return the setting that a block shows as its number: the first number that is not advanced."""
    for name, param in type(layer).params().items():
        value = getattr(layer, name)
        if isinstance(value, int | float) and not isinstance(value, bool) and not param.advanced:
            return name, param
    return None


def with_value(layer: Layer, name: str, value: float) -> Layer | None:
    """Return the layer with one number changed, or None when it is not allowed."""
    fields = {key: getattr(layer, key) for key in type(layer).model_fields}
    try:
        return type(layer)(**{**fields, name: value})
    except ValidationError:
        return None


def stepped(layer: Layer, up: bool) -> Layer | None:
    """Return the layer one step up or down: doubled or halved where that is its scale, else one grid step."""
    found = main_param(layer)
    if found is None:
        return None
    name, param = found
    value = getattr(layer, name)
    if param.scale == "power of two":
        new = value * 2 if up else value // 2
    else:
        new = round(value + (param.step or 1) * (1 if up else -1), 10)
    if param.low is not None:
        new = max(new, param.low)
    if param.high is not None:
        new = min(new, param.high)
    new = type(value)(new)
    return None if new == value else with_value(layer, name, new)


def insert_at(network: Network, layer: Layer, edge: Edge) -> tuple[Network, str]:
    """Place a layer on a connection (the one to LOSS: at the end of the chain); returns its new id."""
    source, target = edge
    grown = network.insert(layer) if target == LOSS else network.insert_between(layer, source, target)
    return grown, _new_id(network, grown)


def insert_after(network: Network, layer: Layer, id: str | None) -> tuple[Network, str]:
    """Place a layer behind a block (None: at the end of the chain); returns its new id."""
    position = None if id is None else (0 if id == INPUT else network.index(id) + 1)
    grown = network.insert(layer, position)
    return grown, _new_id(network, grown)


def moved(network: Network, ids: Iterable[str], anchor: str | None) -> Network:
    """Put blocks, in their own order, before `anchor` (None: at the end of the chain).

    A group moved as a whole stays one, unless it comes to stand inside another group.
    """
    wanted = set(ids)
    if anchor in wanted:
        return network
    groups = network.groups
    for id in [id for id in network.ids if id in wanted]:
        rest = [other for other in network.ids if other != id]
        network = network.move(id, len(rest) if anchor is None else rest.index(anchor))
    for name, members in groups.items():
        if wanted.issuperset(members) and network[members[0]].group in ("", name):
            network = network.ungroup(name).group(members, name)
    return network


def moved_by_one(
    network: Network, ids: Sequence[str], forward: bool, together: Iterable[Sequence[str]] = ()
) -> Network:
    """Move blocks one place along the chain, past a neighbour or all that stands `together` with it.

    At the end of the chain nothing changes.
    """
    chosen = [i for i, id in enumerate(network.ids) if id in set(ids)]
    if not chosen or (forward and chosen[-1] == len(network.ids) - 1) or (not forward and chosen[0] == 0):
        return network
    beside = network.ids[chosen[-1] + 1 if forward else chosen[0] - 1]
    passed = next((part for part in together if beside in part), (beside,))
    if not forward:
        return moved(network, ids, passed[0])
    return moved(network, ids, follower(network, passed[-1]))


def follower(network: Network, id: str) -> str | None:
    """Return the block behind one in the chain, None at its end."""
    at = network.index(id) + 1
    return network.ids[at] if at < len(network.ids) else None


def can_cut(network: Network, edge: Edge) -> bool:
    """Tell whether a connection can be cut: it is one of several, or it leaves out layers."""
    source, target = edge
    return target != LOSS and network.unwire(source, target) != network


def can_wire(network: Network, source: str, target: str) -> bool:
    """Tell whether a new connection may run from one block to another: forward, and not there yet."""
    if target in (INPUT, LOSS) or source in (target, LOSS) or target not in network.ids:
        return False
    at = network.index(target)
    return (source == INPUT or network.index(source) < at) and source not in network.sources(at)


def _new_id(before: Network, after: Network) -> str:
    return next(id for id in after.ids if id not in set(before.ids))
