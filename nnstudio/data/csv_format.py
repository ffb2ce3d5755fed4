"""Guess the format of a text table: encoding, delimiter, header, decimal sign, order of dates."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Literal

from nnstudio.core.dataset import DataProblem
from nnstudio.data.csv_file import DELIMITERS, CsvSource, DateOrder, Delimiter, Encoding
from nnstudio.data.csv_text import UTF16, open_text, parse
from nnstudio.data.csv_types import Doubt
from nnstudio.data.csv_values import date_orders, is_missing, missing_marks, number

CHUNK = 1 << 20
QUESTION = "What separates the columns?"
WHOLE = re.compile(r"[+-]?\d+")
POINT = re.compile(r"[+-]?\d*\.\d+")
COMMA = re.compile(r"[+-]?\d*,\d+")
GROUPS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")

Rows = list[tuple[int, list[str]]]


def sample(path: str, encoding: Encoding, delimiter: Delimiter, rows: int) -> Rows:
    """Return the first rows of a file, each with its line; raises DataProblem."""
    with open_text(path, encoding) as file:
        return list(islice(parse(file, delimiter, Path(path).name), rows))


def guess_encoding(path: str, head: bytes, doubts: list[Doubt]) -> Encoding:
    """Return the encoding by byte order mark, or UTF-8 if the whole file is; else ask."""
    if head.startswith(UTF16):
        return "utf-16"
    line = _first_line_not_utf8(path)
    if line is None:
        return "utf-8"
    try:
        shown, chosen = line.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        shown, chosen = line.decode("latin-1"), "latin-1"
    doubts.append(
        Doubt(
            "encoding", "How are letters with accents stored?", ("cp1252", "latin-1"), chosen,
            f"The file is not UTF-8. In {chosen} one line reads: {shown.strip()[:60]}",
        )
    )  # fmt: skip
    return "cp1252" if chosen == "cp1252" else "latin-1"


def _first_line_not_utf8(path: str) -> bytes | None:
    """Return the first line that is not UTF-8, or None if the whole file is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open(path, "rb") as file:
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            file.seek(0)
            return next(line for line in file if not _is_utf8(line))
    return None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def guess_delimiter(path: str, encoding: Encoding, doubts: list[Doubt]) -> Delimiter:
    """Return the sign that divides most rows alike; the comma is asked last, numbers may contain it."""
    scores: dict[Delimiter, float] = {}
    for sign in ("\t", ";", "|", ","):
        try:
            counts = Counter(len(fields) for _, fields in sample(path, encoding, sign, 200))
        except DataProblem:
            continue
        width, alike = counts.most_common(1)[0] if counts else (0, 0)
        if width > 1:
            scores[sign] = alike / counts.total()
    if not scores:
        doubts.append(Doubt("delimiter", QUESTION, tuple(DELIMITERS), ",", "Only one column was found."))
        return ","
    best = max(scores, key=lambda sign: scores[sign])
    rivals = [sign for sign, score in scores.items() if score > 0.9 * scores[best]]
    # Rows such as 1,5;2,5 are divided alike by both: there the comma is the decimal sign.
    if len(rivals) > 1 and not (set(rivals) == {best, ","} and _comma_is_decimal(path, encoding, best)):
        why = f"The {' and the '.join(DELIMITERS[sign] for sign in rivals)} both divide the rows evenly."
        doubts.append(Doubt("delimiter", QUESTION, tuple(rivals), best, why))
    return best


def _comma_is_decimal(path: str, encoding: Encoding, delimiter: Delimiter) -> bool:
    fields = [text for _, row in sample(path, encoding, delimiter, 200) for text in row if "," in text]
    return all(COMMA.fullmatch(text.strip()) for text in fields)


def guess_header(rows: Rows, doubts: list[Doubt]) -> bool:
    """Guess whether the first row holds names: no number in it, but numbers below."""
    first, body = rows[0][1], [fields for _, fields in rows[1:200]]
    numeric = [_is_number(text) for text in first]
    if not any(numeric):
        if any(_is_number(text) for fields in body[:20] for text in fields):
            return True
        repeated = {text.strip() for fields in body for text in fields}
        chosen = not repeated & {text.strip() for text in first}
        why = "All columns hold texts, so names and values look alike."
    else:
        chosen = False
        if all(numeric):
            return chosen
        why = f"The first row begins with '{first[0]}' and holds numbers, which names seldom do."
    question = "Does the first row hold the names of the columns?"
    doubts.append(Doubt("header", question, ("yes", "no"), "yes" if chosen else "no", why))
    return chosen


def _is_number(text: str) -> bool:
    return number(text) is not None or number(text, ",") is not None


def guess_decimal(body: list[list[str]], doubts: list[Doubt]) -> Literal[".", ","]:
    """Return the decimal sign that the numbers use."""
    texts = [text.strip() for fields in body for text in fields]
    points = sum(POINT.fullmatch(text) is not None for text in texts)
    commas = [text for text in texts if COMMA.fullmatch(text)]
    if not commas:
        return "."
    question = "What is the decimal sign?"
    chosen: Literal[".", ","] = "," if len(commas) >= points else "."
    if points:
        why = f"Both occur: numbers such as '{commas[0]}' and {points} with a point."
    elif all(GROUPS.fullmatch(text) for text in commas):
        why = f"'{commas[0]}' may also be a whole number with thousands separated."
    else:
        return ","
    doubts.append(Doubt("decimal", question, (".", ","), chosen, why))
    return chosen


def guess_dates(source: CsvSource, body: list[list[str]], doubts: list[Doubt]) -> DateOrder:
    """Return the order of day, month and year that suits every date column, asking if two do."""
    marks = missing_marks(source)
    for texts in zip(*body, strict=True):
        known = [text for text in texts if not is_missing(text, marks)]
        if not known or WHOLE.fullmatch(known[0].strip()):
            continue
        orders = date_orders(known)
        if not orders:
            continue
        if len(orders) > 1:
            why = f"'{known[0]}' can be read in more than one way."
            question = "In which order do dates give day, month and year?"
            doubts.append(Doubt("dates", question, tuple(orders), orders[0], why))
        return orders[0]
    return "year first"
