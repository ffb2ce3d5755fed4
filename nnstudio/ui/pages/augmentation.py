"""How training examples are varied: one card per way, and pictures before and after."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from difflib import SequenceMatcher
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QMenu, QVBoxLayout, QWidget

from nnstudio.catalog.preparations.text import words_of
from nnstudio.core.dataset import Prepared
from nnstudio.core.project import EditProblem, Project
from nnstudio.core.shape import IMAGE, TOKENS
from nnstudio.core.tokens import PADDING
from nnstudio.core.training import AUGMENTATIONS, Augmentation
from nnstudio.data.made import readable
from nnstudio.ui.pages.image_grid import as_image
from nnstudio.ui.pages.job import Job
from nnstudio.ui.pages.text_view import Chip, ShownText, TokenFlow
from nnstudio.ui.theme import colours, scaled, set_role
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.form import Form
from nnstudio.ui.widgets.icon_button import IconButton

TILES = 6
TEXTS = 3
Chosen = tuple[Augmentation, ...]
Pictures = NDArray[np.float32]
Texts = list[ShownText]


class AugmentationCard(Card):
    """One way of varying, its settings, and when it goes wrong."""

    edited = Signal(str, object, str)
    removed = Signal()

    def __init__(self, entry: Augmentation, fits: bool, parent: QWidget | None = None) -> None:
        super().__init__(entry.title, tone="" if fits else "bad", parent=parent)
        self.setToolTip(f"<p>{entry.about()}</p>")
        remove = IconButton("close", f"Remove {entry.title}", parent=self)
        remove.clicked.connect(lambda: self.removed.emit())
        self.header.addWidget(remove)
        self.form = Form(entry)
        self.form.edited.connect(self.edited)
        self.body.addWidget(self.form)
        text = entry.caution if fits else "These data cannot be varied in this way: remove it."
        if text:
            caution = QLabel(text, wordWrap=True)
            set_role(caution, "hint")
            self.body.addWidget(caution)


class BeforeAfter(QWidget):
    """Training pictures as they are, and below each how it may look to the network."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Pictures before and after")
        self.setToolTip("Above: training pictures. Below: the same, varied as in one epoch.")
        self.rows: list[list[QImage]] = []

    def show_pairs(self, before: Pictures, after: Pictures) -> None:
        """Show pictures (N, channels, height, width) from 0 to 1."""
        self.rows = [[as_image(picture) for picture in row] for row in (before, after)]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(scaled(44) * TILES, scaled(44) * 2 + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(scaled(120), scaled(44) * 2 + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours(self).card))
        side = min(scaled(44), self.width() / TILES) - 2
        for row, pictures in enumerate(self.rows):
            for column, picture in enumerate(pictures):
                painter.drawImage(QRectF(column * (side + 2), row * (side + 4), side, side), picture)


