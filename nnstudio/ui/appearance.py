"""Theme and text size: chosen in the View menu, remembered for the next start."""

from __future__ import annotations

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from nnstudio.ui.theme import THEMES, ThemeName, apply_theme

SIZES = (100, 115, 130, 150, 175, 200)
"""Percent; 150 reads well from the last row of a class."""


class Appearance:
    """The look of the whole application."""

    def __init__(self) -> None:
        settings = QSettings()
        theme = str(settings.value("theme", "light"))
        self.theme: ThemeName = theme if theme in THEMES else "light"  # type: ignore[assignment]
        sizes = {str(size): size for size in SIZES}
        self.text_percent = sizes.get(str(settings.value("text_percent")), 100)

    def apply(self) -> None:
        """Draw everything in this look."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, self.theme, self.text_percent)

    def show(self, theme: ThemeName) -> None:
        """Change the colours for now, without remembering them."""
        self.theme = theme
        self.apply()

    def set_theme(self, theme: ThemeName) -> None:
        """Change the colours and remember them."""
        QSettings().setValue("theme", theme)
        self.show(theme)

    def change_text(self, steps: int) -> None:
        """Make all text larger or smaller by some steps and remember it."""
        at = SIZES.index(self.text_percent) + steps
        self.text_percent = SIZES[max(0, min(len(SIZES) - 1, at))]
        QSettings().setValue("text_percent", self.text_percent)
        self.apply()
