"""The layer table: shapes, learnables, multiply-adds and memory before training, with all errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nnstudio.core.dataset import Prepared
from nnstudio.core.network import INPUT
from nnstudio.core.project import Project
from nnstudio.core.trace import Row, Trace
from nnstudio.ui.panels.cost_bars import CostBars
from nnstudio.ui.panels.forecast_line import ForecastLine
from nnstudio.ui.panels.sizes import in_bytes, in_count
from nnstudio.ui.theme import colours, scaled, set_role
from nnstudio.ui.widgets.numbers import group_digits
from nnstudio.ui.widgets.segmented import Segmented

Cost = Literal["learnables", "multiply_adds", "activations"]
NAME, OUTPUT = 1, 2
COSTS: dict[int, Cost] = {3: "learnables", 4: "multiply_adds", 5: "activations"}
TITLES = ("#", "Layer", "Output", "Learnables", "Multiply-adds", "Activation memory")
TIPS = (
    "Place in the network",
    "Name of the layer, behind that of its group",
    "Shape of one example behind the layer",
    "Weights and biases that training changes",
    "Multiplications with an addition, for one example, forwards",
    "Memory for the values of one batch and their gradients",
)
BARS = {
    "none": "No bars",
    "learnables": "Learnables",
    "multiply_adds": "Multiply-adds",
    "activations": "Activation memory",
}
BYTES = 4
"""Of one float32 value."""


@dataclass(frozen=True, slots=True)
class _Shown:
    project: Project
    trace: Trace
    batch_size: int


class LayerTable(QWidget):
    """Show what every layer gives and costs; a click on a cost's title draws it as bars."""

    cost_chosen = Signal(object)
    """None, `learnables`, `multiply_adds` or `activations`"""
    layer_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Layer table")
        self.cost: Cost | None = None
        self._shown: _Shown | None = None
        self._stale = False
        self._marked = ""
        self.table = QTableWidget(0, len(TITLES))
        self.totals = QLabel(wordWrap=True)
        self.forecast = ForecastLine()
        self.bars = Segmented(BARS, "Bars on the canvas")
        self.bars.setToolTip("Draw this cost of every layer as a bar on its block")
        self._empty = QLabel("The layer table appears once the data are loaded.", wordWrap=True)
        set_role(self._empty, "muted")
        self._set_up_table()
        self._lay_out()

    def show_network(self, project: Project, trace: Trace | None, batch_size: int) -> None:
        """Show the layers of a project; without a trace the data are not known yet."""
        self._shown = _Shown(project, trace, batch_size) if trace is not None else None
        self.forecast.show_project(project, trace is not None and trace.valid)
        self._stale = True
        if self.isVisible():
            self._fill()

    def show_data(self, prepared: Prepared | None) -> None:
        """Know the prepared data: the forecast needs them."""
        self.forecast.show_data(prepared)

    def choose_cost(self, cost: Cost | None) -> None:
        """Draw this cost as bars, here and (by the signal) on the canvas."""
        if cost == self.cost:
            return
        self.cost = cost
        self.bars.set_current(cost or "none")
        self._name_columns()
        self._draw_bars()
        self.cost_chosen.emit(cost)

    def select_layers(self, ids: tuple[str, ...]) -> None:
        """Mark the row of the one selected layer without a signal; of none or several it marks nothing."""
        self._marked = ids[0] if len(ids) == 1 else ""
        self._mark()

    def _mark(self) -> None:
        self.table.blockSignals(True)
        self.table.clearSelection()
        for row in range(self.table.rowCount()):
            if self._marked and self._id(row) == self._marked:
                self.table.selectRow(row)
        self.table.blockSignals(False)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._fill()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._shown is not None:
            self._stale = True
            if self.isVisible():
                self._fill()

    # -- inside ------------------------------------------------------------------------------------

    def _set_up_table(self) -> None:
        table = self.table
        table.setAccessibleName("Layers with output shape and costs")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(OUTPUT, QHeaderView.ResizeMode.Stretch)
        header.sectionClicked.connect(self._header_clicked)
        self._bars = CostBars(table)
        table.setItemDelegate(self._bars)
        table.itemSelectionChanged.connect(self._row_chosen)
        self._name_columns()

    def _lay_out(self) -> None:
        caption = QLabel("Bars on the blocks")
        set_role(caption, "muted")
        row = QHBoxLayout()
        row.addWidget(caption)
        row.addWidget(self.bars)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(scaled(10), scaled(8), scaled(10), scaled(10))
        column.setSpacing(scaled(8))
        column.addLayout(row)
        column.addWidget(self._empty)
        column.addWidget(self.table, 1)
        column.addWidget(self.totals)
        column.addWidget(self.forecast)
        self.bars.chosen.connect(self._bars_chosen)
        self.totals.hide()
        self.table.hide()

    def _fill(self) -> None:
        self._stale = False
        shown = self._shown
        self._empty.setVisible(shown is None)
        self.table.setVisible(shown is not None)
        self.totals.setVisible(shown is not None)
        if shown is None:
            return
        trace = shown.trace
        self.table.blockSignals(True)
        self.table.clearSpans()
        self.table.setRowCount(0)
        self.table.setRowCount(len(trace.rows) + 2)
        entrance = Row(INPUT, "Input", (), trace.input)
        for place, row in enumerate((entrance, *trace.rows)):
            self._put_row(place, row)
        self._put_totals(trace)
        self.table.blockSignals(False)
        self._mark()
        self._draw_bars()
        self._tell_totals(shown)

    def _put_row(self, place: int, row: Row) -> None:
        output = row.output.named() if row.output is not None else "–"
        self._put(place, 0, str(place) if place else "", row.id)
        self._put(place, NAME, self._name(row), row.id)
        if row.error is not None:
            item = self._put(place, OUTPUT, f"⚠ {row.error}", row.id)
            item.setForeground(QColor(colours(self).bad))
            self.table.setSpan(place, OUTPUT, 1, len(TITLES) - OUTPUT)
            return
        self._put(place, OUTPUT, output, row.id)
        if row.output is None:
            return
        costs = (row.learnables, row.multiply_adds, self._activation_bytes(row.activations))
        for column, (value, text) in enumerate(zip(costs, self._cost_texts(costs), strict=True), start=3):
            self._put(place, column, text, row.id).setData(CostBars.VALUE, float(value))

    def _name(self, row: Row) -> str:
        """Return the layer's name, behind that of its group."""
        assert self._shown is not None
        network = self._shown.project.network
        group = network[row.id].group if row.id in network.ids else ""
        return f"{group} › {row.title}" if group else row.title

    def _put_totals(self, trace: Trace) -> None:
        last = len(trace.rows) + 1
        activations = trace.input.count + sum(row.activations for row in trace.rows)
        costs = (trace.learnables, trace.multiply_adds, self._activation_bytes(activations))
        texts = ("", "Total", f"{len(trace.rows)} layers", *self._cost_texts(costs))
        for column, text in enumerate(texts):
            item = self._put(last, column, text, "")
            font = item.font()
            font.setBold(True)
            item.setFont(font)
            item.setBackground(QColor(colours(self).field))

    def _put(self, row: int, column: int, text: str, id: str) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        item.setData(Qt.ItemDataRole.UserRole, id)
        item.setToolTip(text if column == OUTPUT else "")
        if column >= 3 or column == 0:
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.table.setItem(row, column, item)
        return item

    def _cost_texts(self, costs: tuple[int, int, int]) -> tuple[str, str, str]:
        learnables, multiply_adds, memory = costs
        zero = "–"
        return (
            in_count(learnables) if learnables else zero,
            in_count(multiply_adds) if multiply_adds else zero,
            in_bytes(memory),
        )

    def _activation_bytes(self, values: int) -> int:
        assert self._shown is not None
        return 2 * BYTES * self._shown.batch_size * values

    def _tell_totals(self, shown: _Shown) -> None:
        trace = shown.trace
        errors = len(trace.errors)
        if errors:
            set_role(self.totals, "problem")
            whole = trace.errors.get(INPUT)
            many = "1 layer does" if errors == 1 else f"{errors} layers do"
            self.totals.setText(whole or f"{many} not fit yet: the network cannot be trained.")
            return
        set_role(self.totals, "")
        total, weights = trace.memory(shown.batch_size), 4 * BYTES * trace.learnables
        self.totals.setText(
            f"{group_digits(trace.learnables)} learnables · training at batch {shown.batch_size} needs about "
            f"{in_bytes(total)}: {in_bytes(weights)} for weights, gradients and the optimizer, "
            f"{in_bytes(total - weights)} for activations"
        )

    def _name_columns(self) -> None:
        for column, (title, tip) in enumerate(zip(TITLES, TIPS, strict=True)):
            chosen = self.cost is not None and COSTS.get(column) == self.cost
            item = QTableWidgetItem(f"▮ {title}" if chosen else title)
            bars = "\nClick: bars on the canvas" if column in COSTS else ""
            item.setToolTip(tip + bars)
            side = Qt.AlignmentFlag.AlignLeft if column in (NAME, OUTPUT) else Qt.AlignmentFlag.AlignRight
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.table.setHorizontalHeaderItem(column, item)

    def _draw_bars(self) -> None:
        column = next((c for c, cost in COSTS.items() if cost == self.cost), None)
        self._bars.show_column(column)
        self.table.viewport().update()

    def _header_clicked(self, column: int) -> None:
        cost = COSTS.get(column)
        if cost is not None:
            self.choose_cost(None if cost == self.cost else cost)

    def _bars_chosen(self, key: str) -> None:
        self.choose_cost(next((cost for cost in COSTS.values() if cost == key), None))

    def _row_chosen(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        id = self._id(rows[0].row()) if rows else ""
        if id and id != INPUT:
            self.layer_chosen.emit(id)

    def _id(self, row: int) -> str:
        item = self.table.item(row, NAME)
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""
