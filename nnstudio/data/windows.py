"""Examples cut from rows that follow each other in time: stretches of a series, or of a text's tokens."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import DataProblem, Examples, TokenRows, Windows
from nnstudio.data.row_store import Rows, chunks, filled

FEWEST = 2
"""Windows that a part needs at least: of a single one no spread can be told."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Windows in order of time: inputs, answers, the part each belongs to, the row it foretells first."""

    x: NDArray[Any]
    y: NDArray[Any]
    parts: NDArray[np.object_]
    rows: NDArray[np.int64]


def cut_series(
    values: NDArray[np.float32],
    target: NDArray[np.float64],
    parts: NDArray[np.object_],
    how: Windows,
    whole: bool = False,
) -> Cut:
    """Cut a series: values (N, features) and target (N,) of all steps; parts is "" where a step was dropped.

    x (M, size, features), y (M, horizon). All that a window foretells lies in one part; what a held-out
    window reads may lie before it, unless windows are to lie in a part as a `whole`. Raises DataProblem.
    """
    starts = _starts(parts, how, whole)
    after = starts + how.size
    steps = np.arange(how.horizon)
    y = target[after[:, None] + steps].astype(np.float32)

    def fill(x: Rows) -> None:
        for at in chunks(x):
            x[at] = values[starts[at, None] + np.arange(how.size)]

    # Windows overlap: together they are many times as large as the series.
    shape = (len(starts), how.size, values.shape[1])
    x = filled(shape, lambda: values.tobytes() + starts.tobytes(), fill)
    return Cut(x, y, parts[after], after)


def naive_forecast(
    examples: Examples, rows: NDArray[np.int64], horizon: int, season: bool = True
) -> NDArray[np.float64]:
    """Return what repeating the last season (or step) foretells from each of these rows on; (N, horizon).

    In the target's own units. Without a known season that the windows hold it is the last step.
    """
    how = examples.windows
    assert how is not None
    back = how.season if season and 0 < how.season <= how.size else 1
    found: NDArray[np.float64] = examples.target.values[rows[:, None] - back + np.arange(horizon) % back]
    return found


def cut_text(tokens: TokenRows, parts: NDArray[np.object_], step: int) -> Cut:
    """Cut one text, given line by line: x (M, length) are ids, y (M,) the id that follows.

    A window lies in one part as a whole, for learnt at every step it foretells all its tokens but one.
    Raises DataProblem.
    """
    counts = [len(ids) for ids in tokens.ids]
    stream = np.concatenate([*tokens.ids, np.empty(0, np.int64)])
    of_token = np.repeat(parts, counts)
    lines = np.repeat(np.arange(len(counts)), counts)
    starts = _starts(of_token, Windows(size=tokens.length, step=step), whole=True)
    after = starts + tokens.length
    x = stream[starts[:, None] + np.arange(tokens.length)]
    return Cut(np.ascontiguousarray(x), stream[after], of_token[after], lines[after])


def pad(tokens: TokenRows, keep: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the kept rows' ids, cut off or filled up with 0 behind; (N, length)."""
    chosen = np.flatnonzero(keep)
    x = np.zeros((len(chosen), tokens.length), np.int64)
    for place, row in enumerate(chosen):
        ids = tokens.ids[row][: tokens.length]
        x[place, : len(ids)] = ids
    return x


def _starts(parts: NDArray[np.object_], how: Windows, whole: bool) -> NDArray[np.int64]:
    """Return where windows begin: the first of a part as early as it can, others `step` rows apart."""
    borders = np.flatnonzero(parts[1:] != parts[:-1]) + 1
    found, known = [np.empty(0, np.int64)], 0
    for begin, end in pairwise((0, *borders.tolist(), len(parts))):
        if begin == end or not parts[begin]:
            known = end
            continue
        # At the time of a held-out step all before it is past. Training must not read what is held out.
        oldest = begin if whole or parts[begin] == "train" else known
        first = max(oldest, begin - how.size)
        found.append(np.arange(first, end - how.size - how.horizon + 1, how.step))
    starts = np.concatenate(found)
    _check_enough(parts, parts[starts + how.size], how)
    return starts


def _check_enough(parts: NDArray[np.object_], given: NDArray[np.object_], how: Windows) -> None:
    """Raise DataProblem when a part has too few of the windows, whose parts are `given`."""
    for name in ("train", "validation"):
        if int((given == name).sum()) < FEWEST:
            raise DataProblem(
                f"The {name} part has {int((parts == name).sum())} steps, too few for {FEWEST} windows of "
                f"{how.size} with {how.horizon} to foretell: make the window or the horizon shorter, or the "
                f"part larger."
            )
