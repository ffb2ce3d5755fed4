"""The options of `nnstudio new` for images, texts and series, and the sources they make."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from nnstudio.cli.problem import Problem

if TYPE_CHECKING:
    from nnstudio.core.dataset import Source
    from nnstudio.data.beginning import Beginning

KINDS = ("images", "text", "texts", "series")
IMAGE_OPTIONS = {"path_column": "column", "size": "size", "colour": "colour"}
SERIES_OPTIONS = {
    "forecast": "forecast", "date_column": "order_column", "window": "window", "horizon": "horizon",
    "step": "step", "season": "season",
}  # fmt: skip
TOKEN_OPTIONS = ("tokeniser", "vocabulary", "length")


def add_origins(origin: Any) -> None:
    """Add what a project can begin with besides an example and a table."""
    origin.add_argument(
        "--images", metavar="DIR", type=Path, help="a folder of images for each class, or a CSV of paths"
    )
    origin.add_argument("--text", metavar="FILE", type=Path, help="one text, to be continued token by token")
    origin.add_argument(
        "--texts", metavar="FILE.csv", type=Path, help="a CSV of texts and labels, or a folder for each class"
    )
    origin.add_argument("--series", metavar="FILE.csv", type=Path, help="a table whose rows follow in time")


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the settings of images, texts and series, and the goal."""
    images = parser.add_argument_group("images")
    images.add_argument("--path-column", metavar="COLUMN", help="the column of paths, in a CSV")
    images.add_argument("--size", type=int, metavar="N", help="width and height in pixels (default 32)")
    images.add_argument("--colour", choices=("colour", "grey"), help="three channels or one")
    texts = parser.add_argument_group("texts")
    texts.add_argument("--text-column", metavar="COLUMN", help="the column of texts, in a CSV")
    texts.add_argument("--tokeniser", metavar="NAME", help="whitespace, characters, bpe, wordpiece, unigram")
    texts.add_argument("--vocabulary", type=int, metavar="N", help="at most so many different tokens")
    texts.add_argument("--length", type=int, metavar="N", help="tokens of every example")
    series = parser.add_argument_group("series")
    series.add_argument("--forecast", metavar="COLUMN", help="the column that is foretold")
    series.add_argument("--date-column", metavar="COLUMN", help="the column that gives the order")
    series.add_argument("--window", type=int, metavar="N", help="steps of the past that are read")
    series.add_argument("--horizon", type=int, metavar="N", help="steps of the future that are foretold")
    series.add_argument("--step", type=int, metavar="N", help="steps or tokens between two examples")
    series.add_argument("--season", type=int, metavar="N", help="steps after which the pattern repeats")
    parser.add_argument(
        "--goal", choices=("predict", "reconstruct"), help="reconstruct: an autoencoder, without labels"
    )


def source_of(arguments: argparse.Namespace) -> Source:
    """Return the source of images, texts or a series that was named; raises Problem."""
    from nnstudio.core.dataset import SOURCES

    kind, settings = _kind(arguments)
    try:
        source: Source = SOURCES.parse({"kind": kind, **settings})
    except ValidationError as error:
        raise Problem(
            "; ".join(f"--{fault['loc'][-1]}: {fault['msg']}" for fault in error.errors())
        ) from None
    return source


def settled(begun: Beginning, arguments: argparse.Namespace) -> Beginning:
    """Return the beginning with the goal and the tokens that were asked for; raises Problem."""
    from nnstudio.core.project import EditProblem
    from nnstudio.data.beginning import changed

    edits = {
        f"data.preparation.{_tokens(begun)}.{name}": value for name, value in _given(arguments, TOKEN_OPTIONS)
    }
    if arguments.goal:
        edits["data.goal"] = arguments.goal
    project = begun.project
    try:
        for path, value in edits.items():
            project = project.set(path, value)
    except EditProblem as error:
        raise Problem(str(error)) from None
    return changed(begun, project)


def _kind(arguments: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """Return the kind of the source and its settings."""
    named = next(name for name in KINDS if getattr(arguments, name))
    place: Path = getattr(arguments, named).resolve()
    settings: dict[str, Any] = {"path": str(place)}
    if named == "series":
        if not arguments.forecast:
            raise Problem("Name the column that is foretold with --forecast COLUMN.")
        return "series_table", settings | dict(_renamed(arguments, SERIES_OPTIONS))
    if named == "text":
        return "plain_text", settings | dict(_given(arguments, ("step",)))
    table = place.suffix.lower() in (".csv", ".tsv")
    settings |= dict(_renamed(arguments, IMAGE_OPTIONS if named == "images" else {"text_column": "column"}))
    if table and not arguments.target:
        raise Problem("Name the column to be predicted with --target COLUMN.")
    if table:
        settings["target"] = arguments.target
    else:
        settings.pop("column", None)
    noun = "image" if named == "images" else "text"
    return f"{noun}_{'table' if table else 'folder'}", settings


def _tokens(begun: Beginning) -> int:
    """Return the place of the step that makes tokens; raises Problem when the data are no texts."""
    chain = begun.project.data.preparation
    place = next((i for i, step in enumerate(chain) if step.kind in ("tokenise", "token_ids")), None)
    if place is None:
        raise Problem("--tokeniser, --vocabulary and --length go with texts.")
    return place


def _given(arguments: argparse.Namespace, names: tuple[str, ...]) -> list[tuple[str, Any]]:
    return [(name, value) for name in names if (value := getattr(arguments, name)) is not None]


def _renamed(arguments: argparse.Namespace, names: dict[str, str]) -> list[tuple[str, Any]]:
    return [(names[name], value) for name, value in _given(arguments, tuple(names))]
