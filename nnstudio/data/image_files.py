"""Image files as a data source: a folder for each class, or a table of paths and labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from nnstudio.core.dataset import SOURCES, Column, DataProblem, Examples, Source
from nnstudio.core.param import param
from nnstudio.core.trace import Task
from nnstudio.data.csv_roles import read_columns
from nnstudio.data.folders import files_by_class
from nnstudio.data.images import SUFFIXES, read_images

Colour = Literal["grey", "colour"]
Fit = Literal["crop", "stretch"]


class Images(Source):
    """Base of every set of image files: the size and colours they are brought to."""

    family = "files"

    path: str = param(..., "Place", "Where the images lie; relative to the folder of the project file.")
    size: int = param(
        32, "Size", "Width and height that every image is brought to.", low=4, high=512, scale="log", step=1,
        unit="pixels", typical=(28, 224), too_low="What tells the classes apart is lost.",
        too_high="Four times the work for every doubling.",
    )  # fmt: skip
    colour: Colour = param(
        "colour", "Colour", "Three channels of red, green and blue, or one of brightness.",
        choices=("colour", "grey"),
    )  # fmt: skip
    fit: Fit = param(
        "crop", "Fit", "Cut the longer side off to make a square, or stretch the image into one.",
        choices=("crop", "stretch"), advanced=True,
    )  # fmt: skip

    def label(self) -> str:
        return Path(self.path.replace("\\", "/")).name or self.title

    def pictures(
        self,
        files: list[Path],
        target: Column,
        task: Task,
        parts: Sequence[str | None],
        notes: tuple[str, ...],
    ) -> Examples:
        """Return the images of these files; broken ones are left out and listed. Raises DataProblem."""
        pixels, good, more = read_images(files, self.size, self.colour, self.fit)
        labels = replace(target, values=target.values[good])
        split = np.array(parts, dtype=object)[good] if parts and all(parts) else None
        return Examples(self.label(), labels, task, pixels=pixels, split=split, notes=(*notes, *more))


@SOURCES.entry
class ImageFolder(Images):
    """Pictures in folders: each folder is a class and bears its name.

    The folders may lie in folders called train, validation and test; otherwise the pictures are divided
    by the shares of the split. What cannot be read is listed and left out.
    """

    kind = "image_folder"
    title = "Images in folders"

    def load(self) -> Examples:
        found, notes = files_by_class(self.path, SUFFIXES, "images")
        labels = np.array([file.label for file in found], dtype=object)
        files, parts = [file.path for file in found], [file.part for file in found]
        return self.pictures(files, Column("class", "category", labels), "classification", parts, notes)


@SOURCES.entry
class ImageTable(Images):
    """Pictures listed in a table: one column holds the path of each, another its class or number.

    Paths count from the folder of the table. Pictures that are missing or cannot be read are listed and
    left out.
    """

    kind = "image_table"
    title = "Images in a table"

    column: str = param("path", "Path column", "The column that holds the paths of the images.")
    target: str = param("label", "Label column", "The column to be predicted: a class or a number.")

    def load(self) -> Examples:
        rows = read_columns(self.path, {self.column: ("text", "feature"), self.target: (None, "target")})
        names = next(column for column in rows.columns if column.name == self.column).values
        folder = Path(self.path).parent
        given = np.array([name is not None for name in names])
        if not given.any():
            raise DataProblem(f"The column '{self.column}' of {self.label()} is empty.")
        files = [folder / str(name).replace("\\", "/") for name in names[given]]
        labels = replace(rows.target, values=rows.target.values[given])
        return self.pictures(files, labels, rows.task, (), rows.notes)
