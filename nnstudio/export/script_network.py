"""The lines of a script that build the network and give it its first weights."""

from __future__ import annotations

import keyword
from dataclasses import dataclass
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnstudio.core.network import INPUT, Node
from nnstudio.core.registry import Call
from nnstudio.core.shape import SEQUENCE, TOKENS
from nnstudio.engine.build import ends_in_activation
from nnstudio.engine.initialise import activation_behind
from nnstudio.engine.modules import MODULES
from nnstudio.engine.modules.masking import Masked
from nnstudio.engine.modules.noise import Noise
from nnstudio.engine.randomness import Purpose, stream
from nnstudio.export.plan import Plan

RESERVED = {*dir(nn.Module()), *keyword.kwlist, "scores", "activation", "x", "nn", "torch"}
"""Names that a layer cannot have in the script."""
START = "start."
"""Begins the names of the first weights that another run gives."""
BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


def called(call: Call, plan: Plan) -> str:
    """Return the line that builds a module; the source of one of ours is brought along."""
    own = MODULES.get(call.name)
    if own is None:
        return call.source()
    plan.cuttings.add(own.__module__, own.__name__)
    return call.source(prefix="")


def layer_name(node: Node) -> str:
    """Return what a layer is called in the script."""
    return f"{node.id}_layer" if node.id in RESERVED else node.id


def network(plan: Plan) -> str:
    """Return the class of the network, as a person would write it, and the lines that make it."""
    built, last = [], []
    rows = plan.parts.table.rows
    for at, (node, row) in enumerate(zip(plan.network.nodes, rows, strict=True)):
        calls = [called(call, plan) for call in node.layer.calls(*row.inputs)]
        if at == len(rows) - 1 and ends_in_activation(node.layer, row.inputs):
            last.append(f"        self.activation = {calls.pop()}")
        shape = f" -> {row.output.named()}" if row.output else ""
        built.append(f"        # {row.title} {node.layer.summary()}".rstrip() + shape)
        built.append(f"        self.{layer_name(node)} = nn.Sequential({', '.join(calls)})")
    finish = "self.activation(self.scores(x))" if last else "self.scores(x)"
    return "\n".join([
        "class Network(nn.Module):",
        '    """The layers in their order, and which earlier ones each of them takes."""', "",
        "    def __init__(self):", "        super().__init__()", *built, *last, "",
        "    def scores(self, x):", '        """The values before the last activation."""', *_runs(plan),
        f"        return {layer_name(plan.network.nodes[-1])}", "",
        "    def forward(self, x):", f"        return {finish}", "", "",
        "torch.manual_seed(SEED)  # for what torch fills itself",
        "network = Network()",
    ])  # fmt: skip


# -- the way through the network ---------------------------------------------------------------------


@dataclass(slots=True)
class _Mask:
    """Which steps are real: the variable that says so, and an example of it."""

    name: str
    value: Tensor


def _runs(plan: Plan) -> list[str]:
    """Return the lines that run every layer; behind token ids they pass on which steps are padding."""
    lines, masks = [], dict[str, _Mask]()
    shape = plan.prepared.signature.input
    if shape.is_a(TOKENS):
        plan.cuttings.add("nnstudio.engine.modules.masking", "real_steps")
        lines = ["        x = x.long()", "        x_real = real_steps(x)  # the steps that are not padding"]
        masks[INPUT] = _Mask("x_real", torch.ones(1, *shape.sizes, dtype=torch.bool))
    for at in range(len(plan.network.nodes)):
        lines += _run(plan, at, masks)
    return lines


def _run(plan: Plan, at: int, masks: dict[str, _Mask]) -> list[str]:
    node = plan.network.nodes[at]
    names = {other.id: layer_name(other) for other in plan.network.nodes} | {INPUT: "x"}
    sources = plan.network.sources(at)
    given, name = ", ".join(names[id] for id in sources), names[node.id]
    modules = _modules(plan, at)
    mask = next((masks[id] for id in sources if id in masks), None)
    told = [mask is not None and isinstance(module, Masked) for module in modules]
    lines = [] if any(told) or len(sources) > 1 else [f"        {name} = self.{name}({given})"]
    for index, module in enumerate(modules if not lines else ()):
        extra = f", {mask.name}" if mask is not None and isinstance(module, Masked) else ""
        lines.append(f"        {name} = self.{name}[{index}]({given}{extra})")
        given = name
        if extra and mask is not None:
            after = module.mask_after(mask.value)  # type: ignore[operator]
            if after is not None:
                lines.append(f"        {name}_real = self.{name}[{index}].mask_after({mask.name})")
                mask = _Mask(f"{name}_real", after)
            else:
                mask = None
    if mask is not None and _keeps_steps(plan, at, modules):
        masks[node.id] = mask
    return lines


