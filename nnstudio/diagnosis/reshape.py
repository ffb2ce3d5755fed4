"""Remedies that change the network: other activations, sizes, initial weights, layers put in or out."""

from __future__ import annotations

from nnstudio.catalog.activations import Activation, LeakyReLU, ReLU
from nnstudio.catalog.defaults import loss_for
from nnstudio.catalog.edits import (
    hidden,
    with_activation,
    with_layer_added,
    with_output_fitted,
    with_units_scaled,
    without_layers,
)
from nnstudio.catalog.layers.regularise import BatchNorm
from nnstudio.catalog.layers.weights import Weighted
from nnstudio.catalog.presets import Shaped, output_layer
from nnstudio.core.finding import Fix
from nnstudio.core.project import Project
from nnstudio.diagnosis.anatomy import activation_of, output_block


def units_scaled(project: Project, factor: float) -> Fix:
    """Return the fix that makes every hidden layer wider or narrower."""
    title = _FACTORS[factor][1]
    widest = _widths(with_units_scaled(project, factor))
    before = _widths(project)
    shown = f" ({before} → {widest})" if before != widest else ""
    return Fix(_FACTORS[factor][0], title + shown, lambda p: with_units_scaled(p, factor))


_FACTORS = {
    0.5: ("half_units", "Halve the hidden units"),
    2.0: ("double_units", "Double the hidden units"),
    4.0: ("four_times_units", "Four times the hidden units"),
}


def _widths(project: Project) -> str:
    network = project.network
    return ", ".join(str(network[id].layer.units) for id in hidden(network))


def layer_added(project: Project) -> Fix:
    """Return the fix that makes the network one hidden layer deeper."""
    count = len(hidden(project.network))
    return Fix("add_layer", f"Add a hidden layer ({count} → {count + 1})", with_layer_added)


def fewer_layers(project: Project) -> Fix | None:
    """Return the fix that halves the depth, or None for a network of one hidden layer."""
    ids = hidden(project.network)
    keep = max(1, len(ids) // 2)
    if len(ids) < 2:
        return None
    title = f"Fewer hidden layers ({len(ids)} → {keep})"
    if isinstance(project.preset, Shaped):
        return Fix("fewer_layers", title, lambda p: p.set("preset.depth", keep))
    return Fix("fewer_layers", title, lambda p: without_layers(p, tuple(ids[keep:])))


def hidden_activation(project: Project, ids: tuple[str, ...], activation: Activation, name: str) -> Fix:
    """Return the fix that gives layers another activation; a shape is followed as long as it can be."""
    before = dict.fromkeys(a.title for id in ids if (a := activation_of(project.network[id])) is not None)
    title = f"{' and '.join(before) or 'Activation'} → {activation.title}"

    def apply(p: Project) -> Project:
        known = tuple(id for id in ids if id in p.network.ids)
        if isinstance(p.preset, Shaped) and set(hidden(p.network)) <= set(known):
            return p.set("preset.activation", activation)
        return with_activation(p, known, activation)

    return Fix(name, title, apply)


def relu(project: Project, ids: tuple[str, ...]) -> Fix:
    """Return the fix that gives layers the usual activation."""
    return hidden_activation(project, ids, ReLU(), "relu")


def leaky_relu(project: Project, ids: tuple[str, ...]) -> Fix:
    """Return the fix that lets no unit die."""
    return hidden_activation(project, ids, LeakyReLU(), "leaky_relu")


def batch_norm(project: Project) -> Fix | None:
    """Return the fix that puts batch norm after every hidden dense layer, or None where there is one."""
    if any(isinstance(node.layer, BatchNorm) for node in project.network.nodes):
        return None

    def apply(p: Project) -> Project:
        network = p.network
        for id in hidden(network):
            network = network.insert(BatchNorm(), network.index(id) + 1)
        return p.with_network(network)

    return Fix("batch_norm", "Add batch norm after the hidden layers", apply)


def fresh_weights(project: Project, ids: tuple[str, ...]) -> Fix:
    """Return the fix that lets the studio choose how the weights start."""

    def apply(p: Project) -> Project:
        network = p.network
        for id in ids:
            layer = network[id].layer
            if isinstance(layer, Weighted):
                network = network.replace(id, layer.model_copy(update={"init": "auto"}))
        return p.with_network(network)

    before = ", ".join(dict.fromkeys(str(getattr(project.network[id].layer, "init", "")) for id in ids))
    return Fix("auto_init", f"Initial weights {before} → auto", apply)


def removed(project: Project, ids: tuple[str, ...], name: str, title: str) -> Fix:
    """Return the fix that takes layers out and heals the chain."""
    return Fix(name, title, lambda p: without_layers(p, ids))


def fitted_output(project: Project) -> Fix | None:
    """Return the fix that gives the network the output its target asks for; the loss follows if it must."""
    if project.signature is None or not project.network.nodes:
        return None
    wanted = output_layer(project.signature.target)
    block = output_block(project.network)
    before = f"{block.units or '?'} · {block.names()}"
    title = f"Output {before} → {wanted.units} · {wanted.activation.title}"
    return Fix("fit_output", title, with_fitted_output)


def single_softmax(project: Project) -> Fix | None:
    """Return the fix that leaves one softmax: at the output, none inside the loss."""
    if project.signature is None:
        return None
    return Fix("single_softmax", "Apply softmax once, at the output", with_fitted_output)


def with_fitted_output(project: Project) -> Project:
    """Return the project whose output and loss are the ones made for its target.

    A network that has this output already keeps following its preset.
    """
    if project.signature is None:
        return project
    target, block = project.signature.target, output_block(project.network)
    wanted = output_layer(target)
    if block.after or (block.units, block.kind) != (wanted.units, wanted.activation.kind):
        project = with_output_fitted(without_layers(project, block.after))
    loss = loss_for(target)
    for_classes = project.training.loss.kind in ("cross_entropy", "binary_cross_entropy")
    return project.set("training.loss", loss) if for_classes and project.training.loss != loss else project
