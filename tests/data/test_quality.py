"""What is planted in data is found, sound data are left in peace, and every remedy mends its problem."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nnstudio.catalog.datasets.sklearn_sets import Wine
from nnstudio.catalog.preparations import DropColumns
from nnstudio.core.dataset import Column, Examples, Source
from nnstudio.core.project import Project
from nnstudio.data.arrays import from_arrays
from nnstudio.data.beginning import begin
from nnstudio.data.quality import Looking, Quality, inspect, looking
from nnstudio.data.relations import correlation_ratio, pearson


class Given(Source):
    """Rows in memory."""

    kind = "given_for_quality"

    def load(self) -> Examples:
        return TABLE[0]


TABLE: list[Examples] = []


def flawed(n: int = 240) -> Examples:
    """Return a table with one flaw of every kind."""
    rng = np.random.default_rng(0)
    y = (np.arange(n) % 8 == 0).astype(int)
    rng.shuffle(y)
    x = rng.normal(size=(n, 2)) + 4 * y[:, None]
    wild = rng.normal(size=n)
    wild[:4] = 90
    gaps = np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n))
    columns = [Column(f"x{i}", "number", x[:, i]) for i in range(2)]
    columns += [
        Column("wild", "number", wild), Column("gaps", "number", gaps), Column("same", "number", np.ones(n)),
        Column("twin", "number", 2 * x[:, 0] + 1),
        Column("leak", "category", np.array(["yes" if v else "no" for v in y], dtype=object)),
    ]  # fmt: skip
    labels = np.array(["rare" if v else "common" for v in y], dtype=object)
    labels[np.flatnonzero(y == 0)[5]] = "rare"
    whole = Examples("Flawed", Column("label", "category", labels), "classification", tuple(columns))
    copies = np.concatenate([np.arange(n), [1, 1, 2, 2, 3, 3, 10, 10, 11, 11]])
    return replace(
        whole,
        target=replace(whole.target, values=labels[copies]),
        columns=tuple(replace(c, values=c.values[copies]) for c in whole.columns),
    )


def examined(project: Project, examples: Examples) -> Quality:
    from nnstudio.data.prepare import prepare

    return inspect(examples, prepare(examples, project.data), project.data)


@pytest.fixture(scope="module")
def case() -> tuple[Project, Examples, Quality]:
    TABLE[:] = [flawed()]
    begun = begin(Given())
    return begun.project, begun.examples, inspect(begun.examples, begun.prepared, begun.project.data)


def problems(quality: Quality) -> set[str]:
    return {finding.id for finding in quality.findings if finding.severity != "ok"}


def test_every_flaw_is_found(case: tuple[Project, Examples, Quality]) -> None:
    _, _, quality = case
    assert problems(quality) >= {
        "missing", "constant", "shared_rows", "outliers", "twins", "uneven_classes", "leak",
    }  # fmt: skip
    found = {finding.id: finding for finding in quality.findings}
    assert found["leak"].title == "Knows the answer alone: leak"
    assert found["constant"].title == "Never changes: same"
    assert [e.iqr >= e.z >= 1 for e in quality.extremes if e.column == "wild"] == [True]
    assert quality.findings[0].severity == "error"


def test_every_remedy_mends_its_problem(case: tuple[Project, Examples, Quality]) -> None:
    project, examples, before = case
    for id in ("constant", "shared_rows", "outliers", "twins", "uneven_classes", "leak"):
        finding = next(f for f in before.findings if f.id == id)
        mended = finding.fixes[0].apply(project)
        assert id not in problems(examined(mended, examples)), id


def test_wrong_labels_are_named(case: tuple[Project, Examples, Quality]) -> None:
    project, examples, _ = case
    kept = tuple(c for c in examples.columns if c.name in ("x0", "x1"))
    found = {f.id: f for f in examined(project, replace(examples, columns=kept)).findings}
    wrong = found["doubtful_labels"]
    assert wrong.severity == "warning"
    assert "rare, looks like common" in wrong.line()


def test_sound_data_are_left_in_peace() -> None:
    begun = begin(Wine())
    quality = inspect(begun.examples, begun.prepared, begun.project.data)
    assert problems(quality) <= {"outliers"}


def test_the_work_comes_in_pieces() -> None:
    begun = begin(Wine())
    events = list(looking(begun.examples, begun.prepared, begun.project.data))
    shares = [event.share for event in events if isinstance(event, Looking)]
    assert len(shares) > 15
    assert shares == sorted(shares)
    assert isinstance(events[-1], Quality)


def test_correlations_are_those_of_numpy() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 3)) @ rng.normal(size=(3, 3))
    np.testing.assert_allclose(pearson(list(x.T)), np.corrcoef(x.T), atol=1e-12)
    labels = np.array(["a", "b"] * 25, dtype=object)
    r = abs(np.corrcoef(x[:, 0], np.arange(50) % 2)[0, 1])
    assert correlation_ratio(x[:, 0], labels) == pytest.approx(r)


def test_numbers_to_predict_and_pictures_can_be_inspected() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(80, 2))
    TABLE[:] = [from_arrays(x, 3 * x[:, 0], task="regression")]
    begun = begin(Given())
    found = problems(inspect(begun.examples, begun.prepared, begun.project.data))
    assert found == {"leak"}
    pixels = rng.random((60, 1, 4, 4), np.float32)
    TABLE[:] = [from_arrays(pixels, np.arange(60) % 2)]
    begun = begin(Given())
    quality = inspect(begun.examples, begun.prepared, begun.project.data)
    assert quality.relations is None
    assert problems(quality) == set()


def test_a_column_of_a_file_is_ignored_there(tmp_path: Path) -> None:
    from nnstudio.data.csv_file import CsvSource
    from nnstudio.data.csv_sniff import sniff

    rng = np.random.default_rng(0)
    rows = [f"{rng.normal():.3f},{'yes' if i % 2 else 'no'},{'a' if i % 2 else 'b'}" for i in range(60)]
    path = tmp_path / "t.csv"
    path.write_text("x,leak,label\n" + "\n".join(rows) + "\n")
    begun = begin(sniff(str(path)).source.with_target("label"))
    quality = inspect(begun.examples, begun.prepared, begun.project.data)
    leak = next(f for f in quality.findings if f.id == "leak")
    mended = leak.fixes[0].apply(begun.project)
    assert isinstance(mended.data.source, CsvSource)
    assert [c.role for c in mended.data.source.columns] == ["feature", "ignore", "target"]
    assert not any(isinstance(step, DropColumns) for step in mended.data.preparation)
