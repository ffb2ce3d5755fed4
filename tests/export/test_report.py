"""The report says what was trained on what, how well, and what was noticed."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest

from nnstudio.core.run import Changed, Run
from nnstudio.export.drawing import against, curves
from nnstudio.export.problem import CannotExport
from nnstudio.export.report import Report, gathered, report_html
from tests.engine.made import classes, numbers, project_for
from tests.export.made import run_of


@pytest.fixture(scope="module")
def report() -> Report:
    """Return the report of a run on three classes that follows another one."""
    data = classes()
    project = project_for(data, epochs=6).model_copy(update={"name": "Flowers & <b>trees</b>"})
    before = run_of(project, data)
    run = run_of(project.set("training.optimizer.rate", 0.05), data)
    run.history.add(Changed(2.5, "training.weight_decay", 0.0, 0.01))
    return gathered(run, data, before)


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<body>")[2]))


def test_it_tells_everything_about_a_run(report: Report) -> None:
    text = text_of(report_html(report))
    for part in ("Result", "Data", "Network", "Training", "Confusion", "diagnosis found", "What was changed",
                 "Versions and seeds", "always “c2”", "Dense 8 · ReLU", "SGD: learning rate 0.05",
                 "Since Run 1: Learning rate 0.1 → 0.05", "at epoch 2.5: weight decay 0 → 0.01"):  # fmt: skip
        assert part in text, part


def test_its_numbers_are_those_of_the_evaluation(report: Report) -> None:
    text = text_of(report_html(report))
    for values in (report.evaluation.values, report.baseline):
        assert f"{values['accuracy']:.4g}" in text
    assert report.evaluation.confusion is not None
    for counts in report.evaluation.confusion.tolist():
        assert " ".join(map(str, counts)) in re.sub(r" +", " ", text)


def test_names_of_a_person_are_text_and_no_markup(report: Report) -> None:
    html = report_html(report)
    assert "Flowers &amp; &lt;b&gt;trees&lt;/b&gt;" in html
    assert "<b>trees</b>" not in html


def test_it_needs_no_other_file(report: Report) -> None:
    sources = re.findall(r'src="([^"]+)"', report_html(report))
    assert len(sources) == 2
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)
    assert 'src="here:loss"' in report_html(report, {"loss": "here:loss"})


def test_numbers_are_drawn_against_the_truth() -> None:
    data = numbers(scale=(10.0, 5.0))
    found = gathered(run_of(project_for(data), data), data)
    text = text_of(report_html(found))
    assert "Predicted against true" in text
    assert "R²" in text
    assert "Confusion" not in text
    dots = [e for e in ElementTree.fromstring(found.pictures["against"]).iter() if e.tag.endswith("circle")]
    assert len(dots) == len(data.validation)


def test_a_run_without_weights_has_no_report() -> None:
    data = classes()
    run = run_of(project_for(data, epochs=1), data)
    with pytest.raises(CannotExport, match="kept no weights"):
        gathered(Run(run.record, run.history), data)


@pytest.mark.parametrize(
    ("train", "validation", "best"),
    [
        ([], [], 0),
        ([1.0], [1.0], 1),
        ([2.0, math.nan, 1.0], [3.0, 2.0, math.nan], 3),
        ([1.0] * 5, [1e9, 1, 1, 1, 1], 2),
        ([math.nan] * 3, [], 0),
        ([0.0, 0.0], [0.0, 0.0], 1),
    ],
)
def test_any_curve_can_be_drawn(train: list[float], validation: list[float], best: int) -> None:
    drawn = ElementTree.fromstring(curves("Loss", train, validation, best))
    for line in drawn.iter():
        for point in line.get("points", "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= 460
            assert 0 <= y <= 250


def test_any_numbers_can_be_compared() -> None:
    for true, predicted in (
        ([], []),
        ([1.0], [1.0]),
        ([1.0, math.nan], [2.0, 1.0]),
        ([0.0] * 9000, [1.0] * 9000),
    ):
        drawn = ElementTree.fromstring(against("Predicted", true, predicted))
        assert len([e for e in drawn.iter() if e.tag.endswith("circle")]) <= 1500
