"""The step that turns texts into token ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Any

import numpy as np

from nnstudio.catalog.preparations.rows import fitting
from nnstudio.catalog.tokenisers import Numbers, Words
from nnstudio.core.dataset import PREPARATIONS, Column, DataProblem, Preparation, Table, TokenRows
from nnstudio.core.param import param
from nnstudio.core.registry import one_of
from nnstudio.core.tokens import TOKENISERS, Tokeniser


@PREPARATIONS.entry
class Tokenise(Preparation):
    """Cuts texts into tokens and gives every token a number, for a network can only calculate.

    The vocabulary is learnt from the training texts alone: a word that only validation texts have is
    unknown (id 1), as it will be later in use. Short texts are filled up with padding (id 0) behind,
    long ones are cut off. For a text to be continued, the length is how far the network looks back.
    """

    kind = "tokenise"
    title = "Tokens"
    family = "text"

    tokeniser: one_of(TOKENISERS, Tokeniser) = param(  # type: ignore[valid-type]
        Words(), "Tokeniser", "The way texts are cut into pieces."
    )
    vocabulary: int = param(
        2000, "Vocabulary size", "At most so many different tokens, the most useful ones.",
        low=16, high=50_000, scale="log", step=1, typical=(500, 30_000), unit="tokens",
        too_low="Much is unknown or spelt letter by letter.",
        too_high="Rare tokens have too few examples to be learnt; the embedding grows.",
        source="BERT has 30 522, GPT-2 50 257; small collections need a few thousand.",
    )  # fmt: skip
    length: int = param(
        64, "Length", "Tokens of every example: longer texts are cut off, shorter ones padded.",
        low=2, high=2048, scale="log", step=1, typical=(16, 512), unit="tokens",
        too_low="The end of long texts is lost.", too_high="Mostly padding; attention grows with its square.",
    )  # fmt: skip

    def fit(self, table: Table) -> dict[str, Any]:
        return _fitted(self.tokeniser, table, self.vocabulary)

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        return _cut(self.tokeniser, table, state, self.length)


@PREPARATIONS.entry
class TokenIds(Preparation):
    """Takes texts of numbers, such as 12 7 31, as token ids that another program has given.

    Id 0 stays padding, unless 0 is a token among the others: then each moves up by one. What is no number
    is left out.
    """

    kind = "token_ids"
    title = "Token ids"
    family = "text"

    vocabulary: int = param(
        2000, "Vocabulary size", "How many ids there are, 0 included.", low=2, high=50_000, most=inf,
        scale="log", step=1, unit="tokens", too_low="An id lies beyond the vocabulary.",
        too_high="The embedding has rows that are never used.",
    )  # fmt: skip
    length: int = param(
        64, "Length", "Tokens of every example: longer texts are cut off, shorter ones padded.",
        low=1, high=2048, most=inf, scale="log", step=1, unit="tokens",
        too_low="The end of long texts is lost.", too_high="Mostly padding; attention grows with its square.",
    )  # fmt: skip

    @property
    def tokeniser(self) -> Tokeniser:
        """What cuts the texts."""
        return Numbers()

    def fit(self, table: Table) -> dict[str, Any]:
        return _fitted(self.tokeniser, table, self.vocabulary)

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        return _cut(self.tokeniser, table, state, self.length)


def words_of(states: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return what each token id stands for, from the fitted states of a chain; empty without tokens."""
    learnt = (state["tokeniser"] for state in states if "tokeniser" in state)
    return next((tuple(state["vocabulary"]) for state in learnt), ())


def _fitted(tokeniser: Tokeniser, table: Table, vocabulary: int) -> dict[str, Any]:
    """Return what a tokeniser learns from the training texts."""
    texts = _texts(table)[fitting(table)]
    return {"tokeniser": tokeniser.fit(texts.tolist(), vocabulary)}


def _cut(tokeniser: Tokeniser, table: Table, state: Mapping[str, Any], length: int) -> Table:
    """Return the table with the tokens of every row instead of its texts."""
    learnt = state["tokeniser"]
    ids = [np.array(each, np.int64) for each in tokeniser.encode(_texts(table).tolist(), learnt)]
    others = tuple(column for column in table.columns if column.type != "text")
    return replace(table, columns=others, tokens=TokenRows(ids, length, tokeniser.vocabulary(learnt)))


def _texts(table: Table) -> Any:
    """Return the text of every row; several columns are joined by a space, a missing text is empty."""
    columns: list[Column] = [column for column in table.columns if column.type == "text"]
    if not columns:
        raise DataProblem("The step Tokens needs a column of free text; there is none here.")
    parts = [np.array([text or "" for text in column.values], dtype=object) for column in columns]
    joined = parts[0]
    for more in parts[1:]:
        joined = joined + " " + more
    return joined
