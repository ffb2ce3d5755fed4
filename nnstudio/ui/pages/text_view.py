"""Texts as a network reads them: a chip for every token, padding and what is cut off in sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from nnstudio.core.answers import in_words
from nnstudio.core.dataset import Column, Preparation
from nnstudio.core.tokens import SPECIAL, UNKNOWN, Tokeniser
from nnstudio.data.made import readable
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.theme import colours, scaled, set_role, sized_font

SHOWN = 40
"""Texts that are shown: the first of the training part."""
MOST_TOKENS = 300


@dataclass(frozen=True, slots=True)
class Chip:
    """One token; `tone` is known, unknown, cut, padding, answer or changed."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text in its chips, and what is said about it."""

    label: str
    chips: tuple[Chip, ...]


class TextView(QWidget):
    """Show the first training texts in their tokens."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.flow = TokenFlow()
        self.key = QLabel(wordWrap=True)
        set_role(self.key, "hint")
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("Texts in tokens")
        area.setWidget(self.flow)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.key)
        column.addWidget(area, 1)

    def show_loaded(self, loaded: Loaded) -> None:
        """Show the texts of these data; nothing when they are not cut into tokens."""
        self.flow.set_texts(shown_texts(loaded))
        answers = loaded.examples.windows is not None
        told = "the token to be foretold is filled blue" if answers else "grey dots are padding"
        self.key.setText(
            f"The first training texts as the network reads them: orange is unknown to the vocabulary, "
            f"crossed out is cut off, {told}."
        )


def shown_texts(loaded: Loaded) -> list[ShownText]:
    """Return the first training texts in chips."""
    found = _tokeniser(loaded)
    if found is None:
        return []
    tokeniser, state, length = found
    words = readable(tokeniser.vocabulary(state))
    part, target = loaded.prepared.train, loaded.prepared.signature.target
    if loaded.examples.windows is not None:
        # Neighbours overlap: one after the other is shown.
        apart = max(1, length // loaded.examples.windows.step)
        return [
            ShownText(
                f"example {place + 1}",
                (*(_known(i, words) for i in part.x[place]), Chip(words[int(part.y[place])], "answer")),
            )
            for place in range(0, len(part), apart)[:SHOWN]
        ]
    text = next(column for column in loaded.examples.columns if column.type == "text")
    shown = []
    for row, answer in zip(part.rows[:SHOWN], part.y[:SHOWN], strict=True):
        label = in_words(target, answer) if target.asks != "numbers" else _number(loaded, int(row))
        (ids,) = tokeniser.encode([_said(text, int(row))], state)
        shown.append(ShownText(label, _chips(ids[:MOST_TOKENS], words, length)))
    return shown


def _chips(ids: Sequence[int], words: tuple[str, ...], length: int) -> tuple[Chip, ...]:
    read = [_known(i, words) for i in ids[:length]]
    cut = [Chip(words[i], "cut") for i in ids[length:]]
    return (*read, *cut, *([Chip("·", "padding")] * max(0, min(length, MOST_TOKENS) - len(ids))))


def _known(id: int, words: tuple[str, ...]) -> Chip:
    return Chip(words[int(id)], "unknown" if words[int(id)] == SPECIAL[UNKNOWN] else "known")


def _said(column: Column, row: int) -> str:
    return column.values[row] or ""


def _number(loaded: Loaded, row: int) -> str:
    return f"{loaded.examples.target.values[row]:g}"


def _tokeniser(loaded: Loaded) -> tuple[Tokeniser, dict, int] | None:
    steps: Sequence[tuple[Preparation, dict]] = list(
        zip(loaded.spec.preparation, loaded.prepared.states, strict=True)
    )
    for step, state in steps:
        tokeniser = getattr(step, "tokeniser", None)
        if isinstance(tokeniser, Tokeniser):
            return tokeniser, state["tokeniser"], int(getattr(step, "length", 0))
    return None


class TokenFlow(QWidget):
    """Paint chips in lines as wide as the room, one text below the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Tokens")
        self.texts: list[ShownText] = []
        self._places: list[list[QRectF]] = []

    def set_texts(self, texts: list[ShownText]) -> None:
        """Show other texts."""
        self.texts = texts
        first = texts[0] if texts else ShownText("", ())
        self.setAccessibleDescription(
            f"{first.label}: {' '.join(c.text for c in first.chips if c.tone != 'padding')}"
        )
        self._arrange()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(sized_font(self, 12, mono=True))
        seen = QRectF(event.rect())
        for text, places in zip(self.texts, self._places, strict=True):
            if not places or places[-1].bottom() < seen.top() or places[0].top() > seen.bottom():
                continue
            self._paint_label(painter, text.label, places[0])
            for chip, place in zip(text.chips, places, strict=True):
                self._paint_chip(painter, chip, place)

    def _paint_label(self, painter: QPainter, label: str, first: QRectF) -> None:
        painter.setPen(QColor(colours(self).muted))
        room = QRectF(0, first.top(), self._left() - scaled(8), first.height())
        shown = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_chip(self, painter: QPainter, chip: Chip, place: QRectF) -> None:
        c = colours(self)
        fill, ink = {
            "known": (c.field, c.text), "unknown": (c.warn_soft, c.warn), "cut": (c.window, c.faint),
            "padding": ("", c.faint), "answer": (c.accent, c.on_accent),
            "changed": (c.accent_soft, c.accent),
        }[chip.tone]  # fmt: skip
        if fill:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(fill))
            painter.drawRoundedRect(place, scaled(4), scaled(4))
        painter.setPen(QColor(ink))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, chip.text)
        if chip.tone == "cut":
            middle = QPointF(0, place.height() / 2)
            painter.drawLine(place.topLeft() + middle, place.topRight() + middle)

    def _left(self) -> int:
        return scaled(92)

    def _arrange(self) -> None:
        metrics = QFontMetricsF(sized_font(self, 12, mono=True))
        high, gap = metrics.height() + scaled(5), scaled(3)
        y, self._places = 0.0, []
        for text in self.texts:
            x, places = float(self._left()), []
            for chip in text.chips:
                wide = metrics.horizontalAdvance(chip.text) + scaled(8 if chip.tone != "padding" else 1)
                if x + wide > self.width() and x > self._left():
                    x, y = float(self._left()), y + high + gap
                places.append(QRectF(x, y, wide, high))
                x += wide + gap
            self._places.append(places)
            y += high + scaled(12)
        self.setMinimumHeight(round(y))
