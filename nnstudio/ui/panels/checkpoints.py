"""The checkpoints of a project: see the losses, keep a network of an earlier epoch, or go on from there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nnstudio.engine.resume import Kept, KeptRun
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.theme import scaled, set_role

EMPTY = (
    "No checkpoints yet. Every run keeps its last epoch; set “Checkpoint every” under More settings to keep "
    "one every few epochs, and the best."
)
ROLES = {"every": "", "best": "best epoch", "last": "last epoch"}


class CheckpointsPanel(QWidget):
    """Lists runs and, below each, its checkpoints by epoch."""

    look_wanted = Signal(object, object)
    """(KeptRun, Kept): keep the network of that epoch as a run of its own."""
    go_on_wanted = Signal(object, object)
    """(KeptRun, Kept)"""
    discard_wanted = Signal(str)
    """Id of the run whose checkpoints shall go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hint = QLabel(wordWrap=True)
        set_role(self.hint, "muted")
        self.list = QTreeWidget()
        self.list.setHeaderLabels(["Epoch", "Loss", "Kept as"])
        self.list.setAccessibleName("Checkpoints")
        self.list.setToolTip("Checkpoints of this project on this computer")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setAlternatingRowColors(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.itemSelectionChanged.connect(self._enable)
        self.list.itemActivated.connect(lambda *_: self._ask(self.go_on_wanted))
        self.go_on = self._button(
            "Go on from here", "Train on after this epoch as if the run had never stopped"
        )
        self.go_on.clicked.connect(lambda: self._ask(self.go_on_wanted))
        self.look = self._button(
            "Keep as a run", "Keep the network of this epoch among the runs, to see, evaluate and compare it"
        )
        self.look.clicked.connect(lambda: self._ask(self.look_wanted))
        self.discard = self._button("Delete", "Throw all checkpoints of this run away")
        self.discard.clicked.connect(self._discard)
        row = QHBoxLayout()
        row.addWidget(self.go_on)
        row.addWidget(self.look)
        row.addStretch(1)
        row.addWidget(self.discard)
        column = QVBoxLayout(self)
        column.setSpacing(scaled(8))
        column.addWidget(self.hint)
        column.addWidget(self.list, 1)
        column.addLayout(row)
        self.show_runs([])

    def show_runs(self, runs: list[KeptRun]) -> None:
        """List these runs, the newest first; its newest checkpoint is selected."""
        self.list.clear()
        for run in runs:
            words = f"{run.record.name}, {run.record.created[:16].replace('T', ' ')}"
            head = QTreeWidgetItem([words, "", "cut off" if run.interrupted else run.record.status])
            head.setData(0, Qt.ItemDataRole.UserRole, (run, None))
            self.list.addTopLevelItem(head)
            for kept in reversed(run.checkpoints):
                item = QTreeWidgetItem([str(kept.epoch), short(kept.loss), ROLES[kept.role]])
                item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setData(0, Qt.ItemDataRole.UserRole, (run, kept))
                head.addChild(item)
            head.setExpanded(True)
        cut = [run.record.name for run in runs if run.interrupted]
        told = f"{', '.join(cut)} did not end well: go on from the last checkpoint." if cut else ""
        self.hint.setText(told if runs else EMPTY)
        self.hint.setVisible(bool(self.hint.text()))
        if runs:
            first = self.list.topLevelItem(0)
            newest = first.child(0) if first is not None else None
            if newest is not None:
                self.list.setCurrentItem(newest)
        self._enable()

    def chosen(self) -> tuple[KeptRun, Kept | None] | None:
        """Return the selected run and checkpoint, None without a selection."""
        items = self.list.selectedItems()
        found: tuple[KeptRun, Kept | None] | None = (
            items[0].data(0, Qt.ItemDataRole.UserRole) if items else None
        )
        return found

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        return button

    def _enable(self) -> None:
        found = self.chosen()
        for button in (self.go_on, self.look):
            button.setEnabled(found is not None and found[1] is not None)
        self.discard.setEnabled(found is not None)

    def _ask(self, wish: object) -> None:
        found = self.chosen()
        if found is not None and found[1] is not None:
            wish.emit(*found)  # type: ignore[attr-defined]

    def _discard(self) -> None:
        found = self.chosen()
        if found is not None:
            self.discard_wanted.emit(found[0].record.id)


class CheckpointsDialog(QDialog):
    """The panel in a window of its own; it closes once training goes on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Checkpoints")
        self.panel = CheckpointsPanel()
        column = QVBoxLayout(self)
        column.addWidget(self.panel)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.panel.go_on_wanted.connect(self.accept)
        self.resize(scaled(560), scaled(420))
