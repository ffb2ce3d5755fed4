"""Balance and augmentation on the data page: chosen, set, removed and undone; pictures before and after."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from nnstudio.catalog.augmentations import FeatureNoise, FlipHorizontally, ReplaceTokens, Rotate
from nnstudio.catalog.datasets.sklearn_sets import Digits, Wine
from nnstudio.catalog.datasets.texts import Opinions
from nnstudio.catalog.samplers import OverSampling
from nnstudio.catalog.tokenisers import Characters
from tests.ui.pages.test_data import Bench


def test_ways_of_varying_are_added_set_and_removed(qtbot: QtBot) -> None:
    bench = Bench(qtbot, Wine())
    panel = bench.page.augmentation
    assert [action.text() for action in panel._menu.actions()] == ["Noise", "Mixup"]
    panel.add(FeatureNoise())
    assert bench.project.training.augmentations == (FeatureNoise(),)
    panel.cards[0].form.edited.emit("share", 0.2, "drag")
    assert bench.project.training.augmentations == (FeatureNoise(share=0.2),)
    panel.cards[0].removed.emit()
    assert not bench.project.training.augmentations
    bench.document.stack.undo()
    assert len(panel.cards) == 1


def test_pictures_are_shown_before_and_after(qtbot: QtBot) -> None:
    bench = Bench(qtbot, Digits())
    panel = bench.page.augmentation
    panel.add(Rotate(degrees=90))
    qtbot.waitUntil(lambda: panel._job is None and len(panel.pairs.rows) == 2, timeout=30_000)
    before, after = panel.pairs.rows
    assert len(before) == len(after) == 6
    assert before != after
    panel.add(FlipHorizontally())
    assert "letters and digits" in FlipHorizontally.caution
    qtbot.waitUntil(lambda: panel._job is None, timeout=30_000)


def test_texts_are_shown_before_and_after_with_what_differs(qtbot: QtBot) -> None:
    bench = Bench(qtbot, Opinions())
    panel = bench.page.augmentation
    panel.add(ReplaceTokens(share=1))
    qtbot.waitUntil(lambda: panel._job is None and bool(panel.texts.texts), timeout=30_000)
    assert [text.label for text in panel.texts.texts] == ["before", "after"] * 3
    assert any(chip.tone == "changed" for chip in panel.texts.texts[1].chips)
    assert panel.pairs.isHidden()


def test_a_way_that_can_change_nothing_says_why(qtbot: QtBot) -> None:
    bench = Bench(qtbot, Opinions())
    panel = bench.page.augmentation
    bench.document.edit(bench.project.set("data.preparation.0.tokeniser", Characters()), "Characters")
    bench.load()
    panel.add(ReplaceTokens())
    qtbot.waitUntil(lambda: panel._job is None and bool(panel.problem.text()), timeout=30_000)
    assert "finds no two synonyms" in panel.problem.text()
    assert not panel.problem.isHidden()


def test_what_does_not_fit_the_data_is_said(qtbot: QtBot) -> None:
    bench = Bench(qtbot, Wine())
    bench.page.augmentation.add(Rotate())
    assert bench.page.augmentation.cards[0].property("tone") == "bad"


def test_classes_are_balanced_by_one_choice(qtbot: QtBot) -> None:
    bench = Bench(qtbot, Wine())
    bench.page.balance.editor.edited.emit("", OverSampling(), "")
    assert bench.project.data.sampler == OverSampling()
    bench.load()
    assert bench.page.balance.rows.text() == "124 training rows became 150 to learn from."
    bench.page.balance.editor.edited.emit("ratio", 0.9, "drag")
    assert bench.project.data.sampler == OverSampling(ratio=0.9)
