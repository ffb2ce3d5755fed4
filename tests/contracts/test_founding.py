"""Every row of the founding documents has an entry in the program and a test that shows it."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from nnstudio.catalog.glossary import Glossary
from nnstudio.core.param import Param, params
from nnstudio.diagnosis.rules import RULES

TESTS = Path(__file__).parents[1]
TABLE = TESTS / "FOUNDING.md"
HEAD = "| What the documents say | Entry | Figures | Test | State |"
SECTIONS = {
    "Structure of a network": 20, "Activations": 8, "Hyperparameters of training": 20, "Losses": 8,
    "Metrics and evaluation": 18, "Regularisation": 12, "Data": 14, "Searching for settings": 4,
    "Method, checklists and mistakes": 18, "Quick diagnosis": 10,
}  # fmt: skip
"""The sections, and how many rows each has at least."""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    section: str
    says: str
    entries: tuple[str, ...]
    figures: str
    tests: tuple[str, ...]
    is_open: bool


def _rows() -> list[Row]:
    rows, section = [], ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line[3:]
        elif line.startswith("| ") and line != HEAD:
            says, entries, figures, tests, state = (cell.strip() for cell in line.strip("|").split("|"))
            assert state in ("", "open"), line
            named, shown = (tuple(re.findall(r"`([^`]+)`", cell)) for cell in (entries, tests))
            rows.append(Row(section, says, named, figures, shown, state == "open"))
    return rows


ROWS = _rows()
DONE = [row for row in ROWS if not row.is_open]
OPEN = [row for row in ROWS if row.is_open]


@cache
def _glossary() -> Glossary:
    return Glossary.load()


def _found(entry: str) -> bool:
    """Tell whether an entry exists."""
    where, _, what = entry.partition(":")
    if where == "glossary":
        return what in _glossary()
    if where == "rule":
        return what in {rule.id for rule in RULES}
    try:
        owner: Any = importlib.import_module(f"nnstudio.{where}")
    except ModuleNotFoundError:
        return False
    name, _, field = what.partition(".")
    thing = getattr(owner, name, None)
    return thing is not None and (not field or _has(thing, field))


def _has(thing: Any, field: str) -> bool:
    declared = getattr(thing, "model_fields", {})
    return field in declared or hasattr(thing, field) or field in getattr(thing, "__annotations__", {})


def _param(entry: str) -> Param | None:
    where, _, what = entry.partition(":")
    name, _, field = what.partition(".")
    if not field:
        return None
    return params(getattr(importlib.import_module(f"nnstudio.{where}"), name)).get(field)


@cache
def _test_names(file: str) -> frozenset[str]:
    path = TESTS / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))


def _shown(test: str) -> bool:
    """Tell whether a test exists."""
    file, _, name = test.partition("::")
    return name in _test_names(file)


@pytest.mark.parametrize("row", DONE, ids=lambda row: row.says)
def test_a_row_has_an_entry_and_a_test(row: Row) -> None:
    assert row.entries
    assert row.tests
    assert [entry for entry in row.entries if not _found(entry)] == []
    assert [test for test in row.tests if not _shown(test)] == []


@pytest.mark.parametrize("row", [row for row in DONE if row.figures], ids=lambda row: row.says)
def test_figures_can_be_set(row: Row) -> None:
    spec = _param(row.entries[0])
    assert spec is not None, "figures belong to a setting"
    wanted = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", row.figures)]
    assert len(wanted) >= 2
    lowest = 0.0 if spec.zero else spec.low
    assert lowest is None or lowest <= min(wanted)
    assert spec.high is None or max(wanted) <= spec.high


@pytest.mark.parametrize("row", OPEN, ids=lambda row: row.says)
def test_an_open_row_is_not_built_yet(row: Row) -> None:
    built = [entry for entry in row.entries if not entry.startswith(("glossary:", "rule:"))]
    assert built, "an open row names the entry that it waits for"
    assert not any(_found(entry) for entry in built), "it is there: name its test and close the row"


def test_no_section_has_lost_rows() -> None:
    counts = {section: sum(row.section == section for row in ROWS) for section in SECTIONS}
    assert {row.section for row in ROWS} == set(SECTIONS)
    assert {name: n for name, n in counts.items() if n < SECTIONS[name]} == {}


def test_no_row_stands_twice() -> None:
    says = [row.says for row in ROWS]
    assert len(set(says)) == len(says)
