"""The card around every chart: heading, legend, body, and what leaves it as picture or table."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QPainter, QPaintEvent, QPixmap
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from nnstudio.ui.charts.title import TitleChoice
from nnstudio.ui.theme import colours, sized_font

PICTURE_SCALE = 2.0
EDGE = 8
CHILDREN = QWidget.RenderFlag.DrawChildren
LOOK_CHANGES = (QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.FontChange)


class ChartCard(QWidget):
    """A rounded card with a heading at the left, extras at the right and a chart below."""

    def __init__(self, title: str, empty_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.setMinimumSize(200, 200)
        self._framed = True
        self.title = TitleChoice(title)
        self.header = QWidget()
        self._header_row = QHBoxLayout(self.header)
        self._header_row.setContentsMargins(0, 0, 0, 0)
        self._header_row.setSpacing(4)
        self.body = QGridLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self._empty = QLabel(empty_text)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._content: QWidget | None = None
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.title)
        top.addWidget(self.header, 1)
        self._outer = QVBoxLayout(self)
        self._outer.setSpacing(4)
        self._outer.addLayout(top)
        self._outer.addLayout(self.body, 1)
        self.body.addWidget(self._empty, 0, 0)
        self._set_margins()

    def set_content(self, content: QWidget) -> None:
        """Put the chart itself into the card; the empty text shows until `set_empty(False)`."""
        self._content = content
        self.body.addWidget(content, 0, 0)
        self.set_empty(True)

    def add_to_header(self, widget: QWidget, stretch: int = 0) -> None:
        """Put a widget right of the heading."""
        self._header_row.addWidget(widget, stretch)

    def set_empty(self, empty: bool) -> None:
        """Show the text that says how to fill the chart, or the chart."""
        self._empty.setVisible(empty)
        if self._content is not None:
            self._content.setVisible(not empty)

    def set_empty_text(self, text: str) -> None:
        """Say what to do to see something here."""
        self._empty.setText(text)

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to show yet."""
        return not self._empty.isHidden()

    def embed(self) -> None:
        """Leave frame and heading to a surrounding card, which takes `header` into its own."""
        self._framed = False
        self.title.hide()
        self.setMinimumSize(0, 0)
        self._set_margins()

    def table(self) -> Iterable[Sequence[object]]:
        """Yield the rows of what is shown, the column names first."""
        raise NotImplementedError

    def restyle(self) -> None:
        """Take over the theme's colours and fonts."""
        self._empty.setFont(sized_font(self, 12))
        self._empty.setStyleSheet(f"color: {colours(self).faint}; background: transparent")

    def picture(self, path: Path | str) -> None:
        """Write the card as .svg, or as .png (or another pixel format Qt knows); OSError on failure."""
        path = Path(path)
        if path.suffix.lower() != ".svg":
            if not self._pixmap().save(str(path)):
                raise OSError(f"{path} cannot be written")
            return
        generator = QSvgGenerator()
        generator.setFileName(str(path))
        generator.setSize(self._picture_size())
        generator.setViewBox(QRect(QPoint(0, 0), self._picture_size()))
        generator.setResolution(self.logicalDpiX())
        generator.setTitle(self.accessibleName())
        painter = QPainter()
        if not painter.begin(generator):
            raise OSError(f"{path} cannot be written")
        self._draw(painter)

    def before_picture(self) -> None:
        """Bring the chart up to date and hide what only the mouse shows."""

    def csv(self, path: Path | str) -> None:
        """Write what is shown as comma-separated values in UTF-8; OSError on failure."""
        with Path(path).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(self.table())

    def copy_picture(self) -> None:
        """Put a picture of the card on the clipboard."""
        QGuiApplication.clipboard().setPixmap(self._pixmap())

    def fill_menu(self, menu: QMenu) -> None:
        """Add the actions of the context menu."""
        for text, act in (
            ("Save picture…", self._save_picture),
            ("Save data as CSV…", self._save_csv),
            ("Copy picture", self.copy_picture),
        ):
            action = menu.addAction(text)
            action.triggered.connect(lambda _=False, act=act: act())
            action.setEnabled(not self.is_empty)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        self.fill_menu(menu)
        menu.popup(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self.restyle()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._framed:
            draw_card(self)

    def sizeHint(self) -> QSize:
        return QSize(360, 300)

    def _set_margins(self) -> None:
        self._outer.setContentsMargins(*((10, 6, 10, 8) if self._framed else (0, 0, 0, 0)))

    def _picture_size(self) -> QSize:
        return (
            self.size() if self._framed else self.size() + QSize(2 * EDGE, 2 * EDGE + self._heading_height())
        )

    def _heading_height(self) -> int:
        return max(self.title.sizeHint().height(), self.header.height())

    def _pixmap(self) -> QPixmap:
        pixmap = QPixmap(self._picture_size() * PICTURE_SCALE)
        pixmap.setDevicePixelRatio(PICTURE_SCALE)
        pixmap.fill(QColor(colours(self).card))
        self._draw(QPainter(pixmap))
        return pixmap

    def _draw(self, painter: QPainter) -> None:
        self.before_picture()
        try:
            if self._framed:
                self.render(painter, QPoint(), renderFlags=CHILDREN)
                return
            # The heading is part of the surrounding card, but a picture without it says little.
            painter.fillRect(QRect(QPoint(0, 0), self._picture_size()), QColor(colours(self).card))
            painter.setPen(QColor(colours(self).text))
            painter.setFont(self.title.text_font())
            heading = QRect(EDGE, EDGE, self.width(), self._heading_height())
            painter.drawText(heading, Qt.AlignmentFlag.AlignVCenter, self.title.text())
            self.header.render(
                painter, QPoint(EDGE + self.width() - self.header.width(), EDGE), renderFlags=CHILDREN
            )
            self.render(painter, QPoint(EDGE, EDGE + self._heading_height()), renderFlags=CHILDREN)
        finally:
            painter.end()

    def _save_picture(self) -> None:
        self._save("Save picture", "PNG picture (*.png);;SVG drawing (*.svg)", self.picture)

    def _save_csv(self) -> None:
        self._save("Save data as CSV", "Comma-separated values (*.csv)", self.csv)

    def _save(self, caption: str, filters: str, write: Callable[[Path], None]) -> None:
        name, chosen = QFileDialog.getSaveFileName(self, caption, self.title.text(), filters)
        if not name:
            return
        path = Path(name)
        if not path.suffix:
            path = path.with_suffix(chosen[chosen.index("*") + 1 : -1])
        try:
            write(path)
        except OSError as error:
            QMessageBox.warning(
                self,
                caption,
                f"{path.name} was not saved: {error}. Choose another folder or free some space.",
            )


def draw_card(widget: QWidget) -> None:
    """Paint the rounded background of a card over the whole of `widget`."""
    shades = colours(widget)
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(shades.border))
    painter.setBrush(QColor(shades.card))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
