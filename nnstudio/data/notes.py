"""What was noticed while data were prepared, in words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.preparations import Difference, DropDoubtful, NormalisePixels, ScaleTarget
from nnstudio.core.dataset import DataSpec, Examples, Table
from nnstudio.core.tokens import SPECIAL, UNKNOWN
from nnstudio.data.made import Made
from nnstudio.data.target import lonely_classes

ACROSS = "examples that would reach across two parts are left out."
REACH_BACK = (
    "an example belongs to the part in which its answer lies, and validation and test examples may read "
    "steps of the part before."
)


def notes(
    examples: Examples, spec: DataSpec, parts: NDArray[np.object_], table: Table, ready: Made
) -> tuple[str, ...]:
    """Return what a person should know about what the preparation did."""
    found = list(examples.notes)
    dropped = int((~table.keep).sum())
    if dropped:
        found.append(f"Rows dropped by the preparation: {dropped}.")
    if examples.split is not None and not (examples.split == "validation").any():
        drawn = int((parts == "validation").sum())
        found.append(f"The data mark no validation rows, so some training rows were drawn: {drawn}.")
    if examples.asks == "class" and examples.windows is None and spec.goal == "predict":
        found += [
            f"The class '{name}' has a single example: it can be learnt or judged, not both."
            for name in lonely_classes(table.target.values)
        ]
    if examples.asks == "labels" and spec.goal == "predict":
        found += _on_labels(ready)
    if examples.pixels is not None:
        works = (ScaleTarget, NormalisePixels, DropDoubtful)
        idle = [step.title for step in spec.preparation if not isinstance(step, works)]
        found += [f"{title} changes nothing here: it works on the columns of a table." for title in idle]
    elif examples.windows is None:
        lags = {step.title for step in spec.preparation if isinstance(step, Difference)}
        found += [f"{title} changes nothing here: these rows are no series." for title in lags]
    if examples.windows is not None:
        whole = table.tokens is not None or spec.goal == "reconstruct"
        found.append(f"Split in order of time; {ACROSS if whole else REACH_BACK}")
    return (*found, *_on_tokens(examples, table, parts))


def notes_on_repeats(duplicates: int, leaked: int) -> tuple[str, ...]:
    """Return what to know about examples that occur more than once."""
    found = []
    if duplicates:
        found.append(f"Rows that repeat an earlier row exactly: {duplicates}.")
    if leaked:
        found.append(
            f"Validation or test rows that also stand among the training rows: {leaked}. The network has "
            f"seen their answers; the step Drop duplicates removes them."
        )
    return tuple(found)


def _on_labels(ready: Made) -> Iterator[str]:
    true = ready.y.sum(0).astype(int)
    for name, rows in zip(ready.target.names, true.tolist(), strict=True):
        if rows <= 1:
            yield f"The label '{name}' is true for a single row: it can be learnt or judged, not both."
        elif rows == len(ready.y):
            yield f"The label '{name}' is true for every row: there is nothing to learn about it."
    bare = int((ready.y.sum(1) == 0).sum())
    if bare:
        yield f"Rows for which no label is true: {bare}."


def _on_tokens(examples: Examples, table: Table, parts: NDArray[np.object_]) -> Iterator[str]:
    if table.tokens is None:
        return
    tokens = table.tokens
    learnt = "Vocabulary" if examples.ids else "Vocabulary learnt from the training texts"
    yield f"{learnt}: {len(tokens.vocabulary)} tokens."
    held = [
        ids for ids, part, kept in zip(tokens.ids, parts, table.keep, strict=True) if kept and part != "train"
    ]
    all_held = np.concatenate([*held, np.empty(0, np.int64)])
    unknown = int((all_held == UNKNOWN).sum()) if tokens.vocabulary[UNKNOWN] == SPECIAL[UNKNOWN] else 0
    if unknown:
        yield (
            f"Tokens of validation and test texts that the vocabulary does not know: {unknown} of "
            f"{len(all_held)}."
        )
    if examples.windows is not None:
        return
    counts = np.array([len(ids) for ids, kept in zip(tokens.ids, table.keep, strict=True) if kept])
    cut = float(np.mean(counts > tokens.length))
    if cut:
        yield f"Cut off because they are longer than {tokens.length} tokens: {cut:.1%} of the texts."
    padding = 1.0 - float(np.minimum(counts, tokens.length).mean()) / tokens.length
    yield f"Padding fills {padding:.0%} of the inputs."
    if table.columns:
        yield f"Only the text is read; the other columns are left out: {len(table.columns)}."
