"""What a file or folder of one's own most likely is: a table, texts, images or a series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np

from nnstudio.core.dataset import DataProblem, Source
from nnstudio.data.csv_file import CsvSource
from nnstudio.data.csv_preview import Preview, preview
from nnstudio.data.csv_roles import looked_at
from nnstudio.data.image_files import ImageFolder, ImageTable
from nnstudio.data.images import SUFFIXES as PICTURES
from nnstudio.data.series_file import SeriesTable
from nnstudio.data.text_files import SUFFIXES as TEXTS
from nnstudio.data.text_files import PlainText, TextFolder, TextTable

Kind = Literal["table", "texts", "images", "series", "text"]
ENOUGH_FILES = 5000
"""Files of a folder that are counted to tell what it holds."""
FEW_WORDS = 3
"""Texts have more words than this on average; below they are names."""
IN_TIME = ("date", "day", "week", "month", "year", "time", "step", "hour")


@dataclass(frozen=True, slots=True)
class Looked:
    """A place with what can be made of it: a source for each kind, the likely one first."""

    path: str
    sources: dict[Kind, Source]
    columns: tuple[str, ...] = ()
    """Names of a table's columns."""

    @property
    def likely(self) -> Kind:
        """The kind that it looks like."""
        return next(iter(self.sources))


def look(path: str) -> Looked:
    """Return what a file or folder can be; raises DataProblem when it is nothing that can be used."""
    place = Path(path)
    if place.is_dir():
        return Looked(path, _folder(place))
    if place.suffix.lower() in TEXTS:
        return _text(path)
    return _table(path)


def _folder(place: Path) -> dict[Kind, Source]:
    suffixes = [file.suffix.lower() for file in islice(place.rglob("*"), ENOUGH_FILES)]
    images, texts = (sum(suffix in known for suffix in suffixes) for known in (PICTURES, TEXTS))
    if not images and not texts:
        raise DataProblem(
            f"The folder {place.name} holds neither images nor texts: each class needs a folder of its own "
            f"with its files inside."
        )
    both: list[tuple[Kind, Source]] = [
        ("images", ImageFolder(path=str(place))), ("texts", TextFolder(path=str(place)))
    ]  # fmt: skip
    return dict(both if images >= texts else both[::-1])


def _text(path: str) -> Looked:
    text: dict[Kind, Source] = {"text": PlainText(path=path)}
    try:
        table = _table(path)
    except DataProblem:
        return Looked(path, text)
    if len(table.columns) < 2:
        return Looked(path, text)
    return Looked(path, table.sources | text, table.columns)


def _table(path: str) -> Looked:
    source = looked_at(path)
    seen = preview(source, rows=100)
    names = tuple(column.name for column in source.columns)
    likely = _likely(source, seen)
    sources: dict[Kind, Source] = {
        "table": source,
        "texts": _texts(source, seen),
        "images": _images(source, seen),
        "series": _series(source),
    }
    return Looked(path, {likely: sources[likely]} | sources, names)


def _likely(source: CsvSource, seen: Preview) -> Kind:
    if any(_are_pictures(values) for values in zip(*seen.rows, strict=True)):
        return "images"
    if _longest(source, seen)[1] > FEW_WORDS:
        return "texts"
    return "series" if _order(source) and _in_order(source, seen) else "table"


def _texts(source: CsvSource, seen: Preview) -> TextTable:
    column = _longest(source, seen)[0]
    return TextTable(path=source.path, column=column, target=_other(source, column))


def _images(source: CsvSource, seen: Preview) -> ImageTable:
    columns = zip(source.columns, zip(*seen.rows, strict=True), strict=True)
    column = next((spec.name for spec, values in columns if _are_pictures(values)), source.columns[0].name)
    return ImageTable(path=source.path, column=column, target=_other(source, column))


def _series(source: CsvSource) -> SeriesTable:
    order = _order(source)
    numbers = [spec.name for spec in source.columns if spec.type == "number" and spec.name != order]
    return SeriesTable(
        path=source.path, order_column=order, forecast=(numbers or [source.columns[-1].name])[0]
    )


def _order(source: CsvSource) -> str:
    """Return the column that says when, "" if there is none."""
    for spec in source.columns:
        if spec.type == "date" or (spec.type == "number" and spec.name.casefold() in IN_TIME):
            return spec.name
    return ""


def _in_order(source: CsvSource, seen: Preview) -> bool:
    order = next(column for column in seen.columns if column.name == _order(source))
    steps = np.sign(np.diff(order.values))
    return len(steps) > 1 and bool((steps == steps[0]).all()) and steps[0] != 0


def _longest(source: CsvSource, seen: Preview) -> tuple[str, float]:
    """Return the column with the longest texts, and its words on average."""
    found = [
        (spec.name, float(np.mean([len(text.split()) for text in values])))
        for spec, values in zip(source.columns, zip(*seen.rows, strict=True), strict=True)
        if spec.type in ("text", "category")
    ]
    return max(found, key=lambda pair: pair[1], default=(source.columns[0].name, 0.0))


def _other(source: CsvSource, column: str) -> str:
    """Return the column that is likely predicted, which is not this one."""
    if source.target is not None and source.target.name != column:
        return source.target.name
    return next((spec.name for spec in source.columns[::-1] if spec.name != column), column)


def _are_pictures(values: Sequence[str]) -> bool:
    return bool(values) and all(value.strip().lower().endswith(PICTURES) for value in values)
