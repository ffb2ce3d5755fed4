"""The report on a run as a PDF."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import QFont, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument
from PySide6.QtSvg import QSvgRenderer

from nnstudio.export.report import Report, report_html
from nnstudio.export.written import write

DPI = 150
"""Dots per inch of the layout; drawings are finer."""
MARGIN = 16.0
"""Millimetres of white around the text."""
FINER = 4
"""Dots of a drawing per dot of its own size."""
FOOT = 9
"""Point size of the page number."""


def write_pdf(path: Path, report: Report) -> None:
    """Write the report as a PDF on A4; raises OSError. Works in any thread and without a screen."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN), QPageLayout.Unit.Millimeter)
    writer.setTitle(f"{report.run.record.project.name}, {report.run.record.name}")
    writer.setCreator("NN Studio")
    _print(_document(report, writer), writer)
    buffer.close()
    write(path, bytes(data.data()))


def _document(report: Report, writer: QPdfWriter) -> QTextDocument:
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    document.setDefaultFont(QFont("Inter", 10))
    for name, image in _pictures(report.pictures).items():
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(f"picture:{name}"), image)
    document.setHtml(report_html(report, {name: f"picture:{name}" for name in report.pictures}))
    document.setDocumentMargin(0)
    return document


def _pictures(drawings: Mapping[str, str]) -> dict[str, QImage]:
    images = {}
    for name, svg in drawings.items():
        renderer = QSvgRenderer(QByteArray(svg.encode()))
        image = QImage(renderer.defaultSize() * FINER, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        images[name] = image
    return images


def _print(document: QTextDocument, writer: QPdfWriter) -> None:
    """Print page after page, each with its number."""
    page = QSizeF(writer.width(), writer.height() - 2 * FOOT * DPI / 72)
    document.setPageSize(page)
    painter = QPainter(writer)
    for number in range(document.pageCount()):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(0, -number * page.height())
        document.drawContents(painter, QRectF(0, number * page.height(), page.width(), page.height()))
        painter.restore()
        painter.setFont(QFont("Inter", FOOT))
        painter.setPen(Qt.GlobalColor.gray)
        foot = QRectF(0, 0, writer.width(), writer.height())
        words = f"{number + 1} / {document.pageCount()}"
        painter.drawText(foot, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight, words)
    painter.end()
