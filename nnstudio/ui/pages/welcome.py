"""The first page: ready examples, recent files, and the way in for one's own data."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nnstudio.catalog.examples import EXAMPLES, Example
from nnstudio.ui.pages.card_button import CardButton, text_on
from nnstudio.ui.pages.recent import RecentList
from nnstudio.ui.pages.thumbnail import Thumbnail
from nnstudio.ui.theme import colours, scaled, set_role
from nnstudio.ui.widgets.icon_button import IconButton
from nnstudio.ui.widgets.side_width import SideWidth

TABLES = (".csv", ".tsv", ".txt")
PROJECT = ".nnproj"
CARD_WIDTH = 250
GOES_WRONG = "goes wrong"
HEADINGS = {
    "2-D classes": "Points in the plane",
    "functions": "Functions to learn",
    "real data": "Real data",
    "pictures": "Pictures",
    "texts": "Texts",
    "series": "Series",
    GOES_WRONG: "Made to go wrong: let the diagnosis help",
}


class ExampleCard(CardButton):
    """One example: what it looks like, its name, and what there is to learn from it."""

    def __init__(self, example: Example, parent: QWidget | None = None) -> None:
        super().__init__(
            example.title, f"<p>{example.story}</p><p>Opens as a new project, ready to train.</p>", parent
        )
        self.example = example
        self.setAccessibleDescription(example.story)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 9, 12, 9)
        row.setSpacing(12)
        row.addWidget(Thumbnail(example.source, self), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(text_on(self, example.title, "title", wrap=True))
        words.addWidget(text_on(self, example.story, "muted", wrap=True))
        words.addStretch(1)
        row.addLayout(words, 1)


class CardGrid(QWidget):
    """As many cards beside each other as there is room for, all of one width."""

    def __init__(self, cards: list[ExampleCard], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = cards
        self._across = 0
        self._filler = QWidget()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(10)
        self._arrange(2)

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(CARD_WIDTH), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(max(1, (self.width() + 10) // (scaled(CARD_WIDTH) + 10)))

    def _arrange(self, across: int) -> None:
        if across == self._across:
            return
        for column in range(max(across, self._across)):
            self._grid.setColumnStretch(column, 1 if column < across else 0)
        self._across = across
        for place, card in enumerate(self.cards):
            self._grid.addWidget(card, place // across, place % across)
        # An empty last column would get no spacing and leave these cards wider than those above.
        self._grid.addWidget(self._filler, 0, max(across - 1, 0))
        self._filler.setVisible(len(self.cards) < across)


class WelcomePage(QWidget):
    """Where a first start begins: an example opens with one click."""

    example_chosen = Signal(str)
    """Name of the example."""
    open_wanted = Signal(str)
    """Path of a project file; "" asks for one."""
    data_wanted = Signal(str)
    """Path of a file or folder with data; "" asks for a file."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.recent = RecentList()
        self.recent.chosen.connect(self.open_wanted)
        self.cards: dict[str, ExampleCard] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._start())
        row.addWidget(self._examples(), 1)
        self._hint = _DropHint(self)

    def show_recent(self, paths: list[Path]) -> None:
        """Show the project files opened before, newest first."""
        self.recent.show_paths(paths)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()
            self._hint.setGeometry(self.rect())
            self._hint.raise_()
            self._hint.show()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._hint.hide()
        path = dropped_file(event.mimeData())
        if path is None:
            return
        event.acceptProposedAction()
        wanted = self.open_wanted if path.suffix.lower() == PROJECT else self.data_wanted
        # Later: a dialog inside the drop would hold the other program's drag until it is closed.
        QTimer.singleShot(0, self, lambda: wanted.emit(str(path)))

    def _start(self) -> QWidget:
        panel = QFrame(self)
        set_role(panel, "surface")
        SideWidth(panel, 292)
        column = QVBoxLayout(panel)
        column.setContentsMargins(22, 26, 22, 18)
        column.setSpacing(8)
        title = QLabel("NN Studio")
        set_role(title, "big")
        subtitle = QLabel("Design, train and understand neural networks.", wordWrap=True)
        set_role(subtitle, "muted")
        self.new_button = IconButton(
            "data",
            "Start a project from a file: a table, texts, a text to continue, or a series",
            "New from your data…",
            role="primary",
        )
        self.new_button.clicked.connect(lambda: self.data_wanted.emit(""))
        self.folder_button = IconButton(
            "data", "Start a project from images or texts, one folder for each class", "New from a folder…"
        )
        self.folder_button.clicked.connect(self._ask_folder)
        self.open_button = IconButton("open", "Open a project file (.nnproj)", "Open project…")
        self.open_button.clicked.connect(lambda: self.open_wanted.emit(""))
        hint = QLabel(
            "Or drop a .csv, .txt or .nnproj file, or a folder of images, anywhere on this page.",
            wordWrap=True,
        )
        set_role(hint, "hint")
        column.addWidget(title)
        column.addWidget(subtitle)
        column.addSpacing(12)
        column.addWidget(self.new_button)
        column.addWidget(self.folder_button)
        column.addWidget(self.open_button)
        column.addWidget(hint)
        column.addSpacing(14)
        column.addWidget(_heading("Recent"))
        column.addWidget(_scroll(panel, self.recent, "Recent projects"), 1)
        return panel

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Images or texts, one folder for each class")
        if folder:
            self.data_wanted.emit(folder)

    def _examples(self) -> QWidget:
        content = QWidget()
        area = _scroll(self, content, "Examples")
        column = QVBoxLayout(content)
        column.setContentsMargins(26, 22, 26, 22)
        column.setSpacing(10)
        title = QLabel("Start with an example")
        set_role(title, "big")
        subtitle = QLabel("One click opens it with a network that is ready to train.", wordWrap=True)
        set_role(subtitle, "muted")
        column.addWidget(title)
        column.addWidget(subtitle)
        groups: dict[str, list[ExampleCard]] = {}
        for example in EXAMPLES:
            group = GOES_WRONG if example.goes_wrong else example.source.family
            groups.setdefault(group, []).append(self._card(example))
        for group, cards in groups.items():
            column.addSpacing(6)
            column.addWidget(_heading(HEADINGS.get(group, group)))
            column.addWidget(CardGrid(cards))
        column.addStretch(1)
        return area

    def _card(self, example: Example) -> ExampleCard:
        card = ExampleCard(example)
        card.clicked.connect(lambda: self.example_chosen.emit(example.name))
        self.cards[example.name] = card
        return card


class _DropHint(QWidget):
    """Laid over the page while a file is dragged above it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        shades = colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(shades.accent_soft)
        veil.setAlphaF(0.82)
        area = QRectF(self.rect()).adjusted(12, 12, -12, -12)
        painter.setBrush(veil)
        painter.setPen(QPen(QColor(shades.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(area, 12, 12)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "Drop the file to open it")


def dropped_file(mime: QMimeData) -> Path | None:
    """Return the first folder, data file or project among dragged files, None when there is none."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return next((path for path in paths if path.is_dir() or path.suffix.lower() in (*TABLES, PROJECT)), None)


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    set_role(label, "heading")
    return label


def _scroll(parent: QWidget, content: QWidget, name: str) -> QScrollArea:
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(name)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area
