"""The report becomes a PDF without a screen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from nnstudio.export.report import gathered
from nnstudio.ui.report import write_pdf
from tests.engine.made import classes, project_for
from tests.export.made import run_of


def test_the_report_is_two_pages_of_pdf(qapp: QApplication, tmp_path: Path) -> None:
    data = classes()
    path = tmp_path / "run.pdf"
    write_pdf(path, gathered(run_of(project_for(data), data), data))
    pdf = path.read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert pdf.count(b"/Type /Page\n") == 2
    assert pdf.count(b"/Subtype /Image") >= 2, "both charts are in it"
    assert list(tmp_path.iterdir()) == [path]
