"""Ways to balance classes: which training rows are learnt from, and how often."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from nnstudio.core.dataset import SAMPLERS, Balanced, Part, Sampler
from nnstudio.core.param import param

Rows = NDArray[np.int64]
NEIGHBOURS = 5
"""Neighbours that new rows are drawn towards, as in the paper of SMOTE (Chawla and others, 2002)."""
MADE = -1
"""Row number of a row that is in no source."""


class Balancing(Sampler):
    """Base of samplers with a goal for the smaller (or larger) classes."""

    family = "balancing"

    ratio: float = param(
        1.0, "Balance", "How large the smallest class becomes, as a share of the largest.",
        low=0.05, high=1.0, step=0.05, typical=(0.5, 1.0),
        too_low="The rare class is still drowned out.", too_high="",
    )  # fmt: skip
    seed: int = param(0, "Sampling seed", "Another seed draws other rows.", low=0, high=9999, step=1,
                      advanced=True)  # fmt: skip


@SAMPLERS.entry
class OverSampling(Balancing):
    """Repeats rows of the rare classes until they are common enough.

    Nothing is lost and nothing is invented, but the network sees the same rare rows again and again
    and may learn them by heart.
    """

    kind = "over"
    title = "Over-sampling"

    def sample(self, part: Part, flags: tuple[tuple[int, ...], ...]) -> Balanced:
        rng = np.random.default_rng(self.seed)
        more = [_again(rows, count, rng) for rows, count in _wanted(part.y, self.ratio)]
        return Balanced(_taken(part, np.concatenate([np.arange(len(part)), *more])))


@SAMPLERS.entry
class UnderSampling(Balancing):
    """Leaves out rows of the common classes until the rare ones are no longer rare.

    Quick, and right when there are rows in plenty; but what the left-out rows could have taught is lost.
    """

    kind = "under"
    title = "Under-sampling"

    def sample(self, part: Part, flags: tuple[tuple[int, ...], ...]) -> Balanced:
        rng = np.random.default_rng(self.seed)
        most = int(np.bincount(part.y)[np.unique(part.y)].min() / self.ratio)
        kept = [rng.permutation(rows)[:most] for rows in _of_classes(part.y)]
        return Balanced(_taken(part, np.sort(np.concatenate(kept))))


@SAMPLERS.entry
class Smote(Balancing):
    """Makes new rows of the rare classes: each lies on the line between a row and a near one of its class.

    Gentler than repeating rows, for tables of numbers. Scale the inputs first, for near and far to
    mean something. Columns of 0 and 1 would get values in between: use SMOTENC where there are categories.
    """

    kind = "smote"
    title = "SMOTE"
    makes_rows = True

    def sample(self, part: Part, flags: tuple[tuple[int, ...], ...]) -> Balanced:
        from imblearn.over_sampling import SMOTE

        def make(goal: dict[int, int], k: int) -> tuple[Any, Any]:
            smote = SMOTE(sampling_strategy=goal, k_neighbors=k, random_state=self.seed)
            return smote.fit_resample(part.x, part.y)  # type: ignore[no-any-return]

        notes: tuple[str, ...] = ()
        if flags:
            notes = ("SMOTE gives columns of 0 and 1 values in between: SMOTENC keeps categories whole.",)
        return _extended(part, self.ratio, self.seed, make, notes)


@SAMPLERS.entry
class SmoteNc(Balancing):
    """SMOTE for tables with categories: numbers lie in between, a category is what most neighbours have.

    One-hot inputs of one column are treated as the one category that they are.
    """

    kind = "smotenc"
    title = "SMOTENC"
    makes_rows = True

    def sample(self, part: Part, flags: tuple[tuple[int, ...], ...]) -> Balanced:
        from imblearn.over_sampling import SMOTENC

        plain = _numbers_of(part.x.shape[1], flags)
        if not flags or not plain:
            why = "has no categories" if plain else "has nothing but categories"
            other = Smote if plain else OverSampling
            balanced = other(ratio=self.ratio, seed=self.seed).sample(part, ())
            note = f"SMOTENC needs numbers and categories, this table {why}: {other.title} was used."
            return Balanced(balanced.part, (note, *balanced.notes))
        folded = _folded(part.x, plain, flags)
        places = list(range(len(plain), len(plain) + len(flags)))

        def make(goal: dict[int, int], k: int) -> tuple[Any, Any]:
            smote = SMOTENC(places, sampling_strategy=goal, k_neighbors=k, random_state=self.seed)
            x, y = smote.fit_resample(folded, part.y)
            return _unfolded(x, plain, flags, part.x.shape[1]), y

        return _extended(part, self.ratio, self.seed, make, ())


def _extended(
    part: Part, ratio: float, seed: int,
    make: Callable[[dict[int, int], int], tuple[Any, Any]], notes: tuple[str, ...],
) -> Balanced:  # fmt: skip
    """Add made rows class by class, each with as many neighbours as it has."""
    rng = np.random.default_rng(seed)
    x, y, numbers = [part.x], [part.y], [part.rows]
    lonely = 0
    for rows, count in _wanted(part.y, ratio):
        if not count:
            continue
        if len(rows) < 2:
            again, lonely = _again(rows, count, rng), lonely + 1
            new_x, new_y, new_rows = part.x[again], part.y[again], part.rows[again]
        else:
            goal = {int(part.y[rows[0]]): len(rows) + count}
            made_x, made_y = make(goal, min(NEIGHBOURS, len(rows) - 1))
            new_x, new_y = made_x[len(part) :], made_y[len(part) :]
            new_rows = np.full(len(new_x), MADE)
        x.append(new_x.astype(part.x.dtype))
        y.append(new_y)
        numbers.append(new_rows)
    if lonely:
        notes = (*notes, f"Classes with a single training row have no neighbours; it was repeated: {lonely}.")
    return Balanced(Part(np.concatenate(x), np.concatenate(y), np.concatenate(numbers)), notes)


def _of_classes(y: Rows) -> list[Rows]:
    return [np.flatnonzero(y == label) for label in np.unique(y)]


def _wanted(y: Rows, ratio: float) -> list[tuple[Rows, int]]:
    """Return the rows of every class and how many are to be added."""
    groups = _of_classes(y)
    goal = round(max(len(rows) for rows in groups) * ratio)
    return [(rows, max(0, goal - len(rows))) for rows in groups]


def _again(rows: Rows, count: int, rng: Generator) -> Rows:
    """Draw `count` of the rows, each as often as the others but for one."""
    full, left = divmod(count, len(rows))
    return np.concatenate([np.tile(rows, full), rng.choice(rows, left, replace=False)])


def _taken(part: Part, chosen: Rows) -> Part:
    return Part(part.x[chosen], part.y[chosen], part.rows[chosen])


def _numbers_of(width: int, flags: tuple[tuple[int, ...], ...]) -> list[int]:
    marked = {at for group in flags for at in group}
    return [at for at in range(width) if at not in marked]


def _folded(x: NDArray[Any], plain: list[int], flags: tuple[tuple[int, ...], ...]) -> NDArray[Any]:
    """Return the numbers, then one code per category: 0 for all zeros, else 1 + place of the 1."""
    codes = [np.where(x[:, group].any(1), 1 + x[:, group].argmax(1), 0) for group in map(list, flags)]
    return np.column_stack([x[:, plain], *codes]).astype(np.float64)


def _unfolded(
    folded: NDArray[Any], plain: list[int], flags: tuple[tuple[int, ...], ...], width: int
) -> NDArray[Any]:
    x = np.zeros((len(folded), width))
    x[:, plain] = folded[:, : len(plain)]
    for place, group in enumerate(flags, start=len(plain)):
        for code, at in enumerate(group, start=1):
            x[:, at] = folded[:, place] == code
    return x
