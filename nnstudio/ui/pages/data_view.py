"""The loaded rows themselves: as a table, points, pictures, texts in tokens, or a line over time."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from nnstudio.core.shape import TOKENS
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.pages.column_facts import ColumnFacts, each_facts, shown, table_of
from nnstudio.ui.pages.column_table import ColumnTable
from nnstudio.ui.pages.image_grid import ImageGrid
from nnstudio.ui.pages.job import Job
from nnstudio.ui.pages.quality import QualityView
from nnstudio.ui.pages.scatter import ScatterView, drawable
from nnstudio.ui.pages.series_view import SeriesView
from nnstudio.ui.pages.text_view import TextView
from nnstudio.ui.panels.data_card import describe
from nnstudio.ui.theme import set_role
from nnstudio.ui.widgets.segmented import Segmented

VIEWS = {
    "table": "Table",
    "points": "Points",
    "pictures": "Pictures",
    "tokens": "Tokens",
    "series": "Series",
    "quality": "Quality",
}


class DataView(QWidget):
    """Show loaded examples in the way that tells most; the others are one click away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loaded: Loaded | None = None
        self._kind = ""
        self._job: Job | None = None
        self._counted = True
        self.title = QLabel("No data", wordWrap=True)
        set_role(self.title, "big")
        self.what = QLabel(wordWrap=True)
        set_role(self.what, "muted")
        self.views = Segmented(VIEWS, "View of the data")
        self.views.chosen.connect(self._show_view)
        self.table = ColumnTable()
        self.points = ScatterView()
        self.pictures = ImageGrid()
        self.tokens = TextView()
        self.series = SeriesView()
        self.quality = QualityView()
        self.empty = QLabel("The rows appear here once the data are loaded.", wordWrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self.empty, "muted")
        self.stack = QStackedWidget()
        pages = (self.table, self.points, self.pictures, self.tokens, self.series, self.quality)
        for page in (self.empty, *pages):
            self.stack.addWidget(page)
        self._lay_out()

    def show_title(self, title: str) -> None:
        """Say which data these are, loaded or not."""
        self.title.setText(title)

    def show_loaded(self, loaded: Loaded | None) -> None:
        """Show other rows; None while there are none."""
        fresh = loaded is None or self._loaded is None or loaded.examples is not self._loaded.examples
        self._loaded = loaded
        self.quality.show_loaded(loaded)
        if loaded is None:
            self._give_up()
            self.views.hide()
            self.what.setText("")
            self.stack.setCurrentWidget(self.empty)
            return
        self.what.setText(describe(loaded.prepared))
        self._offer(loaded)
        telling = telling_view(loaded)
        if telling == "pictures":
            self.pictures.show_examples(loaded.examples)
        elif telling == "tokens":
            self.tokens.show_loaded(loaded)
        elif telling == "series":
            self.series.show_loaded(loaded)
        else:
            self.points.show_loaded(loaded)
        if fresh:
            self._show_rows(loaded)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._count()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._give_up()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.what)
        top = QHBoxLayout()
        top.addLayout(words, 1)
        top.addWidget(self.views, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(top)
        column.addWidget(self.stack, 1)
        self.views.hide()

    def _offer(self, loaded: Loaded) -> None:
        """Allow the views that these data have, and choose the telling one for a new kind of data."""
        telling = telling_view(loaded)
        points = not telling and len(drawable(loaded)) >= 2
        for key in VIEWS:
            self.views.button(key).setVisible(key in (telling, "quality"))
        self.views.button("points").setVisible(points)
        self.views.button("table").setVisible(telling != "pictures")
        self.views.show()
        in_plane = points and len(drawable(loaded)) == 2 and len(loaded.examples.columns) <= 2
        kind = loaded.spec.source.kind
        current = self.views.current()
        if kind != self._kind or self.views.button(current).isHidden():
            current = telling or ("points" if in_plane else "table")
        self._kind = kind
        self.views.set_current(current)
        self._show_view(current)

    def _show_view(self, key: str) -> None:
        pages = {
            "table": self.table,
            "points": self.points,
            "pictures": self.pictures,
            "tokens": self.tokens,
            "series": self.series,
            "quality": self.quality,
        }
        self.stack.setCurrentWidget(pages[key])

    def _show_rows(self, loaded: Loaded) -> None:
        self._give_up()
        if loaded.examples.pixels is not None:
            self.table.show_columns(())
            return
        first, *others = table_of(loaded.examples)
        role = "target" if first is loaded.examples.target else ""
        self.table.show_columns([shown(first, role), *(shown(column) for column in others)])
        self._counted = False
        self._count()

    def _count(self) -> None:
        """Start to count all rows of every column, unless that is done or nobody looks."""
        if self._counted or self._loaded is None or self._job is not None or not self.isVisible():
            return
        columns = table_of(self._loaded.examples)
        self._job = Job(lambda: each_facts(columns))
        self._job.delivered.connect(self._take_facts)
        self._job.finished.connect(self._all_counted)

    def _take_facts(self, found: list[tuple[int, ColumnFacts]]) -> None:
        for place, facts in found:
            self.table.columns.set_facts(place, facts)

    def _all_counted(self) -> None:
        self._counted, self._job = True, None

    def _give_up(self) -> None:
        if self._job is not None:
            self._job.abandon()
            self._job = None


def telling_view(loaded: Loaded) -> str:
    """Return the view of its own that this kind of data has; "" for a table."""
    if loaded.examples.pixels is not None:
        return "pictures"
    if loaded.prepared.signature.input.is_a(TOKENS):
        return "tokens"
    return "series" if loaded.examples.windows is not None else ""
