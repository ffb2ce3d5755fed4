"""An entry of the catalog as a plain class: its settings as they are, and the methods in use."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap

from pydantic import BaseModel

from nnstudio.export.source import Cuttings, class_node, text_of


def plain_class(entry: BaseModel, name: str, methods: tuple[str, ...], cuttings: Cuttings) -> str:
    """Return the source of a class with an entry's docstring, settings and methods (and those they call).

    What the methods need from their modules goes into `cuttings`.
    """
    found = _methods(type(entry), methods)
    used = {attribute for _, node in found.values() for attribute in _attributes(node)}
    doc = inspect.cleandoc(type(entry).__doc__ or "")
    lines = [f"class {name}:", textwrap.indent(f'"""{doc}{chr(10) if chr(10) in doc else ""}"""', "    "), ""]
    lines += [f"    {f} = {literal(getattr(entry, f))}" for f in type(entry).model_fields if f in used]
    for module, node in found.values():
        cuttings.add_used(module, node)
        lines += ["", text_of(module, node)]
    return "\n".join(lines)


def literal(value: object) -> str:
    """Return a value as Python writes it, texts in double quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _methods(cls: type, wanted: tuple[str, ...]) -> dict[str, tuple[str, ast.FunctionDef]]:
    """Return methods by name with the module that they come from, those called by others included."""
    found: dict[str, tuple[str, ast.FunctionDef]] = {}
    waiting = list(wanted)
    while waiting:
        name = waiting.pop(0)
        place = _find(cls, name) if name not in found else None
        if place is not None:
            found[name] = place
            waiting += _attributes(place[1])
    return found


def _find(cls: type, name: str) -> tuple[str, ast.FunctionDef] | None:
    for base in cls.__mro__:
        if name in vars(base) and base.__module__.startswith("nnstudio."):
            for node in class_node(base).body:
                if isinstance(node, ast.FunctionDef) and node.name == name:
                    return base.__module__, node
    return None


def _attributes(node: ast.FunctionDef) -> list[str]:
    """Return the names read from `self`."""
    return [
        part.attr
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "self"
    ]
