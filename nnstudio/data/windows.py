"""Examples cut from rows that follow each other in time: stretches of a series, or of a text's tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import DataProblem, Examples, TokenRows, Windows

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
    values: NDArray[np.float32], target: NDArray[np.float64], parts: NDArray[np.object_], how: Windows
) -> Cut:
    """Cut a series: values (N, features) and target (N,) of all steps; parts is "" where a step was dropped.

    x (M, size, features), y (M, horizon). A window lies in one part as a whole. Raises DataProblem.
    """
    starts = _starts(parts, how.size, how.horizon, how.step)
    after = starts + how.size
    steps = np.arange(how.horizon)
    x = values[starts[:, None] + np.arange(how.size)]
    y = target[after[:, None] + steps].astype(np.float32)
    return Cut(np.ascontiguousarray(x), y, parts[after], after)


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

    Raises DataProblem.
    """
    counts = [len(ids) for ids in tokens.ids]
    stream = np.concatenate([*tokens.ids, np.empty(0, np.int64)])
    of_token = np.repeat(parts, counts)
    lines = np.repeat(np.arange(len(counts)), counts)
    starts = _starts(of_token, tokens.length, 1, step)
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


def _starts(parts: NDArray[np.object_], size: int, horizon: int, step: int) -> NDArray[np.int64]:
    """Return where windows begin that lie in one part as a whole, every `step` rows of a part."""
    wide = size + horizon
    borders = np.flatnonzero(parts[1:] != parts[:-1]) + 1
    runs = np.split(np.arange(len(parts)), borders)
    found = [run[: len(run) - wide + 1 : step] for run in runs if len(run) >= wide and parts[run[0]]]
    starts = np.concatenate([*found, np.empty(0, np.int64)]).astype(np.int64)
    for name in ("train", "validation"):
        have = int((parts[starts] == name).sum()) if len(starts) else 0
        if have < FEWEST:
            raise DataProblem(
                f"The {name} part has {int((parts == name).sum())} steps, too few for windows of {size} with "
                f"{horizon} to foretell: make the window shorter, or the part larger."
            )
    return starts
