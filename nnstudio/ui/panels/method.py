"""The way through a project: the five phases, what belongs to each, checklists and the next step."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from nnstudio.core.project import Project
from nnstudio.diagnosis.method import Advice, Checklist, Item, Journey
from nnstudio.ui.panels.fix_row import preview_text
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.segmented import Segmented

SIGNS = {True: ("✓", "good"), False: ("○", ""), None: ("?", "")}
SAID = {True: "done", False: "open", None: "yours to judge"}
PAGES = {"data": "Data", "design": "Design & Train", "evaluate": "Evaluate", "tune": "Tune", "runs": "Runs"}


class ItemList(QWidget):
    """Lines with a tick, an open circle, or a question mark where only a person can tell."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(scaled(8))
        self._grid.setVerticalSpacing(scaled(5))
        self._grid.setColumnStretch(1, 1)
        self.shown: tuple[Item, ...] | None = None

    def show_items(self, items: tuple[Item, ...]) -> None:
        """Show these lines."""
        if items == self.shown:
            return
        self.shown = items
        while (old := self._grid.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, item in enumerate(items):
            sign, tone = SIGNS[item.done]
            mark, text = QLabel(sign), QLabel(item.text, wordWrap=True)
            set_role(mark, "advice", tone)
            mark.setAccessibleName(f"{item.text}: {SAID[item.done]}")
            mark.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(mark, row, 0)
            self._grid.addWidget(text, row, 1)
            note = QLabel(item.note, wordWrap=True)
            set_role(note, "hint")
            note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(note, row, 2)
        self._grid.setColumnStretch(2, 1)


class MethodPanel(QFrame):
    """Shows a journey; the next step is one button."""

    fix_chosen = Signal(object)
    page_wanted = Signal(str)
    term_wanted = Signal(str)
    """Key of a glossary page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "surface")
        self._journey: Journey | None = None
        self._lists: tuple[Checklist, ...] = ()
        self.next = Card("", tone="info")
        self._why = QLabel(wordWrap=True)
        self.button = QPushButton()
        set_role(self.button, "primary")
        self.button.clicked.connect(self._take_step)
        self._next_row = QHBoxLayout()
        self._next_row.addWidget(self.button)
        self._next_row.addStretch(1)
        self.next.body.addWidget(self._why)
        self.next.body.addLayout(self._next_row)
        words = ("1 Data", "2 Baseline", "3 More capacity", "4 Regularise", "5 Fine-tune")
        self.phases = Segmented({str(i): word for i, word in enumerate(words, 1)}, "Phase")
        self.phases.chosen.connect(lambda _key: self._show_phase())
        self._question = QLabel(wordWrap=True)
        set_role(self._question, "title")
        self.items = ItemList()
        self.lists = Segmented(
            {"checklist_before": "Before", "checklist_during": "During", "checklist_after": "After"},
            "Checklist",
        )
        self.lists.chosen.connect(lambda _key: self._show_list())
        self._ticked = QLabel()
        set_role(self._ticked, "muted")
        self.list_items = ItemList()
        self._arrange()

    def show_journey(self, journey: Journey, lists: tuple[Checklist, ...], project: Project) -> None:
        """Show where a project stands; the phase that is on comes to the front when it changes."""
        moved = self._journey is None or self._journey.at != journey.at
        self._journey, self._lists = journey, lists
        if moved:
            self.phases.set_current(str(journey.at))
        self._show_next(journey.advice, project)
        self._show_phase()
        self._show_list()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(scaled(14), scaled(12), scaled(14), scaled(12))
        column.setSpacing(scaled(10))
        column.addWidget(self.next)
        column.addWidget(self.phases)
        column.addWidget(self._question)
        column.addWidget(self.items)
        column.addSpacing(scaled(6))
        row = QHBoxLayout()
        heading = QLabel("Checklists")
        set_role(heading, "heading")
        about = QPushButton("About the phases")
        set_role(about, "small")
        about.setToolTip("The page of the glossary about the five phases")
        about.clicked.connect(lambda: self.term_wanted.emit("phases"))
        row.addWidget(heading)
        row.addStretch(1)
        row.addWidget(about)
        column.addLayout(row)
        tabs = QHBoxLayout()
        tabs.addWidget(self.lists)
        tabs.addStretch(1)
        tabs.addWidget(self._ticked)
        column.addLayout(tabs)
        column.addWidget(self.list_items)
        column.addStretch(1)

    def _show_next(self, advice: Advice, project: Project) -> None:
        self.next.set_title(f"Next: {advice.text}")
        self._why.setText(advice.why)
        if advice.fix is not None:
            self.button.setText("Apply")
            self.button.setToolTip(preview_text(advice.fix, project))
        else:
            self.button.setText(f"Go to {PAGES[advice.page]}")
            self.button.setToolTip(advice.why)
        self.button.setAccessibleName(f"{self.button.text()}: {advice.text}")

    def _show_phase(self) -> None:
        if self._journey is None:
            return
        phase = self._journey.phases[int(self.phases.current()) - 1]
        self._question.setText(phase.question)
        self.items.show_items(phase.items)

    def _show_list(self) -> None:
        chosen = next((found for found in self._lists if found.key == self.lists.current()), None)
        if chosen is not None:
            self._ticked.setText(f"{chosen.ticked} of {len(chosen.items)} done")
            self.list_items.show_items(chosen.items)

    def _take_step(self) -> None:
        if self._journey is None:
            return
        advice = self._journey.advice
        if advice.fix is not None:
            self.fix_chosen.emit(advice.fix)
        else:
            self.page_wanted.emit(advice.page)
