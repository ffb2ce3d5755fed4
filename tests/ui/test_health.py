"""The mark of a layer: words and level from what a probe saw."""

from __future__ import annotations

from typing import Any

import pytest

from nnstudio.core.run import Epoch, History, LayerHealth
from nnstudio.ui.health import judge, latest


@pytest.mark.parametrize(
    ("seen", "words", "level"),
    [
        ({}, "ok", "good"),
        ({"gradient_norm": 0.1, "dead": 0.0}, "ok", "good"),
        ({"mean": None, "std": None}, "not a number", "bad"),
        ({"dead": 0.12}, "12 % dead", "good"),
        ({"dead": 0.41}, "41 % dead", "warn"),
        ({"dead": 1.0}, "100 % dead", "bad"),
        ({"saturated": 0.59}, "ok", "good"),
        ({"saturated": 0.8}, "80 % flat", "warn"),
        ({"gradient_norm": 1e-9}, "no gradient", "warn"),
    ],
)
def test_the_mark_of_a_layer(seen: dict[str, Any], words: str, level: str) -> None:
    assert judge(LayerHealth(**{"id": "n1", "mean": 0.1, "std": 1.0, **seen})) == (words, level)


def test_the_last_look_counts_though_later_epochs_did_not_look() -> None:
    history = History()
    assert latest(history) == ()
    looked = (LayerHealth(id="n1", dead=0.5),)
    for number, layers in enumerate(((), looked, (), ()), 1):
        history.add(Epoch(number, {"train_loss": 1.0}, layers))
    assert latest(history) == looked


def test_a_sure_answer_is_no_flaw_of_the_output_layer() -> None:
    seen = LayerHealth(id="n1", mean=0.5, std=0.5, saturated=1.0)
    assert judge(seen) == ("100 % flat", "warn")
    assert judge(seen, is_output=True) == ("ok", "good")
