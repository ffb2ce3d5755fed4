"""Metrics as tiles: the value large, and beside it what always giving the same answer would score."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QLabel, QWidget

from nnstudio.catalog.class_curves import auc_word
from nnstudio.catalog.defaults import metrics_of_evaluation
from nnstudio.core.project import Project
from nnstudio.core.trace import Target
from nnstudio.ui.charts.numbers import short
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.card import Card
from nnstudio.ui.widgets.flow_layout import FlowLayout

ELSEWHERE = ("averages", "curves")
"""Families of metrics that stand in the table of classes or beside the curves."""
BY_CLASS = ("precision", "recall")
"""Metrics that stand, macro averaged, beside the table of classes."""
TRUSTED = 0.05
"""Calibration error up to which shares can be taken at their word."""
EVEN_RATIO, OUTLIER_RATIO = 1.25, 1.6
"""RMSE over MAE: normally distributed errors have 1.25, a Laplace distribution's heavier tails 1.41."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One number to show: its title, its words, and the hint on hover."""

    title: str
    value: str
    below: str
    tip: str
    tone: str = ""


class MetricTiles(QWidget):
    """Show tiles side by side, as many in a line as fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Metrics")
        self._flow = FlowLayout(self, spacing=scaled(8))
        self.tiles: tuple[Tile, ...] = ()

    def show_tiles(self, tiles: list[Tile]) -> None:
        """Replace the tiles."""
        if tuple(tiles) == self.tiles:
            return
        self.tiles = tuple(tiles)
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for tile in tiles:
            self._flow.addWidget(_card(tile, self))
        self.updateGeometry()


def tiles_for(
    project: Project, target: Target, values: dict[str, float], baseline: dict[str, float], words: str
) -> list[Tile]:
    """Return a tile per metric in order, the loss last; for numbers also what RMSE over MAE tells."""
    tiles = []
    for metric in metrics_of_evaluation(target):
        if metric.kind not in values or metric.family in ELSEWHERE or metric.kind in BY_CLASS:
            continue
        value, constant = values[metric.kind], baseline.get(metric.kind)
        below = f"{words}: {_rounded(constant)}" if constant is not None else _worth(metric.kind, value)
        better = constant is None or ((value > constant) == metric.higher_is_better and value != constant)
        tip = f"<p>{metric.about()}</p>"
        if not better:
            tip += f"<p>This is no better than {words}: nothing has been learnt.</p>"
        tiles.append(Tile(metric.title, short(value), below, tip, "" if better else "warn"))
    if values.get("mae", 0) > 0 and "rmse" in values:
        tiles.append(_ratio(values["rmse"] / values["mae"]))
    if "loss" in values:
        loss = project.training.loss
        tiles.append(Tile("Loss", short(values["loss"]), loss.title, f"<p>{loss.about()}</p>"))
    return tiles


def _worth(kind: str, value: float) -> str:
    """Return what a metric without a baseline is worth, in a word."""
    if kind == "auc":
        return auc_word(value)
    if kind == "calibration_error":
        return "can be trusted" if value <= TRUSTED else "over- or underconfident"
    return ""


def _rounded(value: float) -> str:
    """Return a baseline; a mean of the training rows misses an R² of 0 by a hair."""
    return "0" if abs(value) < 5e-4 else short(value, 3)


def _ratio(ratio: float) -> Tile:
    if ratio > OUTLIER_RATIO:
        below, tone = "a few large misses", "warn"
    else:
        below, tone = ("errors of similar size" if ratio <= EVEN_RATIO + 0.1 else "some larger misses"), ""
    tip = (
        "<p>RMSE counts large errors more than MAE does. Evenly spread errors give about 1.25; well above, "
        "a few examples are missed by far: outliers. Look at the worst mistakes below.</p>"
    )
    return Tile("RMSE ÷ MAE", short(ratio, 3), below, tip, tone)


def _card(tile: Tile, parent: QWidget) -> Card:
    card = Card(parent=parent)
    card.setToolTip(tile.tip)
    card.setAccessibleName(f"{tile.title} {tile.value}, {tile.below}")
    title, value, below = QLabel(tile.title), QLabel(tile.value), QLabel(tile.below)
    set_role(title, "muted")
    set_role(value, "big", tile.tone)
    set_role(below, "hint", tile.tone)
    card.body.setSpacing(scaled(1))
    for label in (title, value, below):
        card.body.addWidget(label)
    card.setMinimumWidth(scaled(128))
    return card
