"""Small drawn marks: the arrow that folds a group, and the flake of a frozen layer."""

from __future__ import annotations

from math import cos, pi, sin

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen


def paint_chevron(painter: QPainter, centre: QPointF, size: float, colour: QColor, *, opened: bool) -> None:
    """Draw an arrow: down for an open group, to the right for a folded one."""
    long, short = size / 2, size / 4
    across, along = (QPointF(long, 0), QPointF(0, short)) if opened else (QPointF(0, long), QPointF(short, 0))
    painter.setPen(QPen(colour, max(1.5, size / 5), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline([centre - across - along, centre + along, centre + across - along])


def paint_flake(painter: QPainter, centre: QPointF, radius: float, colour: QColor) -> None:
    """Draw a snowflake of six arms, each with two twigs."""
    painter.setPen(QPen(colour, max(1.2, radius / 5), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for arm in range(6):
        angle = arm * pi / 3 + pi / 6
        painter.drawLine(centre, centre + _turned(angle) * radius)
        fork = centre + _turned(angle) * (0.55 * radius)
        for twig in (angle - pi / 4, angle + pi / 4):
            painter.drawLine(fork, fork + _turned(twig) * (0.4 * radius))


def _turned(angle: float) -> QPointF:
    return QPointF(cos(angle), sin(angle))
