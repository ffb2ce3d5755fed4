"""The quality view: found in the background, mended by one click, undone like any edit."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from nnstudio.catalog.datasets.sklearn_sets import Digits, Wine
from nnstudio.catalog.preparations import Outliers
from nnstudio.ui.pages.quality import QualityCard, QualityView
from tests.ui.pages.test_data import Bench


def quality_of(bench: Bench, qtbot: QtBot) -> QualityView:
    """Open the view and wait until everything has been looked at."""
    view = bench.page.view.quality
    bench.page.view.views.button("quality").click()
    qtbot.waitUntil(lambda: view.progress.isHidden() and bool(view.cards), timeout=20_000)
    return view


def give_up(view: QualityView, qtbot: QtBot) -> None:
    """Cancel, and wait until the thread has noticed."""
    assert view._job is not None
    with qtbot.waitSignal(view._job.destroyed, timeout=20_000):
        view.cancel()


def test_findings_come_with_remedies_that_can_be_undone(qtbot: QtBot) -> None:
    bench = Bench(qtbot, Wine())
    before = bench.project
    view = quality_of(bench, qtbot)
    card = next(card for card in view.cards if card.finding.id == "outliers")
    button = card.findChild(QPushButton)
    assert button is not None
    button.click()
    assert any(isinstance(step, Outliers) for step in bench.project.data.preparation)
    bench.load()
    qtbot.waitUntil(lambda: all(c.finding.severity == "ok" for c in view.cards), timeout=20_000)
    bench.document.stack.undo()
    assert bench.project.data == before.data


def test_the_heat_map_tells_every_pair(qtbot: QtBot) -> None:
    view = quality_of(Bench(qtbot, Wine()), qtbot)
    assert len(view.heat.names) == 14
    assert view.heat.words(0, 0) == "alcohol and alcohol: 1.000"
    assert view.heat.grab().toImage().isNull() is False


def test_looking_can_be_cancelled_and_begun_again(qtbot: QtBot) -> None:
    bench = Bench(qtbot, Digits())
    view = bench.page.view.quality
    bench.page.view.views.button("quality").click()
    give_up(view, qtbot)
    assert view.progress.isHidden()
    assert view.again.isVisible()
    view.again.click()
    assert view.again.isHidden()
    give_up(view, qtbot)


def test_fine_cards_have_no_buttons(qtbot: QtBot) -> None:
    view = quality_of(Bench(qtbot, Wine()), qtbot)
    fine = [card for card in view.cards if card.finding.severity == "ok"]
    assert fine
    assert all(isinstance(card, QualityCard) and card.findChild(QPushButton) is None for card in fine)
