"""Contributions of features: Kernel SHAP and LIME for one row, permutation importance for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnstudio.core.dataset import Part, Prepared, SplitName
from nnstudio.core.project import Project
from nnstudio.engine.explain.explanation import Array
from nnstudio.engine.explain.subject import SEED, Answer, Subject, seeded

BACKGROUND = 50
"""Training rows whose values stand in for a feature that is left out."""
SAMPLES = 2000
AT_ONCE = 128
REPEATS = 5
MOST_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Group:
    """A feature as its source knows it: the columns of the inputs it became, one or (one-hot) several."""

    name: str
    columns: tuple[int, ...]
    levels: tuple[str, ...] = ()
    """Of a one-hot category, by column."""


def groups_of(project: Project, prepared: Prepared) -> tuple[Group, ...]:
    """Return the features of a table, one-hot columns and parts of a date put together again."""
    known = _origins(project, prepared)
    columns: dict[str, list[int]] = {}
    levels: dict[str, list[str]] = {}
    for column, name in enumerate(prepared.feature_names):
        origin, level = known.get(name, (name, ""))
        columns.setdefault(origin, []).append(column)
        levels.setdefault(origin, []).append(level)
    return tuple(
        Group(name, tuple(places), tuple(levels[name]) if any(levels[name]) else ())
        for name, places in columns.items()
    )


def value_words(group: Group, row: NDArray[np.float32], prepared: Prepared) -> str:
    """Return a feature with its value in source units, e.g. `petal length = 4.7`."""
    if group.levels:
        on = [level for level, column in zip(group.levels, group.columns, strict=True) if row[column] > 0.5]
        return f"{group.name} = {on[0] if on else 'another'}"
    shift, scale = prepared.raw.get(prepared.feature_names[group.columns[0]], (0.0, 1.0))
    value = float(row[group.columns[0]]) * scale + shift
    return f"{group.name} = {value:.4g}".replace("-", "−")


class Coalitions(nn.Module):
    """The answer when only some features are known: masks (N, groups) of 0 and 1 to numbers (N,).

    What is not known takes the values of other rows, of all the background (the mean answer counts), or
    with `draws` of one row drawn anew for every mask.
    """

    def __init__(self, answer: Answer, x: Tensor, background: Tensor, groups: tuple[Group, ...],
                 draws: bool) -> None:  # fmt: skip
        super().__init__()
        self.answer, self._x, self._background, self._draws = answer, x, background, draws
        self._group_of = torch.empty(x.shape[1], dtype=torch.long)
        for index, group in enumerate(groups):
            self._group_of[list(group.columns)] = index

    def forward(self, masks: Tensor) -> Tensor:
        known = masks[:, self._group_of] > 0.5
        if self._draws:
            rows = torch.randint(len(self._background), (len(masks),))
            return self.answer(torch.where(known, self._x, self._background[rows]))  # type: ignore[no-any-return]
        mixed = torch.where(known[:, None], self._x, self._background[None])
        answers: Tensor = self.answer(mixed.flatten(0, 1)).view(len(masks), -1)
        return answers.mean(1)


def shap(subject: Subject, x: Tensor, index: int) -> tuple[Array, float]:
    """Return what each feature adds to the average answer, and that average; Lundberg and Lee 2017."""
    from captum.attr import KernelShap

    groups = groups_of(subject.project, subject.prepared)
    model = Coalitions(subject.answer(index), x, _background(subject), groups, draws=False)
    ones = torch.ones(1, len(groups))
    with torch.no_grad(), seeded():
        start = float(model(torch.zeros_like(ones))[0])
        found = KernelShap(model).attribute(
            ones, torch.zeros_like(ones), n_samples=_samples(len(groups)), perturbations_per_eval=AT_ONCE
        )
    return found[0].double().numpy(), start


def lime(subject: Subject, x: Tensor, index: int) -> Array:
    """Return the weights of a linear model of the answers to variations of a row; Ribeiro et al. 2016."""
    from captum._utils.models.linear_model import SkLearnRidge
    from captum.attr import Lime
    from captum.attr._core.lime import get_exp_kernel_similarity_function

    groups = groups_of(subject.project, subject.prepared)
    model = Coalitions(subject.answer(index), x, _background(subject), groups, draws=True)
    # The width that LIME's own tables use.
    near = get_exp_kernel_similarity_function("euclidean", 0.75 * len(groups) ** 0.5)
    ones = torch.ones(1, len(groups))
    with torch.no_grad(), seeded():
        found = Lime(model, interpretable_model=SkLearnRidge(alpha=1.0), similarity_func=near).attribute(
            ones, torch.zeros_like(ones), n_samples=_samples(len(groups)), perturbations_per_eval=AT_ONCE
        )
    return found[0].double().numpy()  # type: ignore[no-any-return]


def importance(subject: Subject, split: SplitName) -> tuple[Array, Array]:
    """Return what the score loses when a feature is shuffled, mean and deviation over repeats; (groups,).

    Of classes the accuracy, of numbers the RMSE in the target's own units. At most 2,000 rows.
    """
    from sklearn.inspection import permutation_importance

    part = subject.prepared.part(split)
    chosen = np.arange(len(part))
    if len(part) > MOST_ROWS:
        chosen = np.sort(np.random.default_rng(SEED).choice(len(part), MOST_ROWS, replace=False))
    some = Part(part.x[chosen], part.y[chosen], part.rows[chosen])
    model = _Borrowing(subject, some, groups_of(subject.project, subject.prepared))
    # Shuffled are row numbers, one column per feature: so one-hot columns move together.
    numbers = np.repeat(np.arange(len(some))[:, None], len(model.groups), axis=1)
    found = permutation_importance(
        model, numbers, some.y, scoring=_Borrowing.score, n_repeats=REPEATS, random_state=SEED
    )
    return found.importances_mean, found.importances_std


class _Borrowing:
    """The network as scikit-learn wants it; each feature takes its value from the row of that number."""

    def __init__(self, subject: Subject, part: Part, groups: tuple[Group, ...]) -> None:
        self.groups = groups
        self._subject, self._part = subject, part

    def fit(self, *_: Any) -> _Borrowing:
        """Do nothing: it is trained."""
        return self

    def score(self, numbers: NDArray[np.int64], _y: Any) -> float:
        """Return the share of right classes or labels, or minus the RMSE."""
        self._subject.check()
        x = np.empty_like(self._part.x)
        for index, group in enumerate(self.groups):
            x[:, group.columns] = self._part.x[numbers[:, index]][:, group.columns]
        if self._subject.target.asks != "numbers":
            return float((self._subject.answers(torch.tensor(x)) == self._part.y).mean())
        with torch.no_grad():
            outputs = self._subject.graph(torch.tensor(x)).numpy()
        prepared = self._subject.prepared
        wrong = prepared.units.back(outputs, self._part.rows) - prepared.own(self._part)
        return -float(np.sqrt((wrong**2).mean(0)).mean())


def _samples(groups: int) -> int:
    return SAMPLES + 2 * groups


def _background(subject: Subject) -> Tensor:
    x = subject.prepared.train.x
    chosen = np.random.default_rng(SEED).choice(len(x), min(BACKGROUND, len(x)), replace=False)
    return torch.tensor(np.asarray(x[np.sort(chosen)]))


def _origins(project: Project, prepared: Prepared) -> Mapping[str, tuple[str, str]]:
    """Return for every made feature the column it came from, and of a category its level."""
    found: dict[str, tuple[str, str]] = {}
    for step, state in zip(project.data.preparation, prepared.states, strict=True):
        if step.kind == "encode_categories":
            for column, levels in state["levels"].items():
                found |= {f"{column}={level}": (column, level) for level in levels}
    return found