class AugmentationPanel(QWidget):
    """Edit Project.training.augmentations; offered is what the data allow."""

    edited = Signal(object, str, str)
    """(Project, text for undo, merge key)"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._prepared: Prepared | None = None
        self._job: Job | None = None
        self._drawn: tuple[Any, ...] = ()
        self.cards: list[AugmentationCard] = []
        self.none = QLabel("None: every epoch shows the same examples.", wordWrap=True)
        set_role(self.none, "muted")
        self.pairs = BeforeAfter()
        self.texts = TokenFlow()
        self.texts.setAccessibleName("Texts before and after")
        self.texts.setToolTip("Training texts, and how each may look to the network; what differs is blue.")
        self.problem = QLabel(wordWrap=True)
        set_role(self.problem, "hint")
        self.add_button = IconButton("add", "Vary the training examples in one more way", "Add", role="small")
        self._menu = QMenu(self.add_button)
        self._menu.setToolTipsVisible(True)
        self.add_button.setMenu(self._menu)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(scaled(6))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(6))
        column.addWidget(self.none)
        column.addLayout(self._cards)
        for shown in (self.pairs, self.texts, self.problem):
            column.addWidget(shown)
            shown.hide()
        column.addWidget(self.add_button)

    def show_project(self, project: Project) -> None:
        """Show the project's augmentations."""
        self._project = project
        chosen = project.training.augmentations
        if [type(card.form.model) for card in self.cards] == [type(entry) for entry in chosen]:
            for card, entry in zip(self.cards, chosen, strict=True):
                card.form.set_model(entry)
        else:
            self._build(chosen)
        self.none.setVisible(not chosen)
        self._preview()

    def show_prepared(self, prepared: Prepared | None) -> None:
        """Offer what these data allow."""
        self._prepared = prepared
        fitting = [] if prepared is None else [e for e in AUGMENTATIONS if _fits(e, prepared)]
        self._menu.clear()
        for entry in fitting:
            action = self._menu.addAction(entry.title)
            action.setToolTip(f"<p>{entry.about()}</p>")
            action.triggered.connect(lambda _=False, entry=entry: self.add(entry()))
        self.add_button.setEnabled(bool(fitting))
        if self._project is not None:
            self._build(self._project.training.augmentations)
            self._preview()

    def add(self, entry: Augmentation) -> None:
        """Vary in one more way."""
        self._take((*self._chosen(), entry), f"Add augmentation {entry.title}")

    def _chosen(self) -> Chosen:
        assert self._project is not None
        return self._project.training.augmentations

    def _build(self, chosen: Chosen) -> None:
        for card in self.cards:
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        known = self._prepared
        self.cards = [
            AugmentationCard(entry, known is None or _fits(type(entry), known), self) for entry in chosen
        ]
        for place, card in enumerate(self.cards):
            card.edited.connect(lambda path, value, drag, place=place: self._set(place, path, value, drag))
            card.removed.connect(lambda place=place: self._remove(place))
            self._cards.addWidget(card)

    def _remove(self, place: int) -> None:
        chosen = self._chosen()
        self._take((*chosen[:place], *chosen[place + 1 :]), f"Remove augmentation {chosen[place].title}")

    def _take(self, chosen: Chosen, text: str) -> None:
        assert self._project is not None
        self.edited.emit(self._project.set("training.augmentations", chosen), text, "")

    def _set(self, place: int, path: str, value: object, drag: str) -> None:
        assert self._project is not None
        where = f"training.augmentations.{place}.{path}"
        try:
            project = self._project.set(where, value)
        except EditProblem:
            self.cards[place].form.set_model(self._chosen()[place])
            return
        self.edited.emit(project, f"Set {self._chosen()[place].title.lower()}", f"{where}/{drag}")

    def _preview(self) -> None:
        """Vary some examples in the background, when they can be shown and would look different."""
        prepared, chosen = self._prepared, self._chosen()
        shape = None if prepared is None or not chosen else prepared.signature.input
        self.pairs.setVisible(shape is not None and shape.is_a(IMAGE))
        self.texts.setVisible(shape is not None and shape.is_a(TOKENS))
        self.problem.setVisible(bool(chosen and self.problem.text()))
        wanted = (id(prepared), chosen)
        hidden = self.pairs.isHidden() and self.texts.isHidden()
        if prepared is None or hidden or wanted == self._drawn or self._job is not None:
            return
        self._drawn = wanted
        self._job = Job(lambda: varied(prepared, chosen))
        self._job.delivered.connect(lambda found: self._show(found[-1]))
        self._job.finished.connect(self._over)

    def _show(self, found: tuple[Pictures, Pictures] | Texts | str) -> None:
        self.problem.setText(found if isinstance(found, str) else "")
        if isinstance(found, list):
            self.texts.set_texts(found)
        elif isinstance(found, tuple):
            self.pairs.show_pairs(*found)
        else:
            self.texts.set_texts([])

    def _over(self) -> None:
        self._job = None
        self._preview()


def varied(
    prepared: Prepared, chosen: Iterable[Augmentation]
) -> Generator[tuple[Pictures, Pictures] | Texts | str, None, None]:
    """Yield some training pictures as they are and varied, from 0 to 1, or texts; or why there are none."""
    from nnstudio.engine.augment import preview
    from nnstudio.engine.build import CannotBuild

    fitting = [entry for entry in chosen if _fits(type(entry), prepared)]
    pictures = prepared.signature.input.is_a(IMAGE)
    try:
        before, after = preview(prepared, fitting, TILES if pictures else TEXTS)
    except CannotBuild as problem:
        yield str(problem)
        return
    if not pictures:
        yield _texts(before, after, readable(words_of(prepared.states)))
        return
    shift, scale = (
        np.array([prepared.raw[name][at] for name in prepared.feature_names])[:, None, None] for at in (0, 1)
    )
    yield before * scale + shift, after * scale + shift


def _texts(before: NDArray[np.int64], after: NDArray[np.int64], words: tuple[str, ...]) -> Texts:
    """Return each text as it is and varied, what is new in it marked."""
    shown = []
    for plain, new in zip(before, after, strict=True):
        ids, others = (row[row != PADDING].tolist() for row in (plain, new))
        same: set[int] = set()
        for block in SequenceMatcher(None, ids, others, autojunk=False).get_matching_blocks():
            same.update(range(block.b, block.b + block.size))
        chips = (Chip(words[id], "known" if at in same else "changed") for at, id in enumerate(others))
        shown.append(ShownText("before", tuple(Chip(words[id], "known") for id in ids)))
        shown.append(ShownText("after", tuple(chips)))
    return shown


def _fits(entry: type[Augmentation], prepared: Prepared) -> bool:
    return prepared.signature.input.is_a(entry.shape)
