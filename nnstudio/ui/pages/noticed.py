"""What was noticed about the data: gaps, copies, uneven classes, the score of a plain guess."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from nnstudio.core.dataset import DataFacts, Prepared
from nnstudio.ui.charts.histogram import Histogram
from nnstudio.ui.charts.numbers import share, short
from nnstudio.ui.charts.palette import class_colour
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.theme import colours, scaled, set_role, sized_font
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.numbers import group_digits

MOST_CLASSES = 20


class ClassBars(QWidget):
    """How many training rows each class has, as one bar per class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Training rows per class")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.names: tuple[str, ...] = ()
        self.counts: tuple[int, ...] = ()

    def set_classes(self, names: tuple[str, ...], counts: tuple[int, ...]) -> None:
        """Show counts per class, at most the first 20."""
        self.names, self.counts = names[:MOST_CLASSES], counts[:MOST_CLASSES]
        text = ", ".join(f"{name}: {count}" for name, count in zip(self.names, self.counts, strict=True))
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(scaled(120), self._line() * len(self.names))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = sized_font(self, 11)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        widest = max((metrics.horizontalAdvance(name) for name in self.names), default=0)
        left = min(widest + 2, self.width() // 3) + scaled(8)
        right = max((metrics.horizontalAdvance(group_digits(n)) for n in self.counts), default=0) + scaled(8)
        line, room = self._line(), self.width() - left - right
        shades = colours(self)
        for place, (name, count) in enumerate(zip(self.names, self.counts, strict=True)):
            top = place * line
            painter.setPen(QColor(shades.muted))
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, left - scaled(8))
            painter.drawText(QRectF(0, top, left, line), Qt.AlignmentFlag.AlignVCenter, text)
            width = room * count / max(*self.counts, 1)
            number = QRectF(left + width + scaled(5), top, right, line)
            painter.drawText(number, Qt.AlignmentFlag.AlignVCenter, group_digits(count))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(class_colour(place))
            painter.drawRoundedRect(QRectF(left, top + line * 0.25, max(width, 2), line * 0.5), 2, 2)

    def _line(self) -> int:
        return round(QFontMetrics(sized_font(self, 11)).height() * 1.35)


class NoticedPanel(QWidget):
    """Tell what a person should know before training on these data."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notes: list[Card] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(scaled(6))
        self._balance = QLabel("Training rows per class")
        self.bars = ClassBars()
        self.histogram = Histogram()
        self.histogram.setMinimumHeight(scaled(64))
        self.guess = QLabel(wordWrap=True)
        set_role(self._balance, "muted")
        set_role(self.guess, "hint")
        for widget in (self._balance, self.bars, self.histogram, self.guess):
            self._column.addWidget(widget)
        self.show_loaded(None)

    def show_loaded(self, loaded: Loaded | None) -> None:
        """Show what was noticed about these data."""
        for card in self.notes:
            card.hide()
            card.deleteLater()
        self.notes = []
        if loaded is not None:
            self.notes = [_note(text, tone, self) for text, tone in noticed(loaded.prepared)]
        for place, card in enumerate(self.notes):
            self._column.insertWidget(place, card)
        self._show_target(loaded)

    def _show_target(self, loaded: Loaded | None) -> None:
        goal = loaded.prepared.signature.target if loaded is not None else None
        classes = goal is not None and goal.asks != "numbers"
        self._balance.setVisible(goal is not None)
        self.bars.setVisible(classes)
        self.histogram.setVisible(goal is not None and not classes)
        self.guess.setVisible(goal is not None)
        if loaded is None or goal is None:
            return
        facts = loaded.prepared.facts
        if classes:
            self._balance.setText(f"Training rows per {goal.noun(several=False)}")
            self.bars.set_classes(goal.names, facts.train.class_counts)
        else:
            self._balance.setText(f"Training rows by {goal.names[0]}")
            self.histogram.set_numbers(loaded.prepared.own(loaded.prepared.train)[:, 0])
        self.guess.setText(plain_guess(facts))


def noticed(prepared: Prepared) -> list[tuple[str, str]]:
    """Return (sentence, tone) for everything worth knowing; what was checked and is fine comes last."""
    facts = prepared.facts
    found = [(note, "warn" if _alarming(note) else "info") for note in prepared.notes]
    if facts.constant_features:
        named = ", ".join(facts.constant_features[:3]) + ("…" if len(facts.constant_features) > 3 else "")
        found.append((f"Never changes in the training rows, so it teaches nothing: {named}.", "warn"))
    classes = prepared.signature.target.asks == "class"
    counts = [count for count in facts.train.class_counts if count]
    if classes and counts and max(counts) >= 4 * min(counts):
        found.append(
            (f"The largest class has {max(counts) / min(counts):.0f} times the rows of the smallest: "
             "class weights help the small ones.", "warn")
        )  # fmt: skip
    if not facts.duplicates and not facts.leaked:
        found.append(
            ("No row repeats another, and no validation or test row stands in the training rows.", "good")
        )
    return found


def plain_guess(facts: DataFacts) -> str:
    """Return what a network has to beat: the score of always giving the same answer."""
    if "accuracy" in facts.baseline_loss:
        right = share(facts.baseline_loss["accuracy"])
        return f"Always guessing the most frequent class is right for {right} of the validation rows."
    if "hamming_loss" in facts.baseline_loss:
        wrong = share(facts.baseline_loss["hamming_loss"])
        return f"Always naming the labels that are usually true gets {wrong} of the single labels wrong."
    if "rmse" in facts.baseline_loss:
        off = short(facts.baseline_loss["rmse"])
        said = f"Always guessing the mean is off by {off} on the validation rows (RMSE)."
        if "naive_rmse" not in facts.baseline_loss:
            return said
        return f"{said} Saying the last step (or season) again: {short(facts.baseline_loss['naive_rmse'])}."
    return ""


def _alarming(note: str) -> bool:
    return any(word in note for word in ("repeat", "training rows:", "single example", "could not be read"))


def _note(text: str, tone: str, parent: QWidget) -> Card:
    card = Card(tone=tone, parent=parent)
    card.setAccessibleName("Noticed")
    card.setAccessibleDescription(text)
    card.body.addWidget(QLabel(text, wordWrap=True))
    return card
