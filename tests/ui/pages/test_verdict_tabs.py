"""Threshold, curves, simple models and explanations on the evaluation page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnstudio.catalog.datasets.series import Airline
from nnstudio.core.run import History, Run, RunRecord
from nnstudio.data.windows import naive_forecast
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.pages.judgement import Judgement
from nnstudio.ui.pages.verdict import Verdict
from tests.engine import explain_cases
from tests.engine.explain_cases import Case
from tests.ui.pages.made_runs import trained_run

WAIT = 20_000


@lru_cache
def judged(name: str) -> tuple[Judgement, Run]:
    """Return a run and how it does on the validation rows."""
    from nnstudio.ui.pages.judgement import judged as judge

    if name in ("iris", "digits", "diabetes"):
        run, loaded = trained_run(name)
    else:
        run, loaded = case_run(getattr(explain_cases, name)() if name != "airline" else airline())
    return next(judge(run, "validation", loaded)), run


def airline() -> Case:
    return explain_cases.trained(Airline(), Airline().load(), epochs=2)


def case_run(case: Case) -> tuple[Run, Loaded]:
    record = RunRecord(id="case", name="Run 1", created="2026-05-03T14:02:00+02:00", project=case.project)
    run = Run(record, History(), {"best": case.weights})
    return run, Loaded(case.project.data, case.project.data.source.load(), case.prepared)


def shown(qtbot: QtBot, name: str) -> Verdict:
    verdict = Verdict()
    qtbot.addWidget(verdict)
    verdict.resize(1200, 640)
    verdict.show_judgement(*judged(name))
    verdict.show()
    return verdict


def tile(verdict: Verdict, title: str) -> float:
    return float(next(tile.value for tile in verdict.tiles.tiles if tile.title == title))


def test_the_threshold_moves_matrix_and_metrics(qtbot: QtBot) -> None:
    verdict = shown(qtbot, "cancer")
    found, _ = judged("cancer")
    assert found.shares is not None
    bar = verdict.answers.threshold
    with qtbot.waitSignal(bar.judged):
        bar.slider._change(0.9)
    named = found.shares[:, 1] >= 0.9
    matrix = verdict.answers.confusion.matrix.counts
    assert matrix[0, 1] == (named & (found.true == 0)).sum()
    assert matrix[1, 0] == (~named & (found.true == 1)).sum()
    assert tile(verdict, "Accuracy") == pytest.approx((named == (found.true == 1)).mean(), abs=1e-4)
    assert tile(verdict, "ROC AUC") == pytest.approx(found.values["auc"], abs=1e-4)
    assert verdict.answers.examples.examples.rowCount() == (named != (found.true == 1)).sum()
    with qtbot.waitSignal(bar.judged):
        bar.slider._change(0.5)
    assert found.confusion is not None
    assert np.array_equal(verdict.answers.confusion.matrix.counts, found.confusion)


def test_with_several_classes_only_confident_answers_count(qtbot: QtBot) -> None:
    verdict = shown(qtbot, "digits")
    found, _ = judged("digits")
    bar = verdict.answers.threshold
    with qtbot.waitSignal(bar.judged):
        bar.slider._change(0.8)
    sure = found.confidence >= 0.8
    assert verdict.answers.confusion.matrix.counts.sum() == sure.sum()
    assert f"{sure.mean():.0%}".replace("%", " %") in bar.told.text()
    right = (found.predicted == found.true)[sure].mean()
    assert tile(verdict, "Accuracy") == pytest.approx(right, abs=1e-4)


def test_mistakes_in_the_order_of_confidence(qtbot: QtBot) -> None:
    verdict = shown(qtbot, "digits")
    found, _ = judged("digits")
    order = verdict.answers.order
    order.setCurrentIndex(order.findData("surest"))
    order.activated.emit(order.currentIndex())
    listed = verdict.answers.examples.examples.positions
    assert (np.diff(found.confidence[listed]) <= 0).all()
    assert (found.predicted[listed] != found.true[listed]).all()


def test_curves_of_the_classes_and_the_threshold_on_them(qtbot: QtBot) -> None:
    verdict = shown(qtbot, "cancer")
    verdict.tabs._on_click("curves")
    found, _ = judged("cancer")
    curves = verdict.curves
    assert curves.roc.caption.text().startswith(f"AUC {found.values['auc']:.3g}")
    assert "excellent" in curves.roc.caption.text()
    verdict.answers.threshold.slider.set_value(0.9)
    verdict.answers.threshold._judge()
    recall = float(((found.shares[:, 1] >= 0.9) & (found.true == 1)).sum() / (found.true == 1).sum())  # type: ignore[index]
    mark = curves.roc._dots._points.at(0)
    assert mark.y() == pytest.approx(recall)
    rows = list(curves.roc.table())
    assert rows[0][0] == "class"
    assert rows[-1][2:] == [1.0, 1.0]
    assert "calibration error" in curves.calibration.caption.text()


def test_one_of_several_classes_against_the_rest(qtbot: QtBot) -> None:
    verdict = shown(qtbot, "digits")
    verdict.tabs._on_click("curves")
    assert len(verdict.curves.roc._curves) == 10
    assert "weakest" in verdict.curves.roc.caption.text()
    verdict.curves.classes.setCurrentIndex(4)
    verdict.curves._draw_classes()
    assert verdict.curves.roc._names == ("3",)


def test_a_series_is_shown_over_time_with_the_naive_forecast(qtbot: QtBot) -> None:
    verdict = shown(qtbot, "airline")
    found, _ = judged("airline")
    verdict.tabs._on_click("curves")
    head, *rows = verdict.curves.forecast.table()
    assert head == ["row", "true", "forecast", "naive"]
    assert [row[0] for row in rows] == (np.sort(found.rows) + 1).tolist()
    naive = naive_forecast(found.examples, np.sort(found.rows), found.target.count)[:, 0]
    assert [row[3] for row in rows] == pytest.approx(naive.tolist())
    assert "naive: as 12 steps ago" in verdict.references.label.text(), "it stands there unasked"


def test_numbers_have_no_curves(qtbot: QtBot) -> None:
    verdict = shown(qtbot, "diabetes")
    assert not verdict.tabs.button("curves").isEnabled()
    assert verdict.tabs.button("explain").isEnabled()
    assert verdict.answers.threshold.isHidden()


def test_simple_models_beside_the_network(qtbot: QtBot) -> None:
    verdict = shown(qtbot, "iris")
    line = verdict.references
    assert line.label.text() == ""
    line.button.click()
    assert line.button.text() == "Cancel"
    qtbot.waitUntil(lambda: not line.busy, timeout=WAIT)
    text = line.label.text()
    assert all(name in text for name in ("always", "logistic regression", "random forest", "this network"))
    verdict.show_judgement(*judged("iris"))
    assert line.label.text() == text, "known at once the next time"


def run_explanation(verdict: Verdict, qtbot: QtBot, kind: str) -> Any:
    tab = verdict.explain
    tab.method.setCurrentIndex(tab.method.findData(kind))
    tab._method_changed()
    tab.button.click()
    qtbot.waitUntil(lambda: not tab.busy, timeout=WAIT)
    assert tab.found is not None, tab.message.text()
    return tab.found


def test_a_mistake_is_explained(qtbot: QtBot) -> None:
    verdict = shown(qtbot, "digits")
    verdict.answers.examples.selectRow(0)
    position = verdict.answers.selected
    assert position is not None
    verdict.answers.explain.click()
    assert verdict.tabs.current() == "explain"
    found = run_explanation(verdict, qtbot, "occlusion")
    judgement, _ = judged("digits")
    assert found.row == judgement.rows[position]
    assert found.predicted == judgement.target.names[int(judgement.predicted[position])]
    assert verdict.explain.heat.view.values.shape == (8, 8)
    assert "Covering an orange place" in verdict.explain.reading.text()


def test_a_row_of_a_table_is_explained_by_name(qtbot: QtBot) -> None:
    verdict = shown(qtbot, "iris")
    verdict.show_tab("explain")
    tab = verdict.explain
    tab.row.setValue(int(judged("iris")[0].rows[2]) + 1)
    found = run_explanation(verdict, qtbot, "lime")
    assert found.row == judged("iris")[0].rows[2]
    assert tab.bars.bars.names[0] == found.names[int(np.abs(found.values).argmax())]
    assert run_explanation(verdict, qtbot, "importance").spread is not None


def test_explaining_can_be_cancelled(qtbot: QtBot) -> None:
    verdict = shown(qtbot, "iris")
    verdict.show_tab("explain")
    tab = verdict.explain
    tab.start()
    assert not tab.button.isEnabled()
    tab.progress.cancelled.emit()
    assert not tab.busy
    assert tab.button.isEnabled()
    assert tab.found is None
