"""The lines of a script that compare the network with the truth and change the weights once."""

from __future__ import annotations

import inspect

import torch

from nnstudio.core.registry import Call
from nnstudio.engine.every_step import at_every_step
from nnstudio.engine.update import DECOUPLED
from nnstudio.export.plan import Plan
from nnstudio.export.script_network import called, layer_name


def weighs(plan: Plan) -> bool:
    """Tell whether rare classes count more."""
    return plan.training.class_weights and plan.prepared.signature.target.asks == "class"


# -- loss --------------------------------------------------------------------------------------------


def loss(plan: Plan) -> str:
    """Return the function that compares the network with the truth."""
    call = plan.parts.objective.call
    mean = Call(call.name, *call.args, **{k: v for k, v in call.kwargs if k != "reduction"})
    averages = len(mean.kwargs) < len(call.kwargs) and not weighs(plan)
    every = plan.parts.objective.every
    outputs = "network.scores(x)" if plan.parts.objective.fused else "network(x)"
    if every:
        plan.cuttings.add(at_every_step.__module__, at_every_step.__name__)
        outputs = f"at_every_step(network, {outputs.removesuffix('(x)')}, x)"
    lines = [f"loss_function = {called(mean if averages else call, plan)}", "", "", _head(plan)]
    if plan.parts.objective.fused:
        lines.append(
            "    # The loss takes the values before the last activation: both together are more exact."
        )
    lines.append(f"    outputs = {outputs}")
    if plan.training.precision == "bfloat16":
        lines[-1] = f"    with torch.autocast(DEVICE, torch.bfloat16, enabled=training):\n    {lines[-1]}"
        lines.append("    outputs = outputs.float()")
    if every:
        lines.append("    outputs, y = outputs.flatten(0, 1), y.flatten()  # each step is an example")
    if weighs(plan):
        lines += ["    each = loss_function(outputs, y)",
                  "    each = each.flatten(1).mean(1) if each.ndim > 1 else each",
                  "    return (each * w).mean()"]  # fmt: skip
    else:
        lines.append(f"    return loss_function(outputs, y){'' if averages else '.mean()'}")
    return "\n".join(lines)


def _head(plan: Plan) -> str:
    names = ["x", "y", *(["w"] if weighs(plan) else [])]
    names += ["training=True"] if plan.training.precision == "bfloat16" else []
    return f'def loss_of({", ".join(names)}):\n    """The mean loss of some rows."""'


# -- update ------------------------------------------------------------------------------------------

LAID_OUT = '''\
def placed(part, p):
    """The place of a learnable; filters of images lie with their channels last, as the studio keeps them."""
    own = part[: p.numel()]
    if p.ndim != 4:
        return own.view(p.shape)
    outputs, inputs, height, width = p.shape
    return own.view(outputs, height, width, inputs).permute(0, 3, 1, 2)


def laid_out(network):
    """Move all learnables into one long tensor, the weights first, biases and norms behind them.

    The optimizer then updates one tensor instead of many: faster, and rounded in the same way as in
    the studio. Every learnable starts at a multiple of 16 values; the gaps hold zeros.
    """
    learnables = sorted((p for p in network.parameters() if p.requires_grad), key=lambda p: p.ndim < 2)
    sizes = [-(-p.numel() // 16) * 16 for p in learnables]
    values, gradient = (torch.zeros(sum(sizes), device=DEVICE) for _ in range(2))
    for p, value, slope in zip(learnables, values.split(sizes), gradient.split(sizes)):
        own = placed(value, p).copy_(p.detach())
        p.data, p.grad = own, placed(slope, p)
    return values, gradient, sum(size for p, size in zip(learnables, sizes) if p.ndim >= 2)


all_values, gradient, count = laid_out(network)
weights, weight_gradient = all_values[:count], gradient[:count]  # what penalties act on
learnables = nn.Parameter(all_values)
learnables.grad = gradient
groups = [{"params": [learnables]}]
'''


def optimizer(plan: Plan) -> str:
    """Return the lines that make the optimizer and the function that changes the weights once."""
    call = plan.training.optimizer.call()
    kind = getattr(torch.optim, call.name)
    settings = dict(call.kwargs) | {"weight_decay": 0.0}
    if "fused" in inspect.signature(kind).parameters:
        settings["fused"] = True
    words = Call(call.name, *call.args, **settings).source("torch.optim.").replace("(", "(groups, ", 1)
    made = [LAID_OUT + f"optimizer = {words}", "", ""] if not _factors(plan) else [*_by_rate(plan, words)]
    steps = [*_penalties(plan, call.name in DECOUPLED)]
    rates = (
        ["    optimizer.param_groups[0][\"lr\"] = rate"] if not _factors(plan) else
        ["    for group, (_, _, factor) in zip(optimizer.param_groups, segments):",
         "        group[\"lr\"] = rate * factor"]
    )  # fmt: skip
    about = '    """Change the weights by the gradient, in steps of the size `rate`."""'
    return "\n".join(
        [*made, "@torch.no_grad()", "def update(rate):", about, *steps, *rates, "    optimizer.step()"]
    )


def _factors(plan: Plan) -> dict[str, float]:
    """Return the rate multipliers that differ from 1, by layer."""
    return {layer_name(n): n.rate_factor for n in plan.network.nodes if n.rate_factor != 1.0}


def _by_rate(plan: Plan, words: str) -> list[str]:
    """Return the layout for layers that learn at rates of their own: the engine's, as it stands."""
    plan.cuttings.add("nnstudio.engine.flat", "FlatParameters")
    return [
        f"flat = FlatParameters(network, {_factors(plan)!r})  # rate multipliers by layer",
        "gradient, weights, weight_gradient = flat.gradient, flat.weights, flat.weight_gradient",
        "all_values = flat.values",
        "segments = [(s.parameter, s.weights, s.factor) for s in flat.segments]",
        'groups = [{"params": [parameter]} for parameter, _, _ in segments]',
        f"optimizer = {words}", "", "",
    ]  # fmt: skip


def _penalties(plan: Plan, decoupled: bool) -> list[str]:
    """Return the lines that change the gradient before the optimizer sees it, in the studio's order."""
    t, lines = plan.training, []
    if t.l1:
        lines.append(f"    weight_gradient.add_(weights.sign(), alpha={t.l1!r})  # L1 penalty")
    if t.clip_norm:
        lines.append("    length = torch.linalg.vector_norm(gradient)")
        lines.append(
            f"    gradient.mul_(({t.clip_norm!r} / (length + 1e-6)).clamp_(max=1.0))  # clip its length"
        )
    if t.clip_value:
        lines.append(f"    gradient.clamp_({-t.clip_value!r}, {t.clip_value!r})  # clip every entry")
    if t.weight_decay and decoupled and _factors(plan):
        lines.append("    for _, part, factor in segments:")
        lines.append(f"        part.mul_(1 - rate * factor * {t.weight_decay!r})  # weight decay")
    elif t.weight_decay and decoupled:
        lines.append(f"    weights.mul_(1 - rate * {t.weight_decay!r})  # weight decay")
    elif t.weight_decay:
        lines.append(f"    weight_gradient.add_(weights, alpha={t.weight_decay!r})  # weight decay (L2)")
    return lines


def follow(plan: Plan) -> list[str]:
    """Return the lines that keep the moving average of the weights."""
    if not plan.training.ema:
        return []
    kept = 1 - plan.training.ema
    return [
        "with torch.no_grad():",
        "    started = average is not None",
        f"    average = average.lerp_(all_values, {kept!r}) if started else all_values.clone()",
    ]
