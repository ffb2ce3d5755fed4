"""What the preparation made: inputs and answers of all examples, before they are divided into parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnstudio.core.dataset import DataProblem, Examples, Part, SplitName, Table, TokenRows
from nnstudio.core.shape import TOKENS, Shape, features, image, sequence, tokens
from nnstudio.core.tokens import NEXT_TOKEN
from nnstudio.core.trace import Target
from nnstudio.data.features import matrix
from nnstudio.data.labels import label_flags
from nnstudio.data.row_store import take
from nnstudio.data.target import class_numbers
from nnstudio.data.windows import cut_series, cut_text, pad

CHANNELS = {1: ("brightness",), 3: ("red", "green", "blue")}
SIGNS = str.maketrans({"\n": "⏎", " ": "␣", "\t": "⇥"})
REBUILT = "input"
"""What the answer is called when inputs are to be reconstructed."""
MOST_REBUILT = 200_000
"""Numbers of one example that an autoencoder may have to give back."""


@dataclass(frozen=True, slots=True)
class Made:
    """Inputs and answers; `parts` says for each to which part it belongs, "" to none."""

    x: NDArray[Any]
    y: NDArray[Any]
    parts: NDArray[np.object_]
    rows: NDArray[np.int64]
    shape: Shape
    names: tuple[str, ...]
    """Of the features, or of the channels."""
    target: Target
    channels: tuple[tuple[float, float], ...] = ()

    def part(self, name: SplitName) -> Part:
        """Return the examples of a part."""
        chosen = np.flatnonzero(self.parts == name)
        return Part(take(self.x, chosen, self.channels), self.y[chosen], self.rows[chosen])


def made(
    examples: Examples, table: Table, parts: NDArray[np.object_], rows: NDArray[np.int64], target: Target
) -> Made:
    """Return what a prepared table gives to learn from; raises DataProblem."""
    given = np.where(table.keep, parts, "").astype(object)
    if examples.windows is not None:
        return _windows(examples, table, given, target)
    y = _answers(target, table) if examples.answers is None else examples.answers
    if table.pixels is not None and examples.steps:
        count, length = table.pixels.shape[1:3]
        names = tuple(f"x{i + 1}" for i in range(count))
        x = take(table.pixels, np.arange(len(y)), table.channels)[..., 0].swapaxes(1, 2)
        return Made(np.ascontiguousarray(x), y, given, rows, sequence(length, count), names, target)
    if table.pixels is not None:
        channels, height, width = table.pixels.shape[1:]
        names = CHANNELS.get(channels) or tuple(f"channel {i + 1}" for i in range(channels))
        shape = image(channels, height, width)
        return Made(table.pixels, y, given, rows, shape, names, target, channels=table.channels)
    kept = table.keep
    y, given, rows = y[kept], given[kept], rows[kept]
    if table.tokens is not None:
        shape = _token_shape(table.tokens)
        return Made(pad(table.tokens, kept), y, given, rows, shape, ("tokens",), target)
    names = tuple(column.name for column in table.columns)
    x = matrix(table.columns, kept, table.gaps)
    return Made(x, y, given, rows, features(x.shape[1]), names, target)


def rebuilt(what: Made) -> Made:
    """Return the same inputs with themselves as the answer; raises DataProblem for tokens."""
    if what.shape.is_a(TOKENS):
        raise DataProblem(
            "Texts cannot be reconstructed: a token's number is a name and has no size. Choose to predict."
        )
    if what.shape.count > MOST_REBUILT:
        raise DataProblem(
            f"An example has {what.shape.count} numbers, too many to reconstruct (at most "
            f"{MOST_REBUILT}): make the images smaller."
        )
    x = take(what.x, np.arange(len(what.x)), what.channels)
    y = x.reshape(len(x), -1)
    names = what.names
    if len(names) != what.shape.count:
        names = tuple(_place(i, what) for i in range(what.shape.count))
    target = Target(task="regression", names=names, column=REBUILT)
    return replace(what, x=x, y=y, target=target, channels=())


def readable(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return tokens as they can be shown: white space by signs."""
    return tuple(word.translate(SIGNS) for word in words)


def _token_shape(rows: TokenRows) -> Shape:
    return tokens(rows.length, len(rows.vocabulary))


def _place(index: int, what: Made) -> str:
    sizes = what.shape.sizes
    at = np.unravel_index(index, sizes)
    if len(sizes) == 3:
        return f"{what.names[at[0]]} {at[1] + 1}/{at[2] + 1}"
    return f"{what.names[at[1]]} {at[0] + 1}"


def _answers(target: Target, table: Table) -> NDArray[Any]:
    """Return the target of every row, dropped ones included."""
    if target.asks == "class":
        return class_numbers(target, table.target.values)
    if target.asks == "labels":
        return label_flags(target, table.target.values)
    values = table.target.values
    numbers = np.zeros(len(values)) if values.dtype == object else values
    return numbers[:, None].astype(np.float32)


def _windows(examples: Examples, table: Table, parts: NDArray[np.object_], target: Target) -> Made:
    how = examples.windows
    assert how is not None
    if table.tokens is not None:
        cut = cut_text(table.tokens, parts, how.step)
        words = readable(table.tokens.vocabulary)
        target = Target(task="classification", names=words, column=NEXT_TOKEN)
        return Made(cut.x, cut.y, cut.parts, cut.rows, _token_shape(table.tokens), ("tokens",), target)
    if how.size == 0:
        raise DataProblem("A text needs the step Tokens in its preparation.")
    kept = table.keep
    values = np.zeros((len(kept), len(table.columns)), np.float32)
    values[kept] = matrix(table.columns, kept)
    # What is rebuilt foretells the very steps that it reads.
    cut = cut_series(values, table.target.values, parts, how, whole=target.column == REBUILT)
    names = tuple(column.name for column in table.columns)
    if how.horizon > 1:
        ahead = tuple(f"{target.column} +{i + 1}" for i in range(how.horizon))
        target = Target(task="regression", names=ahead, column=target.column)
    shape = sequence(how.size, len(names))
    return Made(cut.x, cut.y, cut.parts, cut.rows, shape, names, target)
