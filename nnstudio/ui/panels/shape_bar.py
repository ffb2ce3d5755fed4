"""Above the canvas: Funnel, Constant or Custom with depth and width, and whether the network is valid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget, QWidgetAction

from nnstudio.catalog.presets import Shaped
from nnstudio.core.project import PRESETS, Project
from nnstudio.core.trace import Trace
from nnstudio.ui.panels.sizes import in_bytes
from nnstudio.ui.theme import scaled
from nnstudio.ui.widgets.advice_arrow import SIGNS
from nnstudio.ui.widgets.chip import Chip
from nnstudio.ui.widgets.editor import Editor
from nnstudio.ui.widgets.editors import editor_of_field
from nnstudio.ui.widgets.flow_layout import FlowLayout
from nnstudio.ui.widgets.segmented import Segmented

if TYPE_CHECKING:
    from nnstudio.diagnosis.method import Arrow

CUSTOM = "custom"


class SliderChip(Chip):
    """A chip that opens a slider of one field of the shape."""

    edited = Signal(str, object, str)

    def __init__(self, field: str, parent: QWidget | None = None) -> None:
        super().__init__(clickable=True, parent=parent)
        self.field = field
        self._menu = QMenu(self)
        self._model: Shaped | None = None
        self._arrow: Arrow | None = None
        self.editor: Editor | None = None
        self.clicked.connect(self._open)

    def show_model(self, model: Shaped) -> None:
        """Show the value of a shape."""
        spec = model.params()[self.field]
        value = getattr(model, self.field)
        sign = f" {SIGNS[self._arrow.direction]}" if self._arrow else ""
        self.setText(f"{spec.label} {value}{sign}")
        self.setToolTip(spec.tooltip() + (f"<p>{self._arrow.why}</p>" if self._arrow else ""))
        self.setAccessibleName(spec.label)
        self._model = model
        if self.editor is not None and self.editor.value() != value:
            self.editor.set_value(value)

    def show_arrow(self, arrow: Arrow | None) -> None:
        """Say which way this helps against the present problem, or nothing."""
        self._arrow = arrow
        if self._model is not None:
            self.show_model(self._model)

    def open_editor(self) -> Editor:
        """Make the slider (once) and return it."""
        assert self._model is not None
        if self.editor is None:
            editor = editor_of_field(self._model, self.field)
            editor.value_changed.connect(lambda value, drag: self.edited.emit(self.field, value, drag))
            holder = QWidget()
            column = QVBoxLayout(holder)
            column.addWidget(editor)
            holder.setMinimumWidth(scaled(260))
            action = QWidgetAction(self._menu)
            action.setDefaultWidget(holder)
            self._menu.addAction(action)
            self.editor = editor
        return self.editor

    def _open(self) -> None:
        self.open_editor()
        self._menu.popup(self.mapToGlobal(self.rect().bottomLeft()))


class ShapeBar(QWidget):
    """Chooses the rule the network follows; emits whole projects."""

    edited = Signal(object, str, str)
    table_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._last = {cls.kind: cls() for cls in PRESETS if cls.shaping}
        words = {cls.kind: cls.title for cls in PRESETS if cls.shaping} | {CUSTOM: "Custom"}
        self.tabs = Segmented(words, "Shape of the network")
        for cls in PRESETS:
            if cls.shaping:
                self.tabs.button(cls.kind).setToolTip(cls.about())
        self.tabs.button(CUSTOM).setToolTip("Your own network: editing a block by hand turns to this.")
        self.tabs.chosen.connect(self._choose)
        self.depth_chip, self.width_chip = SliderChip("depth"), SliderChip("width")
        self.totals = Chip(clickable=True)
        self.totals.setToolTip("Open the layer table: shapes, learnables and cost of every layer")
        self.totals.clicked.connect(self.table_wanted)
        row = FlowLayout(self, spacing=scaled(8))
        row.addWidget(self.tabs)
        for chip in (self.depth_chip, self.width_chip):
            chip.edited.connect(self._set)
            row.addWidget(chip)
        row.addWidget(self.totals)

    def show_project(self, project: Project, trace: Trace | None) -> None:
        """Show which rule the network follows and whether it is valid."""
        self._project = project
        preset = project.preset if isinstance(project.preset, Shaped) else None
        self.tabs.set_current(preset.kind if preset else CUSTOM)
        for chip in (self.depth_chip, self.width_chip):
            chip.setVisible(preset is not None)
            if preset is not None:
                chip.show_model(preset)
        if preset is not None:
            self._last[preset.kind] = preset
        self._show_totals(trace)

    def show_arrows(self, arrows: Mapping[str, Arrow]) -> None:
        """Point at depth and width where they help against the present problem."""
        for chip in (self.depth_chip, self.width_chip):
            chip.show_arrow(arrows.get(f"preset.{chip.field}"))

    def _show_totals(self, trace: Trace | None) -> None:
        self.totals.setVisible(trace is not None)
        if trace is None:
            return
        count = len(trace.errors)
        if count:
            self.totals.setText(f"✕ {count} problem{'s' * (count > 1)}: see the red block{'s' * (count > 1)}")
            self.totals.set_tone("bad")
            return
        learnables = f"{trace.learnables:,}".replace(",", " ")
        self.totals.setText(f"✓ valid · {learnables} parameters · {in_bytes(4 * trace.learnables)}")
        self.totals.set_tone("")

    def _choose(self, kind: str) -> None:
        assert self._project is not None
        preset = self._last.get(kind)
        before = self._project.preset
        if isinstance(before, Shaped) and preset is not None:
            shared = {name: getattr(before, name) for name in ("depth", "width", "activation", "dropout")}
            preset = type(preset)(**shared)
        title = preset.title if preset else "Custom"
        self.edited.emit(self._project.with_preset(preset), f"Shape {title}", "")

    def _set(self, field: str, value: object, drag: str) -> None:
        assert self._project is not None
        path = f"preset.{field}"
        self.edited.emit(self._project.set(path, value), f"Set {field}", f"{path}/{drag}")
