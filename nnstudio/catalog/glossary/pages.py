"""Makes the pages: the words of the catalog first, then what the texts add to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from pydantic.fields import FieldInfo

from nnstudio.catalog.glossary.page import Page, Setting
from nnstudio.catalog.glossary.shelves import MODELS, SHELVES
from nnstudio.catalog.glossary.texts import Text
from nnstudio.core.param import Param, params
from nnstudio.core.registry import Entry, Frozen


def models() -> Iterator[tuple[str, str, type[Frozen]]]:
    """Yield (prefix, group, model) of everything that has settings: entries and plain models."""
    for shelf in SHELVES:
        for cls in shelf.registry:
            yield f"{shelf.prefix}.{cls.kind}", shelf.group, cls
    yield from MODELS


def claims(texts: Iterable[Text]) -> dict[str, str]:
    """Return setting (`optimizer.adam.rate`) -> key of the page whose text names it."""
    patterns = [(pattern, text.key) for text in texts for pattern in text.words("setting")]
    found = {}
    for prefix, _, model in models():
        for name in params(model):
            whole = f"{prefix}.{name}"
            key = next((key for pattern, key in patterns if fnmatchcase(whole, pattern)), "")
            if key:
                found[whole] = key
    return found


def of_entry(key: str, group: str, cls: type[Entry], text: Text | None, owners: Mapping[str, str]) -> Page:
    """Return the page of a catalog entry: its docstring, its settings, and what a text adds."""
    common_first = sorted(params(cls).items(), key=lambda item: item[1].advanced)
    settings = tuple(
        Setting(name, spec, default_of(cls.model_fields[name]), owners.get(f"{key}.{name}", ""))
        for name, spec in common_first
    )
    what = cls.about() + (f"\n\n{text.what}" if text and text.what else "")
    return _page(key, cls.title, group, what, text, None, settings)


def of_setting(key: str, group: str, spec: Param, text: Text | None) -> Page:
    """Return the page of one setting: its `Param`, and what a text adds."""
    what = spec.help + (f"\n\n{text.what}" if text and text.what else "")
    title = text.title if text and text.title else spec.label
    return _page(key, title, text.group if text else group, what, text, spec, ())


def of_text(text: Text) -> Page:
    """Return the page of a term, which only the texts explain."""
    return _page(text.key, text.title, text.group, text.what, text, None, ())


def default_of(field: FieldInfo) -> str:
    """Return a default in words, empty when there is none."""
    value: Any = field.default
    if field.is_required() or field.default_factory or value is None:
        return ""
    if isinstance(value, Entry):
        return str(value.title)
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")


def typical_of(spec: Param) -> str:
    """Return the typical range in words."""
    if spec.typical is None:
        return ""
    low, high = spec.typical
    return f"{low:g} to {high:g} {spec.unit}".strip()


def _page(
    key: str, title: str, group: str, what: str, text: Text | None, spec: Param | None,
    settings: tuple[Setting, ...],
) -> Page:  # fmt: skip
    said = text.fields if text else {}
    return Page(
        key, title, group, what,
        why=said.get("why", ""),
        too_low=said.get("too low") or (spec.too_low if spec else ""),
        too_high=said.get("too high") or (spec.too_high if spec else ""),
        typical=said.get("typical") or (typical_of(spec) if spec else ""),
        when=said.get("when", ""),
        source=said.get("rule") or (spec.source if spec else ""),
        see=text.words("see") if text else (),
        also=text.words("also") if text else (),
        picture=said.get("picture", ""),
        settings=settings,
    )  # fmt: skip
