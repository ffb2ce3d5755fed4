"""Edits that know the layers: dropout everywhere, wider, deeper, another output."""

from __future__ import annotations

from nnstudio.catalog.activations import Activation
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.catalog.presets import Shaped, output_layer
from nnstudio.core.network import Network
from nnstudio.core.project import Project


def hidden(network: Network) -> list[str]:
    """Return the ids of the dense layers before the last layer."""
    return [node.id for node in network.nodes[:-1] if isinstance(node.layer, Dense)]


def dropout_rate(project: Project) -> float:
    """Return the largest rate of the dropout layers, 0 when there are none."""
    return max((n.layer.rate for n in project.network.nodes if isinstance(n.layer, Dropout)), default=0.0)


def with_dropout(project: Project, rate: float) -> Project:
    """Set the rate of all dropout layers; where there are none, put one after every hidden dense layer.

    A project that follows a shape keeps following it.
    """
    if isinstance(project.preset, Shaped):
        return project.set("preset.dropout", rate)
    network = project.network
    placed = [node for node in network.nodes if isinstance(node.layer, Dropout)]
    for node in placed:
        network = network.replace(node.id, Dropout(rate=rate))
    if not placed and rate > 0:
        for id in hidden(network):
            network = network.insert(Dropout(rate=rate), network.index(id) + 1)
    return project.with_network(network)


def with_units_scaled(project: Project, factor: float) -> Project:
    """Multiply the units of every hidden dense layer, within the slider's bounds."""
    if isinstance(project.preset, Shaped) and project.preset.depth:
        return project.set("preset.width", _units(project.preset.width, factor, 2048))
    network = project.network
    for id in hidden(network):
        layer = network[id].layer
        network = network.replace(id, layer.model_copy(update={"units": _units(layer.units, factor, 4096)}))
    return project.with_network(network)


def _units(units: int, factor: float, most: int) -> int:
    return max(1, min(most, round(units * factor)))


def with_layer_added(project: Project) -> Project:
    """Add one hidden dense layer: one more of the shape, else a copy of the last hidden one."""
    if isinstance(project.preset, Shaped) and project.preset.depth < 8:
        return project.set("preset.depth", project.preset.depth + 1)
    network = project.network
    ids = hidden(network)
    layer = network[ids[-1]].layer if ids else Dense()
    position = network.index(ids[-1]) + 1 if ids else max(0, len(network.nodes) - 1)
    return project.with_network(network.insert(layer, position))


def with_output_fitted(project: Project) -> Project:
    """Give the last layer the units and activation that the target asks for; needs a known signature."""
    if project.signature is None or not project.network.nodes:
        return project
    wanted = output_layer(project.signature.target)
    last = project.network.nodes[-1]
    if not isinstance(last.layer, Dense):
        return project.with_network(project.network.insert(wanted))
    fitted = last.layer.model_copy(update={"units": wanted.units, "activation": wanted.activation})
    return project.with_network(project.network.replace(last.id, fitted))


def with_activation(project: Project, ids: tuple[str, ...], activation: Activation) -> Project:
    """Give these layers (those that have one) another activation."""
    network = project.network
    for id in ids:
        layer = network[id].layer
        if "activation" in type(layer).model_fields:
            network = network.replace(id, layer.model_copy(update={"activation": activation}))
    return project.with_network(network)


def without_layers(project: Project, ids: tuple[str, ...]) -> Project:
    """Delete layers and heal the chain."""
    return project.with_network(project.network.remove(ids))
