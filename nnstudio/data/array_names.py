"""What the arrays of a file are called: inputs and answers of each split, in the spellings people use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from nnstudio.core.dataset import SPLITS, DataProblem, SplitName
from nnstudio.data.split import SPLIT_WORDS

INPUTS = ("x", "xs", "inputs", "input", "data", "features", "images")
ANSWERS = ("y", "ys", "targets", "target", "labels", "label")
EXTRAS = {"split": "split", "splits": "split", "featurenames": "features", "classnames": "classes"}


@dataclass(frozen=True, slots=True)
class Names:
    """Which array holds what: by split (one part called `all` where the rows are not divided)."""

    inputs: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    extras: dict[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts in order, training first."""
        return tuple(part for part in ("all", *SPLITS) if part in self.inputs)


def sorted_out(names: Iterable[str], file: str) -> Names:
    """Return what every array is for; raises DataProblem naming what is missing."""
    found, ignored = Names(), []
    for name in names:
        plain = re.sub(r"[^a-z]", "", name.lower())
        place = _place(plain)
        if plain in EXTRAS:
            found.extras[EXTRAS[plain]] = name
        elif place is None:
            ignored.append(name)
        else:
            role, part = place
            table = found.inputs if role == "x" else found.answers
            if part in table:
                raise DataProblem(f"{file}: '{table[part]}' and '{name}' mean the same; keep one of them.")
            table[part] = name
    _check(found, file)
    return Names(found.inputs, found.answers, found.extras, tuple(ignored))


def _place(plain: str) -> tuple[str, str] | None:
    """Return (x or y, the part) that a name of letters alone stands for, None for any other name."""
    for role, words in (("x", INPUTS), ("y", ANSWERS)):
        for word in words:
            if plain == word:
                return role, "all"
            rest = plain.removeprefix(word) if plain.startswith(word) else plain.removesuffix(word)
            if rest != plain and rest in SPLIT_WORDS:
                return role, SPLIT_WORDS[rest]
    return None


def _check(found: Names, file: str) -> None:
    wanted: tuple[SplitName | str, ...] = found.parts or ("train",)
    if "all" in found.inputs and len(found.inputs) > 1:
        raise DataProblem(f"{file} has both x and arrays of single splits: keep one way.")
    if "all" not in wanted and "train" not in found.inputs:
        raise DataProblem(
            f"{file} has no inputs to learn from: call the arrays x_train, y_train, x_val, y_val (and "
            f"x_test, y_test), or x and y."
        )
    for part in {*wanted, *found.answers}:
        ending = "" if part == "all" else f"_{part}"
        for table, letter in ((found.inputs, "x"), (found.answers, "y")):
            if part not in table:
                raise DataProblem(f"{file} has no array {letter}{ending}.")
