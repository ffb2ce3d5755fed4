"""Bundled texts: opinions made from patterns, and the beginning of a book to be continued."""

from __future__ import annotations

import re

import numpy as np
from numpy.random import Generator

from nnstudio.core.dataset import SOURCES, Column, Examples, Source, Windows
from nnstudio.core.param import param
from nnstudio.core.resources import path

THINGS = (
    "film", "book", "meal", "concert", "hotel", "play", "game", "walk", "song", "museum", "story", "service",
    "view", "ending", "beginning", "room", "soup", "actor", "garden", "journey",
)  # fmt: skip
GOOD = (
    "wonderful", "charming", "excellent", "delightful", "clever", "funny", "beautiful", "brilliant", "lovely",
    "warm", "splendid", "gripping",
)  # fmt: skip
BAD = (
    "boring", "dull", "awful", "terrible", "clumsy", "sad", "ugly", "weak", "tedious", "cold", "dreadful",
    "pointless",
)  # fmt: skip
PLAIN = (
    "The {0} was {1}.", "What a {1} {0}!", "I found the {0} {1}.", "We thought the {0} was quite {1}.",
    "To me the {0} seemed {1} from the first minute.", "My friends say the {0} is {1}, and I agree.",
    "After a long day the {0} felt {1}.",
)  # fmt: skip
DENIED = (
    "The {0} was not {1} at all.", "Nobody could call the {0} {1}.", "I never found the {0} {1}.",
    "We expected a {1} {0}, but it was nothing of the kind.", "The {0} is far from {1}.",
)  # fmt: skip
MIXED = (
    "The {0} was {2}, but the {3} was so {1} that it decided the evening.",
    "Although the {0} was {2}, all in all it was {1} because of the {3}.",
)
TRIES = 30
"""Repeated sentences are drawn again so often; with very many of them some remain."""
PIECE = re.compile(r".{1,120}(?=\s)|.{1,120}", re.DOTALL)
"""A text is split into training, validation and test between such pieces, never within a word."""


@SOURCES.entry
class Opinions(Source):
    """Short sentences, positive or negative, made from patterns by the program.

    Counting words goes far, until a sentence says the opposite: "not boring at all" is praise. Only a
    network that reads the order of words (recurrent layers, attention) gets those right. Not written
    by people, so expect more than real reviews allow.
    """

    kind = "opinions"
    title = "Opinions"
    family = "texts"
    example = True

    samples: int = param(
        400, "Sentences", "How many sentences are made.", low=100, high=5000, scale="log", step=10,
        typical=(400, 2000), too_low="Too few to learn the order of words from.",
    )  # fmt: skip
    twisted: float = param(
        0.4, "Twisted", "Share of sentences that deny a word or weigh two against each other.",
        low=0.0, high=0.9, step=0.05, too_low="Counting words is enough.",
    )  # fmt: skip
    seed: int = param(0, "Data seed", "Another seed makes other sentences.", low=0, high=9999, step=1)

    def load(self) -> Examples:
        rng = np.random.default_rng(self.seed)
        positive = np.arange(self.samples) % 2 == 0
        made: set[str] = set()
        texts = np.array([self._another(bool(good), rng, made) for good in positive], dtype=object)
        labels = np.where(positive, "positive", "negative").astype(object)
        order = rng.permutation(self.samples)
        columns = (Column("text", "text", texts[order]),)
        return Examples(self.title, Column("opinion", "category", labels[order]), "classification", columns)

    def _another(self, positive: bool, rng: Generator, made: set[str]) -> str:
        """Return a sentence that was not made before, as long as there are any."""
        sentence = self._sentence(positive, rng)
        for _ in range(TRIES):
            if sentence not in made:
                break
            sentence = self._sentence(positive, rng)
        made.add(sentence)
        return sentence

    def _sentence(self, positive: bool, rng: Generator) -> str:
        said, other = (GOOD, BAD) if positive else (BAD, GOOD)
        twist = rng.random() < self.twisted
        denied = twist and rng.random() < 0.6
        patterns = DENIED if denied else MIXED if twist else PLAIN
        pattern = patterns[rng.integers(len(patterns))]
        first, second = rng.choice(len(THINGS), 2, replace=False)
        word, contrast = said[rng.integers(len(said))], other[rng.integers(len(other))]
        return pattern.format(THINGS[first], contrast if denied else word, contrast, THINGS[second])


@SOURCES.entry
class Alice(Source):
    """The first chapter of Alice's Adventures in Wonderland, to be continued by the network.

    By Lewis Carroll (1865), long in the public domain: 2 141 words. Every example is a stretch of the
    text, and the answer is the one token that follows it. A small network soon writes words, a larger
    one learns the chapter by heart: it is far too short to learn English from.
    """

    kind = "alice"
    title = "Alice, chapter I"
    family = "texts"
    example = True

    step: int = param(
        1, "Step", "Tokens from the start of one example to the start of the next.", low=1, high=64,
        scale="log", step=1, too_low="Many examples that hardly differ: slow epochs.",
        too_high="Few examples.",
    )  # fmt: skip

    def load(self) -> Examples:
        return continued(self.title, path("data/alice.txt").read_text(encoding="utf-8"), self.step)


def continued(title: str, text: str, step: int) -> Examples:
    """Return one text as examples of what comes next; its rows are pieces that make up the text again."""
    texts = np.array(PIECE.findall(text), dtype=object)
    target = Column("next token", "text", texts)
    return Examples(
        title, target, "classification", (Column("text", "text", texts),), windows=Windows(step=step)
    )
