"""The order of classes: numbers by their size, words by the scales that everybody knows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nnstudio.catalog.preparations.rows import levels
from nnstudio.core.dataset import DataProblem

SCALES = (
    "none, very low, low, moderate, medium, middle, average, high, very high, extreme",
    "none, minimal, slight, mild, moderate, severe, critical, fatal",
    "tiny, very small, small, medium, large, big, very large, huge",
    "xxs, xs, s, m, l, xl, xxl, xxxl",
    "very bad, bad, ok, good, very good, excellent",
    "very poor, poor, fair, average, good, very good, excellent, outstanding",
    "never, rarely, seldom, sometimes, often, usually, always",
    "strongly disagree, disagree, neutral, agree, strongly agree",
    "very dissatisfied, dissatisfied, neutral, satisfied, very satisfied",
    "very unlikely, unlikely, neutral, likely, very likely",
    "freezing, cold, cool, mild, warm, hot",
    "beginner, intermediate, advanced, expert",
    "primary, secondary, tertiary",
    "first, second, third, fourth, fifth",
    "bronze, silver, gold, platinum",
    "young, middle aged, old",
    "weak, medium, strong",
    "slow, medium, fast",
)
"""Words from the lowest to the highest."""
FEWEST = 3
"""Two classes are in any order there is: it takes three to learn from it."""


def in_order(names: Sequence[str], given: Sequence[str] = ()) -> tuple[str, ...]:
    """Return classes from the lowest to the highest; raises DataProblem where nobody can know.

    `given` is the order a person has named; classes that do not occur are left out.
    """
    if given:
        lacking = [name for name in names if name not in given]
        if lacking:
            raise DataProblem(
                f"The order {' < '.join(given)} does not say where '{lacking[0]}' belongs: name all classes."
            )
        return tuple(name for name in given if name in names)
    found = known_order(names)
    if found is None:
        raise DataProblem(
            f"In which order are the classes {', '.join(list(names)[:6])}? Name them from the lowest to the "
            f"highest, separated by commas."
        )
    return found


def known_order(names: Sequence[str]) -> tuple[str, ...] | None:
    """Return the order of classes that are numbers, numbered, or words of one scale; else None."""
    if all(re.search(r"\d", name) for name in names) and len({_pattern(name) for name in names}) == 1:
        return tuple(levels(names))
    plain = {_plain(name): name for name in names}
    for scale in SCALES:
        words = scale.split(", ")
        if plain.keys() <= set(words):
            return tuple(plain[word] for word in words if word in plain)
    return None


def _pattern(name: str) -> str:
    """Return what is left of a name without its numbers: the same for `class 2` and `class 10`."""
    return re.sub(r"-?\d+(\.\d+)?", "#", name.casefold())


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name.casefold()).strip()
