"""Text files as records of fields, with line numbers and a clear word for every file that is none."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from nnstudio.core.dataset import DataProblem
from nnstudio.data.csv_file import CsvSource

SIGNATURES = {
    b"PK\x03\x04": "a zip archive or an Excel workbook (.xlsx): save the sheet as CSV first",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls): save the sheet as CSV first",
    b"\x1f\x8b": "a gzip archive: unpack it first",
    b"%PDF": "a PDF: copy the table into a spreadsheet and save it as CSV",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"PAR1": "a Parquet file: save the table as CSV first",
    b"\x89HDF": "an HDF5 file: save the table as CSV first",
}
UTF16 = (b"\xff\xfe", b"\xfe\xff")
LONGEST_FIELD = 10_000_000


def check_file(path: str) -> bytes:
    """Return the first bytes of a file that may be a text table; raises DataProblem if it is none."""
    name = Path(path).name
    try:
        with open(path, "rb") as file:
            head = file.read(4096)
    except FileNotFoundError:
        raise DataProblem(f"The file {path} does not exist: it was moved, renamed or deleted.") from None
    except IsADirectoryError:
        raise DataProblem(f"{path} is a folder, not a file.") from None
    except OSError as error:
        raise DataProblem(f"The file {path} cannot be opened: {error.strerror}.") from None
    if not head.strip():
        raise DataProblem(f"The file {name} is empty.")
    for signature, what in SIGNATURES.items():
        if head.startswith(signature):
            raise DataProblem(f"The file {name} is not a text table but {what}.")
    if b"\0" in head and not head.startswith(UTF16):
        raise DataProblem(f"The file {name} is not a text table: it holds binary data.")
    return head


def open_text(path: str, encoding: str) -> TextIO:
    """Open a file for the csv module; a byte order mark is not part of the text."""
    return open(path, encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="")


def parse(lines: TextIO | Sequence[str], delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (first line, fields) for every record; blank lines are skipped. Raises DataProblem."""
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    line = 1
    try:
        for fields in reader:
            if len(fields) > 1 or (fields and fields[0].strip()):
                yield line, fields
            line = reader.line_num + 1
    except UnicodeError:
        raise DataProblem(
            f"{name}: what comes after line {line} is no text in this encoding. Choose another one, for "
            f"example cp1252 for files from older Windows programs."
        ) from None
    except csv.Error:
        raise DataProblem(
            f"{name}, line {line}: a field never ends. A quotation mark is opened here and not closed."
        ) from None


def records(source: CsvSource) -> Iterator[tuple[int, list[str]]]:
    """Yield (first line, fields) for every record of a file, the header included."""
    with open_text(source.path, source.encoding) as file:
        yield from parse(file, source.delimiter, source.label())


def good_rows(source: CsvSource) -> Iterator[tuple[int, list[str]]]:
    """Yield line and fields of the rows that have as many fields as there are columns."""
    rows = records(source)
    if source.header:
        next(rows, None)
    return ((line, fields) for line, fields in rows if len(fields) == len(source.columns))


def column_names(fields: Sequence[str], header: bool) -> tuple[str, ...]:
    """Return the names of the columns: nameless ones get a number, repeated ones a suffix."""
    names: list[str] = []
    for position, field in enumerate(fields, start=1):
        stem = (field.strip() if header else "") or f"column {position}"
        name, repeat = stem, 2
        while name in names:
            name, repeat = f"{stem} ({repeat})", repeat + 1
        names.append(name)
    return tuple(names)
