"""Why something cannot be exported, in a sentence."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class CannotExport(ValueError):
    """This project or run cannot be exported this way: says why and what to do."""


def needed(package: str, what: str) -> Any:
    """Import a package that only an export needs; raises CannotExport naming it when it is missing."""
    try:
        return import_module(package)
    except ImportError:
        name = package.partition(".")[0]
        raise CannotExport(
            f"{what} needs the package {name}, which is not installed: pip install {name}"
        ) from None
