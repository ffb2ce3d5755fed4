"""Guess what each column of a text table holds and what it is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from nnstudio.data.csv_file import ColumnSpec, CsvSource, Role
from nnstudio.data.csv_values import date, is_missing, missing_marks, number
from nnstudio.data.split import SPLIT_WORDS

MOST_LEVELS = 50
"""More different texts than this would be too many inputs, one for each."""
MOSTLY = 0.9
TARGET_NAMES = ("target", "label", "class", "y", "outcome", "species", "diagnosis", "quality", "price")


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing a file leaves open: the question, the offered answers and the one assumed until told."""

    about: str
    """The setting: delimiter, encoding, header, decimal, dates, bad_rows, target, task, type or role."""
    question: str
    choices: tuple[str, ...]
    chosen: str
    why: str
    column: str = ""
    """The column in question; a question about the task matters when it is the target."""
    role_if_used: Role = "feature"
    """What the column becomes if it is not ignored."""


def guess_columns(
    source: CsvSource, names: Sequence[str], body: list[list[str]], doubts: list[Doubt]
) -> tuple[ColumnSpec, ...]:
    """Return a guess per column; what is not certain is added to `doubts`."""
    texts = zip(*body, strict=True) if body else iter([()] * len(names))
    marks = missing_marks(source)
    specs: list[ColumnSpec] = []
    for name, column in zip(names, texts, strict=True):
        known = [text.strip() for text in column if not is_missing(text, marks)]
        spec, doubt = _guess(source, name, known)
        if spec.role == "split" and any(other.role == "split" for other in specs):
            spec, doubt = ColumnSpec(name=name, type="category"), None
        specs.append(spec)
        doubts += [doubt] if doubt else []
    return tuple(specs)


def guess_target(source: CsvSource, doubts: list[Doubt]) -> CsvSource:
    """Return the source with a likely target, by its name or else the last column that is used."""
    used = [column for column in source.columns if column.role == "feature"]
    if not used:
        used = list(source.columns)
    named = [column.name for column in used if column.name.casefold() in TARGET_NAMES]
    chosen = named[-1] if named else used[-1].name
    why = "It is called so." if named else "It is the last column."
    names = tuple(column.name for column in source.columns)
    doubts.append(Doubt("target", "Which column is to be predicted?", names, chosen, why))
    return source.with_target(chosen)


def _guess(source: CsvSource, name: str, known: list[str]) -> tuple[ColumnSpec, Doubt | None]:
    if not known:
        doubt = Doubt(
            "role", f"Use the empty column '{name}'?", ("ignore", "use"), "ignore", "It has no value.", name
        )
        return ColumnSpec(name=name, type="category", role="ignore"), doubt
    if {text.casefold() for text in known} <= set(SPLIT_WORDS) and len(set(known)) > 1:
        question = f"Does '{name}' say which rows are for training, validation and test?"
        doubt = Doubt("role", question, ("use", "ignore"), "use", "Its values say so.", name, "split")
        return ColumnSpec(name=name, type="category", role="split"), doubt
    numbers = [number(text, source.decimal) for text in known]
    odd = [text for text, value in zip(known, numbers, strict=True) if value is None]
    if not odd:
        return _number_column(name, [value for value in numbers if value is not None])
    if all(date(text, source.dates) is not None for text in known):
        return ColumnSpec(name=name, type="date"), None
    if len(odd) < (1 - MOSTLY) * len(known):
        why = f"{len(odd)} of {len(known)} values are none, such as '{odd[0]}'."
        choices = ("number, others missing", "category", "ignore")
        doubt = Doubt("type", f"Does '{name}' hold numbers?", choices, choices[0], why, name)
        return ColumnSpec(name=name, type="number"), doubt
    return _text_column(name, known)


def _number_column(name: str, values: list[float]) -> tuple[ColumnSpec, Doubt | None]:
    counts_up = len(values) > 2 and all(b - a == 1 for a, b in pairwise(values))
    if counts_up and values[0] in (0, 1):
        question = f"Use the row numbers in '{name}'?"
        doubt = Doubt("role", question, ("ignore", "use"), "ignore", "It only counts the rows.", name)
        return ColumnSpec(name=name, type="number", role="ignore"), doubt
    return ColumnSpec(name=name, type="number"), None


def _text_column(name: str, known: list[str]) -> tuple[ColumnSpec, Doubt | None]:
    distinct = len(set(known))
    if distinct <= MOST_LEVELS:
        return ColumnSpec(name=name, type="category"), None
    why = f"It has {distinct} different texts such as '{known[0][:30]}', too many to be categories."
    doubt = Doubt("type", f"Use the column '{name}'?", ("ignore", "category"), "ignore", why, name)
    return ColumnSpec(name=name, type="text", role="ignore"), doubt
