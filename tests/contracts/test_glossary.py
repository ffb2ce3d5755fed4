"""Everything that can be picked, set or named by the diagnosis has a page, and no page leads nowhere."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

import nnstudio.catalog
import nnstudio.core
import nnstudio.data
from nnstudio.catalog.glossary import Glossary, Page
from nnstudio.catalog.glossary.page import PROBLEMS
from nnstudio.catalog.glossary.pages import models
from nnstudio.catalog.glossary.shelves import SHELVES
from nnstudio.catalog.glossary.texts import read
from nnstudio.core.param import params
from nnstudio.core.project import Project
from nnstudio.core.registry import Entry, Frozen, Registry
from nnstudio.core.resources import path
from nnstudio.diagnosis.rules import RULES

FEWEST_WORDS = 25
"""Less than this explains nothing."""
GLOSSARY = Glossary.load()
PAGES = {page.key: page for page in GLOSSARY}


def _modules() -> Iterator[Any]:
    for package in (nnstudio.core, nnstudio.catalog, nnstudio.data):
        yield package
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(module.name)


def _registries() -> dict[str, Registry[Any]]:
    return {v.noun: v for module in _modules() for v in vars(module).values() if isinstance(v, Registry)}


def _settings_models(model: type[BaseModel], seen: set[type]) -> set[type[BaseModel]]:
    """Return the plain models below a project that declare settings."""
    if model in seen:
        return set()
    seen.add(model)
    found = {model} if params(model) and not issubclass(model, Entry) else set()
    for field in model.model_fields.values():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Frozen):
            found |= _settings_models(kind, seen)
    return found


@pytest.mark.parametrize("noun", sorted(_registries()))
def test_every_entry_of_every_registry_has_a_page(noun: str) -> None:
    shelves = {shelf.registry.noun: shelf for shelf in SHELVES}
    assert noun in shelves, f"put the registry of every {noun} on a shelf of the glossary"
    for cls in _registries()[noun]:
        assert GLOSSARY.key_of(cls) == f"{shelves[noun].prefix}.{cls.kind}"


def test_every_group_of_settings_in_a_project_is_known() -> None:
    known = {model for _, _, model in models()}
    assert _settings_models(Project, set()) <= known


@pytest.mark.parametrize("prefix", [prefix for prefix, _, _ in models()])
def test_every_setting_has_a_page(prefix: str) -> None:
    model = next(model for name, _, model in models() if name == prefix)
    for field in params(model):
        key = GLOSSARY.key_of(model, field)
        assert key in GLOSSARY, f"{prefix}.{field}"
        page = GLOSSARY[key]
        assert not page.settings or field in [setting.name for setting in page.settings]


@pytest.mark.parametrize("id", [rule.id for rule in RULES])
def test_every_problem_of_the_diagnosis_has_a_page(id: str) -> None:
    page = GLOSSARY[id]
    assert page.group == PROBLEMS
    assert page.why
    assert page.when, "say what to do about it"


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.key)
def test_a_page_explains_and_leads_on(page: Page) -> None:
    assert page.title
    assert page.group
    assert page.what
    assert page.words() >= FEWEST_WORDS, f"only {page.words()} words"
    dead = [key for key in page.links() if key not in GLOSSARY]
    assert not dead
    assert page.key not in page.see


def test_no_two_pages_of_a_group_have_one_title() -> None:
    titles = [(page.group, page.title) for page in GLOSSARY]
    assert len(set(titles)) == len(titles)


def test_no_text_is_written_twice_or_for_nothing() -> None:
    files = sorted(path("texts/glossary").glob("*.md"))
    texts = [text for file in files for text in read(file.read_text(encoding="utf-8"), file.name)]
    keys = [text.key for text in texts]
    assert len(set(keys)) == len(keys)
    prefixes = tuple(f"{shelf.prefix}." for shelf in SHELVES)
    entries = {prefix for prefix, _, _ in models()}
    assert not [key for key in keys if key.startswith(prefixes) and key not in entries]
    settings = {f"{prefix}.{name}" for prefix, _, model in models() for name in params(model)}
    for text in texts:
        if text.words("setting"):
            assert GLOSSARY[text.key].too_low or GLOSSARY[text.key].what
            assert any(GLOSSARY._owners.get(whole) == text.key for whole in settings), text.key
