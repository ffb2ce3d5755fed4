"""What is found in a text table: its first rows for the eye, then all rows for the check."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np

from nnstudio.data.csv_file import CsvSource
from nnstudio.data.csv_preview import Preview, preview
from nnstudio.data.csv_values import is_missing, missing_marks
from nnstudio.ui.pages.column_facts import SHOWN_ROWS, ColumnFacts, ShownColumn, facts_of
from nnstudio.ui.pages.csv_draft import Draft

FIRST_ROWS = 1000
ROLES = {"feature": "input", "target": "target", "split": "split", "ignore": "not used"}


@dataclass(frozen=True, slots=True)
class Look:
    """The first rows of a file as a source reads them."""

    draft: Draft
    shown: tuple[ShownColumn, ...]
    facts: dict[str, ColumnFacts]
    unread: dict[str, int]
    """Column -> values that are neither of its type nor missing."""
    bad_lines: tuple[tuple[int, int], ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Checked:
    """All rows were read without a problem."""

    rows: int
    facts: dict[str, ColumnFacts]
    notes: tuple[str, ...] = field(default=())


def look(draft: Draft, afresh: bool) -> Generator[Look, None, None]:
    """Yield the first rows; `afresh` guesses the format again first. Raises DataProblem."""
    seen = draft.looked() if afresh else draft
    assert seen.source is not None
    found = preview(seen.source, FIRST_ROWS)
    yield Look(
        seen,
        _shown(seen.source, found),
        {column.name: facts_of(column) for column in found.columns},
        dict(zip(found.names, found.unread, strict=True)),
        found.bad_lines,
        len(found.rows),
    )


def check(source: CsvSource) -> Generator[Checked, None, None]:
    """Read the whole file as training will, and yield what is in it; raises DataProblem."""
    examples = source.load()
    columns = (*examples.columns, examples.target)
    facts = {}
    for column in columns:
        facts[column.name] = facts_of(column)
    yield Checked(len(examples), facts, examples.notes)


def _shown(source: CsvSource, found: Preview) -> tuple[ShownColumn, ...]:
    marks = missing_marks(source)
    shown = []
    for place, column in enumerate(found.columns):
        texts = [row[place].strip() for row in found.rows[:SHOWN_ROWS]]
        cells = tuple(None if is_missing(text, marks) else text for text in texts)
        readable = column.values[: len(texts)]
        odd = () if readable.dtype == object else np.flatnonzero(np.isnan(readable)).tolist()
        unread = frozenset(row for row in odd if cells[row] is not None)
        role = source.columns[place].role
        mark = "" if role == "feature" else ROLES[role]
        shown.append(ShownColumn(column.name, column.type, cells, mark, unread))
    return tuple(shown)
