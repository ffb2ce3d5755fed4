"""Texts of one's own as a data source: a table, a folder for each class, or one text to be continued."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nnstudio.catalog.datasets.texts import continued
from nnstudio.core.dataset import SOURCES, Column, DataProblem, Examples, Source
from nnstudio.core.param import param
from nnstudio.data.csv_roles import read_columns
from nnstudio.data.folders import files_by_class

SUFFIXES = (".txt", ".text", ".md")
SHORTEST = 500
"""Characters of a text that is worth being continued."""


class Texts(Source):
    """Base of texts in files."""

    family = "files"

    path: str = param(..., "Place", "Where the texts lie; relative to the folder of the project file.")

    def label(self) -> str:
        return Path(self.path.replace("\\", "/")).name or self.title


@SOURCES.entry
class TextTable(Texts):
    """Texts in a table (CSV): one column holds them, another what is to be predicted.

    A class such as positive and negative, or a number such as stars. How the table is written
    (delimiter, encoding) is found out by looking.
    """

    kind = "text_table"
    title = "Texts in a table"

    column: str = param("text", "Text column", "The column that holds the texts.")
    target: str = param("label", "Label column", "The column to be predicted: a class or a number.")

    def load(self) -> Examples:
        return read_columns(self.path, {self.column: ("text", "feature"), self.target: (None, "target")})


@SOURCES.entry
class TextFolder(Texts):
    """Texts in folders: one file for each text, and each folder is a class and bears its name.

    The folders may lie in folders called train, validation and test. Empty files are left out.
    """

    kind = "text_folder"
    title = "Texts in folders"

    def load(self) -> Examples:
        found, notes = files_by_class(self.path, SUFFIXES, "texts")
        texts = [read_text(file.path) for file in found]
        full = [i for i, text in enumerate(texts) if text.strip()]
        if len(full) < len(texts):
            notes = (*notes, f"Empty texts, left out: {len(texts) - len(full)}.")
        parts = [found[i].part for i in full]
        labels = np.array([found[i].label for i in full], dtype=object)
        column = Column("text", "text", np.array([texts[i] for i in full], dtype=object))
        split = np.array(parts, dtype=object) if parts and all(parts) else None
        return Examples(
            self.label(), Column("class", "category", labels), "classification", (column,), split, notes=notes
        )


@SOURCES.entry
class PlainText(Texts):
    """One text to be continued: the network learns which token follows those before.

    Every example is a stretch of the text and its answer the one token after it. The beginning of the
    text is for training, its end for the test.
    """

    kind = "plain_text"
    title = "Text to continue"

    step: int = param(
        1, "Step", "Tokens from the start of one example to the start of the next.", low=1, high=64,
        scale="log", step=1, too_low="Many examples that hardly differ: slow epochs.",
        too_high="Few examples.",
    )  # fmt: skip

    def load(self) -> Examples:
        text = read_text(Path(self.path))
        if len(text) < SHORTEST:
            raise DataProblem(
                f"{self.label()} has {len(text)} characters, too few to learn from: at least {SHORTEST}, "
                f"better a hundred thousand."
            )
        return continued(self.label(), text, self.step)


def read_text(path: Path) -> str:
    """Return a text file's content with plain line ends; raises DataProblem when it is none."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise DataProblem(f"The file {path} does not exist: it was moved, renamed or deleted.") from None
    except OSError as error:
        raise DataProblem(f"The file {path} cannot be opened: {error.strerror}.") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    elif b"\0" in data[:4096]:
        raise DataProblem(f"The file {path.name} is no text: it holds binary data.")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
