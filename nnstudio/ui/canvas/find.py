"""Finding a layer by a few letters: title first, then kind, then the words of its explanation."""

from __future__ import annotations

from collections.abc import Iterable

from nnstudio.core.registry import Entry


def rank(entry: type[Entry], text: str) -> int | None:
    """Return how well an entry answers a search, 0 best, None when not at all; every word must be found."""
    wanted = " ".join(text.lower().split())
    title, kind = entry.title.lower(), entry.kind.lower()
    if title.startswith(wanted):
        return 0
    if any(word.startswith(wanted) for word in title.split()) or kind.startswith(wanted):
        return 1
    if wanted in title or wanted in kind:
        return 2
    texts = f"{title} {kind} {entry.family} {entry.about().lower()}"
    return 3 if all(word in texts for word in wanted.split()) else None


def found(entries: Iterable[type[Entry]], text: str) -> list[type[Entry]]:
    """Return the entries that answer a search, best first, else in their own order."""
    ranked = [(place, entry) for entry in entries if (place := rank(entry, text)) is not None]
    return [entry for _, entry in sorted(ranked, key=lambda pair: pair[0])]
