"""All widgets together: drawn in every theme, named for a screen reader, reached by the keyboard."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QApplication, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from nnstudio.ui.theme import apply_theme
from tests.ui.widgets.gallery import Gallery, save_pictures

INTERACTIVE = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit)


def of_our_own(widget: QWidget) -> bool:
    """Leave out the parts that Qt puts inside its scroll areas, tables and spin boxes."""
    return not widget.objectName().startswith("qt_") and type(widget).__name__ not in (
        "QScrollBar",
        "QTableCornerButton",
        "QAbstractButton",
    )


def test_pictures_differ_by_theme_and_size(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    files = save_pictures(tmp_path)
    apply_theme(qapp, "light")
    images = [QImage(str(file)) for file in files]
    assert len({image.pixelColor(3, 3).name() for image in images[:3]}) == 3
    assert images[3].width() > images[0].width()


def test_everything_interactive_has_a_name(qtbot: QtBot) -> None:
    gallery = Gallery()
    qtbot.addWidget(gallery)
    found = [w for kind in INTERACTIVE for w in gallery.findChildren(kind) if of_our_own(w)]
    nameless = [w for w in found if not w.accessibleName() and not getattr(w, "text", lambda: "")()]
    assert len(found) > 30
    assert nameless == []


def test_every_editor_is_reached_by_tab(qtbot: QtBot) -> None:
    gallery = Gallery()
    qtbot.addWidget(gallery)
    sliders = gallery.findChildren(QAbstractSlider)
    ours = [slider for slider in sliders if of_our_own(slider)]
    assert ours
    assert all(slider.focusPolicy() & Qt.FocusPolicy.TabFocus for slider in ours)
