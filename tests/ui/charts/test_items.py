"""Lines and points are equally thick on the screen and in pictures of any scale."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnstudio.ui.charts.items import Line, Points
from nnstudio.ui.charts.plot import Plot


@pytest.fixture
def plot(qtbot: QtBot) -> Plot:
    plot = Plot("test")
    qtbot.addWidget(plot)
    plot.resize(200, 150)
    plot.show()
    plot.set_view((0, 1), (0, 1))
    return plot


def painted(plot: Plot, scale: int, colour: str) -> int:
    """Return how many pixels of a picture have this colour."""
    image = QImage(plot.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(QColor("white"))
    painter = QPainter(image)
    QWidget.render(plot, painter, QPoint())
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    return int((pixels & 0xFFFFFF == QColor(colour).rgb() & 0xFFFFFF).sum())


@pytest.mark.parametrize("hollow", [False, True])
def test_points_grow_with_the_picture(plot: Plot, hollow: bool) -> None:
    points = plot.add(Points(12, hollow))
    points.set_colours("#ff0000", "#00ff00")
    points.set_points(np.array([0.5, np.nan]), np.array([0.5, 0.5]))
    assert points._points.size() == 1
    one, two = painted(plot, 1, "#ff0000"), painted(plot, 2, "#ff0000")
    assert one > 20
    assert 3 < two / one < 8


def test_lines_grow_with_the_picture_and_skip_gaps(plot: Plot) -> None:
    line = plot.add(Line())
    line.set_style("#ff0000", 4)
    line.set_points(np.array([0.0, 0.5, 0.7, 1.0]), np.array([0.5, 0.5, np.nan, 0.5]))
    one, two = painted(plot, 1, "#ff0000"), painted(plot, 2, "#ff0000")
    assert 3 < two / one < 5.5
    line.set_points(np.array([0.0, 0.5, 0.7, 1.0]), np.full(4, 0.5))
    assert painted(plot, 1, "#ff0000") > 1.6 * one


def test_a_single_point_shows_as_a_dash(plot: Plot) -> None:
    line = plot.add(Line())
    line.set_style("#ff0000", 4)
    line.set_points(np.array([0.5]), np.array([0.5]))
    assert painted(plot, 1, "#ff0000") > 0


def test_only_a_noisy_band_is_drawn_the_cheap_way(plot: Plot) -> None:
    line = plot.add(Line())
    line.set_style("#ff0000", 4)
    x = np.linspace(0, 1, 1000)
    line.set_points(x, x)
    assert not line._is_band
    assert line.opts["antialias"]
    line.set_points(x, np.tile([0.5, 0.52], 500))
    assert line._is_band
    assert not line.opts["antialias"]
