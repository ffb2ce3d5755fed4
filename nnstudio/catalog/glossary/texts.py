"""Reads the texts of the glossary: Markdown that a teacher can edit, one heading per page.

    # Group
    ## key: Title
    Also: another name, a third name
    See: other_key, one_more
    What it is, in as many paragraphs as it takes.

    Why: one paragraph behind one of the words Why, Too low, Too high, Typical, When, Rule (of thumb).

The title may be left out for a thing of the catalog, which has one. `Setting:` names the settings that a
page explains (`optimizer.*.rate`), `Picture:` a small picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

LISTS = ("also", "see", "setting", "picture")
"""Fields of a single line."""
PROSE = ("why", "too low", "too high", "typical", "when", "rule")
"""Fields of a paragraph."""
_LABEL = re.compile(rf"({'|'.join(LISTS + PROSE)}):\s+", re.IGNORECASE)


class TextProblem(ValueError):
    """A text of the glossary cannot be read: says the file, the line and what is expected."""


@dataclass(slots=True)
class Text:
    """What a file says about one page; `what` and every field hold whole paragraphs."""

    key: str
    title: str
    group: str
    what: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def words(self, name: str) -> tuple[str, ...]:
        """Return a field that is a list, its commas taken apart."""
        return tuple(word.strip() for word in self.fields.get(name, "").split(",") if word.strip())


def read(source: str, name: str = "text") -> Iterator[Text]:
    """Yield the texts of one file in order; raises TextProblem."""
    group, text = "", None
    paragraphs: list[list[str]] = [[]]
    for number, line in enumerate(source.splitlines(), 1):
        if line.startswith("# "):
            group = line[2:].strip()
        elif line.startswith("## "):
            if text is not None:
                yield _filled(text, paragraphs, name)
            key, _, title = line[3:].partition(":")
            text, paragraphs = Text(key.strip(), title.strip(), group), [[]]
            if not re.fullmatch(r"[a-z0-9_.]+", text.key) or not group:
                raise TextProblem(f"{name}, line {number}: expected `## key: Title` below a `# Group`")
        elif not line.strip():
            paragraphs.append([])
        else:
            label = _LABEL.match(line)
            if label:
                paragraphs.append([])
            paragraphs[-1].append(line.strip())
            if label and label[1].lower() in LISTS:
                paragraphs.append([])
    if text is not None:
        yield _filled(text, paragraphs, name)


def _filled(text: Text, paragraphs: list[list[str]], name: str) -> Text:
    plain = []
    for lines in paragraphs:
        words = "\n".join(lines)
        label = _LABEL.match(words)
        if label is None:
            plain.append(words)
            continue
        kind = label[1].lower()
        if kind in text.fields:
            raise TextProblem(f"{name}, {text.key}: {label[1]} stands there twice")
        text.fields[kind] = words[label.end() :]
    text.what = "\n\n".join(words for words in plain if words)
    return text
