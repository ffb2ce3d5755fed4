"""How texts become ids: the base of every tokeniser, and the two ids that all of them share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from nnstudio.core.registry import Entry, Registry
from nnstudio.core.shape import TOKENS
from nnstudio.core.trace import Signature

PADDING, UNKNOWN = 0, 1
SPECIAL = ("[PAD]", "[UNK]")
"""Names of the first two ids: what fills up a short text, and what the training texts never had."""


NEXT_TOKEN = "next token"
"""What is predicted of a text to be continued."""


class Tokeniser(Entry):
    """Base of every tokeniser; what it learns from the training texts is plain JSON data."""

    family = "tokeniser"
    joint: ClassVar[str] = ""
    """What stands between two tokens of a text."""

    def fit(self, texts: Iterable[str], size: int) -> dict[str, Any]:
        """Return what was learnt from texts: a vocabulary of at most `size` tokens, specials included."""
        raise NotImplementedError

    def encode(self, texts: Sequence[str], state: Mapping[str, Any]) -> list[list[int]]:
        """Return the ids of every text, as many as it has tokens."""
        raise NotImplementedError

    def decode(self, ids: Sequence[int], state: Mapping[str, Any]) -> str:
        """Return ids as a text again; padding is left out."""
        words = self.vocabulary(state)
        return self.joint.join(words[i] for i in ids if i != PADDING)

    def vocabulary(self, state: Mapping[str, Any]) -> tuple[str, ...]:
        """Return what every id stands for."""
        return tuple(state["vocabulary"])


TOKENISERS: Registry[Tokeniser] = Registry("tokeniser")


def continues_text(signature: Signature) -> bool:
    """Tell whether the answer is the token that follows: then a trained network can write."""
    target = signature.target
    return (
        signature.input.is_a(TOKENS)
        and target.asks == "class"
        and target.column == NEXT_TOKEN
        and target.count == signature.input.vocabulary
    )
