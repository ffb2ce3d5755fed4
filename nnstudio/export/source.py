"""The program's own Python source, cut out together with everything that it needs.

What a script prints of the engine is the engine's code itself, so the two cannot disagree.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from nnstudio.export.problem import CannotExport

OURS = "nnstudio."
_REMARK = re.compile(r" +# (type: ignore|fmt: skip|noqa).*$", re.MULTILINE)
"""Words to our own tools, which a reader of the script has no use for."""

Definition = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


@dataclass(slots=True)
class Cuttings:
    """Import lines and definitions, each once, what is needed before what needs it."""

    imports: set[str] = field(default_factory=set)
    definitions: dict[str, str] = field(default_factory=dict)
    _origins: dict[str, str] = field(default_factory=dict)

    def add(self, module: str, name: str) -> None:
        """Cut out a name of a module with all that it uses; raises CannotExport when names collide."""
        node = _names(module).get(name)
        if node is None:
            return
        if isinstance(node, ast.Import | ast.ImportFrom):
            self._add_import(node, name)
            return
        if name in self._origins:
            if self._origins[name] != module:
                raise CannotExport(f"Two different parts of this project are called {name} in the program.")
            return
        self._origins[name] = module
        self.add_used(module, node)
        self.definitions[name] = text_of(module, node)

    def add_used(self, module: str, node: ast.AST) -> None:
        """Cut out every name that a piece of a module's code uses, annotations left aside."""
        for name in used_names(node):
            self.add(module, name)

    def _add_import(self, node: ast.Import | ast.ImportFrom, name: str) -> None:
        alias = next(a for a in node.names if (a.asname or a.name.partition(".")[0]) == name)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(OURS):
            self.add(str(node.module), alias.name)
            return
        words = alias.name if alias.asname is None else f"{alias.name} as {alias.asname}"
        start = f"from {node.module} import" if isinstance(node, ast.ImportFrom) else "import"
        self.imports.add(f"{start} {words}")


def used_names(node: ast.AST) -> list[str]:
    """Return the names that code uses when it runs, in order, and those of a class's own annotations."""
    found: dict[str, None] = {}

    def visit(part: ast.AST, inside: bool) -> None:
        if isinstance(part, ast.Name) and not hasattr(builtins, part.id):
            found[part.id] = None
        inside = inside or isinstance(part, ast.FunctionDef)
        for name, value in ast.iter_fields(part):
            if name == "returns" or (name == "annotation" and inside):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    visit(child, inside)

    visit(node, False)
    return list(found)


def text_of(module: str, node: ast.stmt) -> str:
    """Return the source of a statement with its decorators, without annotations of functions.

    What the annotations name would have to come along for nothing; words to our own tools go too.
    """
    lines = _source(module).encode().splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    begin, end = starts[first - 1], starts[node.end_lineno or node.lineno]
    whole, text, at = b"".join(lines), b"", begin
    for low, high in sorted(_annotations(node, starts, whole)):
        text, at = text + whole[at:low], high
    return _REMARK.sub("", (text + whole[at:end]).decode().rstrip("\n"))


def _annotations(node: ast.AST, starts: list[int], whole: bytes) -> list[tuple[int, int]]:
    """Return where annotations of parameters, results and variables inside functions stand, in bytes."""
    found = []
    for part in ast.walk(node):
        if not isinstance(part, ast.FunctionDef):
            continue
        if part.returns is not None:
            low, high = _span(part.returns, starts)
            found.append((whole.rindex(b"->", 0, low) - 1, high))
        for inner in ast.walk(part):
            if isinstance(inner, ast.arg) and inner.annotation is not None:
                low = _span(inner, starts)[0] + len(inner.arg.encode())
                found.append((low, _span(inner.annotation, starts)[1]))
            elif isinstance(inner, ast.AnnAssign) and inner.value is not None:
                found.append((_span(inner.target, starts)[1], _span(inner.annotation, starts)[1]))
    return list(dict.fromkeys(found))


def _span(node: ast.expr | ast.arg, starts: list[int]) -> tuple[int, int]:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset


def class_node(cls: type) -> ast.ClassDef:
    """Return the parsed definition of a class of ours."""
    node = _names(cls.__module__)[cls.__name__]
    assert isinstance(node, ast.ClassDef)
    return node


@cache
def _source(module: str) -> str:
    try:
        return inspect.getsource(import_module(module))
    except OSError:
        raise CannotExport("This copy of the studio does not hold its own source code.") from None


@cache
def _names(module: str) -> dict[str, Definition | ast.Import | ast.ImportFrom]:
    """Return what stands at the top of a module, by name."""
    found: dict[str, Definition | ast.Import | ast.ImportFrom] = {}
    for node in ast.parse(_source(module)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name.partition(".")[0]: node for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id: node for target in targets if isinstance(target, ast.Name)}
    return found
