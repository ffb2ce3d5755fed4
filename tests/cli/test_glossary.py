"""Terms are explained in the terminal, and offered where they are mistyped."""

from __future__ import annotations

import pytest

from tests.cli.calls import Caller


@pytest.mark.parametrize("words", [["learning", "rate"], ["learning_rate"], ["Learning Rate"], ["lr"]])
def test_a_term_by_title_key_or_other_name(nn: Caller, words: list[str]) -> None:
    text = nn.good("glossary", *words).out
    assert text.startswith("Learning rate (Hyperparameters)")
    for figure in ("0.001", "0.0001", "0.00001", "Divide by 10", "Multiply by 2 to 5"):
        assert figure in " ".join(text.split())
    assert "](" not in text
    assert "**" not in text


def test_a_layer_with_its_settings(nn: Caller) -> None:
    text = nn.good("glossary", "layer.dropout").out
    assert "Rate (default 0.3)" in text
    assert "See also: Dropout" in text


def test_as_json(nn: Caller) -> None:
    page = nn.good("glossary", "overfitting", "--json").json
    assert page["key"] == "overfitting"
    assert "70 to 75 %" in page["what"]
    assert "dropout_rate" in page["see_also"]


def test_without_a_term_all_pages_are_listed(nn: Caller) -> None:
    pages = nn.good("glossary", "--json").json["pages"]
    assert {"layer.dense", "optimizer.adam", "overfitting", "grad_cam"} <= {page["key"] for page in pages}


def test_what_is_not_there_is_offered_nearly(nn: Caller) -> None:
    assert "Overfitting" in nn.refused("glossary", "overfiting")
