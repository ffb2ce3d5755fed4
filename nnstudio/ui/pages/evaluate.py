"""The page that judges a trained network: on training, validation and, when asked, on the test rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from nnstudio.core.dataset import SplitName
from nnstudio.core.run import Run
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.pages.job import Job
from nnstudio.ui.pages.judgement import Judgement, judged
from nnstudio.ui.pages.last_look import LastLook, looks_so_far, stamp, with_look
from nnstudio.ui.pages.run_columns import best_value
from nnstudio.ui.pages.save_csv import ask_and_save
from nnstudio.ui.pages.verdict import Verdict
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.chip import Chip
from nnstudio.ui.widgets.choice import QuietComboBox
from nnstudio.ui.widgets.icon_button import IconButton
from nnstudio.ui.widgets.message_bar import MessageBar
from nnstudio.ui.widgets.progress_strip import ProgressStrip
from nnstudio.ui.widgets.segmented import Segmented

SPLIT_WORDS: dict[SplitName, str] = {"train": "Training", "validation": "Validation", "test": "Test"}
EMPTY = "Train the network first: then this page shows how good it is, and where it goes wrong."
Kept = tuple[dict[str, bytes], Judgement]


class EvaluatePage(QWidget):
    """Judge one run's best weights on one split, in the background."""

    tested = Signal(str, dict)
    """(run id, test metrics with `looks` and `time`): to be kept with the run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._runs: tuple[Run, ...] = ()
        self._run: Run | None = None
        self._loaded: Loaded | None = None
        self._kept: dict[tuple[str, SplitName], Kept] = {}
        self._job: Job | None = None
        self._judging: tuple[Run, SplitName] | None = None
        self.runs = QuietComboBox()
        self.runs.setAccessibleName("Run to judge")
        self.runs.setToolTip("Whose best weights are judged")
        self.splits = Segmented({str(key): text for key, text in SPLIT_WORDS.items()}, "Rows to judge on")
        self.splits.set_current("validation")
        self.mark = Chip(tip="The test set is used only when asked, and every look is counted")
        self.mark.set_tone("warn")
        self.note = QLabel(wordWrap=True)
        set_role(self.note, "muted")
        self.export_button = IconButton(
            "export",
            "Write every prediction of these rows as a CSV file",
            "Export predictions…",
            role="small",
        )
        self.progress = ProgressStrip()
        self.message = MessageBar()
        self.look = LastLook()
        self.verdict = Verdict()
        self._lay_out()
        self._connect()
        self._refresh()

    def show_runs(self, runs: Sequence[Run]) -> None:
        """Offer the runs that kept weights, the newest first; the one shown stays while it exists."""
        self._runs = tuple(runs)
        usable = [run for run in runs if run.weights]
        known = {run.record.id: run for run in usable}
        self._kept = {key: kept for key, kept in self._kept.items() if key[0] in known}
        current = self._run.record.id if self._run is not None else ""
        self._run = known.get(current, usable[-1] if usable else None)
        self._fill_runs(usable)
        self._refresh()

    def show_run(self, run: Run | None, loaded: Loaded | None) -> None:
        """Judge this run; `loaded` are the project's data, used when the run was trained on them."""
        if loaded is not None and loaded is not self._loaded:
            self._loaded = loaded
            self._forget_older(loaded)
        self._run = run if run is None or run.weights else None
        if run is not None and run.weights and run.record.id not in {r.record.id for r in self._runs}:
            self._runs = (*self._runs, run)
        self._fill_runs([one for one in self._runs if one.weights])
        self._refresh()

    @property
    def split(self) -> SplitName:
        """The split to be judged on."""
        return next(name for name in SPLIT_WORDS if name == self.splits.current())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.verdict.give_up()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def export(self) -> None:
        """Ask for a file and write all predictions into it."""
        found = self._known()
        if found is not None and self._run is not None:
            name = f"{self._run.record.name} {found.split} predictions.csv"
            ask_and_save(self, "Export predictions", name, found.listing())

    def _forget_older(self, loaded: Loaded) -> None:
        """Drop what was judged on an earlier reading of the same data: the file may have changed."""
        self._kept = {
            key: kept
            for key, kept in self._kept.items()
            if kept[1].loaded is loaded or kept[1].loaded.spec != loaded.spec
        }

    # -- what is shown -----------------------------------------------------------------------------

    def _known(self) -> Judgement | None:
        if self._run is None:
            return None
        kept = self._kept.get((self._run.record.id, self.split))
        return kept[1] if kept is not None and kept[0] is self._run.weights else None

    def _refresh(self) -> None:
        """Show what is known, or find it out; nothing is computed while nobody looks."""
        if not self.isVisible():
            return
        self.message.hide()
        found = self._known()
        self._show_tools(found)
        if self._run is None:
            self._give_up()
            self._pages.setCurrentWidget(self._empty)
        elif found is not None:
            self._give_up()
            self._pages.setCurrentWidget(self.verdict)
            if self.verdict.judgement is not found:
                self.verdict.show_judgement(found, self._run)
        elif self.split == "test":
            if not self._is_judging("test"):
                self._give_up()
                self.look.show_run(self._run, looks_so_far(self._runs))
                self._pages.setCurrentWidget(self.look)
        else:
            self._judge()

    def _show_tools(self, found: Judgement | None) -> None:
        for widget in (self.runs, self.splits, self.note):
            widget.setVisible(self._run is not None)
        self.export_button.setVisible(self._run is not None)
        self.export_button.setEnabled(found is not None)
        test = self._run.record.test if self._run is not None else None
        self.mark.setVisible(found is not None and found.split == "test")
        self.mark.setText(f"Test · {stamp(test)}" if test and stamp(test) else "Test")
        self.note.setText(self._note())

    def _note(self) -> str:
        run = self._run
        if run is None:
            return ""
        which = (
            f"the best weights, of epoch {run.record.best_epoch}"
            if "best" in run.weights
            else "the last weights"
        )
        text = f"Judges {which}, on the CPU."
        if self._loaded is not None and self._loaded.spec != run.record.project.data:
            text += " The run was trained on other data settings than the project has now: its own are used."
        return text

    # -- the work ----------------------------------------------------------------------------------

    def _judge(self) -> None:
        assert self._run is not None
        run, split = self._run, self.split
        if self._is_judging(split):
            return
        self._give_up()
        self._judging = (run, split)
        self._pages.setCurrentWidget(self._waiting)
        self.progress.start(f"Judging {run.record.name} on the {SPLIT_WORDS[split].lower()} rows…")
        known = self._loaded
        self._job = Job(lambda: judged(run, split, known))
        self._job.delivered.connect(self._take)
        self._job.failed.connect(self._fail)

    def _is_judging(self, split: SplitName) -> bool:
        if self._judging is None or self._run is None:
            return False
        return self._judging[0].weights is self._run.weights and self._judging[1] == split

    def _take(self, found: list[Judgement]) -> None:
        if self._judging is None:
            return
        run, split = self._judging
        judgement = found[-1]
        self._end()
        self._kept[run.record.id, split] = (run.weights, judgement)
        if split == "test":
            values = with_look(judgement.values, looks_so_far(self._runs) + 1)
            self._note_look(run.record.id, values)
            self.tested.emit(run.record.id, values)
        self._refresh()

    def _note_look(self, id: str, values: dict[str, float]) -> None:
        """Know the result at once, whether or not somebody keeps it."""
        self._runs = tuple(r.with_record(test=values) if r.record.id == id else r for r in self._runs)
        if self._run is not None and self._run.record.id == id:
            self._run = self._run.with_record(test=values)

    def _fail(self, sentence: str, details: str) -> None:
        self._end()
        if self.split == "test":
            self._pages.setCurrentWidget(self.look)
        self.message.show_message("bad", sentence, details=details)

    def _cancel(self) -> None:
        self._give_up()
        self.message.show_message("info", "Judging was cancelled.", actions=[("Try again", self._refresh)])

    def _give_up(self) -> None:
        if self._job is not None:
            self._job.abandon()
        self._end()

    def _end(self) -> None:
        self._job = self._judging = None
        self.progress.finish()

    # -- building ----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        heading = QLabel("Evaluate")
        set_role(heading, "title")
        bar = QHBoxLayout()
        bar.setSpacing(scaled(8))
        for widget in (heading, self.runs, self.splits):
            bar.addWidget(widget)
        bar.addStretch(1)
        bar.addWidget(self.export_button)
        self._empty = QLabel(EMPTY, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        set_role(self._empty, "muted")
        self._waiting = QWidget()
        self._pages = QStackedWidget()
        for page in (self._empty, self._waiting, self.look, self.verdict):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(scaled(12), scaled(10), scaled(12), scaled(10))
        column.setSpacing(scaled(8))
        column.addLayout(bar)
        line = QHBoxLayout()
        line.setSpacing(scaled(8))
        line.addWidget(self.mark)
        line.addWidget(self.note, 1)
        column.addLayout(line)
        column.addWidget(self.progress)
        column.addWidget(self.message)
        column.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self.runs.activated.connect(self._pick_run)
        self.splits.chosen.connect(lambda _: self._refresh())
        self.look.look_wanted.connect(self._judge)
        self.export_button.clicked.connect(self.export)
        self.progress.cancelled.connect(self._cancel)

    def _fill_runs(self, usable: Sequence[Run]) -> None:
        self.runs.clear()
        for run in reversed(usable):
            loss = best_value(run, "val_loss")
            told = f" · validation loss {short(loss, 3)}" if loss is not None else ""
            self.runs.addItem(f"{run.record.name}{told}", run.record.id)
        if self._run is not None:
            self.runs.setCurrentIndex(self.runs.findData(self._run.record.id))

    def _pick_run(self) -> None:
        id = self.runs.currentData()
        self._run = next((run for run in self._runs if run.record.id == id), None)
        self._refresh()
