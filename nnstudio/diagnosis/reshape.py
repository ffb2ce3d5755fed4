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
from nnstudio.catalog.layers.weights import Initialised, Weighted
from nnstudio.catalog.presets import Shaped, output_layer
from nnstudio.core.diff import word
from nnstudio.core.finding import Fix
from nnstudio.core.network import Layer
from nnstudio.core.project import Project
from nnstudio.diagnosis import fixes
from nnstudio.diagnosis.anatomy import activation_of, output_block, weighted
from nnstudio.diagnosis.fixes import together

USUAL_BIAS = 1.0
"""Larger first biases push units to one side before any row has been seen."""
ROOMY = 32
"""Units of a hidden layer with which small problems can be learnt."""


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


def larger_and_longer(project: Project) -> Fix:
    """Return the fix for a network too simple: room to learn, and the epochs that it takes to fill it."""
    ids = hidden(project.network)
    if not ids:
        room = layer_added(project)
    else:
        least = min(project.network[id].layer.units for id in ids)
        room = widened(project) if least < ROOMY / 2 else units_scaled(project, 2)
    return together("larger_and_longer", room, fixes.more_epochs(project))


def widened(project: Project) -> Fix:
    """Return the fix that gives every hidden layer at least a usual number of units."""

    def apply(p: Project) -> Project:
        if isinstance(p.preset, Shaped) and p.preset.depth:
            return p.set("preset.width", max(ROOMY, p.preset.width))
        network = p.network
        for id in hidden(network):
            layer = network[id].layer
            network = network.replace(id, layer.model_copy(update={"units": max(ROOMY, layer.units)}))
        return p.with_network(network)

    return Fix("more_units", f"Hidden units {_widths(project)} → {_widths(apply(project))}", apply)


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
    """Return the fix that gives layers the usual activation, and a usual start where theirs was odd."""
    return _with_usual_start(project, ids, hidden_activation(project, ids, ReLU(), "relu"))


def leaky_relu(project: Project, ids: tuple[str, ...]) -> Fix:
    """Return the fix that lets no unit die, with a usual start where theirs was odd."""
    return _with_usual_start(project, ids, hidden_activation(project, ids, LeakyReLU(), "leaky_relu"))


def _with_usual_start(project: Project, ids: tuple[str, ...], fix: Fix) -> Fix:
    # Weights and biases that were chosen for one activation stand in the way of another.
    start = odd_start(project, ids)
    return fix if start is None else together(fix.id, fix, start)


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
    """Return the fix that lets the studio choose how the weights start, and biases at zero."""
    layers = [project.network[id].layer for id in ids]
    inits = dict.fromkeys(str(getattr(layer, "init", "")) for layer in layers)
    biases = dict.fromkeys(f"{b:g}" for layer in layers if (b := getattr(layer, "bias_value", 0.0)))
    told = [f"Initial weights {', '.join(inits)} → auto"] if set(inits) != {"auto"} else []
    told += [f"{'biases' if told else 'Initial biases'} {', '.join(biases)} → 0"] if biases else []
    return Fix("auto_init", ", ".join(told) or "Initial weights → auto", lambda p: _begun_afresh(p, ids))


def odd_start(project: Project, ids: tuple[str, ...]) -> Fix | None:
    """Return the fix for first weights or biases of some layers that nobody would choose, None if usual."""
    odd = tuple(id for id in ids if _starts_oddly(project.network[id].layer))
    return fresh_weights(project, tuple(n.id for n in weighted(project.network))) if odd else None


def _starts_oddly(layer: Layer) -> bool:
    far = abs(getattr(layer, "bias_value", 0.0)) > USUAL_BIAS
    return far or getattr(layer, "init", "auto") in ("zeros", "constant", "normal", "uniform")


def _begun_afresh(project: Project, ids: tuple[str, ...]) -> Project:
    network = project.network
    for id in ids:
        layer = network[id].layer if id in network.ids else None
        if isinstance(layer, Weighted):
            # The output's first bias may say how common the classes are: that is no accident.
            kept = layer.bias_value if abs(layer.bias_value) <= USUAL_BIAS else 0.0
            usual = {"init": "auto", "bias_value": kept}
        elif isinstance(layer, Initialised):
            usual = {"init": "auto"}
        else:
            continue
        network = network.replace(id, layer.model_copy(update=usual))
    return project.with_network(network)


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
    loss, fitting = project.training.loss, with_fitted_output(project).training.loss
    if fitting.kind != loss.kind:
        title += f", loss {word(loss)} → {word(fitting)}"
    return Fix("fit_output", title, with_fitted_output)


def fitted_loss(project: Project) -> Fix | None:
    """Return the fix that takes the loss made for this target, with the output that it needs."""
    if project.signature is None or not project.network.nodes:
        return None
    target, block = project.signature.target, output_block(project.network)
    loss, wanted = loss_for(target), output_layer(target)
    title = f"Loss {word(project.training.loss)} → {word(loss)}"
    if (block.units, block.kind) != (wanted.units, wanted.activation.kind):
        title += (
            f", output {block.units or '?'} · {block.names()} → {wanted.units} · {wanted.activation.title}"
        )
    return Fix("fit_loss", title, lambda p: with_fitted_output(p).set("training.loss", loss))


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
    loss, now = loss_for(target), project.training.loss
    # A loss by distance suits any numbers; one by probabilities only the output that it was made for.
    fits = now.fused_with in (None, target.activation) and getattr(now, "expects", "") != "scores"
    return project if fits and target.task in now.tasks else project.set("training.loss", loss)
