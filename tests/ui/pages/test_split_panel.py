"""The split: its sliders, and what does not apply to data in time."""

from pytestqt.qtbot import QtBot

from nnstudio.core.dataset import Split
from nnstudio.ui.pages.split_panel import IN_TIME, SplitPanel, with_share


def test_rows_in_time_are_neither_drawn_nor_stratified(qtbot: QtBot) -> None:
    panel = SplitPanel()
    qtbot.addWidget(panel)
    panel.show_prepared(None, in_time=True)
    assert not panel.form.editors["seed"].isEnabled()
    assert not panel.form.editors["stratify"].isEnabled()
    assert panel.form.editors["train"].isEnabled()
    assert panel.note.text() == IN_TIME
    assert not panel.note.isHidden()
    panel.show_prepared(None)
    assert panel.form.editors["seed"].isEnabled()
    assert panel.note.isHidden()


def test_a_share_that_grows_takes_from_the_other() -> None:
    split = with_share(Split(train=0.7, validation=0.2), "train", 0.9)
    assert (split.train, split.validation) == (0.9, 0.1)
