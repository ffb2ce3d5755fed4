"""Which tokens of a vocabulary can stand for each other, by the bundled list of everyday synonyms."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from nnstudio.core.resources import path

Ids = tuple[int, ...]
SPACED, CONTINUED = "▁", "##"
"""How a token that begins a word is marked (BPE, Unigram), and one that goes on with it (WordPiece)."""


@cache
def groups() -> tuple[tuple[str, ...], ...]:
    """Return the groups of the list, in small letters."""
    lines = path("texts/synonyms.txt").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split()) for line in lines if line and not line.startswith("#"))


def interchangeable(vocabulary: Sequence[str]) -> tuple[Ids, ...]:
    """Return groups of ids, two or more each: whole words written alike, small or with a capital."""
    ids = {token: i for i, token in enumerate(vocabulary)}
    mark = SPACED if _marks_spaces(vocabulary) else ""
    found = (
        tuple(ids[word] for word in (mark + written(word) for word in group) if word in ids)
        for group in groups()
        for written in (str, str.capitalize)
    )
    return tuple(group for group in found if len(group) > 1)


def continuing(vocabulary: Sequence[str]) -> Ids:
    """Return the ids that go on with the word before: what they follow is only a part of a word."""
    marked = _marks_spaces(vocabulary)
    return tuple(
        i
        for i, token in enumerate(vocabulary)
        if token.startswith(CONTINUED) or (marked and token[:1].isalnum())
    )


def _marks_spaces(vocabulary: Sequence[str]) -> bool:
    return any(token.startswith(SPACED) for token in vocabulary)
