"""What is wrong at the end of the network: its output, its loss and the target do not fit together."""

from __future__ import annotations

from nnstudio.core.finding import Evidence, Finding
from nnstudio.core.trace import Task
from nnstudio.diagnosis import fixes, reshape
from nnstudio.diagnosis.anatomy import Output, output_block
from nnstudio.diagnosis.score import asks_of, facts_of, task_of

WANTED: dict[Task, str] = {
    "classification": "a class",
    "ordinal": "a class in an order",
    "multilabel": "labels",
    "regression": "a number",
}
SEVERAL_AT_ONCE: dict[Task, str] = {
    "multilabel": "Several labels can be true together, but softmax shares a single 1 among them; sigmoid "
    "judges each label by itself.",
    "ordinal": "Each output says whether the class lies above one border, and several can be true together; "
    "softmax shares a single 1 among them, sigmoid judges each by itself.",
}
"""Why exactly one of several outputs cannot be the answer."""
RANGE_SLACK = 0.02
"""Share of the target's range that may stick out: rounding, or a value right at the end."""


def wrong_output_activation(evidence: Evidence) -> Finding | None:
    """Find an output that cannot express the target or does not fit the loss."""
    output = output_block(evidence.project.network)
    if not output.id:
        return None
    numbers = asks_of(evidence) == "numbers"
    told = _range_problem(evidence, output) if numbers else _class_problem(evidence, output)
    why = _size_problem(evidence, output) or told
    if why is None:
        return None
    fit = reshape.fitted_output(evidence.project)
    return Finding(
        "wrong_output_activation",
        f"The output ({output.names()}) does not fit the target",
        {"output": f"{output.units or '?'} · {output.names()}", "loss": evidence.project.training.loss.title},
        why,
        severity="error",
        confidence=0.95,
        fixes=fixes.offered(evidence.project, fit),
        layers=(output.id, *output.after),
    )


def _size_problem(evidence: Evidence, output: Output) -> str:
    """Say why the output has too few or too many units, "" when it has not."""
    rows = evidence.trace.rows if evidence.trace is not None else ()
    found = next((row for row in rows if row.id in (output.id, *output.after) and row.error), None)
    return str(found.error) if found is not None and found.output is not None else ""


def _class_problem(evidence: Evidence, output: Output) -> str | None:
    """Say why an output cannot name classes or labels, None when it can."""
    loss, kind = evidence.project.training.loss, output.kind
    scores = getattr(loss, "expects", "") == "scores"
    if kind == "softmax" and task_of(evidence) in SEVERAL_AT_ONCE:
        return SEVERAL_AT_ONCE[task_of(evidence)]
    if output.units == 1 and kind == "softmax":
        return "Softmax over a single unit is always 1, whatever the network does: nothing can be learned."
    if output.units == 1 and loss.fused_with == "softmax":
        return f"{loss.title} compares several classes, but the output has a single unit."
    if scores and kind in ("relu", "sigmoid", "tanh", "softplus", "exponential"):
        return f"The loss expects free scores, but {output.names()} allows only a part of the numbers."
    if loss.fused_with and not scores and kind not in ("sigmoid", "softmax"):
        return (
            f"{loss.title} expects probabilities between 0 and 1, but {output.names()} can give any number."
            if kind != "tanh"
            else f"{loss.title} expects probabilities between 0 and 1, but tanh also gives negative numbers."
        )
    one_of_several = task_of(evidence) == "classification" and (output.units or 1) > 1
    if one_of_several and loss.fused_with == "softmax" and not scores and kind == "sigmoid":
        return "Exactly one class is right, but sigmoid judges each class by itself; softmax weighs them."
    return None


def _range_problem(evidence: Evidence, output: Output) -> str | None:
    """Say why an output cannot reach the numbers of the target, None when it can."""
    if not output.activations:
        return None
    name, (low, high) = output.names(), output.activations[-1].bounds
    if output.kind == "softmax":
        return "Softmax gives shares that add up to 1; a number to be predicted needs a linear output."
    facts = facts_of(evidence)
    if facts is None or facts.train.target_min is None or facts.train.target_max is None:
        return None
    least, most = facts.train.target_min, facts.train.target_max
    slack = RANGE_SLACK * (most - least)
    if least >= low - slack and most <= high + slack:
        return None
    reach = f"{low:g} to {high:g}" if high < float("inf") else f"numbers above {low:.3g}"
    return f"The target goes from {least:.3g} to {most:.3g}, but {name} can only give {reach}."


def wrong_loss(evidence: Evidence) -> Finding | None:
    """Find a loss made for another kind of target."""
    project, task = evidence.project, task_of(evidence)
    loss, output = project.training.loss, output_block(evidence.project.network)
    what = WANTED[task]
    if task not in loss.tasks and loss.fused_with == "softmax" and task in SEVERAL_AT_ONCE:
        why = f"{loss.title} takes exactly one output to be right. {SEVERAL_AT_ONCE[task]}"
    elif task not in loss.tasks:
        why = f"{loss.title} is not made for predicting {what}, so it aims at the wrong thing."
    elif (
        task == "classification"
        and loss.fused_with == "sigmoid"
        and (output.kind == "softmax" and (output.units or 1) > 2)
    ):
        why = f"{loss.title} judges each class by itself, but softmax says that exactly one is right."
    else:
        return None
    return Finding(
        "wrong_loss",
        f"{loss.title} does not fit {what} as target",
        {"loss": str(loss.title), "output": output.names()},
        why,
        severity="warning" if task == "classification" else "error",
        confidence=0.9,
        fixes=fixes.offered(project, reshape.fitted_loss(project)),
        layers=(output.id,) if output.id else (),
    )


def double_softmax(evidence: Evidence) -> Finding | None:
    """Find a softmax of a softmax: in the network, or before a loss that does its own."""
    project = evidence.project
    output = output_block(project.network)
    twice = sum(a.kind == "softmax" for a in output.activations) > 1
    inside = getattr(project.training.loss, "expects", "") == "scores" and output.kind == "softmax"
    if not (twice or inside):
        return None
    where = "the loss applies softmax itself" if inside else "two softmax follow each other"
    return Finding(
        "double_softmax",
        "Softmax is applied twice",
        {
            "output": output.names(),
            "loss expects": getattr(project.training.loss, "expects", "probabilities"),
        },
        f"Here {where}: the second one squeezes all probabilities together, so the network can never be sure "
        "and learns slowly.",
        severity="error",
        confidence=0.95,
        fixes=fixes.offered(project, reshape.single_softmax(project)),
        layers=(output.id, *output.after),
    )
