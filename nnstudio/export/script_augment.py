"""The lines of a script that vary the training rows, batch by batch."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from nnstudio.catalog.preparations.text import words_of
from nnstudio.core.registry import Call
from nnstudio.engine.augment import operation_of
from nnstudio.engine.augment_pictures import Moving, moved
from nnstudio.engine.augment_rows import Mixup
from nnstudio.export.plan import Plan
from nnstudio.export.script_network import seed

WIDE = 100


def augmentation(plan: Plan) -> str:
    """Return the function that varies a batch, and what it uses; empty where nothing is varied."""
    if not plan.training.augmentations:
        return ""
    calls, changes = _by_sort(plan)
    lines = [f"variations = torch.Generator(DEVICE).manual_seed({seed(plan, 'augment')})"]
    for name, these in calls.items():
        if these:
            lines.append(_listed(name, these))
    if calls["changes"]:
        lines += ["for change in changes:", "    change.fit(x_train)"]
    return "\n".join([
        *lines, "", "", "@torch.no_grad()", "def varied(x, y):",
        '    """The rows of a batch, a little different every time."""', *changes, "    return x, y",
    ])  # fmt: skip


def _by_sort(plan: Plan) -> tuple[dict[str, list[Call]], list[str]]:
    """Return the operations by sort, and the lines that apply them in the studio's order."""
    calls: dict[str, list[Call]] = {"moves": [], "changes": [], "blends": []}
    shape, words = plan.prepared.signature.input, words_of(plan.prepared.states)
    for entry in plan.training.augmentations:
        call = entry.call_on(words)
        kind = operation_of(call, shape)
        plan.cuttings.add(kind.__module__, kind.__name__)
        calls[_sort(kind)].append(call)
    lines = []
    if calls["moves"]:
        plan.cuttings.add(moved.__module__, moved.__name__)
        lines.append("    x = moved(x, moves, variations)  # all moves in one sampling")
    if calls["changes"]:
        lines += ["    for change in changes:", "        x = change(x, variations)"]
    if calls["blends"]:
        if not plan.parts.objective.targets(plan.prepared.learnt.y[:1]).is_floating_point():
            output = plan.parts.table.rows[-1].output
            units = output.count if output else 1
            lines.append(f"    y = nn.functional.one_hot(y, {units}).to(x.dtype)")
        lines += ["    for blend in blends:", "        x, y = blend(x, y, variations)"]
    return calls, lines


def _sort(kind: type[Any]) -> str:
    if issubclass(kind, Moving):
        return "moves"
    return "blends" if issubclass(kind, Mixup) else "changes"


def _listed(name: str, calls: Sequence[Call]) -> str:
    line = f"{name} = [{', '.join(call.source('') for call in calls)}]"
    if len(line) <= WIDE:
        return line
    return textwrap.fill(line, WIDE, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
