"""A person at the studio: a hand on the real window, and eyes that wait for what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nnstudio.core.project import Project
from nnstudio.core.run import Run
from nnstudio.ui.main_window import MainWindow
from nnstudio.ui.panels.palette import Tile
from nnstudio.ui.widgets.slider_track import SliderTrack

W = TypeVar("W", bound=QWidget)
D = TypeVar("D", bound=QDialog)

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
PATIENCE = 30_000
"""Milliseconds that a person would wait at the very most."""
LOOK = 10
"""Milliseconds between two looks for a question."""
STEPS = 8
"""Mouse moves in one drag."""


@dataclass
class Studio:
    """One window, and what was asked in it."""

    window: MainWindow
    qtbot: QtBot
    asked: list[str] = field(default_factory=list)

    # -- eyes --------------------------------------------------------------------------------------

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return self.window.session.project

    @property
    def runs(self) -> tuple[Run, ...]:
        """The kept runs, oldest first."""
        return self.window.session.document.runs

    @property
    def state(self) -> str:
        """What the training does: idle, running, paused or finished."""
        return self.window.session.trainer.state

    @property
    def network(self) -> str:
        """The canvas in words: layers, settings and errors."""
        return self.window.design.canvas.describe()

    @property
    def shapes(self) -> list[str]:
        """The shapes written on the connections, from left to right."""
        stage = self.window.design.canvas.stage
        return [stage.wires[edge].text for edge in stage.layout.edges]

    @property
    def notice(self) -> str:
        """The notice in the window, empty when none is shown."""
        message = self.window.message
        return message.text() if message.isVisible() else ""

    def losses(self, column: str = "train_loss") -> list[float]:
        """A curve of the run under way or the last one."""
        return list(self.window.session.trainer.history[column])

    def wait(self, done: Callable[[], object]) -> None:
        """Wait until something is so."""

        def seen() -> bool:
            return bool(done())

        self.qtbot.waitUntil(seen, timeout=PATIENCE)

    def labels(self, within: QWidget) -> str:
        """All words shown in a part of the window."""
        texts = [w.text() for w in within.findChildren(QLabel) if w.isVisible()]
        texts += [w.text() for w in within.findChildren(QAbstractButton) if w.isVisible()]
        return "\n".join(texts)

    def find(self, kind: type[W], name: str, within: QWidget | None = None) -> W:
        """Return the one visible widget with this accessible name or text."""
        root = within or self.window
        found = [w for w in root.findChildren(kind) if w.isVisible() and name in _names(w)]
        assert found, f"no {kind.__name__} {name!r} in sight"
        return found[0]

    def button(self, name: str, within: QWidget | None = None) -> QAbstractButton:
        """Return a visible button by its words."""
        return self.find(QAbstractButton, name, within)

    # -- hand --------------------------------------------------------------------------------------

    def click(self, name: str, within: QWidget | None = None) -> None:
        """Click a button."""
        button = self.button(name, within)
        assert button.isEnabled(), f"{name} cannot be clicked: {button.toolTip()}"
        QTest.mouseClick(button, LEFT)
        QApplication.processEvents()

    def menu(self, title: str, entry: str) -> QAction:
        """Pick an entry of the menu bar."""
        bar = self.window.menuBar()
        menu = next(m for m in bar.findChildren(QMenu) if _plain(m.title()) == title)
        action = next(a for a in menu.actions() if _plain(a.text()).rstrip("…") == entry)
        assert action.isEnabled(), f"{title}, {entry} is not to be had now"
        action.trigger()
        QApplication.processEvents()
        return action

    def key(self, keys: str, at: QWidget | None = None) -> None:
        """Press keys, such as F5 or Ctrl+Z, where the keyboard is."""
        QTest.keySequence(at or self.keyboard, QKeySequence(keys))
        QApplication.processEvents()

    def write(self, text: str) -> None:
        """Type where the keyboard is."""
        for letter in text:
            QTest.keyClicks(self.keyboard, letter)
            QApplication.processEvents()

    @property
    def keyboard(self) -> QWidget:
        """The widget that gets the keys."""
        return QApplication.focusWidget() or self.window

    def enter(self, name: str, text: str, within: QWidget | None = None) -> None:
        """Type a value into the box of a setting."""
        box = self.find(QLineEdit, f"{name}, value", within)
        QTest.mouseClick(box, LEFT)
        box.selectAll()
        QTest.keyClicks(box, text)
        QTest.keyClick(box, Qt.Key.Key_Return)
        QApplication.processEvents()

    def drop_file(self, path: Path) -> None:
        """Drop a file from the desktop on the page that is shown."""
        page, copy = self.window.pages.currentWidget(), Qt.DropAction.CopyAction
        assert page is not None
        content = QMimeData()
        content.setUrls([QUrl.fromLocalFile(str(path))])
        place = page.rect().center()
        QApplication.sendEvent(page, QDragEnterEvent(place, copy, content, LEFT, NONE))
        QApplication.sendEvent(page, QDropEvent(QPointF(place), copy, content, LEFT, NONE))
        QApplication.processEvents()  # The page asks about the file once the drop is over.

    def slide(self, track: SliderTrack, begin: float, *ends: float) -> Iterator[None]:
        """Drag a slider's knob along shares of its way; yields after every move, then lets go."""
        radius = track.height() / 2
        places = [
            QPoint(round(radius + share * (track.width() - 2 * radius)), round(radius))
            for share in (begin, *ends)
        ]
        QTest.mousePress(track, LEFT, NONE, places[0])
        yield
        for a, b in pairwise(places):
            for step in range(1, STEPS + 1):
                QTest.mouseMove(track, a + (b - a) * step / STEPS)
                yield
        QTest.mouseRelease(track, LEFT, NONE, places[-1])

    @contextmanager
    def answering(self, words: str) -> Iterator[None]:
        """Answer the questions that come up by the button with these words."""

        def answer(box: QMessageBox) -> None:
            self.asked.append(f"{box.text()} {box.informativeText()}".strip())
            self.click(words, box)

        with self.in_dialog(QMessageBox, answer):
            yield

    @contextmanager
    def in_dialog(self, kind: type[D], act: Callable[[D], object]) -> Iterator[None]:
        """Do something, once, in each dialog of a kind that comes up."""
        seen: list[QWidget] = []

        def look() -> None:
            dialog: object = QApplication.activeModalWidget()
            if isinstance(dialog, kind) and dialog.isVisible() and dialog not in seen:
                seen.append(dialog)
                act(dialog)

        timer = QTimer(interval=LOOK)
        timer.timeout.connect(look)
        timer.start()
        try:
            yield
        finally:
            timer.stop()
            # What a desktop does once a dialog is gone.
            self.window.activateWindow()

    # -- canvas ------------------------------------------------------------------------------------

    def block(self, id: str) -> QPoint:
        """Return the middle of a block in the canvas's viewport, off its summary."""
        view = self.window.design.canvas
        box = view.stage.layout.boxes[id]
        return view.mapFromScene(box.centre, box.y + box.height * 0.75)

    def connection(self, source: str, target: str) -> QPoint:
        """Return a place on a connection, once the blocks stand still."""
        view = self.window.design.canvas

        def middle() -> QPoint:
            a, b = view.stage.layout.boxes[source], view.stage.layout.boxes[target]
            return view.mapFromScene((a.right + b.x) / 2, a.middle)

        self.wait(lambda: view.stage.wire_at(view.mapToScene(middle())) == (source, target))
        return middle()

    def click_block(self, id: str) -> None:
        """Select a block by a click."""
        QTest.mouseClick(self.window.design.canvas.viewport(), LEFT, NONE, self.block(id))
        QApplication.processEvents()

    def drag_tile(self, title: str, at: QPoint, on_the_way: Callable[[], None] = lambda: None) -> None:
        """Drag a tile from the palette onto a place of the canvas.

        Without a screen Qt gives a drag up at once: in its place the hand sends the drag's own
        content on its way, as a screen would.
        """
        viewport, copy = self.window.design.canvas.viewport(), Qt.DropAction.CopyAction

        def carry(drag: QDrag, _actions: Qt.DropAction) -> Qt.DropAction:
            content, begin = drag.mimeData(), at + QPoint(-40, 60)
            QApplication.sendEvent(viewport, QDragEnterEvent(begin, copy, content, LEFT, NONE))
            for step in range(STEPS + 1):
                place = begin + (at - begin) * step / STEPS
                QApplication.sendEvent(viewport, QDragMoveEvent(place, copy, content, LEFT, NONE))
            on_the_way()
            QApplication.sendEvent(viewport, QDropEvent(QPointF(at), copy, content, LEFT, NONE))
            return copy

        tile = self.find(Tile, title)
        middle = tile.rect().center()
        with patch.object(QDrag, "exec", carry):
            QTest.mousePress(tile, LEFT, NONE, middle)
            QTest.mouseMove(tile, middle + QPoint(3 * QApplication.startDragDistance(), 0))
            QTest.mouseRelease(tile, LEFT, NONE, middle)

    # -- what is done in many stories ----------------------------------------------------------------

    def open_example(self, title: str) -> None:
        """Click an example's card and wait until it stands on the canvas."""
        if self.window.page != "welcome":
            self.menu("File", "New")
        self.click(title)
        self.wait(lambda: self.window.page == "design" and self.window.session.loaded is not None)

    def plan_long(self, epochs: int = 2000) -> None:
        """Let the next run go on for so many epochs that much can happen in its middle."""
        project = self.project.set("training.early_stopping.on", False).set("training.epochs", epochs)
        self.window.session.document.edit(project, "Train on and on")

    def train(self, epochs: int = 0) -> None:
        """Press Train and wait for the end, or for some epochs."""
        self.click("Train")
        if epochs:
            self.wait(lambda: len(self.losses()) >= epochs)
        else:
            self.wait(lambda: self.state == "finished")


def _names(widget: QWidget) -> tuple[str, ...]:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return (widget.accessibleName(), _plain(text), text)


def _plain(text: str) -> str:
    return text.replace("&&", "§").replace("&", "").replace("§", "&")
