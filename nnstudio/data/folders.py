"""Files in folders, one folder per class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from nnstudio.catalog.preparations.rows import natural
from nnstudio.core.dataset import DataProblem, SplitName
from nnstudio.data.split import SPLIT_WORDS


@dataclass(frozen=True, slots=True)
class Found:
    """A file, the class its folder names, and its part where the folders say so too."""

    path: Path
    label: str
    part: SplitName | None = None


def files_by_class(folder: str, suffixes: Collection[str], noun: str) -> tuple[list[Found], tuple[str, ...]]:
    """Return the files in natural order, and notes about what was left out; raises DataProblem.

    The folders of the classes may lie in folders called train, validation and test. Hidden files and
    folders are passed over.
    """
    root = Path(folder)
    if not root.is_dir():
        what = (
            "is a file, not a folder" if root.exists() else "does not exist: it was moved, renamed or deleted"
        )
        raise DataProblem(f"{folder} {what}.")
    inside = _folders(root)
    parts = {path: SPLIT_WORDS.get(path.name.casefold()) for path in inside}
    divided = bool(inside) and all(parts.values())
    classes = (
        [(kind, parts[path]) for path in inside for kind in _folders(path)]
        if divided
        else [(path, None) for path in inside]
    )
    found, empty, others = [], [], 0
    for path, part in classes:
        files = sorted((f for f in path.rglob("*") if f.is_file() and not f.name.startswith(".")), key=_order)
        mine = [Found(file, path.name, part) for file in files if file.suffix.lower() in suffixes]
        others += len(files) - len(mine)
        found += mine
        if not mine:
            empty.append(path.name)
    _check(root, found, suffixes, noun)
    notes = [f"Folders without {noun}: {', '.join(empty)}."] if empty else []
    notes += [f"Files of another kind, passed over: {others}."] if others else []
    return found, tuple(notes)


def _folders(path: Path) -> list[Path]:
    return sorted((p for p in path.iterdir() if p.is_dir() and not p.name.startswith(".")), key=_order)


def _order(path: Path) -> tuple[object, ...]:
    return natural(str(path)), str(path)


def _check(root: Path, found: list[Found], suffixes: Collection[str], noun: str) -> None:
    counts = Counter(file.label for file in found)
    if len(counts) > 1:
        return
    if counts:
        raise DataProblem(
            f"{root.name} has {noun} of a single class, '{next(iter(counts))}': there is nothing to tell "
            f"apart. Each class needs a folder of its own with its {noun} inside."
        )
    loose = sum(1 for file in root.iterdir() if file.suffix.lower() in suffixes)
    if loose:
        raise DataProblem(
            f"The {loose} {noun} of {root.name} lie beside each other: put those of each class into a folder "
            f"that bears its name."
        )
    raise DataProblem(
        f"There are no {noun} in the folders of {root.name}; files ending in {', '.join(sorted(suffixes))} "
        f"are looked for, in one folder for each class."
    )