def _modules(plan: Plan, at: int) -> list[nn.Module]:
    """Return the modules of a node without the activation that ends the network."""
    node, row = plan.network.nodes[at], plan.parts.table.rows[at]
    modules = list(plan.parts.graph.part(node.id).children())
    ends = at == len(plan.network.nodes) - 1 and ends_in_activation(node.layer, row.inputs)
    return modules[:-1] if ends else modules


def _keeps_steps(plan: Plan, at: int, modules: list[nn.Module]) -> bool:
    """Tell whether the steps behind a node still pair with the mask, as the engine's graph sees it."""
    row = plan.parts.table.rows[at]
    if row.output is None or not row.output.is_a(SEQUENCE):
        return False
    return row.inputs[0].sizes[0] == row.output.sizes[0] or any(isinstance(m, Masked) for m in modules)


# -- first weights -----------------------------------------------------------------------------------


def first_weights(plan: Plan) -> str:
    """Return the lines that fill the weights from the seed, and those that freeze layers."""
    lines = [f"draw = torch.Generator().manual_seed({seed(plan, 'weights')})"]
    for node in plan.network.nodes:
        part = f"network.{layer_name(node)}"
        fills = getattr(node.layer, "initialisation", None)
        if fills is not None:
            init = fills(activation_behind(plan.network, node))
            plan.cuttings.add("nnstudio.engine.initialise", "fill")
            start = f'name="{init.name}", value={init.value!r}, bias={init.bias!r}'
            lines.append(f"fill({part}, SimpleNamespace({start}), draw)")
        if node.frozen:
            lines.append(f"{part}.requires_grad_(False)  # frozen: training leaves it as it is")
    if plan.project.start_from is not None:
        lines += [
            f'# {plan.project.start_from.label}: the layers that match begin with its weights.',
            f'start = {{name.removeprefix("{START}"): torch.tensor(rows[name]) for name in rows.files '
            f'if name.startswith("{START}")}}',
            "network.load_state_dict(start)",
        ]  # fmt: skip
    lines.append("network.to(DEVICE)")
    if any(isinstance(module, Noise) for module in plan.parts.graph.modules()):
        plan.cuttings.add("nnstudio.engine.modules.noise", "draw_from")
        lines += ["", "# Dropout and noise draw from a random stream of their own."]
        lines.append(f"draw_from(network, torch.Generator(DEVICE).manual_seed({seed(plan, 'noise')}))")
    return "\n".join(lines)


def start_arrays(plan: Plan) -> dict[str, NDArray[Any]]:
    """Return the first weights that another run gives, as the script's network calls them; else nothing."""
    if plan.project.start_from is None:
        return {}
    names = {node.id: layer_name(node) for node in plan.network.nodes}
    parts = {name: (name.partition("."), value) for name, value in plan.parts.graph.state_dict().items()}
    return {f"{START}{names[id]}.{rest}": value.numpy() for (id, _, rest), value in parts.values()}


def training_mode(plan: Plan) -> list[str]:
    """Return the lines that turn dropout and batch norm on; a frozen batch norm stays as it is."""
    lines = ["network.train()"]
    for node in plan.network.nodes:
        if node.frozen:
            for name, module in plan.parts.graph.part(node.id).named_modules():
                if isinstance(module, BATCH_NORMS):
                    lines.append(f'network.get_submodule("{layer_name(node)}.{name}").eval()  # frozen')
    return lines


def seed(plan: Plan, purpose: Purpose) -> str:
    """Return the seed of a random stream as the sum that it is."""
    offset = stream(0, purpose).initial_seed()
    return f"SEED + {offset}" if offset else "SEED"
