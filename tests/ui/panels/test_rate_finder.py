"""The rate range test: drawn while it runs, given up when closed, used by one button."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from nnstudio.ui.panels.rate_finder import RateFinderDialog
from tests.ui.begun import circles


@pytest.fixture
def dialog(qtbot: QtBot) -> RateFinderDialog:
    begun = circles()
    dialog = RateFinderDialog(begun.project, begun.prepared)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_the_curve_ends_in_a_suggestion_that_one_button_uses(dialog: RateFinderDialog, qtbot: QtBot) -> None:
    assert dialog.use.isHidden()
    qtbot.waitUntil(lambda: not dialog.busy, timeout=30_000)
    found = dialog.suggestion
    assert found is not None
    assert f"Suggested: {found.rate:g}" in dialog.answer.text()
    assert dialog.use.text() == f"Use {found.rate:g}"
    with qtbot.waitSignal(dialog.rate_chosen) as chosen:
        dialog.use.click()
    assert chosen.args == [found.rate]
    assert dialog.result() == RateFinderDialog.DialogCode.Accepted


def test_closing_gives_the_measurement_up(dialog: RateFinderDialog, qtbot: QtBot) -> None:
    dialog.reject()
    assert not dialog.busy
    assert dialog.suggestion is None
