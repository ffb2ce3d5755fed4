"""File > Export: the dialog opened for the run in sight, and its work in the background."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from nnstudio.export.formats import Wish, Written, export
from nnstudio.ui.data_loader import Loaded, load_both
from nnstudio.ui.notice import Notice
from nnstudio.ui.pages.export_dialog import ExportDialog

if TYPE_CHECKING:
    from nnstudio.ui.main_window import MainWindow


def show_export(window: MainWindow) -> ExportDialog | None:
    """Open the dialog: about the run selected on the runs page, else the last one.

    None, and a message, while no project is open.
    """
    session = window.session
    if window.page == "welcome":
        window.show_notice(Notice("info", "Open a project first: then it can be exported."))
        return None
    folder = window.files.path.parent if window.files.path else Path.home()
    selected = window.work.runs.table.selected() if window.page == "runs" else []
    chosen = selected[0].record.id if selected else ""
    loaded = session.loaded
    dialog = ExportDialog(
        session.project,
        session.document.runs,
        folder,
        lambda wish: exported(wish, loaded),
        chosen=chosen,
        parent=window,
    )
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


def exported(wish: Wish, known: Loaded | None) -> Generator[str | Written, None, None]:
    """Yield what is being done, and at last what has been written; given up before, nothing is left.

    `known` are data that are loaded already, used when the wish is about them.
    """
    if known is None or known.spec != wish.project.data:
        yield "Reading the data…"
        known = next(load_both(wish.project.data, known))
    yield f"Writing {wish.path.name}…"
    # Beside the place where it shall lie, so that it can be put there in one stroke.
    with tempfile.TemporaryDirectory(dir=wish.path.parent, prefix=".export-") as folder:
        aside = replace(wish, path=Path(folder, wish.path.name))
        written = export(aside, known.prepared, _pdf)
        yield "Nearly done…"
        paths = []
        for path in written.paths:
            paths.append(wish.path.parent / path.name)
            os.replace(path, paths[-1])
    yield Written(tuple(paths), written.words)


def _pdf(path: Path, report: object) -> None:
    from nnstudio.export.report import Report
    from nnstudio.ui.report import write_pdf

    assert isinstance(report, Report)
    write_pdf(path, report)
