"""From a file or folder that a person brings to the source it makes, asking as little as possible."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from nnstudio.core.dataset import DataProblem, Source
from nnstudio.data.csv_file import CsvSource

LARGE = 20 << 20
"""Bytes above which looking would hold the window up; the import dialog reads in the background."""


def ask_source(path: str, parent: QWidget) -> Source | None:
    """Return the data that a place holds, None when cancelled; a plain table goes to the import dialog.

    What cannot be looked at goes there too: it says what is wrong. Raises DataProblem for a folder that
    holds nothing.
    """
    from nnstudio.data.kind import look

    place = Path(path)
    if place.is_file() and place.stat().st_size > LARGE:
        return _table(path, parent)
    try:
        looked = look(path)
    except DataProblem:
        if place.is_dir():
            raise
        return _table(path, parent)
    if looked.likely == "table" and len(looked.sources) == 4:
        return _table(path, parent)
    from nnstudio.ui.pages.kind_dialog import KindDialog

    dialog = KindDialog(looked, parent)
    accepted = dialog.exec() == KindDialog.DialogCode.Accepted
    source, kind = dialog.source(), dialog.kind
    dialog.deleteLater()
    if not accepted:
        return None
    return _table(path, parent) if kind == "table" else source


def _table(path: str, parent: QWidget) -> CsvSource | None:
    from nnstudio.ui.pages.csv_import import CsvImportDialog

    dialog = CsvImportDialog(Path(path), parent)
    accepted = dialog.exec() == CsvImportDialog.DialogCode.Accepted
    dialog.deleteLater()
    return dialog.source() if accepted else None
