"""Cells of the list of columns: one of several words, and a small picture of the values."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QComboBox, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from nnstudio.ui import resources
from nnstudio.ui.pages.column_facts import ColumnFacts
from nnstudio.ui.theme import colours, scaled

Index = QModelIndex | QPersistentModelIndex


class ChoiceDelegate(QStyledItemDelegate):
    """Edit a cell by a list that drops down; `words` maps each value to what is shown."""

    def __init__(self, words: Mapping[str, str], name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = words
        self._name = name

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: Index) -> QWidget:
        box = QComboBox(parent)
        box.setAccessibleName(self._name)
        for value, words in self._words.items():
            box.addItem(words, value)
        box.activated.connect(lambda _: self._take(box))
        # Once only: the cell's value is set again whenever the file has been read anew.
        QTimer.singleShot(0, box, lambda: self._drop_down(box))
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(editor.findData(index.data(Qt.ItemDataRole.EditRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        model.setData(index, editor.currentData())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        shades = colours(option.widget)
        size = scaled(12)
        rect = option.rect
        sign = resources.icon("chevron_down", shades.on_accent if selected else shades.faint).pixmap(
            size, size
        )
        painter.drawPixmap(rect.right() - size - scaled(6), rect.center().y() - size // 2, sign)

    def _drop_down(self, box: QComboBox) -> None:
        if box.isVisible():
            box.showPopup()

    def _take(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box, QStyledItemDelegate.EndEditHint.NoHint)


class SpreadDelegate(QStyledItemDelegate):
    """Draw the histogram of a column that the model gives as ColumnFacts."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        facts = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(facts, ColumnFacts):
            return
        summary = facts.summary
        counts = summary.counts or tuple(count for _, count in summary.top)
        if not counts:
            return
        shades = colours(option.widget)
        area = QRectF(option.rect).adjusted(6, 5, -6, -4)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(shades.on_accent if selected else shades.train))
        step = min(area.width() / len(counts), scaled(14))
        for place, count in enumerate(counts):
            height = area.height() * count / max(counts)
            painter.drawRect(
                QRectF(area.left() + place * step, area.bottom() - height, max(step - 1, 1), height)
            )
        painter.restore()
