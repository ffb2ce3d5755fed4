"""The lines of a script that train: rows, rate, stopping, validation, and the loop."""

from __future__ import annotations

from itertools import groupby

from nnstudio.catalog.schedules import Constant
from nnstudio.core.training import HIGHER_IS_BETTER, METRICS
from nnstudio.engine.batches import GATHER_BYTES
from nnstudio.engine.measure import chunk_rows, values_per_row
from nnstudio.engine.rate import monitored
from nnstudio.export.entries import plain_class
from nnstudio.export.plan import Plan
from nnstudio.export.script_network import seed, training_mode
from nnstudio.export.script_update import follow, weighs

# -- rows --------------------------------------------------------------------------------------------


def batches(plan: Plan) -> str:
    """Return the lines that say how the rows are shuffled and cut."""
    counted = [(size, len(list(same))) for size, same in groupby(plan.parts.batches.sizes)]
    sizes = " + ".join(f"[{size}]" + (f" * {count}" if count > 1 else "") for size, count in counted)
    return "\n".join([
        f"SIZES = {sizes}  # rows in each batch of an epoch",
        *([f"order_of_rows = torch.Generator().manual_seed({seed(plan, 'order')})"]
          if plan.training.shuffle else []),
    ])  # fmt: skip


def _shuffled(plan: Plan) -> list[str]:
    """Return the lines that give the batches of an epoch."""
    names = ["x", "y", *(["w"] if weighs(plan) else [])]
    tables = [f"{name}_train" for name in names]
    lines = ["order = torch.randperm(len(x_train), generator=order_of_rows).to(DEVICE)"]
    if not plan.training.shuffle:
        lines = ["order = torch.arange(len(x_train), device=DEVICE)"]
    if plan.parts.batches.x.nbytes <= GATHER_BYTES["cpu"]:
        parts = ", ".join(f"{table}[order].split(SIZES)" for table in tables)
        return [*lines, f"batches = list(zip({parts}))"]
    parts = ", ".join(f"{table}[rows]" for table in tables)
    return [*lines, f"batches = (({parts}) for rows in order.split(SIZES))"]


# -- rate and stopping -------------------------------------------------------------------------------


def schedule(plan: Plan) -> str:
    """Return the class of the schedule, or an empty text for a constant rate."""
    entry = plan.training.schedule
    if isinstance(entry, Constant):
        return ""
    return plain_class(entry, "Schedule", ("factor",), plan.cuttings) + "\n\n\nschedule = Schedule()"


def _rate(plan: Plan) -> tuple[list[str], str]:
    """Return the lines that set the rate at the beginning of an epoch, and its value at a step."""
    t = plan.training
    rate, lines = "RATE", list[str]()
    if not isinstance(t.schedule, Constant):
        seen = "[]"
        if t.schedule.watches is not None:
            name = monitored(t.schedule.watches, dict.fromkeys(plan.columns, ()))
            sign = "-" if name in HIGHER_IS_BETTER else ""
            seen = f'[{sign}past["{name}"] for past in history]'
        lines = [f"factor = schedule.factor(RATE, epoch - 1, EPOCHS, {seen})"]
        rate = "RATE * factor"
    if t.warmup_epochs:
        steps = t.warmup_epochs * len(plan.parts.batches)
        lines += [f"steps_before = (epoch - 1) * {len(plan.parts.batches)}"]
        rate += f" * min(1.0, (steps_before + step + 1) / {steps})"
    return lines, rate


def stopping(plan: Plan) -> str:
    """Return the class of early stopping, which also says which epoch was the best."""
    rule = plan.training.early_stopping
    name = monitored(rule.monitor, dict.fromkeys(plan.columns, ()))
    if name != rule.monitor:
        rule = rule.model_copy(update={"monitor": name, "mode": "auto"})
    return (
        plain_class(rule, "EarlyStopping", ("judge",), plan.cuttings)
        + "\n\n\nearly_stopping = EarlyStopping()"
    )


def watched(plan: Plan) -> set[str]:
    """Return the metrics that stopping or the schedule look at."""
    wanted = [plan.training.early_stopping.monitor, plan.training.schedule.watches]
    names = {monitored(w, dict.fromkeys(plan.columns, ())) for w in wanted if w is not None}
    return names - {"train_loss", "val_loss"}


# -- validation --------------------------------------------------------------------------------------


def validation(plan: Plan) -> str:
    """Return the function that judges the network on the validation rows."""
    if not plan.validates:
        return ""
    table = plan.parts.table
    rows = chunk_rows(values_per_row(table, plan.parts.objective))
    names = ["x_val", "y_val", *(["w_val"] if weighs(plan) else [])]
    given = ", ".join(name.removesuffix("_val") for name in names)
    quiet = ", training=False" if plan.training.precision == "bfloat16" else ""
    parts = ", ".join(f"{name}.split({rows})" for name in names)
    several = [
        "    losses = []", f"    for {given} in zip({parts}):",
        f"        losses.append(loss_of({given}{quiet}) * (len(x) / len(x_val)))",
        '    found = {"val_loss": float(torch.stack(losses).sum())}',
    ]  # fmt: skip
    lines = [
        "@torch.inference_mode()", "def validate():",
        '    """Judge the network on rows that it does not learn from."""', "    network.eval()",
    ]  # fmt: skip
    if len(plan.prepared.validation) <= rows:
        lines.append(f'    found = {{"val_loss": loss_of({", ".join(names)}{quiet}).item()}}')
    else:
        lines += several
    if watched(plan):
        lines += _metrics(plan, rows)
    return "\n".join([*lines, "    return found"])


