"""The bundled synonyms keep their promises and cover the bundled texts; tokenisers find them."""

from __future__ import annotations

from collections import Counter

import pytest

from nnstudio.catalog.augmentations import ReplaceTokens
from nnstudio.catalog.datasets.texts import BAD, GOOD, Opinions
from nnstudio.catalog.preparations import Tokenise
from nnstudio.catalog.preparations.text import words_of
from nnstudio.catalog.synonyms import groups, interchangeable
from nnstudio.catalog.tokenisers import BytePairs, Characters, Unigram, WordPiece, Words
from nnstudio.core.dataset import DataSpec, Prepared
from nnstudio.core.tokens import Tokeniser
from nnstudio.data.prepare import load


def opinions(tokeniser: Tokeniser) -> Prepared:
    """Return the bundled labelled texts in tokens."""
    return load(DataSpec(source=Opinions(), preparation=(Tokenise(tokeniser=tokeniser, vocabulary=400),)))


def test_a_word_stands_in_one_group_only_in_small_letters() -> None:
    counts = Counter(word for group in groups() for word in group)
    assert [word for word, count in counts.items() if count > 1] == []
    assert all(word.isalpha() and word.islower() for word in counts)
    assert all(len(group) > 1 for group in groups())
    assert len(groups()) > 500


def test_no_group_holds_praise_and_blame() -> None:
    praise, blame = {*GOOD, "good", "best", "loved", "happy"}, {*BAD, "bad", "worst", "hated", "sad"}
    assert [group for group in groups() if praise & {*group} and blame & {*group}] == []


def test_most_words_that_carry_an_opinion_have_a_synonym() -> None:
    known = {word for group in groups() for word in group}
    assert {*GOOD, *BAD} <= known


@pytest.mark.parametrize("tokeniser", [Words(), WordPiece(), BytePairs(), Unigram()], ids=lambda t: t.kind)
def test_the_bundled_texts_have_synonyms_in_every_tokeniser_of_words(tokeniser: Tokeniser) -> None:
    words = words_of(opinions(tokeniser).states)
    found = [{words[id].strip("▁").lower() for id in group} for group in interchangeable(words)]
    assert {"boring", "dull", "tedious"} in found
    assert ReplaceTokens().unfit(words) == ""


def test_characters_are_no_words() -> None:
    words = words_of(opinions(Characters()).states)
    assert interchangeable(words) == ()
    assert "a tokeniser of whole words" in ReplaceTokens().unfit(words)
