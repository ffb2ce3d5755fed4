"""A page of the glossary: what a thing is, why it matters, and how to choose it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nnstudio.core.param import Param

LINK = re.compile(r"\[([^\]]+)\]\(([\w.]+)\)")
"""A link inside a text, `[words](key of the page)`."""


PROBLEMS = "Problems"
"""The group of what can go wrong: its pages say why it happens and what helps."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of an entry; `page` is the key of the page about it, empty when it has none of its own."""

    name: str
    spec: Param
    default: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One explanation; texts are plain paragraphs with `**bold**`, `- lists` and `[links](key)`."""

    key: str
    title: str
    group: str
    what: str
    why: str = ""
    too_low: str = ""
    too_high: str = ""
    typical: str = ""
    when: str = ""
    source: str = ""
    see: tuple[str, ...] = ()
    """Keys of the pages to read next."""
    also: tuple[str, ...] = ()
    """Other names, for the search."""
    picture: str = ""
    settings: tuple[Setting, ...] = ()

    def sections(self) -> Iterator[tuple[str, str]]:
        """Yield (heading, text) of every part that is there, the first without a heading."""
        problem = self.group == PROBLEMS
        why, when = ("Why it happens", "What helps") if problem else ("Why it matters", "When to use it")
        parts = (
            ("", self.what), (why, self.why), ("Too low", self.too_low), ("Too high", self.too_high),
            ("Typical", self.typical), (when, self.when), ("Rule of thumb", self.source),
        )  # fmt: skip
        yield from ((heading, text) for heading, text in parts if text)

    def links(self) -> tuple[str, ...]:
        """Return the keys of all pages it leads to, those within the text first."""
        inside = (match[2] for _, text in self.sections() for match in LINK.finditer(text))
        pages = (setting.page for setting in self.settings if setting.page)
        return tuple(dict.fromkeys((*inside, *pages, *self.see)))

    def words(self) -> int:
        """Count the words of the explanation, those of the settings included."""
        texts = [text for _, text in self.sections()]
        for setting in self.settings:
            texts += [setting.spec.help, setting.spec.too_low, setting.spec.too_high]
        return len(re.findall(r"\w+", " ".join(texts)))


def plain(text: str) -> str:
    """Return a text without its markup, for the terminal."""
    return LINK.sub(r"\1", text).replace("**", "").replace("`", "")
