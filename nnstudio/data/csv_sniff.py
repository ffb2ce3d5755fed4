"""Guess how a text table is to be read; whatever is doubtful becomes a question with a proposed answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nnstudio.core.dataset import DataProblem
from nnstudio.data.csv_file import CsvSource
from nnstudio.data.csv_format import (
    Rows,
    guess_dates,
    guess_decimal,
    guess_delimiter,
    guess_encoding,
    guess_header,
    sample,
)
from nnstudio.data.csv_task import ask_about_tasks
from nnstudio.data.csv_text import check_file, column_names
from nnstudio.data.csv_types import Doubt, guess_columns, guess_target

SAMPLE_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class CsvGuess:
    """A source that is ready to be read, and what was not certain about it."""

    source: CsvSource
    doubts: tuple[Doubt, ...]
    rows: int
    """How many rows the guess rests on."""
    answers: Mapping[str, Any] = field(default_factory=dict)
    """Settings a person has decided."""

    def answered(self, doubt: Doubt, choice: str) -> CsvGuess:
        """Return the guess with one question settled; a new format is looked at afresh.

        Raises ValueError for a choice that was not offered.
        """
        if choice not in doubt.choices:
            raise ValueError(f"{choice!r} is none of {', '.join(doubt.choices)}")
        if doubt.about in ("delimiter", "encoding", "header", "decimal", "dates"):
            value: Any = choice == "yes" if doubt.about == "header" else choice
            return sniff(self.source.path, **{**self.answers, doubt.about: value})
        left = tuple(other for other in self.doubts if other is not doubt)
        return replace(self, source=_settled(self.source, doubt, choice), doubts=left)


def _settled(source: CsvSource, doubt: Doubt, choice: str) -> CsvSource:
    if doubt.about == "bad_rows":
        return source.model_copy(update={"bad_rows": choice})
    if doubt.about == "task":
        asked = source.target is not None and source.target.name == doubt.column
        return source.model_copy(update={"task": choice}) if asked else source
    if doubt.about == "target":
        return source.with_target(choice)
    if doubt.about == "role":
        return source.with_column(doubt.column, role="ignore" if choice == "ignore" else doubt.role_if_used)
    if choice == "ignore":
        return source.with_column(doubt.column, role="ignore")
    if choice == "number, others missing":
        return source.with_column(doubt.column, type="number").model_copy(update={"bad_values": "missing"})
    return source.with_column(doubt.column, type="category", role="feature")


def sniff(path: str, **answers: Any) -> CsvGuess:
    """Guess delimiter, encoding, header, decimal sign, date order and the columns of a file.

    `answers` fix any of `delimiter`, `encoding`, `header`, `decimal`, `dates` of CsvSource. Raises
    DataProblem when the file is no text table. Reads the whole file for its encoding, and its first
    20 000 rows for the rest.
    """
    head = check_file(path)
    doubts: list[Doubt] = []
    encoding = answers.get("encoding") or guess_encoding(path, head, doubts)
    delimiter = answers.get("delimiter") or guess_delimiter(path, encoding, doubts)
    rows = sample(path, encoding, delimiter, SAMPLE_ROWS)
    if not rows:
        raise DataProblem(f"The file {Path(path).name} is empty.")
    header = answers["header"] if "header" in answers else guess_header(rows, doubts)
    if len(rows) <= header:
        raise DataProblem(f"The file {Path(path).name} has a header but no rows below it.")
    names = column_names(rows[0][1] if header else _usual_row(rows), header)
    body = [fields for _, fields in rows[header:] if len(fields) == len(names)]
    if not body:
        raise DataProblem(
            f"{Path(path).name}: the first row has {len(names)} names, but line {rows[1][0]} has "
            f"{len(rows[1][1])} fields. Give every column one name, or check the delimiter."
        )
    _ask_about_rows(rows[header:], names, doubts)
    if header and "header" not in answers:
        _ask_about_names(rows[0][1], names, doubts)
    decimal = answers.get("decimal") or guess_decimal(body, doubts)
    plain = CsvSource(path=path, delimiter=delimiter, encoding=encoding, header=header, decimal=decimal)
    dates = answers.get("dates") or guess_dates(plain, body, doubts)
    plain = plain.model_copy(update={"dates": dates})
    columns = guess_columns(plain, names, body, doubts)
    source = guess_target(plain.model_copy(update={"columns": columns}), doubts)
    ask_about_tasks(source, names, body, doubts)
    return CsvGuess(source, tuple(doubts), len(body), answers)


def _usual_row(rows: Rows) -> list[str]:
    """Return the first of the rows with the most frequent number of fields."""
    width = Counter(len(fields) for _, fields in rows).most_common(1)[0][0]
    return next(fields for _, fields in rows if len(fields) == width)


def _ask_about_rows(rows: Rows, names: Sequence[str], doubts: list[Doubt]) -> None:
    bad = [(line, len(fields)) for line, fields in rows if len(fields) != len(names)]
    if bad:
        line, count = bad[0]
        why = f"Line {line} has {count} fields, but there are {len(names)} columns; such rows: {len(bad)}."
        question = "What to do with rows that have too many or too few fields?"
        doubts.append(Doubt("bad_rows", question, ("stop", "skip"), "stop", why))


def _ask_about_names(first: Sequence[str], names: Sequence[str], doubts: list[Doubt]) -> None:
    made_up = [name for name, text in zip(names, first, strict=True) if name != text.strip()]
    if made_up:
        why = f"Names are missing or occur twice; these were made up: {', '.join(made_up)}."
        question = "Does the first row hold the names of the columns?"
        doubts.append(Doubt("header", question, ("yes", "no"), "yes", why))
