"""The glossary beside the main window: a list to search, and pages that lead to one another."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSettings, Qt, QTimer, QUrl
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QTextBrowser,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nnstudio.catalog.glossary import Glossary, Page
from nnstudio.ui.glossary_pictures import picture
from nnstudio.ui.glossary_pictures.sketch import WIDTH
from nnstudio.ui.pages.glossary_text import PICTURE, page_html
from nnstudio.ui.resources import app_icon
from nnstudio.ui.theme import colours, scaled, set_role, text_percent
from nnstudio.ui.widgets.icon_button import IconButton

FIRST = "neural_network"
"""The page shown when nothing else was asked for."""
MARGIN, SCROLL_BAR = 16, 14
"""Room around the text and beside it, pixels at 100 percent."""
_KEY = Qt.ItemDataRole.UserRole
LOOK_CHANGES = (QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.FontChange)


class PageView(QTextBrowser):
    """Shows one page; a click on a link goes to another."""

    def __init__(self, glossary: Glossary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glossary = glossary
        self.page: Page | None = None
        self._drawn: tuple[object, ...] = ()
        # Not within the event: Qt is then in the middle of laying the old page out.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._draw_again)
        self.setAccessibleName("Explanation")
        self.setToolTip("Links lead to other pages; Alt+Left goes back")
        self.setOpenLinks(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_role(self, "reading")
        self.document().setDocumentMargin(scaled(MARGIN))

    def show_page(self, page: Page) -> None:
        """Show a page from its top."""
        self.page = page
        self._draw()
        self.verticalScrollBar().setValue(0)

    def loadResource(self, type: int, name: QUrl | str) -> object:
        text = name.toString() if isinstance(name, QUrl) else name
        if not text.startswith(PICTURE):
            return super().loadResource(type, name)
        ratio = self.devicePixelRatioF()
        return picture(text.removeprefix(PICTURE), colours(self), self.font(), self._percent(), ratio)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in LOOK_CHANGES:
            self._soon.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._soon.start()

    def _percent(self) -> int:
        """The size of pictures: that of the text, less where the view is narrow."""
        # Not the viewport's width: it changes when the scroll bar comes, and with it the page's height.
        room = self.width() - 2 * scaled(MARGIN) - scaled(SCROLL_BAR)
        return max(50, min(text_percent(), int(100 * room / WIDTH)))

    def _look(self) -> tuple[object, ...]:
        return (colours(self), text_percent(), self._percent(), self.font().key())

    def _draw_again(self) -> None:
        """Draw the same page in another look, where the reader was."""
        if self.page is not None and self._look() != self._drawn:
            at = self.verticalScrollBar().value()
            self._draw()
            self.verticalScrollBar().setValue(at)

    def _draw(self) -> None:
        assert self.page is not None
        self._drawn = self._look()
        # Cleared first, or the document would go on using pictures in the colours of the old theme.
        self.document().clear()
        self.setHtml(page_html(self.page, lambda key: self._glossary[key].title, colours(self)))


class GlossaryWindow(QWidget):
    """A window of its own that stays open beside the work."""

    def __init__(self, glossary: Glossary, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.glossary = glossary
        self._past: list[str] = []
        self._future: list[str] = []
        self.setWindowTitle("Glossary – NN Studio")
        self.setWindowIcon(app_icon())
        self.setAccessibleName("Glossary")
        set_role(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Find a page")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Find in the glossary")
        self.search.setToolTip("Finds pages by title, other names and words; Enter opens the first")
        self.tree = self._tree()
        self.view = PageView(glossary, self)
        self.back_button = IconButton("back", "Back to the page before (Alt+Left)", parent=self)
        self.forward_button = IconButton("forward", "Forward again (Alt+Right)", parent=self)
        self._arrange()
        self._connect()
        self._fill("")
        self._show(FIRST)

    @property
    def key(self) -> str:
        """The key of the page shown."""
        return self.view.page.key if self.view.page else ""

    def open(self, key: str) -> None:
        """Show a page and bring the window to the front; a key without a page shows the first."""
        self.show_page(key if key in self.glossary else FIRST)
        self.show()
        self.raise_()
        self.activateWindow()

    def show_page(self, key: str) -> None:
        """Show a page and remember the one before. Raises KeyError for an unknown key."""
        self.glossary[key]
        if key == self.key:
            return
        self._past.append(self.key)
        self._future.clear()
        self._show(key)

    def back(self) -> None:
        """Go to the page before, if there is one."""
        if self._past:
            self._future.append(self.key)
            self._show(self._past.pop())

    def forward(self) -> None:
        """Take back a step back, if there was one."""
        if self._future:
            self._past.append(self.key)
            self._show(self._future.pop())

    def titles(self) -> list[str]:
        """Return the titles that the list offers now, from top to bottom."""
        return [item.text(0) for item in self._items()]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.search.clear() if self.search.text() else self.close()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: QEvent) -> None:
        QSettings().setValue("glossary_geometry", self.saveGeometry())
        super().hideEvent(event)  # type: ignore[arg-type]

    # -- inside ------------------------------------------------------------------------------------

    def _tree(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setHeaderHidden(True)
        tree.setAccessibleName("Pages")
        tree.setToolTip("All pages by group")
        tree.setRootIsDecorated(True)
        tree.setUniformRowHeights(True)
        tree.setIndentation(scaled(14))
        tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return tree

    def _arrange(self) -> None:
        left, right = QWidget(self), QWidget(self)
        for widget in (left, right):
            set_role(widget, "surface")
            widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(left)
        column.setContentsMargins(scaled(10), scaled(10), scaled(10), scaled(10))
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        bar = QHBoxLayout()
        bar.setContentsMargins(scaled(12), scaled(10), 0, 0)
        bar.addWidget(self.back_button)
        bar.addWidget(self.forward_button)
        bar.addStretch(1)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.view, 1)
        split = QSplitter(self)
        split.addWidget(left)
        split.addWidget(right)
        split.setSizes([scaled(250), scaled(540)])
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(split)
        self.resize(min(scaled(800), 1200), min(scaled(640), 860))
        geometry = QSettings().value("glossary_geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._open_first)
        self.tree.currentItemChanged.connect(lambda item, _before: self._picked(item))
        self.view.anchorClicked.connect(lambda url: self.show_page(url.toString()))
        self.back_button.clicked.connect(self.back)
        self.forward_button.clicked.connect(self.forward)
        QShortcut(QKeySequence("Alt+Left"), self, self.back)
        QShortcut(QKeySequence("Alt+Right"), self, self.forward)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)

    def _fill(self, words: str) -> None:
        """List all pages by group, or those that answer a search, best first."""
        self.tree.blockSignals(True)
        self.tree.clear()
        if words.strip():
            found = list(self.glossary.found(words))
            self.tree.addTopLevelItems([_item(page) for page in found] or [_nothing(words)])
        else:
            for group, pages in self.glossary.groups().items():
                top = QTreeWidgetItem([group])
                top.setFlags(Qt.ItemFlag.ItemIsEnabled)
                top.addChildren([_item(page) for page in pages])
                self.tree.addTopLevelItem(top)
        self.tree.blockSignals(False)
        self._mark()

    def _items(self) -> list[QTreeWidgetItem]:
        tops = [self.tree.topLevelItem(i) for i in range(self.tree.topLevelItemCount())]
        found: list[QTreeWidgetItem] = []
        for top in tops:
            assert top is not None
            found += [child for i in range(top.childCount()) if (child := top.child(i))] or [top]
        return found

    def _open_first(self) -> None:
        items = self._items()
        if items and self.search.text().strip():
            self._picked(items[0])

    def _picked(self, item: QTreeWidgetItem | None) -> None:
        key = item.data(0, _KEY) if item is not None else None
        if key:
            self.show_page(key)

    def _show(self, key: str) -> None:
        self.view.show_page(self.glossary[key])
        self.back_button.setEnabled(bool(self._past))
        self.forward_button.setEnabled(bool(self._future))
        self._mark()

    def _mark(self) -> None:
        """Select the page shown in the list, where it is listed."""
        self.tree.blockSignals(True)
        item = next((item for item in self._items() if item.data(0, _KEY) == self.key), None)
        self.tree.setCurrentItem(item)  # type: ignore[arg-type]
        if item is not None:
            self.tree.scrollToItem(item)
        self.tree.blockSignals(False)


def _nothing(words: str) -> QTreeWidgetItem:
    item = QTreeWidgetItem([f"No page about “{words.strip()}”"])
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    return item


def _item(page: Page) -> QTreeWidgetItem:
    item = QTreeWidgetItem([page.title])
    item.setData(0, _KEY, page.key)
    item.setToolTip(0, f"{page.group}: {page.title}")
    return item
