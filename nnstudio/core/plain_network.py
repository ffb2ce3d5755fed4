"""A network as plain data that a person can write: a list of layers with their settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from nnstudio.core.network import LAYERS, Network, Node
from nnstudio.core.registry import problem_in_words

PLACE = ("id", "inputs", "name", "frozen", "rate_factor")
"""What belongs to the place of a layer in the network, beside the settings of the layer itself."""


class NetworkProblem(ValueError):
    """A list of layers cannot be read: says which layer and why."""


def network_from(layers: Any) -> Network:
    """Return the network that a list of layers describes; raises NetworkProblem.

    Each is a table with `kind` and settings, or a kind alone. Layers without an `id` are called n1, n2...
    by their place; without `inputs` they take the output of the one before.
    """
    if isinstance(layers, Mapping):
        layers = layers.get("layers", layers.get("nodes"))
    if not isinstance(layers, list):
        raise NetworkProblem('A network is a list of layers: [{"kind": "dense", "units": 64}, ...].')
    nodes = tuple(_node(at, layer) for at, layer in enumerate(layers, 1))
    try:
        return Network(nodes=nodes)
    except ValidationError as error:
        raise NetworkProblem(f"The network cannot be put together: {problem_in_words(error)}.") from None


def layers_of(network: Network) -> list[dict[str, Any]]:
    """Return the list of layers that `network_from` reads; settings of the place only where they say more."""
    found = []
    for node in network.nodes:
        whole = node.model_dump(mode="json")
        layer = whole.pop("layer")
        place = {"id": node.id} | {name: whole[name] for name in PLACE if whole[name] != _usual(name)}
        found.append({"kind": layer.pop("kind"), **layer, **place})
    return found


def _usual(name: str) -> Any:
    return Node.model_fields[name].get_default()


def _node(at: int, layer: Any) -> Node:
    if isinstance(layer, str):
        layer = {"kind": layer}
    if not isinstance(layer, Mapping) or "kind" not in layer:
        raise NetworkProblem(f'Layer {at} must be a table with "kind": {", ".join(c.kind for c in LAYERS)}.')
    place = {name: layer[name] for name in PLACE if name in layer}
    settings = {name: value for name, value in layer.items() if name not in PLACE}
    try:
        return Node.model_validate({"id": f"n{at}", **place, "layer": settings})
    except ValidationError as error:
        text = problem_in_words(error).replace("layer.", "")
        raise NetworkProblem(f"Layer {at} ({layer['kind']}): {text}.") from None