def _metrics(plan: Plan, rows: int) -> list[str]:
    """Return the lines that find the metrics that something watches."""
    target, lines = plan.prepared.signature.target, []
    if len(plan.prepared.validation) <= rows:
        lines.append("    outputs = network(x_val).cpu().numpy()")
    else:
        lines.append(f"    outputs = torch.cat([network(x) for x in x_val.split({rows})]).cpu().numpy()")
    if target.asks == "labels":
        plan.cuttings.add("nnstudio.core.answers", "labels_of")
        lines.append("    result = SimpleNamespace(predicted=labels_of(outputs), true=true_val)")
    elif target.asks == "class":
        says = "steps_of" if target.task == "ordinal" else "classes_of"
        plan.cuttings.add("nnstudio.core.answers", says)
        lines += [
            f"    pairs = true_val * CLASSES + {says}(outputs)",
            "    counts = np.bincount(pairs, minlength=CLASSES**2).reshape(CLASSES, CLASSES)",
            "    result = SimpleNamespace(confusion=counts)  # counts[true, predicted]",
        ]
    else:
        assert plan.prepared.units.linear is not None
        shift, scale = plan.prepared.units.linear
        lines += [
            f"    outputs = outputs.astype(np.float64) * {scale!r} + {shift!r}  # in the target's own units",
            f"    true = true_val.astype(np.float64).reshape(len(true_val), -1) * {scale!r} + {shift!r}",
            "    result = SimpleNamespace(predicted=outputs, true=true)",
        ]
    for name in sorted(watched(plan)):
        lines.append(f'    found["{name}"] = {name.removeprefix("val_").capitalize()}().value(result)')
    return lines


def metric_classes(plan: Plan) -> list[str]:
    """Return the classes of the metrics that something watches."""
    kinds = [name.removeprefix("val_") for name in sorted(watched(plan))]
    return [plain_class(METRICS[kind](), kind.capitalize(), ("value",), plan.cuttings) for kind in kinds]


# -- the loop ----------------------------------------------------------------------------------------


def loop(plan: Plan) -> str:
    """Return the training loop."""
    at_start, rate = _rate(plan)
    monitor = monitored(plan.training.early_stopping.monitor, dict.fromkeys(plan.columns, ()))
    lines = [
        "history, best = [], None  # values of every epoch; the weights of the best one",
        *(["average = None"] if plan.training.ema else []),
        "for epoch in range(1, EPOCHS + 1):",
    ]
    lines += [f"    {line}" for line in [*training_mode(plan), *_shuffled(plan), *at_start]]
    lines += ["    losses = []", *(f"    {line}" for line in _step(plan, rate))]
    lines.append('    values = {"train_loss": float(np.average(losses, weights=SIZES))}')
    average = bool(plan.training.ema)
    if average:
        lines += ["    # The moving average of the weights is what is judged and kept.",
                  "    now = all_values.clone()", "    all_values.copy_(average)"]  # fmt: skip
    if plan.validates:
        lines.append("    values |= validate()")
    lines += [
        "    history.append(values)",
        '    shown = [f"{name} {value:.8f}" for name, value in values.items()]',
        '    print(f"epoch {epoch:4d}", *shown, sep="   ", flush=True)',
        f'    at, stop = early_stopping.judge([past["{monitor}"] for past in history])',
        "    if at == epoch - 1:",
        "        best = {name: value.detach().clone() for name, value in network.state_dict().items()}",
    ]
    if average:
        lines.append("    all_values.copy_(now)")
    return "\n".join([*lines, "    if stop:", "        break"])


def _step(plan: Plan, rate: str) -> list[str]:
    t = plan.training
    names = "x, y, w" if weighs(plan) else "x, y"
    lines = [f"for step, ({names}) in enumerate(batches):"]
    change = [f"update({rate})", *follow(plan)]
    body = [
        "gradient.zero_()",
        f"loss = loss_of({names})",
        "loss.backward()  # the slope of the loss for every learnable",
        "losses.append(loss.item())",
        *change,
    ]
    if t.accumulate > 1:
        body = [
            f"first = step - step % {t.accumulate}  # the gradients of {t.accumulate} batches are added up",
            f"together = sum(SIZES[first : first + {t.accumulate}])",
            "if step == first:", "    gradient.zero_()",
            f"loss = loss_of({names})",
            "share = len(x) / together",
            "(loss if share == 1 else loss * share).backward()",
            "losses.append(loss.item())",
            f"if step == first + {t.accumulate - 1} or step == len(SIZES) - 1:",
            *(f"    {line}" for line in change),
        ]  # fmt: skip
    if t.augmentations:
        body.insert(0, "x, y = varied(x, y)")
    return [*lines, *(f"    {line}" for line in body)]
