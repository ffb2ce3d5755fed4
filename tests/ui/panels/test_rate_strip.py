"""The bars under the rate slider: as high as the loss is low, chosen by a click or by the keyboard."""

import math

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from nnstudio.catalog.optimizers import Adam
from nnstudio.engine.sweep.rates import RateOutcome, RateStrip
from nnstudio.ui.panels.rate_strip import RateStripPanel, told

RATES = (0.0001, 0.001, 0.01, 0.1, 1.0)
LOSSES = (0.6, 0.3, 0.2, 0.9, math.nan)
STRIP = RateStrip(
    tuple(
        RateOutcome(rate, loss, loss, 2 if math.isnan(loss) else 20)
        for rate, loss in zip(RATES, LOSSES, strict=True)
    ),
    1.0, together=True,
)  # fmt: skip


def panel_with(qtbot: QtBot) -> RateStripPanel:
    panel = RateStripPanel(Adam().params()["rate"])
    qtbot.addWidget(panel)
    panel.resize(320, 80)
    panel.show()
    panel.show_strip(STRIP, busy=False)
    return panel


def test_nothing_but_the_button_before_the_first_comparison(qtbot: QtBot) -> None:
    panel = RateStripPanel(Adam().params()["rate"])
    qtbot.addWidget(panel)
    panel.show()
    assert panel.bars.isHidden()
    with qtbot.waitSignal(panel.wanted):
        panel.button.click()
    panel.show_ready("The data are not loaded yet.")
    assert not panel.button.isEnabled()
    assert panel.button.toolTip() == "The data are not loaded yet."


def test_while_it_goes_on_the_button_cancels(qtbot: QtBot) -> None:
    panel = panel_with(qtbot)
    panel.show_strip(RateStrip(STRIP.outcomes, 0.5, together=True), busy=True)
    assert "50%" in panel.words.text()
    with qtbot.waitSignal(panel.given_up):
        panel.button.click()


def test_a_click_takes_the_rate_below_the_pointer(qtbot: QtBot) -> None:
    panel = panel_with(qtbot)
    bars = panel.bars
    assert panel.words.text() == "lowest loss at 0.01"
    for rate in RATES:
        with qtbot.waitSignal(panel.rate_chosen) as chosen:
            place = QPoint(round(bars._centre(rate)), 5)
            qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=place)
        assert chosen.args == [rate]


def test_the_keyboard_goes_along_the_bars(qtbot: QtBot) -> None:
    panel = panel_with(qtbot)
    for _ in range(2):
        qtbot.keyClick(panel.bars, Qt.Key.Key_Right)
    assert panel.bars.accessibleDescription() == told(STRIP.outcomes[1])
    with qtbot.waitSignal(panel.rate_chosen) as chosen:
        qtbot.keyClick(panel.bars, Qt.Key.Key_Return)
    assert chosen.args == [0.001]


def test_bars_are_as_high_as_losses_are_low(qtbot: QtBot) -> None:
    bars = panel_with(qtbot).bars
    worth = [bars._worth(outcome) for outcome in STRIP.outcomes[:4]]
    assert worth[2] == 1
    assert worth[1] > worth[0] > worth[3] >= 0


def test_a_rate_that_explodes_is_said_in_words() -> None:
    assert told(STRIP.outcomes[4]) == "rate 1: the loss became no number after 2 epochs"
    assert told(STRIP.outcomes[2]) == "rate 0.01: loss 0.2 after 20 epochs"
