"""How overlaid curves are drawn: scale, smoothing, and whether training is shown too."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from nnstudio.ui.charts.curves import SMOOTHING
from nnstudio.ui.charts.title import MenuButton


class CurveOptions(MenuButton):
    """Name the present options and change them in a menu."""

    changed = Signal()
    reset_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.log = False
        self.weight = 0.0
        """Of the past in the moving average, 0 (off) to below 1."""
        self.with_train = False
        self.setToolTip("Scale, smoothing and training curves")
        self.set_menu(self.fill)
        self._name()

    def set_log(self, on: bool) -> None:
        """Show values on a logarithmic or a linear scale."""
        self.log = on
        self._change()

    def set_smoothing(self, weight: float) -> None:
        """Average with one of the weights of `SMOOTHING`."""
        self.weight = weight
        self._change()

    def set_with_train(self, on: bool) -> None:
        """Show the training curves beside those of validation."""
        self.with_train = on
        self._change()

    def fill(self, menu: QMenu) -> None:
        """Add the options to a menu."""
        train = menu.addAction("Show training curves")
        train.setCheckable(True)
        train.setChecked(self.with_train)
        train.triggered.connect(self.set_with_train)
        menu.addSeparator()
        scale, amount = QActionGroup(menu), QActionGroup(menu)
        for text, on in (("Linear scale", False), ("Log scale", True)):
            action = scale.addAction(menu.addAction(text))
            action.setCheckable(True)
            action.setChecked(on == self.log)
            action.triggered.connect(lambda _=False, on=on: self.set_log(on))
        menu.addSeparator()
        for name, weight in SMOOTHING:
            action = amount.addAction(menu.addAction(f"Smoothing {name}"))
            action.setCheckable(True)
            action.setChecked(weight == self.weight)
            action.triggered.connect(lambda _=False, weight=weight: self.set_smoothing(weight))
        menu.addSeparator()
        menu.addAction("Reset view").triggered.connect(lambda _=False: self.reset_asked.emit())

    def _change(self) -> None:
        self._name()
        self.changed.emit()

    def _name(self) -> None:
        smoothing = next(name for name, weight in SMOOTHING if weight == self.weight)
        words = ["log" if self.log else "linear"]
        words += [f"{smoothing} smoothing"] if self.weight else []
        words += ["with train"] if self.with_train else []
        self.setText(" · ".join(words))
        self.setAccessibleName(f"Options: {', '.join(words)}")
        self.updateGeometry()
