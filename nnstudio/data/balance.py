"""Balance the classes among the training rows, once they are prepared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnstudio.core.dataset import Balanced, DataProblem, NoSampler, Part, Sampler
from nnstudio.core.shape import FEATURES, Shape
from nnstudio.core.trace import Target
from nnstudio.data.row_store import take


def balanced(part: Part, sampler: Sampler, target: Target, shape: Shape, names: tuple[str, ...]) -> Balanced:
    """Return the training rows as the sampler wants them; raises DataProblem.

    Only classes can be balanced; new rows can be made only in a table of features.
    """
    if isinstance(sampler, NoSampler):
        return Balanced(part)
    if target.asks != "class":
        why = "a row with several labels belongs to no single class" if target.asks == "labels" else (
            "only classes can be balanced")  # fmt: skip
        return Balanced(part, (f"{sampler.title} changes nothing here: {why}.",))
    if sampler.makes_rows and not shape.is_a(FEATURES):
        raise DataProblem(
            f"{sampler.title} makes rows in between, which only a table allows: choose over-sampling or "
            f"under-sampling for {shape.noun}."
        )
    done = _sampled(part, sampler, flags(part, names) if sampler.makes_rows else ())
    note = f"{sampler.title}: {len(part)} training rows became {len(done.part)} to learn from."
    return Balanced(done.part, (note, *done.notes))


def _sampled(part: Part, sampler: Sampler, flags: tuple[tuple[int, ...], ...]) -> Balanced:
    if sampler.makes_rows or not isinstance(part.x, np.memmap):
        return sampler.sample(part, flags)
    # Which rows they are is enough to choose among them: the rows stay in files.
    done = sampler.sample(replace(part, x=np.arange(len(part))), flags)
    return replace(done, part=replace(done.part, x=take(part.x, done.part.x)))


def flags(part: Part, names: tuple[str, ...]) -> tuple[tuple[int, ...], ...]:
    """Return the features that hold only 0 and 1; the one-hot features of one column form one group."""
    only = ((part.x == 0) | (part.x == 1)).all(axis=0)
    groups: dict[str, list[int]] = {}
    for at in np.flatnonzero(only):
        column, equals, _ = names[at].rpartition("=")
        groups.setdefault(column if equals else f"\0{names[at]}", []).append(int(at))
    return tuple(tuple(group) for group in groups.values() if (part.x[:, group].sum(axis=1) <= 1).all())
