"""Data that come divided and prepared: arrays, a file for each split, rows that nothing is done to."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnstudio.cli.given_task import task_of_program
from nnstudio.cli.problem import Problem
from nnstudio.cli.program import first_layer

if TYPE_CHECKING:
    from nnstudio.core.dataset import Source
    from nnstudio.data.beginning import Beginning
    from nnstudio.data.csv_file import CsvSource

ARRAYS = (".npz", ".npy")
LAYOUT_OF = {
    "embedding": "tokens", "conv2d": "images", "separable_conv": "images", "patch_embedding": "images",
    "conv1d": "sequences", "rnn": "sequences", "lstm": "sequences", "gru": "sequences",
}  # fmt: skip
"""What the axes of x mean where the first layer of a given network can take nothing else."""


def add_given_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of data that come as they are."""
    given = parser.add_argument_group("data that come divided and prepared")
    given.add_argument("--validation", metavar="FILE.csv", type=Path, help="a table of its own that judges")
    given.add_argument("--test", metavar="FILE.csv", type=Path, help="a table of its own for the end")
    given.add_argument(
        "--layout", choices=("table", "images", "sequences", "tokens"), help="what the axes of x mean"
    )
    given.add_argument(
        "--preparation", choices=("standard", "none"), default="standard",
        help="none: rows reach the network as they are, unscaled, repeats and missing numbers included; only "
        "texts, categories and dates are turned into numbers",
    )  # fmt: skip
    given.add_argument(
        "--raw", dest="preparation", action="store_const", const="none", help="same as --preparation none"
    )


def is_arrays(path: Path | None) -> bool:
    """Tell whether a file holds arrays."""
    return path is not None and path.suffix.lower() in ARRAYS


def arrays_of(arguments: argparse.Namespace) -> Source:
    """Return the source of arrays that was named; raises Problem."""
    from nnstudio.data.array_file import ArrayFile

    for option in ("target", "validation", "test"):
        if getattr(arguments, option):
            raise Problem(f"--{option} goes with tables: an npz file holds the arrays of every split.")
    first = first_layer(arguments)
    layout = arguments.layout or (LAYOUT_OF.get(first.kind) if first is not None else None)
    given = {"task": arguments.task, "layout": layout}
    settings = {name: value for name, value in given.items() if value is not None}
    source = ArrayFile(path=str(arguments.data.resolve()), **settings)
    likely = None if arguments.task else task_of_program(arguments, source)
    return source if likely is None else source.model_copy(update={"task": likely})


def files_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the files of their own that splits of a table have."""
    places = {name: getattr(arguments, name) for name in ("validation", "test")}
    return {name: str(place.resolve()) for name, place in places.items() if place is not None}


def with_all_numbers(source: CsvSource) -> CsvSource:
    """Return the table with every column of numbers as an input: none is left out by a guess."""
    for column in source.columns:
        if column.role == "ignore" and column.type == "number":
            source = source.with_column(column.name, role="feature")
    return source


def is_raw(arguments: argparse.Namespace) -> bool:
    """Tell whether rows shall be left as they are."""
    return bool(arguments.preparation == "none")


def raw_spec(begun: Beginning, arguments: argparse.Namespace) -> Beginning:
    """Return the beginning with its rows left as they are, where that was asked for."""
    from nnstudio.catalog.preparations import raw_chain
    from nnstudio.data.beginning import changed

    if not is_raw(arguments):
        return begun
    data = begun.project.data.model_copy(update={"preparation": raw_chain(begun.examples)})
    return changed(begun, begun.project.with_data(data))
