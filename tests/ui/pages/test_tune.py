"""The page of searches: setting one up, watching it, using what it finds, and leaving it at any moment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnstudio.catalog.activations import Softmax
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.presets.shapes import Funnel
from nnstudio.core.dataset import Prepared
from nnstudio.core.kept import KeptSearch
from nnstudio.core.project import Project
from nnstudio.tuning.events import Best, TrialBegun, TrialDone, TrialGoesOn
from nnstudio.tuning.space import Values
from nnstudio.tuning.wish import Search, Trial, kept
from nnstudio.ui.pages.tune import TunePage
from nnstudio.ui.pages.tune_dimension import DimensionRow
from nnstudio.ui.tuner import Tuner
from tests.engine.made import classes, project_for

RATE, KIND = "training.optimizer.rate", "training.optimizer"


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return classes(3)


@pytest.fixture
def project(prepared: Prepared) -> Project:
    made = project_for(prepared, Dense(units=8), Dense(units=3, activation=Softmax()))
    return made.with_preset(Funnel(depth=1, width=8))


@pytest.fixture
def tuner(qapp: object) -> Iterator[Tuner]:
    tuner = Tuner()
    yield tuner
    tuner.reset()


@pytest.fixture
def page(qtbot: QtBot, tuner: Tuner, project: Project) -> TunePage:
    page = TunePage(tuner)
    qtbot.addWidget(page)
    page.resize(1280, 760)
    page.show_project(project)
    page.show()
    return page


def row(page: TunePage, path: str) -> DimensionRow:
    return next(row for row in page.settings.rows if row.dimension.path == path)


def enter(row: DimensionRow, place: int, text: str) -> None:
    edit = row.bounds[place]
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)
    QTest.keyClick(edit, Qt.Key.Key_Return)


def trial(number: int, rate: float, value: float | None, status: str = "done") -> Trial:
    values: Values = {RATE: rate, "training.batch_size": 16, "preset.depth": 1, "preset.width": 32}
    return Trial(number, values, status, value, 2, 0.5, "words")  # type: ignore[arg-type]


def searched(page: TunePage, tuner: Tuner) -> None:
    """Let three trials have been done, without training any."""
    tuner.wish = page.settings.wish
    tuner._take(
        [
            TrialDone(trial(1, 0.001, 0.5)),
            TrialDone(trial(2, 0.01, 0.2)),
            TrialDone(trial(3, 0.1, None, "failed")),
        ]
    )


def test_ranges_are_narrowed_and_wrong_ones_refused_in_words(page: TunePage) -> None:
    rate = row(page, RATE)
    enter(rate, 0, "0.01")
    assert page.settings.wish.searched[0].low == 0.01
    enter(rate, 1, "0.001")
    assert "from a smaller to a larger" in rate.problem.text()
    assert rate.bounds[1].text() == "0.1"
    enter(rate, 1, "fast")
    assert "not a number" in rate.problem.text()
    enter(rate, 1, "0.05")
    assert rate.problem.isHidden()


def test_choices_are_narrowed_and_one_stays(page: TunePage) -> None:
    kinds = row(page, KIND)
    kinds.box.setChecked(True)
    for kind in kinds.dimension.choices:
        kinds.pick(kind, False)
    assert len(page.settings.wish.searched[0].choices) == 1
    kinds.pick("sgd", True)
    assert "sgd" in page.settings.wish.searched[0].choices
    assert kinds.choice.text().startswith("2 of ")


def test_nothing_to_vary_nothing_to_start(page: TunePage) -> None:
    assert page.start.isEnabled()
    for one in page.settings.rows:
        one.box.setChecked(False)
    assert not page.start.isEnabled()
    assert "at least one" in page.start.toolTip()
    page.show_ready("The data are not loaded yet.")
    assert page.start.toolTip() == "The data are not loaded yet."


def test_an_edit_elsewhere_leaves_ranges_alone(page: TunePage, project: Project) -> None:
    enter(row(page, RATE), 0, "0.02")
    before = list(page.settings.rows)
    page.show_project(project.set("training.optimizer.rate", 0.5))
    assert page.settings.rows == before
    page.show_project(project.with_network(project.network))
    assert page.settings.wish.searched[0].low == 0.02
    assert not [one for one in page.settings.rows if one.dimension.path.startswith("preset")]


def test_trials_stand_best_first_and_the_one_under_way_on_top(page: TunePage, tuner: Tuner) -> None:
    searched(page, tuner)
    tuner._take([TrialBegun(4, 20, trial(4, 0.02, None).values), TrialGoesOn(4, 7, 0.9)])
    model = page.table.trials_model
    assert [one.number for one in model.rows] == [4, 2, 1, 3]
    assert model.rows[0].cells[-1] == "epoch 7 of 20"
    assert "best: trial 2" in page.status.text()
    tuner._take([TrialDone(trial(4, 0.02, 0.1)), Best(trial(4, 0.02, 0.1))])
    assert [one.number for one in model.rows] == [4, 2, 1, 3]
    assert "best: trial 4" in page.status.text()


def test_the_selection_stays_with_its_trial(page: TunePage, tuner: Tuner) -> None:
    searched(page, tuner)
    page.table.select(1)
    tuner._take([TrialDone(trial(4, 0.02, 0.1))])
    chosen = page.table.selected()
    assert chosen is not None
    assert chosen.number == 1


def test_every_setting_has_its_chart(page: TunePage, tuner: Tuner) -> None:
    row(page, KIND).box.setChecked(True)
    row(page, KIND).box.setChecked(False)
    searched(page, tuner)
    assert [chart.dimension.path for chart in page.charts] == [
        RATE, "training.batch_size", "preset.depth", "preset.width",
    ]  # fmt: skip
    rate = page.charts[0]
    assert list(rate.table())[1:] == [[1, 0.001, 0.5], [2, 0.01, 0.2]]
    place = rate._places([trial(2, 0.01, 0.2)])
    assert (place[0][0], place[1][0]) == (-2.0, 0.2)


def test_using_a_trial_is_one_edit(page: TunePage, tuner: Tuner) -> None:
    searched(page, tuner)
    edits: list[tuple[Project, str, str]] = []
    page.edited.connect(lambda *edit: edits.append(edit))
    page.use_best.click()
    page.table.select(1)
    page.use.click()
    assert [edit[0].training.optimizer.rate for edit in edits] == [0.01, 0.001]
    assert edits[0][0].get("preset.width") == 32
    assert edits[0][1:] == ("Use the settings of trial 2", "")


def test_a_trial_that_does_not_fit_any_more_is_said(page: TunePage, tuner: Tuner, project: Project) -> None:
    searched(page, tuner)
    page.show_project(project.with_network(project.network))
    page.use_best.click()
    assert "does not fit the project any more" in page.problem.text()


def test_a_search_that_the_project_file_kept_is_shown_again(
    page: TunePage, tuner: Tuner, project: Project
) -> None:
    searched(page, tuner)
    written = kept(tuner.wish, tuner.trials, "2026-01-01T12:00:00+00:00").model_dump_json()
    shown = [row.cells for row in page.table.trials_model.rows]
    tuner.reset()
    assert page.table.trials_model.rows == []
    assert not page.use_best.isEnabled()
    tuner.recall(KeptSearch.model_validate_json(written), project)
    assert [row.cells for row in page.table.trials_model.rows] == shown
    assert "3 trials done · best: trial 2" in page.status.text()
    assert [chart.dimension.path for chart in page.charts] == list(trial(1, 0.1, None).values)
    edits: list[Project] = []
    page.edited.connect(lambda project, *_words: edits.append(project))
    page.use_best.click()
    assert edits[0].training.optimizer.rate == 0.01


def test_a_kept_search_of_an_unknown_kind_stays_unshown(
    page: TunePage, tuner: Tuner, project: Project
) -> None:
    tuner.recall(KeptSearch(created="now", strategy="guessing", monitor="val_loss", trials=()), project)
    assert tuner.trials == []
    assert page.table.trials_model.rows == []


def test_a_search_runs_beside_the_window(
    page: TunePage, tuner: Tuner, project: Project, prepared: Prepared, qtbot: QtBot
) -> None:
    page.start_wanted.connect(lambda wish: tuner.start(project, prepared, wish))
    page.settings._set("epochs", 2)
    page.settings._set("trials", 3)
    page.start.click()
    assert tuner.busy
    assert not page.start.isEnabled()
    qtbot.waitUntil(lambda: not tuner.busy, timeout=20_000)
    assert len(tuner.trials) == 3
    assert page.start.isEnabled()
    assert page.use_best.isEnabled()


def long_search(page: TunePage, tuner: Tuner, project: Project, prepared: Prepared, qtbot: QtBot) -> None:
    wish: Search = page.settings.wish.with_value("epochs", 500).with_value("trials", 500)
    patient = project.set("training.early_stopping.on", False)
    tuner.start(patient, prepared, wish)
    qtbot.waitUntil(lambda: tuner.goes_on is not None, timeout=20_000)


def test_a_trial_is_skipped_and_the_search_stopped(
    page: TunePage, tuner: Tuner, project: Project, prepared: Prepared, qtbot: QtBot
) -> None:
    long_search(page, tuner, project, prepared, qtbot)
    before = len(tuner.trials)
    page.skip.click()
    qtbot.waitUntil(lambda: len(tuner.trials) > before, timeout=20_000)
    page.stop.click()
    qtbot.waitUntil(lambda: not tuner.busy, timeout=20_000)
    assert "skipped" in {one.status for one in tuner.trials}
    assert tuner.begun is None


def test_leaving_ends_a_search_at_once(
    page: TunePage, tuner: Tuner, project: Project, prepared: Prepared, qtbot: QtBot
) -> None:
    long_search(page, tuner, project, prepared, qtbot)
    tuner.reset()
    assert not tuner.busy
    assert tuner.trials == []


def test_a_search_that_cannot_begin_says_why(
    page: TunePage, tuner: Tuner, project: Project, prepared: Prepared, qtbot: QtBot
) -> None:
    tuner.start(project, prepared, Search())
    qtbot.waitUntil(lambda: not tuner.busy, timeout=20_000)
    assert "Nothing varies" in page.problem.text()
