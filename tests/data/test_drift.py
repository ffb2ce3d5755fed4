"""What is said about a series that rises or swings more and more, and what the remedies do."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.catalog.datasets.series import Airline, Forecast, Seasons, Sunspots
from nnstudio.catalog.datasets.sklearn_sets import Wine
from nnstudio.catalog.preparations import Difference, Logarithm, ScaleInputs, ScaleTarget
from nnstudio.core.finding import Finding
from nnstudio.core.project import Project
from nnstudio.data.beginning import Beginning, begin, changed
from nnstudio.data.drift import drift
from nnstudio.data.quality import inspect


def findings(begun: Beginning) -> dict[str, Finding]:
    return {f.id: f for f in inspect(begun.examples, begun.prepared, begun.project.data).findings}


def test_a_line_rises_and_noise_does_not() -> None:
    noise = np.random.default_rng(0).normal(size=200)
    assert not drift(noise).trend
    assert not drift(noise).grows
    assert drift(noise + np.linspace(0, 5, 200)).trend
    assert drift(noise - np.linspace(0, 5, 200)).rise == pytest.approx(-5, abs=0.5)
    growing = drift(np.exp(np.linspace(0, 3, 200)) * (10 + noise))
    assert growing.grows
    assert growing.wild > growing.calm


@pytest.mark.parametrize(
    ("source", "trend", "growing"),
    [(Airline(), "warning", "hint"), (Sunspots(), "ok", "hint"), (Seasons(), "ok", "ok")],
)
def test_bundled_series(source: Forecast, trend: str, growing: str) -> None:
    found = findings(begin(source))
    assert (found["trend"].severity, found["growing_variance"].severity) == (trend, growing)


def test_the_remedies_mend_it_in_one_click_and_in_the_right_order() -> None:
    begun = begin(Airline())
    found = findings(begun)
    assert [fix.title for fix in found["trend"].fixes] == [
        "Foretell changes over 12 steps",
        "Foretell changes",
    ]
    assert "change over the training steps" in found["trend"].evidence
    project: Project = begun.project
    for fix in (found["trend"].fixes[0], found["growing_variance"].fixes[0]):
        project = fix.apply(project)
    steps = [type(step) for step in project.data.preparation]
    assert steps == [Logarithm, Difference, ScaleInputs, ScaleTarget]
    after = findings(changed(begun, project))
    assert {after["trend"].severity, after["growing_variance"].severity} == {"ok"}


def test_only_series_are_asked() -> None:
    assert "trend" not in findings(begin(Wine()))
