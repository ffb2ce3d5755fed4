"""The benchmark of quality chooses by validation rows, and exploring it sees no test row."""

from __future__ import annotations

from typing import Any

import pytest

from nnstudio.catalog.datasets.series import Airline
from nnstudio.catalog.datasets.sklearn_sets import Iris
from nnstudio.catalog.presets import Funnel
from nnstudio.data.beginning import begin
from nnstudio.engine.evaluate import evaluate
from nnstudio.engine.reference import references
from tests.benchmarks import quality
from tests.benchmarks.quality import Case, Tried, chosen, over, tried, validation_rows

SHORT = {"training.epochs": 2}
SERIES = Case(
    "airline",
    Airline(),
    ((Funnel(depth=0), SHORT), (Funnel(depth=1, width=4), SHORT | over())),
    metric="rmse",
)


def test_exploring_predicts_no_test_row(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def watched(project: Any, prepared: Any, weights: Any, split: Any) -> Any:
        asked.append(split)
        return evaluate(project, prepared, weights, split)

    def compared(prepared: Any, split: Any, examples: Any) -> Any:
        asked.append(split)
        return [one for one in references(prepared, split, examples) if one.kind != "forest"]

    monkeypatch.setattr(quality, "evaluate", watched)
    monkeypatch.setattr(quality, "references", compared)
    lines = list(validation_rows((SERIES,), 1))
    assert [line[1] for line in lines[:2]] == ["Funnel", "Funnel"]
    assert {"naive (rmse, seed 0)", "linear (rmse, seed 0)"} <= {line[1] for line in lines}
    assert set(asked) == {"validation"}


def judged(case: Case, *values: tuple[float, float]) -> list[list[Tried]]:
    """Return tries of two seeds with these validation values, none of them trained."""
    begun = begin(case.source)
    return [[Tried(str(place), value, begun, b"", ()) for place, value in enumerate(of)] for of in values]


def test_of_one_split_the_mean_over_the_seeds_decides() -> None:
    found = chosen(judged(SERIES, (1.0, 2.0), (9.0, 2.0)))
    assert [one.title for one in found] == ["1", "1"]


def test_where_seeds_split_anew_each_decides_for_itself() -> None:
    found = chosen(judged(Case("iris", Iris(), ()), (1.0, 2.0), (9.0, 2.0)))
    assert [one.title for one in found] == ["0", "1"]


def test_a_series_is_judged_in_its_own_units() -> None:
    assert all(one.judged > 5.0 for one in tried(SERIES, 0)), "passengers, not shares of their spread"
