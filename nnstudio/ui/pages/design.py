"""The workspace where a network is designed and trained: palette, canvas, charts, sliders, diagnosis."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from nnstudio.core.project import Preset, Project
from nnstudio.core.trace import Trace
from nnstudio.ui.canvas.view import CanvasView
from nnstudio.ui.panels.chart_board import ChartBoard
from nnstudio.ui.panels.data_card import DataCard
from nnstudio.ui.panels.diagnosis import DiagnosisPanel
from nnstudio.ui.panels.hyperparameters import HyperparametersPanel
from nnstudio.ui.panels.palette import Palette
from nnstudio.ui.panels.properties import PropertiesPanel
from nnstudio.ui.panels.shape_bar import ShapeBar
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.message_bar import MessageBar
from nnstudio.ui.widgets.segmented import Segmented
from nnstudio.ui.widgets.side_width import SideWidth

TRAINING, LAYER = "training", "layer"


class DesignPage(QWidget):
    """Arranges the panels; every edit leaves as a whole project."""

    edited = Signal(object, str, str)
    """(Project, text for undo, merge key)"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self.data_card, self.layer_palette = DataCard(), Palette()
        self.canvas, self.shape_bar, self.board = CanvasView(), ShapeBar(), ChartBoard()
        self.hyperparameters, self.properties = HyperparametersPanel(), PropertiesPanel()
        self.diagnosis = DiagnosisPanel()
        self.message = MessageBar()
        self.left, self.right = self._left(), self._right()
        self._arrange()
        self._connect()

    # -- what is shown -----------------------------------------------------------------------------

    def show_project(self, project: Project, trace: Trace | None, running: bool) -> None:
        """Show a project everywhere; panels redraw only what differs."""
        before, self._project = self._project, project
        shape = project.signature.input if project.signature else None
        self.canvas.show_network(project.network, trace, shape, project.training.loss.title)
        self.shape_bar.show_project(project, trace)
        self.hyperparameters.show_project(project, running)
        if before is None or before.network is not project.network:
            self._refresh_layer(self.canvas.selection)

    # -- inside ------------------------------------------------------------------------------------

    def _left(self) -> QWidget:
        side = QFrame()
        set_role(side, "surface")
        column = QVBoxLayout(side)
        column.setContentsMargins(scaled(12), scaled(10), scaled(8), scaled(6))
        column.setSpacing(scaled(8))
        heading = QLabel("Data")
        set_role(heading, "heading")
        column.addWidget(heading)
        column.addWidget(self.data_card)
        column.addWidget(self.layer_palette, 1)
        set_role(self.layer_palette, "surface")
        SideWidth(side, 200, least=True)
        return side

    def _right(self) -> QWidget:
        self.tabs = Segmented({TRAINING: "Training", LAYER: "Layer"}, "Settings")
        self.tabs.set_option_enabled(LAYER, False, "Select a layer on the canvas to see its settings")
        self.tabs.chosen.connect(self._show_tab)
        self._settings = QStackedWidget()
        self._settings.addWidget(self.hyperparameters)
        self._settings.addWidget(self.properties)
        top, bottom = QWidget(), QWidget()
        for box, widgets in ((top, (self.tabs, self._settings)), (bottom, (self.diagnosis,))):
            column = QVBoxLayout(box)
            column.setContentsMargins(scaled(14), scaled(12), scaled(14), scaled(8))
            column.setSpacing(scaled(10))
            for widget in widgets:
                column.addWidget(widget)
        side = QSplitter(Qt.Orientation.Vertical)
        set_role(side, "surface")
        for box in (top, bottom):
            side.addWidget(scrolling(box))
        side.setChildrenCollapsible(False)
        side.setSizes([scaled(440), scaled(420)])
        SideWidth(side, 300, least=True)
        return side

    def _arrange(self) -> None:
        work = QWidget()
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QWidget()
        set_role(bar, "canvasbar")
        inside = QVBoxLayout(bar)
        inside.setContentsMargins(scaled(14), scaled(10), scaled(14), scaled(4))
        inside.addWidget(self.shape_bar)
        column.addWidget(self.message)
        column.addWidget(bar)
        column.addWidget(self.canvas, 1)
        centre = QSplitter(Qt.Orientation.Vertical)
        centre.addWidget(work)
        centre.addWidget(self.board)
        centre.setSizes([scaled(470), scaled(390)])
        centre.setStretchFactor(0, 1)
        centre.setStretchFactor(1, 1)
        centre.setChildrenCollapsible(False)
        self.split = QSplitter(Qt.Orientation.Horizontal, self)
        for widget, stretch in ((self.left, 0), (centre, 1), (self.right, 0)):
            self.split.addWidget(widget)
            self.split.setStretchFactor(self.split.count() - 1, stretch)
        self.split.setSizes([scaled(232), 1000, scaled(348)])
        self.split.setHandleWidth(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.split)

    def _connect(self) -> None:
        self.shape_bar.edited.connect(self.edited)
        self.hyperparameters.edited.connect(self.edited)
        self.properties.edited.connect(self.edited)
        self.canvas.edited.connect(self._network_edited)
        self.canvas.selection_changed.connect(self._show_selected)
        self.canvas.edit_requested.connect(self._edit_layer)
        self.layer_palette.insert_requested.connect(self.canvas.insert)
        self.layer_palette.preset_requested.connect(self._use_preset)
        self.diagnosis.layers_pointed.connect(self.canvas.select)
        self.canvas.told.connect(lambda text: self.message.show_message("info", text))

    def _network_edited(self, network: object, text: str) -> None:
        if self._project is not None:
            self.edited.emit(self._project.with_network(network), text, "")  # type: ignore[arg-type]

    def _use_preset(self, preset: object) -> None:
        project = self._project
        if project is None or not isinstance(preset, Preset):
            return
        reason = preset.unfit(project.signature) if project.signature else "The data are not loaded yet."
        if reason:
            self.message.show_message("warn", reason)
        else:
            self.edited.emit(project.with_preset(preset), f"Start from {preset.title}", "")

    def _show_selected(self, ids: tuple[str, ...]) -> None:
        self._show_tab(LAYER if self._refresh_layer(ids) else TRAINING)

    def _refresh_layer(self, ids: tuple[str, ...]) -> bool:
        """Show the one selected layer's settings; tell whether there is one."""
        project = self._project
        if project is None or len(ids) != 1 or ids[0] not in project.network.ids:
            self.tabs.set_option_enabled(LAYER, False, "Select one layer on the canvas to see its settings")
            self._show_tab(TRAINING)
            return False
        self.tabs.set_option_enabled(LAYER, True)
        self.properties.show_layer(project, ids[0])
        return True

    def _edit_layer(self, id: str) -> None:
        self._show_selected((id,))
        self.properties.setFocus()

    def _show_tab(self, tab: str) -> None:
        self.tabs.set_current(tab)
        self._settings.setCurrentWidget(self.properties if tab == LAYER else self.hyperparameters)


def scrolling(widget: QWidget) -> QScrollArea:
    """Return a frameless area that scrolls `widget` up and down."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(widget)
    for part in (area, widget):
        set_role(part, "surface")
    return area
