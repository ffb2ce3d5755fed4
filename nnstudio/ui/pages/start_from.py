"""The dialog that picks weights to start from: a project file, one of its runs, and what fits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nnstudio.core.project import Project
from nnstudio.core.run import Run
from nnstudio.engine.transfer import Match, StartProblem, matches, runs_with_weights, start_from, started
from nnstudio.ui.notice import Notice
from nnstudio.ui.panels.sizes import in_count
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from nnstudio.ui.main_window import MainWindow

ABOUT = (
    "Training begins with what another network has learnt: layers with weights are matched in order from the "
    "start, as long as kind and sizes agree. An autoencoder's first half serves a classifier that way."
)
NO_FILE = "No project file chosen yet."


def show_start_from(window: MainWindow) -> StartFromDialog | None:
    """Open the dialog; None, and a message, while the data are unknown."""
    session = window.session
    if session.project.signature is None:
        window.show_notice(Notice("bad", "The data are not loaded yet: only then it is known what fits."))
        return None
    dialog = StartFromDialog(session.project, window.files.path, window)
    dialog.decided.connect(session.document.edit)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


class StartFromDialog(QDialog):
    """Emits the project that starts from the chosen weights, or from random ones again."""

    decided = Signal(object, str)
    """(Project, text for undo)"""

    def __init__(self, project: Project, own: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Start from weights")
        self._project, self._own = project, own
        self._path = ""
        self._runs: tuple[Run, ...] = ()
        self.matches: tuple[Match, ...] = ()
        self.place = ElidedLabel(NO_FILE, Qt.TextElideMode.ElideMiddle)
        self.run, self.table = QComboBox(), QTreeWidget()
        self.freeze = QCheckBox("Freeze what is taken over")
        self.told = QLabel(wordWrap=True)
        self.choose = _button("Choose file…", "Pick the project file whose network has learnt something")
        self.use = _button("Start from these weights", "Training begins with them from the next run on")
        self.random = _button(
            "Start from random weights", "Training begins anew, and what was taken over learns again"
        )
        self.cancel = _button("Cancel", "Close without a change")
        self._name()
        self._lay_out()
        self._connect()
        self._show()
        if project.start_from is not None:
            self.open_file(project.start_from.path, project.start_from.run)

    def open_file(self, path: str, run: str = "") -> None:
        """Show the runs of a project file; `run` (an id) is selected, else the last."""
        self._path, self._runs, problem = path, (), ""
        try:
            self._runs = runs_with_weights(path)
        except StartProblem as error:
            problem = str(error)
        self.place.setText(Path(path).name)
        self.place.setToolTip(path)
        self.run.blockSignals(True)
        self.run.clear()
        for each in reversed(self._runs):
            record = each.record
            self.run.addItem(f"{record.name}, {record.created[:16].replace('T', ' ')}", record.id)
        self.run.setCurrentIndex(max(0, self.run.findData(run)) if self._runs else -1)
        self.run.blockSignals(False)
        self._show(problem)

    # -- inside ------------------------------------------------------------------------------------

    def _chosen(self) -> Run | None:
        return next((run for run in self._runs if run.record.id == self.run.currentData()), None)

    def _show(self, problem: str = "") -> None:
        chosen, signature = self._chosen(), self._project.signature
        self.matches = ()
        if chosen is not None and signature is not None:
            self.matches = matches(self._project.network, signature, chosen)
        self.table.clear()
        for match in self.matches:
            taken = match.source_title if match.source else f"begins anew: {match.reason}"
            item = QTreeWidgetItem([match.title, taken, in_count(match.learnables)])
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(1, taken)
            item.setDisabled(not match.source)
            self.table.addTopLevelItem(item)
        count = sum(bool(match.source) for match in self.matches)
        self.told.setText(problem or self._summary(count))
        set_role(self.told, "problem" if problem or (chosen and not count) else "muted")
        self.use.setEnabled(count > 0)
        self.freeze.setEnabled(count > 0)
        self.run.setEnabled(bool(self._runs))

    def _summary(self, count: int) -> str:
        if not self.matches:
            return ABOUT
        if not count:
            return "No layer fits: the first layer with weights must be of the same kind and size."
        if count == len(self.matches):
            return "Every layer takes over its weights; frozen, none of them would learn."
        return f"{count} of {len(self.matches)} layers take over their weights, the others begin anew."

    def _use(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            start = start_from(self._path, chosen)
            project = started(self._project, start, self.matches, self.freeze.isChecked())
            self.decided.emit(project, f"Start from {start.label}")
        self.accept()

    def _forget(self) -> None:
        project = started(self._project, None, self.matches, freeze=False)
        self.decided.emit(project, "Start from random weights")
        self.accept()

    def _ask(self) -> None:
        folder = str(Path(self._path).parent if self._path else (self._own or Path.home() / "x").parent)
        chosen = QFileDialog.getOpenFileName(
            self, "Start from weights", folder, "NN Studio project (*.nnproj)"
        )
        if chosen[0]:
            self.open_file(chosen[0])

    def _name(self) -> None:
        self.run.setAccessibleName("Run")
        self.run.setToolTip("The run whose best weights are taken")
        self.table.setAccessibleName("Layers and what they take over")
        self.table.setToolTip("Each layer with weights of this project, and the layer it takes them from")
        self.freeze.setAccessibleName("Freeze what is taken over")
        self.freeze.setToolTip("Training leaves these layers as they are; thaw them later to fine-tune")
        nodes = self._project.network.nodes
        self.freeze.setChecked(self._project.start_from is not None and any(node.frozen for node in nodes))
        self.table.setHeaderLabels(["Layer", "Takes over", "Learnables"])
        self.table.setRootIsDecorated(False)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.header().setStretchLastSection(False)
        self.table.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)

    def _lay_out(self) -> None:
        first, last = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.place, 1)
        first.addWidget(self.choose)
        self.random.setVisible(self._project.start_from is not None)
        last.addWidget(self.random)
        last.addStretch(1)
        last.addWidget(self.cancel)
        last.addWidget(self.use)
        set_role(self.use, "primary")
        self.use.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(scaled(18), scaled(16), scaled(18), scaled(16))
        column.setSpacing(scaled(9))
        column.addLayout(first)
        column.addWidget(self.run)
        column.addWidget(self.table, 1)
        column.addWidget(self.told)
        column.addWidget(self.freeze)
        column.addLayout(last)
        self.resize(scaled(640), scaled(440))

    def _connect(self) -> None:
        self.choose.clicked.connect(self._ask)
        self.run.currentIndexChanged.connect(lambda _at: self._show())
        self.use.clicked.connect(self._use)
        self.random.clicked.connect(self._forget)
        self.cancel.clicked.connect(self.reject)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button
