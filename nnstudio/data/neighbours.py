"""Counts of neighbouring tokens: what mostly follows, as simple models of a text that goes on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
LONGEST = 3
"""Tokens that are counted together, the foretold one included: longer stretches are seen too rarely."""
NAMES = {1: "unigrams", 2: "bigrams", 3: "trigrams"}


@dataclass(frozen=True, slots=True)
class Followed:
    """What counts say about held-out tokens: the likeliest one, and the share given to the true one."""

    name: str
    said: Ids
    shares: NDArray[np.float64]

    @property
    def nats(self) -> float:
        """The mean cross-entropy in nats, as a network's loss."""
        return float(-np.log(self.shares).mean())


def neighbours(x: Ids, y: Ids, asked: Ids, true: Ids, count: int) -> list[Followed]:
    """Return unigrams, bigrams and trigrams fitted to x (N, steps) and y (N,), asked about other rows.

    Of the `count` tokens. The likeliest is the commonest one behind the longest stretch that training
    knows. Shares are interpolated after Witten and Bell (1991): every stretch trusts its own counts the
    more, the fewer different tokens have followed it; below the unigrams each token has been seen once.
    """
    often = np.bincount(y, minlength=count)
    shares = (often[true] + 1.0) / (len(y) + count)
    said = np.full(len(true), int(often.argmax()), np.int64)
    found = [Followed(NAMES[1], said, shares)]
    for order in range(2, min(LONGEST, x.shape[1] + 1) + 1):
        before, given = _stretches(x, asked, order - 1, count)
        said, shares = _longer(before, y, given, true, found[-1], count)
        found.append(Followed(NAMES[order], said, shares))
    return found


def _stretches(x: Ids, asked: Ids, length: int, count: int) -> tuple[Ids, Ids]:
    """Return a number for the last tokens of every row, the same for the same tokens."""
    places = count ** np.arange(length, dtype=np.int64)
    known = x[:, -length:] @ places
    names, before = np.unique(known, return_inverse=True)
    given = asked[:, -length:] @ places
    at = np.minimum(np.searchsorted(names, given), len(names) - 1)
    return before, np.where(names[at] == given, at, -1)


def _longer(
    before: Ids, y: Ids, given: Ids, true: Ids, shorter: Followed, count: int
) -> tuple[Ids, NDArray[np.float64]]:
    """Return the likeliest tokens and the shares of the true ones by what followed longer stretches."""
    pairs, often = np.unique(before * count + y, return_counts=True)
    stretch, token = pairs // count, pairs % count
    total, kinds = np.bincount(stretch, weights=often), np.bincount(stretch)
    order = np.lexsort((-token, often))
    commonest = np.empty(len(kinds), np.int64)
    commonest[stretch[order]] = token[order]
    known = given >= 0
    said, shares = shorter.said.copy(), shorter.shares.copy()
    said[known] = commonest[given[known]]
    asked = given[known] * count + true[known]
    at = np.minimum(np.searchsorted(pairs, asked), len(pairs) - 1)
    seen = np.where(pairs[at] == asked, often[at], 0)
    different = kinds[given[known]]
    shares[known] = (seen + different * shares[known]) / (total[given[known]] + different)
    return said, shares
