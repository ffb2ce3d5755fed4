"""Finds the glossary page for whatever has the focus or lies under the pointer, and opens it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QContextMenuEvent, QCursor
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from nnstudio.catalog.glossary import Glossary
from nnstudio.ui.canvas.view import CanvasView
from nnstudio.ui.pages.glossary import GlossaryWindow
from nnstudio.ui.panels.finding_card import FindingCard
from nnstudio.ui.panels.palette import Tile
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.editor import Editor
from nnstudio.ui.widgets.form import EntryEditor, Form

PLACES = {
    "CurveChart": "learning_curves", "ConfusionChart": "confusion_matrix", "ResidualChart": "residuals",
    "FitChart": "residuals", "HealthChart": "vanishing_gradient", "BoundaryChart": "capacity",
    "ClassCurveChart": "roc_auc", "CalibrationChart": "calibration", "ForecastChart": "time_series",
    "ContributionChart": "explain_methods", "HeatChart": "explain_methods", "StepsChart": "explain_methods",
    "ExplainTab": "explain_methods",
    "CheckpointsPanel": "checkpoint", "RateScaling": "batch_size", "ShapeBar": "depth",
    "SplitPanel": "split_sets", "PreparationPanel": "data_quality", "DataCard": "data_quality",
    "LayerTable": "parameters", "EvaluatePage": "loss_or_metric", "RunsPage": "workflow",
    "DataPage": "data_quality", "DiagnosisPanel": "cheat_sheet", "HyperparametersPanel": "hyperparameters",
    "TunePage": "tuning", "MethodPanel": "phases",
}  # fmt: skip
"""Name of a class of widgets -> the page about what it shows; by name, so that none is loaded for it."""


def page_about(widget: QWidget | None, glossary: Glossary) -> str:
    """Return the key of the page about a widget or the nearest thing around it, else ''."""
    while widget is not None:
        key = _page_of(widget, glossary)
        if key in glossary:
            return key
        widget = widget.parentWidget()
    return ""


def _page_of(widget: QWidget, glossary: Glossary) -> str:
    if isinstance(widget, Tile):
        return glossary.key_of(widget.entry)
    if isinstance(widget, FindingCard):
        return widget.finding.id
    if isinstance(widget, CanvasView):
        return _of_layer(widget, glossary)
    if isinstance(widget, EntryEditor):
        return _of_choice(widget, glossary)
    if isinstance(widget, Editor):
        return _of_setting(widget, glossary)
    if isinstance(widget, Form):
        return glossary.key_of(type(widget.model))
    # A tile of a metric is a card with the metric's title.
    titled = glossary.named(widget.accessibleName()) if isinstance(widget, Card) else ""
    return titled or PLACES.get(type(widget).__name__, "")


def _of_layer(canvas: CanvasView, glossary: Glossary) -> str:
    """The page of the layer that the keyboard is on, or about groups where one is selected."""
    if canvas.group_meant():
        return "layer_group"
    network, id = canvas.editing.network, canvas.editing.current
    return glossary.key_of(type(network[id].layer)) if id in network.ids else ""


def _of_choice(editor: EntryEditor, glossary: Glossary) -> str:
    """The page of what is picked: Adam rather than optimizers as such."""
    return glossary.key_of(editor.picked)


def _of_setting(editor: Editor, glossary: Glossary) -> str:
    """The page of a setting: by the form that shows it, else by its name."""
    if isinstance(editor.parentWidget(), EntryEditor):
        return ""
    parent = editor.parentWidget()
    if isinstance(parent, Form):
        name = next((n for n, one in parent.editors.items() if one is editor), "")
        return glossary.key_of(type(parent.model), name)
    return glossary.named(editor.param.label)


class Explainer(QObject):
    """Opens the glossary where help is asked for: by key, by F1, by the pointer, by a context menu."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._owner = window
        self._glossary: Glossary | None = None
        self._window: GlossaryWindow | None = None
        window.installEventFilter(self)

    @property
    def glossary(self) -> Glossary:
        """The pages, read when they are first asked for."""
        if self._glossary is None:
            import nnstudio.data  # noqa: F401  (sources that read files have pages too)

            self._glossary = Glossary.load()
        return self._glossary

    @property
    def window(self) -> GlossaryWindow:
        """The window of the glossary, made when it is first asked for."""
        if self._window is None:
            self._window = GlossaryWindow(self.glossary, self._owner)
        return self._window

    def open(self, key: str = "") -> None:
        """Open a page, or the glossary as it was left."""
        self.window.open(key or self.window.key)

    def explain_focus(self) -> None:
        """Open the page about what has the focus."""
        self.open(self._about(QApplication.focusWidget()))

    def explain_pointed(self) -> None:
        """Open the page about what the pointer is on."""
        self.open(self._about(QApplication.widgetAt(QCursor.pos())))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._owner:
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.Hide and not event.spontaneous() and self._window is not None:
            self._window.close()
        if isinstance(event, QContextMenuEvent):
            key = self._about(self._owner.childAt(event.pos()))
            if key:
                self._offer(key, event)
                return True
        return super().eventFilter(watched, event)

    def _about(self, widget: QWidget | None) -> str:
        return page_about(widget, self.glossary)

    def _offer(self, key: str, event: QContextMenuEvent) -> None:
        menu = QMenu(self._owner)
        menu.addAction(f"Explain “{self.glossary[key].title}”…", lambda: self.open(key))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())
