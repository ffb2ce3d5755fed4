"""Every tokeniser keeps its vocabulary's size, repeats itself, and knows how to go back."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from nnstudio.catalog.tokenisers import BytePairs, Characters, Unigram, WordPiece, Words
from nnstudio.core.dataset import DataProblem
from nnstudio.core.tokens import PADDING, SPECIAL, TOKENISERS, UNKNOWN, Tokeniser

TEXTS = [
    "The king's men played in the garden, and the queen was playing too.",
    "A player plays; nobody played as well as the players of the king.\nOnce upon a time.",
] * 4
EVERY = pytest.mark.parametrize("cls", [pytest.param(cls, id=cls.kind) for cls in TOKENISERS])


@EVERY
def test_it_explains_itself_and_survives_saving(cls: type[Tokeniser]) -> None:
    assert cls.title
    assert len(cls.about()) > 60
    assert TOKENISERS.parse(json.loads(cls().model_dump_json())) == cls()


@EVERY
@pytest.mark.parametrize("size", [64, 100])
def test_the_vocabulary_begins_with_padding_and_unknown_and_keeps_its_size(
    cls: type[Tokeniser], size: int
) -> None:
    state = cls().fit(TEXTS, size)
    assert json.loads(json.dumps(state, allow_nan=False)) == state
    words = cls().vocabulary(state)
    assert words[:2] == SPECIAL
    assert len(words) <= size
    assert len(set(words)) == len(words)
    for ids in cls().encode(TEXTS, state):
        assert ids
        assert UNKNOWN <= min(ids) <= max(ids) < len(words)


@EVERY
def test_what_training_lacks_is_unknown_and_never_padding(cls: type[Tokeniser]) -> None:
    state = cls().fit(TEXTS, 100)
    (ids,) = cls().encode(["Ωβ"], state)
    assert UNKNOWN in ids
    assert PADDING not in ids
    assert cls().encode([""], state) == [[]]


@pytest.mark.parametrize("cls", [Characters, BytePairs, Unigram])
def test_a_text_comes_back_letter_by_letter(cls: type[Tokeniser]) -> None:
    state = cls().fit(TEXTS, 100)
    for text, ids in zip(TEXTS, cls().encode(TEXTS, state), strict=True):
        assert cls().decode([*ids, PADDING, PADDING], state) == text


def test_words_come_back_with_a_space_between() -> None:
    state = Words().fit(TEXTS, 100)
    (ids,) = Words().encode(["The king's garden, too."], state)
    assert Words().decode(ids, state) == "the king's garden , too ."


def test_full_stops_may_stay_with_their_word() -> None:
    whole = Words(punctuation=False, lower=False)
    assert "garden," in whole.vocabulary(whole.fit(TEXTS, 100))
    assert "The" in whole.vocabulary(whole.fit(TEXTS, 100))


def test_related_words_share_pieces() -> None:
    state = WordPiece().fit(TEXTS * 5, 60)
    words = WordPiece().vocabulary(state)
    one, other = ([words[i] for i in ids] for ids in WordPiece().encode(["playful", "playsun"], state))
    assert one[0] == other[0] == "play"
    assert all(piece.startswith("##") for piece in (*one[1:], *other[1:]))
    assert WordPiece().decode(WordPiece().encode(["the players"], state)[0], state) == "the players"


@pytest.mark.parametrize("cls", [BytePairs, WordPiece, Unigram])
def test_a_vocabulary_too_small_for_the_letters_is_refused(cls: type[Tokeniser]) -> None:
    with pytest.raises(DataProblem, match="make it larger"):
        cls().fit(TEXTS, 16)


def test_another_start_of_the_program_learns_the_same() -> None:
    code = (
        "import json, sys; from nnstudio.catalog.tokenisers import *;"
        "texts = json.load(sys.stdin);"
        "print(json.dumps([cls().fit(texts, 80) for cls in TOKENISERS]))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(TEXTS), capture_output=True, text=True, check=True
    )
    assert json.loads(answer.stdout) == [cls().fit(TEXTS, 80) for cls in TOKENISERS]
