"""The hyperparameter sliders: optimizer, rate, batch, epochs, penalties, stopping, schedule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from nnstudio.catalog.edits import dropout_rate, with_dropout
from nnstudio.core.param import Param, params
from nnstudio.core.project import EditProblem, Project
from nnstudio.core.registry import Registry
from nnstudio.core.training import LOSSES, OPTIMIZERS, SCHEDULES
from nnstudio.ui.panels.rate_scaling import RateScaling
from nnstudio.ui.panels.rate_strip import RateStripPanel
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.form import DetailsEditor, EntryEditor, Form
from nnstudio.ui.widgets.section import Section
from nnstudio.ui.widgets.slider import ParamSlider

if TYPE_CHECKING:
    from nnstudio.diagnosis.method import Arrow

DROPOUT = Param(
    "Dropout",
    "The share of units that every dropout layer switches off in training. Where there is no dropout "
    "layer yet, one is put after each hidden layer.",
    low=0.0, high=0.9, step=0.05, typical=(0.2, 0.5), live=True,
    too_low="No help against overfitting.", too_high="Too little signal is left: underfits.",
    source="Light 0.2-0.3, stronger 0.4-0.5, very strong 0.6.",
)  # fmt: skip

COMMON, PENALTIES = ("batch_size", "epochs"), ("weight_decay",)
SHOWN_ELSEWHERE = {*COMMON, *PENALTIES, "device"}
"""Every other setting of training stands under More settings; the device is chosen in the top bar."""


class HyperparametersPanel(QWidget):
    """Shows Project.training; emits whole projects, so that every edit is one thing."""

    edited = Signal(object, str, str)
    """(Project, text for undo, merge key)"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(scaled(10))
        self._note = QLabel(
            "Rate, momentum, dropout and penalties act at once; the rest waits for the next run.",
            wordWrap=True,
        )
        set_role(self._note, "hint")
        self._note.hide()

    def show_project(self, project: Project, running: bool) -> None:
        """Show a project's settings; `running` tells which of them wait for a restart."""
        before, self._project = self._project, project
        if before is None:
            self._build(project)
        elif before.training is not project.training:
            self._refresh(project)
            self.scaling.note(before.training if before.data == project.data else None, project.training)
        if self._dropout.value() != dropout_rate(project):  # Else a half-typed number would be lost.
            self._dropout.set_value(dropout_rate(project))
        self._note.setVisible(running)

    def show_arrows(self, arrows: Mapping[str, Arrow]) -> None:
        """Point at the sliders that help against the present problem."""
        for path, slider in self.sliders().items():
            arrow = arrows.get(path)
            slider.arrow.point(arrow.direction if arrow else "", arrow.why if arrow else "")

    def sliders(self) -> dict[str, ParamSlider]:
        """Return every slider that is shown for a number, by its path (`dropout` for all those layers)."""
        found = {"dropout": self._dropout}
        for root, editors in (
            ("training", self._batch.editors),
            ("training", self._basic.editors),
            ("training", self._penalty.editors),
            ("training.optimizer", self._optimizer.editors),
        ):
            found |= {f"{root}.{name}": e for name, e in editors.items() if isinstance(e, ParamSlider)}
        return found

    def _build(self, project: Project) -> None:
        training = project.training
        self._column.addWidget(self._note)
        self._optimizer = self._entry(
            "optimizer", Param("Optimizer", "How the gradient changes the weights.")
        )
        self.rates = RateStripPanel(training.optimizer.params()["rate"])
        self.rates.rate_chosen.connect(lambda rate: self._set("training.optimizer.rate", rate, ""))
        self._column.addWidget(self.rates)
        self._batch = self._form(COMMON[:1])
        self.scaling = RateScaling()
        self.scaling.accepted.connect(lambda rate: self._set("training.optimizer.rate", rate, ""))
        self._column.addWidget(self.scaling)
        self._basic = self._form(COMMON[1:])
        self._dropout = ParamSlider(DROPOUT, dropout_rate(project), default=0.0)
        self._dropout.value_changed.connect(self._set_dropout)
        self._column.addWidget(self._dropout)
        self._penalty = self._form(PENALTIES)
        self._schedule = self._entry("schedule", Param("Schedule", "How the rate changes over the epochs."))
        self._loss = self._entry("loss", Param("Loss", "What training makes small."))
        stopping = Section("Early stopping", is_open=False)
        self._stopping = Form(training.early_stopping)
        self._wire(self._stopping, "training.early_stopping")
        stopping.body.addWidget(self._stopping)
        self._column.addWidget(stopping)
        more = Section("More settings", is_open=False)
        self._more = Form(training, only=params(training).keys() - SHOWN_ELSEWHERE)
        self._wire(self._more, "training")
        more.body.addWidget(self._more)
        self._details = {
            name: DetailsEditor(getattr(training, name)) for name in ("optimizer", "schedule", "loss")
        }
        for name, details in self._details.items():
            self._wire(details, f"training.{name}")
            more.body.addWidget(details)
        self._column.addWidget(more)
        self._column.addStretch(1)

    def _entry(self, field: str, label: Param) -> EntryEditor:
        assert self._project is not None
        registries: dict[str, Registry[Any]] = {
            "optimizer": OPTIMIZERS, "schedule": SCHEDULES, "loss": LOSSES,
        }  # fmt: skip
        editor = EntryEditor(label, registries[field], getattr(self._project.training, field))
        self._wire(editor, f"training.{field}")
        self._column.addWidget(editor)
        return editor

    def _form(self, only: tuple[str, ...]) -> Form:
        assert self._project is not None
        form = Form(self._project.training, only=only)
        self._wire(form, "training")
        self._column.addWidget(form)
        return form

    def _wire(self, editor: Form | EntryEditor | DetailsEditor, root: str) -> None:
        editor.edited.connect(lambda path, value, drag: self._set(f"{root}.{path}".rstrip("."), value, drag))

    def _refresh(self, project: Project) -> None:
        training = project.training
        for form in (self._batch, self._basic, self._penalty, self._more):
            form.set_model(training)
        self._optimizer.set_value(training.optimizer)
        self._schedule.set_value(training.schedule)
        self._loss.set_value(training.loss)
        self._stopping.set_model(training.early_stopping)
        for name, details in self._details.items():
            details.set_value(getattr(training, name))

    def _set(self, path: str, value: object, drag: str) -> None:
        assert self._project is not None
        try:
            project = self._project.set(path, value)
        except EditProblem:
            self._refresh(self._project)
            return
        self.edited.emit(project, f"Set {path.split('.')[-1].replace('_', ' ')}", f"{path}/{drag}")

    def _set_dropout(self, rate: float, drag: str) -> None:
        assert self._project is not None
        self.edited.emit(with_dropout(self._project, rate), "Set dropout", f"dropout/{drag}")
