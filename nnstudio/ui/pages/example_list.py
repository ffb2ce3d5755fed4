"""A list of examples: where they stand in the data, what is true, what was predicted, and what they are."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from nnstudio.core.answers import in_words
from nnstudio.core.dataset import Column
from nnstudio.ui.charts.numbers import share, short
from nnstudio.ui.pages.judgement import Judgement
from nnstudio.ui.theme import colours, scaled

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NOWHERE = QModelIndex()
PICTURE = 36
"""Pixels of an example's picture."""
EPOCH = date(1970, 1, 1)
MOST_FEATURES = 60


class ExampleModel(QAbstractTableModel):
    """Some examples of a judgement as rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.judgement: Judgement | None = None
        self.positions: NDArray[np.int64] = np.empty(0, np.int64)
        self._titles: list[str] = []
        self._features: tuple[Column, ...] = ()

    def show_examples(self, judgement: Judgement | None, positions: NDArray[np.int64]) -> None:
        """Show the examples at these positions of the judged split."""
        self.beginResetModel()
        self.judgement, self.positions = judgement, positions
        self._titles, self._features = [], ()
        if judgement is not None:
            numbers = judgement.target.asks == "numbers"
            fourth = "Error" if numbers else "Confidence"
            self._titles = ["Row", "True", "Predicted", fourth]
            images = judgement.examples.pixels is not None
            self._features = () if images else judgement.examples.columns[:MOST_FEATURES]
            self._titles += ["Picture"] if images else [column.name for column in self._features]
        self.endResetModel()

    @property
    def shows_pictures(self) -> bool:
        """Whether the examples are images."""
        return self.judgement is not None and self.judgement.examples.pixels is not None

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.positions)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._titles):
            return None
        if role == Role.DisplayRole:
            return self._titles[section]
        if role == Role.ToolTipRole:
            tips = (
                "Row in the data source, counted from 1",
                "",
                "",
                "How sure the network is of its prediction",
            )
            return tips[section] if section < len(tips) else self._titles[section]
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if self.judgement is None:
            return None
        position, column = int(self.positions[index.row()]), index.column()
        if role == Role.DisplayRole:
            return self._text(self.judgement, position, column)
        if role == Role.DecorationRole and column == 4 and self.shows_pictures:
            return self._picture(int(self.judgement.rows[position]))
        if role == Role.ForegroundRole and column == 2 and self._is_wrong(position):
            return QColor(colours().bad)
        if role == Role.ToolTipRole:
            return self._text(self.judgement, position, column) or None
        return None

    def _is_wrong(self, position: int) -> bool:
        found = self.judgement
        if found is None or found.target.asks == "numbers":
            return False
        return bool(np.any(found.predicted[position] != found.true[position]))

    def _text(self, found: Judgement, position: int, column: int) -> str:
        row = int(found.rows[position])
        if column == 0:
            return str(row + 1)
        if column >= 4:
            return "" if self.shows_pictures else value_text(self._features[column - 4], row)
        if found.target.asks != "numbers":
            sure = float(found.confidence[position])
            certainty = "–" if math.isnan(sure) else share(sure)
            answers = (in_words(found.target, of_all[position]) for of_all in (found.true, found.predicted))
            return (*answers, certainty)[column - 1]
        true, predicted = found.true[position], found.predicted[position]
        numbers = (true, predicted, predicted - true)[column - 1]
        return ", ".join(short(float(number)) for number in numbers)

    def _picture(self, row: int) -> QIcon:
        assert self.judgement is not None
        assert self.judgement.examples.pixels is not None
        return QIcon(picture(self.judgement.examples.picture(row), scaled(PICTURE)))


class ExampleList(QTableView):
    """Show examples; only what is in sight is drawn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # The header takes its new font after the table: measure when both have theirs.
        self._refit = QTimer(self, singleShot=True, interval=0)
        self._refit.timeout.connect(self._fit)
        self.setAccessibleName("Examples")
        self.examples = ExampleModel(self)
        self.setModel(self.examples)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setResizeContentsPrecision(40)
        self.horizontalHeader().setMaximumSectionSize(scaled(200))

    def show_examples(self, judgement: Judgement | None, positions: NDArray[np.int64]) -> None:
        """Show the examples at these positions of the judged split."""
        self.examples.show_examples(judgement, positions)
        self._fit()
        self.scrollToTop()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._refit.start()

    def _fit(self) -> None:
        pictures = self.examples.shows_pictures
        line = self.fontMetrics().height() + scaled(9)
        self.verticalHeader().setDefaultSectionSize(scaled(PICTURE) + scaled(6) if pictures else line)
        self.setIconSize(QSize(scaled(PICTURE), scaled(PICTURE)))
        # One text beside much empty room would be cut: it takes the room.
        self.horizontalHeader().setStretchLastSection(not pictures and self.examples.columnCount() == 5)
        self.resizeColumnsToContents()


def value_text(column: Column, row: int) -> str:
    """Return one raw value as a person reads it; a dash where it is missing."""
    value = column.values[row]
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if column.type == "date":
        return (EPOCH + timedelta(days=float(value))).isoformat()
    return short(float(value)) if column.type == "number" else str(value)


def picture(pixels: NDArray[np.float32], side: int) -> QPixmap:
    """Return an image (channels, height, width) of values 0 to 1 as a square of `side` pixels."""
    bytes_ = np.rint(np.clip(np.nan_to_num(pixels), 0, 1) * 255).astype(np.uint8)
    height, width = bytes_.shape[1:]
    if bytes_.shape[0] >= 3:
        data = np.ascontiguousarray(bytes_[:3].transpose(1, 2, 0))
        image = QImage(data.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    else:
        data = np.ascontiguousarray(bytes_[0])
        image = QImage(data.tobytes(), width, height, width, QImage.Format.Format_Grayscale8)
    keep, fast = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation
    return QPixmap.fromImage(image.scaled(side, side, keep, fast))
