"""What an evaluation shows: the metrics as tiles, and below them answers, curves or explanations."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from nnstudio.core.run import Run
from nnstudio.ui.pages.answers_tab import AnswersTab
from nnstudio.ui.pages.curves_tab import CurvesTab
from nnstudio.ui.pages.explain_tab import ExplainTab
from nnstudio.ui.pages.judgement import Judgement
from nnstudio.ui.pages.metric_tiles import MetricTiles, tiles_for
from nnstudio.ui.pages.reference_line import ReferenceLine
from nnstudio.ui.theme import scaled
from nnstudio.ui.widgets.segmented import Segmented

TABS = {"answers": "Answers", "curves": "Curves", "explain": "Explain"}
NO_CURVES = "Curves need classes with shares (softmax or sigmoid), or a series"
NO_METHODS = "There is no way to explain this network on these data"


class Verdict(QWidget):
    """Show one judgement of a run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.judgement: Judgement | None = None
        self._run: Run | None = None
        self.tiles = MetricTiles()
        self.references = ReferenceLine()
        self.tabs = Segmented(TABS, "What to look at")
        self.answers, self.curves, self.explain = AnswersTab(), CurvesTab(), ExplainTab()
        self._lay_out()
        self.tabs.chosen.connect(self.show_tab)
        self.answers.threshold.judged.connect(self._at_threshold)
        self.answers.explain_wanted.connect(self._explain)

    def show_judgement(self, judgement: Judgement, run: Run) -> None:
        """Show everything about one split."""
        self.judgement, self._run = judgement, run
        self._show_tiles(judgement)
        self.references.show_judgement(judgement)
        self.answers.show_judgement(judgement)
        self.curves.show_judgement(judgement)
        self.explain.show_judgement(judgement, run)
        self.answers.can_explain(self.explain.can_explain)
        self.tabs.set_option_enabled(
            "curves", CurvesTab.fits(judgement), "" if CurvesTab.fits(judgement) else NO_CURVES
        )
        self.tabs.set_option_enabled(
            "explain", self.explain.can_explain, "" if self.explain.can_explain else NO_METHODS
        )
        if not self.tabs.button(self.tabs.current()).isEnabled():
            self.show_tab("answers")

    def show_tab(self, key: str) -> None:
        """Bring answers, curves or explanations to the front."""
        self.tabs.set_current(key)
        self._pages.setCurrentIndex(list(TABS).index(key))

    def give_up(self) -> None:
        """End what is computed in the background."""
        self.references.give_up()
        self.explain.give_up()

    def _show_tiles(self, found: Judgement) -> None:
        assert self._run is not None
        project, words = self._run.record.project, found.baseline_words
        self.tiles.show_tiles(tiles_for(project, found.target, found.values, found.baseline, words))

    def _at_threshold(self, found: Judgement) -> None:
        self._show_tiles(found)
        self.answers.show_at_threshold(found)
        self.curves.mark(self.answers.threshold.threshold)

    def _explain(self, position: int) -> None:
        self.show_tab("explain")
        self.explain.choose(position)

    def _lay_out(self) -> None:
        self._pages = QStackedWidget()
        for page in (self.answers, self.curves, self.explain):
            self._pages.addWidget(page)
        line = QHBoxLayout()
        line.setSpacing(scaled(12))
        line.addWidget(self.tabs)
        line.addWidget(self.references, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(scaled(8))
        outer.addWidget(self.tiles)
        outer.addLayout(line)
        outer.addWidget(self._pages, 1)
