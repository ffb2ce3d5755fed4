"""Arrays in a numpy file as a data source: rows with the splits that they were given in."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from nnstudio.core.dataset import SOURCES, Examples, Source
from nnstudio.core.param import param

Layout = Literal["auto", "table", "images", "sequences", "tokens"]
LAYOUTS = ("auto", "table", "images", "sequences", "tokens")


@SOURCES.entry
class ArrayFile(Source):
    """Arrays in a numpy file (npz): x_train, y_train, x_val, y_val and, if there are any, x_test, y_test.

    The splits are kept as given and no value is changed. Inputs are rows x features for a table, rows x
    height x width or rows x channels x height x width for images, rows x steps x features for sequences,
    rows x steps of whole numbers for token ids. Texts, 0 and 1, and whole numbers that are few or count
    without a gap are classes in y, several columns of 0 and 1 are labels; other numbers are numbers to be
    predicted, one or several for every row. With x and y alone, an array called split may say which rows
    are for what.
    """

    kind = "array_file"
    title = "Arrays (npz)"
    family = "files"

    path: str = param(..., "File", "Where the arrays lie; relative to the folder of the project file.")
    task: Literal["auto", "classification", "ordinal", "multilabel", "regression"] = param(
        "auto", "Task",
        "Predict a class, one in an order, several labels or numbers; auto takes texts and few "
        "whole numbers as classes, several columns of 0 and 1 as labels.",
        choices=("auto", "classification", "ordinal", "multilabel", "regression"),
    )  # fmt: skip
    layout: Layout = param(
        "auto", "Layout",
        "What the axes of x mean; auto takes three axes as images where height and width are equal, else as "
        "sequences.",
        choices=LAYOUTS,
    )  # fmt: skip

    def load(self) -> Examples:
        from nnstudio.data.array_read import read

        return read(self)

    def label(self) -> str:
        return Path(self.path.replace("\\", "/")).name
