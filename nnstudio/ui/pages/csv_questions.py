"""What a file leaves open, as questions with the likely answer already picked."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnstudio.data.csv_file import DELIMITERS
from nnstudio.data.csv_types import Doubt
from nnstudio.ui.pages.csv_draft import Asked
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.choice import QuietComboBox

WORDS = {
    ".": "point, as in 3.14",
    ",": "comma, as in 3,14",
    "stop": "stop and show me",
    "skip": "leave such rows out",
    "yes": "yes",
    "no": "no",
    "use": "use it",
    "ignore": "leave it out",
    "number, others missing": "numbers; the rest is missing",
    "category": "use it as categories",
    "multilabel": "yes, several labels",
    "classification": "no, just one of several classes",
    "ordinal": "yes, in this order",
    "cp1252": "as Windows does (cp1252)",
    "latin-1": "as ISO says (Latin-1)",
}


class QuestionCard(Card):
    """One question, why it is asked, and its answers."""

    answered = Signal(object, str)

    def __init__(self, doubt: Doubt, choice: str, parent: QWidget | None = None) -> None:
        super().__init__(doubt.question, parent=parent)
        self.doubt = doubt
        why = QLabel(doubt.why, wordWrap=True)
        set_role(why, "hint")
        self.box = QuietComboBox()
        self.box.setMinimumContentsLength(8)
        self.box.setSizeAdjustPolicy(QuietComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setAccessibleName(doubt.question)
        self.box.setAccessibleDescription(doubt.why)
        self.box.setToolTip(doubt.why)
        for one in doubt.choices:
            self.box.addItem(answer_in_words(doubt, one), one)
        self.set_choice(choice)
        self.box.activated.connect(lambda _: self.answered.emit(self.doubt, self.box.currentData()))
        self.body.addWidget(why)
        self.body.addWidget(self.box)

    def set_choice(self, choice: str) -> None:
        """Show another answer as picked; none if it is not among those offered."""
        self.box.setCurrentIndex(self.box.findData(choice))


class QuestionList(QWidget):
    """All questions, the most important first."""

    answered = Signal(object, str)
    """(Doubt, choice)"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[QuestionCard] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(scaled(6))

    def show_asked(self, asked: Asked) -> None:
        """Show these questions with their present answers."""
        if [card.doubt for card in self.cards] == [doubt for doubt, _ in asked]:
            for card, (_, choice) in zip(self.cards, asked, strict=True):
                card.set_choice(choice)
            return
        for card in self.cards:
            card.hide()
            card.deleteLater()
        self.cards = [QuestionCard(doubt, choice, self) for doubt, choice in asked]
        for card in self.cards:
            card.answered.connect(self.answered)
            self._column.addWidget(card)


def answer_in_words(doubt: Doubt, choice: str) -> str:
    """Return what an answer is called on the screen."""
    if doubt.about == "target":
        return choice
    if doubt.about == "delimiter":
        return next((words for sign, words in DELIMITERS.items() if sign == choice), choice)
    return WORDS.get(choice, choice)
