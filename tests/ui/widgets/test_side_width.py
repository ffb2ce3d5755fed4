"""A side panel grows with the text while the window is open."""

from PySide6.QtWidgets import QApplication, QFrame
from pytestqt.qtbot import QtBot

from nnstudio.ui.theme import apply_theme
from nnstudio.ui.widgets.side_width import SideWidth


def test_a_panel_keeps_its_share_of_the_text(qtbot: QtBot) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_theme(app, "light", 100)
    fixed, free = QFrame(), QFrame()
    for panel in (fixed, free):
        qtbot.addWidget(panel)
        panel.show()
    SideWidth(fixed, 200)
    SideWidth(free, 200, least=True)
    try:
        apply_theme(app, "light", 150)
        assert (fixed.minimumWidth(), fixed.maximumWidth()) == (300, 300)
        assert free.minimumWidth() == 260
        assert free.maximumWidth() > 1000
    finally:
        apply_theme(app, "light", 100)
    assert fixed.maximumWidth() == 200
