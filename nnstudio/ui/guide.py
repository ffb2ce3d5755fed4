"""Keeps the way through a project up to date: the words in the status line and the window behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDialog, QVBoxLayout

from nnstudio.ui.theme import scaled

if TYPE_CHECKING:
    from nnstudio.diagnosis.method import Standing
    from nnstudio.ui.main_window import MainWindow
    from nnstudio.ui.panels.method import MethodPanel

AFTER = 250
"""Milliseconds without news before the way is looked at again."""


class Guide(QObject):
    """Reads the standing of the session; shows it in the status line, and whole when asked."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: QDialog | None = None
        self._panel: MethodPanel | None = None
        self._soon = QTimer(self, singleShot=True, interval=AFTER)
        self._soon.timeout.connect(self.refresh)
        session = window.session
        session.findings_changed.connect(lambda _findings: self._soon.isActive() or self._soon.start())
        session.document.runs_changed.connect(self._soon.start)
        session.trainer.state_changed.connect(lambda _state: self._soon.start())
        window.status.phase.clicked.connect(self.open)

    def refresh(self) -> None:
        """Look where the project stands now."""
        from nnstudio.diagnosis.method import arrows, checklists, journey  # Late: not before the window.

        window = self._window
        if window.page == "welcome":
            return
        standing = self._standing()
        found = journey(standing)
        window.status.show_phase(found.line, f"Next: {found.advice.text}")
        pointed = arrows(standing.findings, standing.project)
        window.design.hyperparameters.show_arrows(pointed)
        window.design.shape_bar.show_arrows(pointed)
        if self._panel is not None:
            self._panel.show_journey(found, checklists(standing), standing.project)

    def open(self) -> QDialog:
        """Show the whole way in a window beside the work."""
        if self._dialog is None:
            self._dialog = self._make()
        self.refresh()
        self._dialog.show()
        self._dialog.raise_()
        return self._dialog

    def _make(self) -> QDialog:
        from nnstudio.ui.pages.design import scrolling  # Late: not before the window.
        from nnstudio.ui.panels.method import MethodPanel

        window = self._window
        dialog = QDialog(window)
        dialog.setWindowTitle("The way through")
        self._panel = panel = MethodPanel()
        panel.fix_chosen.connect(window.session.apply)
        panel.page_wanted.connect(window.show_page)
        panel.term_wanted.connect(window.explainer.open)
        column = QVBoxLayout(dialog)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scrolling(panel))
        dialog.resize(scaled(620), scaled(640))
        return dialog

    def _standing(self) -> Standing:
        from nnstudio.diagnosis.method import Standing

        session = self._window.session
        loaded = session.loaded
        facts = loaded.prepared.facts if loaded else None
        tried = session.tuner.best is not None
        saved = self._window.files.path is not None and not session.document.modified
        runs = session.document.runs
        if session.trainer.active and session.subject is not None:
            runs = (*runs, session.subject)  # Running or paused, it has shown something already.
        return Standing(session.project, facts, runs, session.findings, saved, tried)
