"""The whole glossary: pages by key, by group, by setting, and by what a person types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from nnstudio.catalog.glossary.page import Page
from nnstudio.catalog.glossary.pages import claims, models, of_entry, of_setting, of_text
from nnstudio.catalog.glossary.texts import Text, read
from nnstudio.core.param import Param, params
from nnstudio.core.registry import Entry, Frozen
from nnstudio.core.resources import path


class Glossary:
    """All pages, in the order of the texts and then of the catalog."""

    def __init__(self, texts: Iterable[Text]) -> None:
        written = {text.key: text for text in texts}
        self._owners = claims(written.values())
        self._prefix = {model: prefix for prefix, _, model in models()}
        self._specs = {
            f"{prefix}.{name}": spec for prefix, _, model in models() for name, spec in params(model).items()
        }
        self._pages = self._of_texts(written) | self._of_catalog(written)

    @classmethod
    def load(cls, folder: Path | None = None) -> Glossary:
        """Return the glossary of the bundled texts; takes some milliseconds."""
        files = sorted((folder or path("texts/glossary")).glob("*.md"))
        return cls(text for file in files for text in read(file.read_text(encoding="utf-8"), file.name))

    def __iter__(self) -> Iterator[Page]:
        return iter(self._pages.values())

    def __len__(self) -> int:
        return len(self._pages)

    def __contains__(self, key: str) -> bool:
        return key in self._pages

    def __getitem__(self, key: str) -> Page:
        """Return a page by key; raises KeyError in words."""
        try:
            return self._pages[key]
        except KeyError:
            raise KeyError(f"the glossary has no page {key!r}") from None

    def groups(self) -> dict[str, list[Page]]:
        """Return the pages by group."""
        found: dict[str, list[Page]] = {}
        for page in self:
            found.setdefault(page.group, []).append(page)
        return found

    def key_of(self, model: type[Frozen], field: str = "") -> str:
        """Return the key of the page that explains a catalog entry or one of its settings, else ''."""
        prefix = self._prefix.get(model, "")
        whole = f"{prefix}.{field}" if field else prefix
        for key in (self._owners.get(whole, ""), whole, prefix):
            if key in self._pages:
                return key
        return ""

    def named(self, words: str) -> str:
        """Return the key of the page with this key, title or other name, else ''."""
        wanted = words.strip().casefold()
        for page in self:
            if wanted in (page.key, page.title.casefold(), *(name.casefold() for name in page.also)):
                return page.key
        return ""

    def found(self, words: str) -> list[Page]:
        """Return the pages that answer a search, best first; every word must be there."""
        ranked = [(rank, page) for page in self if (rank := _rank(page, words)) is not None]
        return [page for _, page in sorted(ranked, key=lambda pair: pair[0])]

    def near(self, words: str) -> list[str]:
        """Return titles that are spelt nearly like this, for a person who mistyped."""
        titles = {page.title.casefold(): page.title for page in self}
        return [titles[name] for name in get_close_matches(words.casefold(), titles, n=5)]

    def _of_texts(self, written: dict[str, Text]) -> dict[str, Page]:
        """Pages of terms, and of settings that a text has claimed."""
        entries = {prefix for prefix, _, model in models() if issubclass(model, Entry)} | set(self._specs)
        specs: dict[str, Param] = {}
        for whole, key in self._owners.items():
            specs.setdefault(key, self._specs[whole])
        pages = {}
        for key, text in written.items():
            if key in specs:
                pages[key] = of_setting(key, text.group, specs[key], text)
            elif key not in entries:
                pages[key] = of_text(text)
        return pages

    def _of_catalog(self, written: dict[str, Text]) -> dict[str, Page]:
        """Pages of every entry, and of every other setting that no text has claimed."""
        pages = {}
        for prefix, group, model in models():
            if issubclass(model, Entry):
                pages[prefix] = of_entry(prefix, group, model, written.get(prefix), self._owners)
                continue
            for name, spec in params(model).items():
                whole = f"{prefix}.{name}"
                if whole not in self._owners:
                    pages[whole] = of_setting(whole, group, spec, written.get(whole))
        return pages


def _rank(page: Page, words: str) -> int | None:
    """Return how well a page answers, 0 best, None when not at all."""
    wanted = " ".join(words.casefold().split())
    names = [page.title.casefold(), page.key, *(name.casefold() for name in page.also)]
    if wanted in names:
        return 0
    if any(name.startswith(wanted) for name in names):
        return 1
    if any(part.startswith(wanted) for name in names for part in name.split()):
        return 2
    if any(wanted in name for name in names):
        return 3
    whole = " ".join((*names, *(text for _, text in page.sections()))).casefold()
    return 4 if all(word in whole for word in wanted.split()) else None
