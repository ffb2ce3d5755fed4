"""The quality of the data: what harms training, with a remedy at hand, and how the columns go together."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from nnstudio.core.finding import Finding
from nnstudio.core.project import Project
from nnstudio.data.quality import Looking, Quality, looking
from nnstudio.ui.charts.heat_map import HeatMap
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.pages.job import Job
from nnstudio.ui.panels.finding_card import TONES
from nnstudio.ui.panels.fix_row import preview_text
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.flow_layout import FlowLayout
from nnstudio.ui.widgets.narrow_button import NarrowButton
from nnstudio.ui.widgets.progress_strip import ProgressStrip


class QualityCard(Card):
    """One thing found in the data, with what mends it."""

    fix_chosen = Signal(object)

    def __init__(self, finding: Finding, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(finding.title, tone=TONES[finding.severity], parent=parent)
        self.finding = finding
        if finding.evidence:
            evidence = QLabel(finding.line(), self, wordWrap=True)
            set_role(evidence, "mono")
            self.body.addWidget(evidence)
        if finding.why:
            self.body.addWidget(QLabel(finding.why, self, wordWrap=True))
        if finding.fixes:
            row = QWidget(self)
            flow = FlowLayout(row)
            for index, fix in enumerate(finding.fixes):
                button = NarrowButton()
                button.setText(fix.title)
                button.setToolTip(preview_text(fix, project))
                button.setAccessibleName(f"Remedy: {fix.title}")
                button.setProperty("compact", True)
                set_role(button, "small" if index else "primary", TONES[finding.severity])
                button.clicked.connect(lambda _=False, fix=fix: self.fix_chosen.emit(fix))
                flow.addWidget(button)
            self.body.addWidget(row)


class QualityView(QWidget):
    """Look through loaded data in the background, whenever this is in sight and they have changed."""

    fix_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loaded: Loaded | None = None
        self._project: Project | None = None
        self._job: Job | None = None
        self._done = False
        self.cards: list[QualityCard] = []
        self.progress = ProgressStrip()
        self.progress.cancelled.connect(self.cancel)
        self.again = QPushButton("Look through the data")
        self.again.setToolTip(
            "Look for gaps, copies, outliers, wrong labels and columns that give answers away"
        )
        self.again.setAccessibleName("Look through the data")
        self.again.clicked.connect(self.look)
        self.heat = HeatMap()
        self.relations = QLabel("How the columns go together", wordWrap=True)
        set_role(self.relations, "title")
        self._cards = QVBoxLayout()
        self._lay_out()

    def show_project(self, project: Project) -> None:
        """Know the project that remedies change."""
        self._project = project

    def show_loaded(self, loaded: Loaded | None) -> None:
        """Take other data; they are looked through once this view is in sight."""
        if loaded is self._loaded:
            return
        self.cancel()
        self._loaded, self._done = loaded, False
        if self.isVisible():
            self.look()

    def look(self) -> None:
        """Begin to look through the data."""
        loaded = self._loaded
        if loaded is None or self._job is not None:
            return
        self.again.hide()
        self.progress.start("Looking through the data…")
        self._job = Job(lambda: _events(loaded))
        self._job.delivered.connect(self._take)
        self._job.failed.connect(lambda sentence, _details: self._fail(sentence))
        self._job.finished.connect(self._over)

    def cancel(self) -> None:
        """Give up looking."""
        if self._job is not None:
            self._job.abandon()
            self._over()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        if not self._done:
            self.look()

    def _take(self, events: list[Looking | Quality]) -> None:
        last = events[-1]
        if isinstance(last, Looking):
            self.progress.set_progress(last.share, f"{last.what}…")
        else:
            self._done = True
            self._show(last)

    def _fail(self, sentence: str) -> None:
        self._done = True
        self._show(Quality((Finding("failed", sentence, {}, "", "warning"),)))

    def _over(self) -> None:
        self._job = None
        self.progress.finish()
        self.again.setVisible(not self._done)

    def _show(self, quality: Quality) -> None:
        for card in self.cards:
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        assert self._project is not None
        project = self._project
        self.cards = [QualityCard(finding, project, self) for finding in quality.findings]
        for place, card in enumerate(self.cards):
            card.fix_chosen.connect(self.fix_chosen)
            self._cards.insertWidget(place, card)
        known = quality.relations
        drawn = known is not None and len(known.names) > 0
        self.heat.setVisible(drawn)
        self.relations.setVisible(drawn)
        if known is not None and drawn:
            whole = np.ones((len(known.names) + 1,) * 2)
            whole[:-1, :-1] = known.matrix
            whole[-1, :-1] = whole[:-1, -1] = known.with_target
            self.heat.show_matrix((*known.names, known.target), whole)

    def _lay_out(self) -> None:
        content = QFrame()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, scaled(8), 0)
        column.setSpacing(scaled(8))
        self._cards.setSpacing(scaled(8))
        column.addLayout(self._cards)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName("What was found in the data")
        area.setWidget(content)
        right = QVBoxLayout()
        right.addWidget(self.relations)
        right.addWidget(self.heat, 1)
        row = QHBoxLayout()
        row.addWidget(area, 1)
        row.addLayout(right, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.progress)
        whole.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        whole.addLayout(row, 1)
        self.heat.hide()
        self.relations.hide()


def _events(loaded: Loaded) -> Generator[Looking | Quality, None, None]:
    yield from looking(loaded.examples, loaded.prepared, loaded.spec)
