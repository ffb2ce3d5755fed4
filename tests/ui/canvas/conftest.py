"""A canvas with an owner, as the window will be one: it takes each wish and shows the result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnstudio.catalog.activations import Softmax
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.core.network import Layer, Network
from nnstudio.core.shape import features
from nnstudio.core.trace import Target, trace
from nnstudio.ui.canvas.drag import layer_mime
from nnstudio.ui.canvas.view import CanvasView

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
TARGET = Target(task="classification", names=("a", "b", "c"))


def chain(*layers: Layer) -> Network:
    """Return the layers as a chain n1, n2, ..."""
    network = Network()
    for layer in layers:
        network = network.insert(layer)
    return network


@dataclass
class Owner:
    """Holds the network that the canvas shows, and what was asked for."""

    view: CanvasView
    network: Network = field(default_factory=Network)
    wishes: list[str] = field(default_factory=list)
    selections: list[tuple[str, ...]] = field(default_factory=list)

    def show(self, network: Network) -> None:
        """Show a network on four features, three classes wanted."""
        self.network = network
        shape = features(4)
        self.view.show_network(network, trace(network, shape, TARGET), shape, "cross-entropy")

    def take(self, network: Network, text: str) -> None:
        """Do what the canvas asks for."""
        self.wishes.append(text)
        self.show(network)

    def selected(self) -> tuple[str, ...]:
        """Return the selected ids."""
        return self.view.selection

    def kinds(self) -> list[str]:
        """Return what the network consists of."""
        return [node.layer.kind for node in self.network.nodes]

    def units(self) -> list[int | None]:
        """Return the units of each layer."""
        return [getattr(node.layer, "units", None) for node in self.network.nodes]

    # -- a hand --------------------------------------------------------------------------------------

    def at(self, id: str) -> QPoint:
        """Return the middle of a block in the viewport, off its summary."""
        box = self.view.stage.layout.boxes[id]
        return self.view.mapFromScene(box.centre, box.y + box.height * 0.75)

    def port(self, id: str) -> QPoint:
        """Return the out-port of a block in the viewport."""
        box = self.view.stage.layout.boxes[id]
        return self.view.mapFromScene(box.right, box.middle)

    def on_wire(self, source: str, target: str) -> QPoint:
        """Return the middle of a connection in the viewport."""
        return self.view.mapFromScene(QPointF(*self.view.stage._routes[source, target].label))

    def press(self, at: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press the left button."""
        QTest.mousePress(self.view.viewport(), LEFT, modifiers, at)

    def release(self, at: QPoint) -> None:
        """Let the left button go."""
        QTest.mouseRelease(self.view.viewport(), LEFT, NONE, at)

    def move(self, at: QPoint) -> None:
        """Move the mouse."""
        QTest.mouseMove(self.view.viewport(), at)

    def drag(self, begin: QPoint, *way: QPoint) -> None:
        """Press, move along a way and let go at its end."""
        self.press(begin)
        for at in way:
            self.move(at)
        self.release(way[-1])

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Press and release a key."""
        QTest.keyClick(self.view, key, modifiers)

    # -- a drag from the palette -----------------------------------------------------------------------

    def hover(self, layer: Layer, *way: QPoint) -> None:
        """Bring a layer over the canvas by real drag events."""
        mime = layer_mime(layer)
        actions = Qt.DropAction.CopyAction
        QApplication.sendEvent(self.view.viewport(), QDragEnterEvent(way[0], actions, mime, LEFT, NONE))
        for at in way:
            QApplication.sendEvent(self.view.viewport(), QDragMoveEvent(at, actions, mime, LEFT, NONE))

    def drop(self, layer: Layer, *way: QPoint) -> None:
        """Bring a layer over the canvas and let it go."""
        self.hover(layer, *way)
        event = QDropEvent(QPointF(way[-1]), Qt.DropAction.CopyAction, layer_mime(layer), LEFT, NONE)
        QApplication.sendEvent(self.view.viewport(), event)


@pytest.fixture
def owner(qtbot: QtBot) -> Iterator[Owner]:
    """A canvas of 1000 x 560 with Dense 64, Dropout, Dense 32, Dense 3 (n1 to n4)."""
    view = CanvasView()
    qtbot.addWidget(view)
    view.stage.animated = False
    view.resize(1000, 560)
    host = Owner(view)
    view.edited.connect(host.take)
    view.selection_changed.connect(host.selections.append)
    host.show(chain(Dense(units=64), Dropout(), Dense(units=32), Dense(units=3, activation=Softmax())))
    view.show()
    qtbot.waitExposed(view)
    view.setFocus()
    yield host
    view.close()
