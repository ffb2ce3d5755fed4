"""Ask where to and write a table as comma-separated values."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget


def ask_and_save(parent: QWidget, caption: str, name: str, rows: Iterable[Sequence[object]]) -> Path | None:
    """Write the rows in UTF-8 where the person says; returns the file, None when nothing was written."""
    chosen, _ = QFileDialog.getSaveFileName(parent, caption, name, "Comma-separated values (*.csv)")
    if not chosen:
        return None
    path = Path(chosen)
    path = path if path.suffix else path.with_suffix(".csv")
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    except OSError as error:
        reason = error.strerror or str(error)
        advice = "Choose another folder or free some space."
        QMessageBox.warning(parent, caption, f"{path.name} was not saved: {reason}. {advice}")
        return None
    return path
