"""The preparation chain: one card per step, with its settings and what was fitted."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from nnstudio.catalog.preparations import standard_chain
from nnstudio.core.dataset import PREPARATIONS, Examples, Preparation
from nnstudio.core.param import params
from nnstudio.core.project import EditProblem, Project
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.pages.fitted import fitted_in_words
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.form import Form
from nnstudio.ui.widgets.icon_button import IconButton
from nnstudio.ui.widgets.section import Section

Chain = tuple[Preparation, ...]


class StepCard(Card):
    """One step: its settings, its place in the chain, and what it learnt from the training rows."""

    edited = Signal(str, object, str)
    moved = Signal(int)
    removed = Signal()

    def __init__(self, step: Preparation, place: int, count: int, parent: QWidget | None = None) -> None:
        super().__init__(f"{place + 1}. {step.title}", parent=parent)
        self.step = step
        self.setToolTip(f"<p>{step.about()}</p>")
        self.header.setSpacing(0)
        for icon, tip, shift in (("chevron_up", "earlier", -1), ("chevron_down", "later", 1)):
            button = IconButton(icon, f"Do {step.title} one step {tip}", parent=self)
            button.setEnabled(0 <= place + shift < count)
            button.clicked.connect(lambda _=False, shift=shift: self.moved.emit(shift))
            self.header.addWidget(button)
        remove = IconButton("close", f"Remove the step {step.title}", parent=self)
        remove.clicked.connect(lambda: self.removed.emit())
        self.header.addWidget(remove)
        self._forms = [
            self._form(advanced)
            for advanced in (False, True)
            if any(spec.advanced == advanced for spec in params(step).values())
        ]
        self.fitted = QLabel(wordWrap=True)
        set_role(self.fitted, "hint")
        self.body.addWidget(self.fitted)
        self.show_fitted(None, 0)

    def set_step(self, step: Preparation) -> None:
        """Show other settings of the same step."""
        self.step = step
        for form in self._forms:
            form.set_model(step)

    def show_fitted(self, state: dict[str, Any] | None, rows: int) -> None:
        """Say what was fitted on how many training rows; None while that is unknown."""
        text = fitted_in_words(self.step, state, rows) if state is not None else ""
        self.fitted.setText(text)
        self.fitted.setVisible(bool(text))

    def _form(self, advanced: bool) -> Form:
        form = Form(self.step, advanced=advanced)
        form.edited.connect(self.edited)
        if advanced:
            more = Section("More", is_open=False)
            more.body.addWidget(form)
            self.body.addWidget(more)
        else:
            self.body.addWidget(form)
        return form


class PreparationPanel(QWidget):
    """Edit the steps between the raw columns and what the network sees."""

    edited = Signal(object, str, str)
    """(Project, text for undo, merge key)"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._examples: Examples | None = None
        self._recommended: Chain | None = None
        self.cards: list[StepCard] = []
        self._none = QLabel("No steps: the network sees the data as they are.", wordWrap=True)
        set_role(self._none, "muted")
        self.add_button = IconButton("add", "Add a preparation step at the end", "Add step", role="small")
        self._menu = QMenu(self.add_button)
        self._menu.setToolTipsVisible(True)
        for step in PREPARATIONS:
            action = self._menu.addAction(step.title)
            action.setToolTip(f"<p>{step.about()}</p>")
            action.triggered.connect(lambda _=False, step=step: self.add_step(step()))
        self.add_button.setMenu(self._menu)
        self.recommended_button = IconButton(
            "reset",
            "Put the steps that these data need, with their usual settings",
            "Recommended",
            role="small",
        )
        self.recommended_button.clicked.connect(self._restore)
        self._steps = QVBoxLayout()
        self._steps.setSpacing(scaled(6))
        self._lay_out()

    def show_project(self, project: Project) -> None:
        """Show the project's chain."""
        self._project = project
        chain = project.data.preparation
        if [type(card.step) for card in self.cards] == [type(step) for step in chain]:
            for card, step in zip(self.cards, chain, strict=True):
                if card.step is not step:
                    card.set_step(step)
        else:
            self._build(chain)
        self._none.setVisible(not chain)
        self._offer()

    def show_loaded(self, loaded: Loaded | None) -> None:
        """Show what each step has fitted, and know which chain these data need."""
        examples = loaded.examples if loaded is not None else None
        if examples is not self._examples:
            self._examples = examples
            self._recommended = standard_chain(examples) if examples is not None else None
        steps = [type(card.step) for card in self.cards]
        fits = loaded is not None and [type(step) for step in loaded.spec.preparation] == steps
        for place, card in enumerate(self.cards):
            if loaded is not None and fits:
                card.show_fitted(loaded.prepared.states[place], len(loaded.prepared.train))
            else:
                card.show_fitted(None, 0)
        self._offer()

    def add_step(self, step: Preparation) -> None:
        """Put a step behind the others."""
        self._take((*self._chain(), step), f"Add step {step.title}")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(6))
        column.addWidget(self._none)
        column.addLayout(self._steps)
        row = QHBoxLayout()
        row.addWidget(self.add_button)
        row.addWidget(self.recommended_button)
        row.addStretch(1)
        column.addLayout(row)

    def _build(self, chain: Chain) -> None:
        for card in self.cards:
            card.hide()
            self._steps.removeWidget(card)
            card.deleteLater()
        self.cards = [StepCard(step, place, len(chain), self) for place, step in enumerate(chain)]
        for place, card in enumerate(self.cards):
            card.edited.connect(lambda path, value, drag, place=place: self._set(place, path, value, drag))
            card.moved.connect(lambda shift, place=place: self._move(place, shift))
            card.removed.connect(lambda place=place: self._remove(place))
            self._steps.addWidget(card)

    def _chain(self) -> Chain:
        assert self._project is not None
        return self._project.data.preparation

    def _offer(self) -> None:
        known = self._recommended is not None and self._project is not None
        self.recommended_button.setEnabled(known and self._chain() != self._recommended)

    def _restore(self) -> None:
        if self._recommended is not None:
            self._take(self._recommended, "Restore recommended preparation")

    def _move(self, place: int, shift: int) -> None:
        chain = list(self._chain())
        step = chain.pop(place)
        chain.insert(place + shift, step)
        self._take(tuple(chain), f"Move step {step.title}")

    def _remove(self, place: int) -> None:
        chain = self._chain()
        self._take((*chain[:place], *chain[place + 1 :]), f"Remove step {chain[place].title}")

    def _take(self, chain: Chain, text: str) -> None:
        assert self._project is not None
        self.edited.emit(self._project.set("data.preparation", chain), text, "")

    def _set(self, place: int, path: str, value: object, drag: str) -> None:
        assert self._project is not None
        where = f"data.preparation.{place}.{path}"
        try:
            project = self._project.set(where, value)
        except EditProblem:
            self.cards[place].set_step(self._chain()[place])
            return
        self.edited.emit(project, f"Set {self._chain()[place].title.lower()}", f"{where}/{drag}")
