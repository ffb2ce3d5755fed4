"""Draws one block: bar, title, summary, stripes, learnables or cost, health, halo and port."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from nnstudio.ui.canvas.badges import paint_chevron, paint_flake
from nnstudio.ui.canvas.block import COST_WORDS, Block, Cost
from nnstudio.ui.canvas.layout import LOSS, Box
from nnstudio.ui.canvas.measure import Measure, grown, is_tiny
from nnstudio.ui.theme import Colours, colours, scaled
from nnstudio.ui.widgets.numbers import group_digits

Level = Literal["good", "warn", "bad"]
RADIUS = 9.0
PORT = 6.0
"""Radius of the out-port."""
_PITCH = 9
_PILE = 4.0
"""How far the cards behind a folded group look out."""


@dataclass(slots=True)
class Look:
    """How a block stands at the moment."""

    selected: bool = False
    current: bool = False
    """Has the keyboard."""
    hovered: bool = False
    target: bool = False
    """A new connection may end here."""
    faded: bool = False
    health: tuple[str, Level] | None = None
    cost: Cost | None = None
    share: float = 0.0
    """Of the largest cost in the network."""


class LayerItem(QGraphicsItem):
    """Draws a layer, the input or the loss; it is told everything and decides nothing."""

    def __init__(self, block: Block, measure: Measure) -> None:
        super().__init__()
        self.block = block
        self.box = Box(0, 0, 10, 10)
        self.look = Look()
        self._measure = measure
        self.setZValue(2)

    def show_block(self, block: Block, measure: Measure) -> None:
        """Show other words; the box is set apart."""
        self.block, self._measure = block, measure
        self.setToolTip(block.tooltip)
        self.update()

    def place(self, box: Box) -> None:
        """Move and resize."""
        if (box.width, box.height) != (self.box.width, self.box.height):
            self.prepareGeometryChange()
        self.box = box
        self.setPos(box.x, box.y)

    def set_look(self, look: Look) -> None:
        """Stand differently; repaints only when that changes."""
        if look != self.look:
            self.prepareGeometryChange()
            self.look = look
            self.setOpacity(0.45 if look.faded else 1.0)
            self.update()

    def summary_rect(self) -> QRectF:
        """Return where the summary stands, in scene coordinates."""
        top = self.box.y + 9 + self._measure.title_height
        return QRectF(self.box.x, top - 1, self.box.width, self._measure.summary_height + 4)

    def title_rect(self) -> QRectF:
        """Return where the title stands, in scene coordinates."""
        return QRectF(self.box.x, self.box.y + 6, self.box.width, self._measure.title_height + 4)

    def chevron_rect(self) -> QRectF:
        """Return where the arrow of a folded group stands, in scene coordinates."""
        side = self._measure.chevron + 8
        return QRectF(self.box.x + 2, self.box.y + 6, side, self._measure.title_height + 6)

    def health_rect(self) -> QRectF:
        """Return where the health mark stands, in scene coordinates; empty without one."""
        if self.look.health is None:
            return QRectF()
        return QRectF(self.box.x, self.box.bottom + 4, self.box.width, self._measure.summary_height + 4)

    def boundingRect(self) -> QRectF:
        below = self._measure.summary_height + 12 if self.look.health else 8
        return QRectF(0, 0, self.box.width, self.box.height).adjusted(-40, -8, 40, below)

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(0, 0, self.box.width, self.box.height)
        return path

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        c = colours(widget)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(0, 0, self.box.width, self.box.height)
        colour = self._colour(c)
        self._paint_halo(painter, rect, c)
        self._paint_body(painter, rect, colour, c)
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        if is_tiny(self._measure.title, zoom):
            self._paint_title_alone(painter, rect, zoom, c)
        else:
            self._paint_words(painter, rect, c)
            bottom = self._paint_foot(painter, rect, colour, c)
            self._paint_stripes(painter, rect, bottom, colour, c)
            self._paint_badges(painter, rect, c)
        self._paint_health(painter, rect, c)
        if (self.look.hovered or self.look.current) and self.block.id != LOSS:
            painter.setPen(QPen(colour, 2))
            painter.setBrush(QColor(c.card))
            painter.drawEllipse(QPointF(rect.right(), rect.center().y()), PORT, PORT)

    def _colour(self, c: Colours) -> QColor:
        if self.block.is_output or self.block.error:
            return QColor(c.bad)
        return QColor(c.family(self.block.family) if self.block.family else c.muted)

    def _paint_halo(self, painter: QPainter, rect: QRectF, c: Colours) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.look.target:
            painter.setPen(QPen(QColor(c.good), 3, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(rect.adjusted(-4, -4, 4, 4), RADIUS + 4, RADIUS + 4)
        if self.look.selected:
            halo = QColor(c.accent)
            halo.setAlpha(120)
            painter.setPen(QPen(halo, 5))
            painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), RADIUS + 2, RADIUS + 2)
        if self.look.current:
            painter.setPen(QPen(QColor(c.text), 1, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(rect.adjusted(-6, -6, 6, 6), RADIUS + 6, RADIUS + 6)

    def _paint_body(self, painter: QPainter, rect: QRectF, colour: QColor, c: Colours) -> None:
        for card in (2, 1) if self.block.layers else ():
            painter.setPen(QPen(colour, 1))
            painter.setBrush(QColor(c.card))
            painter.drawRoundedRect(rect.translated(card * _PILE, -card * _PILE), RADIUS, RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 16))
        painter.drawRoundedRect(rect.translated(0, 2.5), RADIUS, RADIUS)
        outline = QPainterPath()
        outline.addRoundedRect(rect, RADIUS, RADIUS)
        painter.fillPath(outline, QColor(c.bad_soft if self.block.error else c.card))
        bar = QPainterPath()
        bar.addRect(QRectF(0, 0, rect.width(), 6))
        painter.fillPath(outline.intersected(bar), colour)
        painter.setPen(QPen(colour, 2.5 if self.block.error else 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline)

    def _paint_words(self, painter: QPainter, rect: QRectF, c: Colours) -> None:
        m = self._measure
        centre = Qt.AlignmentFlag.AlignCenter
        painter.setPen(QColor(c.text))
        painter.setFont(m.title)
        painter.drawText(QRectF(0, 9, rect.width(), m.title_height), centre, self.block.title)
        painter.setPen(QColor(c.muted))
        painter.setFont(m.summary)
        top = 9 + m.title_height
        painter.drawText(QRectF(0, top, rect.width(), m.summary_height), centre, self.block.summary)

    def _paint_title_alone(self, painter: QPainter, rect: QRectF, zoom: float, c: Colours) -> None:
        """Write only the title, as large as it must be to be read, or as the block allows."""
        words = self.block.title.split() or [""]
        widest = max(self._measure.width(self._measure.title, word) for word in words)
        painter.setPen(QColor(c.text))
        painter.setFont(grown(self._measure.title, zoom, (rect.width() - 8) / max(widest, 1.0)))
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignCenter
        painter.drawText(rect.adjusted(2, 6, -2, 0), int(flags), self.block.title)

    def _paint_badges(self, painter: QPainter, rect: QRectF, c: Colours) -> None:
        middle = 9 + self._measure.title_height / 2
        if self.block.layers:
            size = self._measure.chevron
            paint_chevron(painter, QPointF(5 + size / 2, middle), size * 0.6, QColor(c.muted), opened=False)
        if self.block.frozen:
            paint_flake(painter, QPointF(rect.right() - scaled(8), middle), scaled(5), QColor(c.accent))

    def _paint_foot(self, painter: QPainter, rect: QRectF, colour: QColor, c: Colours) -> float:
        """Write the learnables, or the cost with its bar, at the lower edge; returns where that begins."""
        m = self._measure
        cost = self.look.cost
        count = self.block.cost(cost or "learnables")
        bottom = rect.bottom() - 6
        if cost and self.block.costs:
            bottom -= 8
            track = QRectF(12, bottom, rect.width() - 24, 7)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.field))
            painter.drawRoundedRect(track, 3, 3)
            track.setWidth(max(track.width() * self.look.share, 2 if count else 0))
            painter.setBrush(QColor(c.validation))
            painter.drawRoundedRect(track, 3, 3)
        text = (
            ""
            if not self.block.costs
            else self._foot_text(count, COST_WORDS[cost or "learnables"], rect.width() - 12)
        )
        room = bottom - m.small_height - 2 >= m.head + (0 if cost else 2 * _PITCH)
        if not text or not room:
            return bottom
        bottom -= m.small_height + 2
        painter.setPen(QColor(c.muted))
        painter.setFont(m.small)
        painter.drawText(QRectF(0, bottom, rect.width(), m.small_height), Qt.AlignmentFlag.AlignCenter, text)
        return bottom

    def _foot_text(self, count: int, noun: str, room: float) -> str:
        if not count and not self.look.cost:
            return ""
        m = self._measure
        texts = (f"{group_digits(count)} {noun}", group_digits(count), _short(count))
        return next((text for text in texts if m.width(m.small, text) <= room), "")

    def _paint_stripes(
        self, painter: QPainter, rect: QRectF, bottom: float, colour: QColor, c: Colours
    ) -> None:
        if not self.block.striped:
            return
        top = self._measure.head + 3
        room = int((bottom - 4 - top) // _PITCH)
        count = min(room, self.block.units or room)
        if count <= 0:
            return
        light = QColor(c.card).lightness() > 128
        faint = _mixed(colour, c.card, 0.17 if light else 0.32)
        painter.setPen(QPen(faint, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        left, right = 14.0, rect.width() - 14
        first = top + 2 + (room - count) * _PITCH / 2
        painter.drawLines([QLineF(left, y, right, y) for y in (first + i * _PITCH for i in range(count))])

    def _paint_health(self, painter: QPainter, rect: QRectF, c: Colours) -> None:
        if self.look.health is None:
            return
        text, level = self.look.health
        m = self._measure
        colour = QColor({"good": c.good, "warn": c.warn, "bad": c.bad}[level])
        dot = scaled(8)
        width = m.width(m.summary, text) + dot + 4
        x, y = rect.center().x() - width / 2, rect.bottom() + 6
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        middle = y + m.summary_height / 2
        # The mark differs by shape too, for those who cannot tell the colours apart.
        if level == "good":
            painter.drawEllipse(QPointF(x + dot / 2, middle), dot / 2, dot / 2)
        elif level == "warn":
            painter.drawPolygon(
                [
                    QPointF(x, middle + dot / 2),
                    QPointF(x + dot, middle + dot / 2),
                    QPointF(x + dot / 2, middle - dot / 2),
                ]
            )
        else:
            painter.drawRect(QRectF(x, middle - dot / 2, dot, dot))
        painter.setPen(colour)
        painter.setFont(m.summary)
        painter.drawText(QPointF(x + dot + 4, y + m.summary_height * 0.8), text)


def _short(count: int) -> str:
    """Return a count in three figures: 59.2 K."""
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "K")):
        if count >= limit:
            return f"{count / limit:.3g} {unit}"
    return str(count)


def _mixed(colour: QColor, ground: str, share: float) -> QColor:
    other = QColor(ground)
    red = colour.red() * share + other.red() * (1 - share)
    green = colour.green() * share + other.green() * (1 - share)
    blue = colour.blue() * share + other.blue() * (1 - share)
    return QColor(round(red), round(green), round(blue))
