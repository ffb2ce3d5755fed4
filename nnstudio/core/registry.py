"""Tables of what can be picked (layers, losses, datasets...), and torch calls as data."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    SerializeAsAny,
    ValidationError,
    model_serializer,
)
from pydantic_core import PydanticCustomError

from nnstudio.core.param import Param, params


class Frozen(BaseModel):
    """Base of every value in a project: immutable, strict about unknown fields, finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        # Pydantic would evaluate the text of these annotations again for every class derived from this one.
        known = cls.__annotations__.keys() & cls.__class_vars__
        cls.__annotations__.update(dict.fromkeys(known, ClassVar[Any]))


class Entry(Frozen):
    """One thing that can be picked; its docstring is what a student reads about it."""

    kind: ClassVar[str] = ""
    title: ClassVar[str] = ""
    family: ClassVar[str] = ""

    @model_serializer(mode="wrap")
    def _with_kind(self, handler: Any) -> dict[str, Any]:
        return {"kind": self.kind, **handler(self)}

    @classmethod
    def about(cls) -> str:
        """Return the entry's explanation, the docstring with its line breaks cleaned."""
        return inspect.cleandoc(cls.__doc__ or "")

    @classmethod
    def params(cls) -> dict[str, Param]:
        """Return the entry's settings by field name."""
        return params(cls)


E = TypeVar("E", bound=Entry)


class Registry(Generic[E]):
    """A table of entry classes by kind, in the order in which they are shown."""

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self._entries: dict[str, type[E]] = {}

    def entry(self, cls: type[E]) -> type[E]:
        """Class decorator: add one entry. Raises ValueError when its kind is missing or taken."""
        if not cls.kind or cls.kind in self._entries:
            raise ValueError(f"the {self.noun} {cls.__name__} needs a kind of its own, not {cls.kind!r}")
        self._entries[cls.kind] = cls
        return cls

    def __iter__(self) -> Iterator[type[E]]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, kind: str) -> bool:
        return kind in self._entries

    def __getitem__(self, kind: str) -> type[E]:
        """Return the entry class; raises KeyError in words for an unknown kind."""
        try:
            return self._entries[kind]
        except KeyError:
            known = ", ".join(self._entries)
            raise KeyError(f"unknown {self.noun} {kind!r}; there are: {known}") from None

    def families(self) -> dict[str, list[type[E]]]:
        """Return the entries grouped by family, both in the order of declaration."""
        groups: dict[str, list[type[E]]] = {}
        for cls in self:
            groups.setdefault(cls.family, []).append(cls)
        return groups

    def parse(self, value: Any) -> Any:
        """Build an entry from `{"kind": ..., settings}` or from a bare kind; entries pass through."""
        if isinstance(value, str):
            value = {"kind": value}
        if not isinstance(value, dict):
            return value
        fields = dict(value)
        kind = fields.pop("kind", None)
        if kind not in self._entries:
            raise PydanticCustomError(
                "unknown_kind",
                "unknown {noun} '{kind}'; there are: {known}",
                {"noun": self.noun, "kind": str(kind), "known": ", ".join(self._entries)},
            )
        return self._entries[kind](**fields)


def one_of(registry: Registry[Any], base: type[Entry]) -> Any:
    """Return the pydantic field type "any entry of this registry", saved with its kind."""
    return Annotated[SerializeAsAny[base], BeforeValidator(registry.parse)]  # type: ignore[misc, valid-type]


def registry_of(model: type[BaseModel], field: str) -> Registry[Any] | None:
    """Return the registry whose entries a field declared with `one_of` may hold."""
    for extra in model.model_fields[field].metadata:
        registry = getattr(getattr(extra, "func", None), "__self__", None)
        if isinstance(registry, Registry):
            return registry
    return None


@dataclass(frozen=True, slots=True)
class Call:
    """A constructor call as data: `Call("Linear", 3, 32)` builds the module and prints the line."""

    name: str
    args: tuple[Any, ...]
    kwargs: tuple[tuple[str, Any], ...]

    def __init__(self, name: str, *args: Any, **kwargs: Any) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "args", args)
        object.__setattr__(self, "kwargs", tuple(kwargs.items()))

    def source(self, prefix: str = "nn.") -> str:
        """Return the call as Python source, e.g. `nn.Linear(3, 32)`."""
        words = [repr(a) for a in self.args] + [f"{k}={v!r}" for k, v in self.kwargs]
        return f"{prefix}{self.name}({', '.join(words)})"


def problem_in_words(error: ValidationError) -> str:
    """Turn a pydantic error into one sentence per fault: where, what, and what was given."""
    lines = []
    for fault in error.errors():
        where = ".".join(str(part) for part in fault["loc"])
        given = fault.get("input")
        tail = f" (given: {given!r})" if isinstance(given, str | int | float | bool) else ""
        lines.append(f"{where + ': ' if where else ''}{fault['msg']}{tail}")
    return "; ".join(lines)
