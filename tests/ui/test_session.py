"""The session: what may be trained, how fixes are applied, what follows from other data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from nnstudio.catalog.datasets.playground import Circles
from nnstudio.catalog.layers.dense import Dense
from nnstudio.core.dataset import DataProblem, Examples
from nnstudio.core.finding import Finding, Fix
from nnstudio.core.network import Network
from nnstudio.core.project import Project
from nnstudio.core.run import Run
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.notice import Notice
from nnstudio.ui.pictures import Picture
from nnstudio.ui.session import Session
from tests.ui.begun import circles, curve, endless

RATE = "training.optimizer.rate"
SEED = "data.source.seed"


class Heard:
    """What a session has told."""

    def __init__(self, session: Session) -> None:
        self.notices: list[Notice] = []
        self.findings: list[tuple[Finding, ...]] = []
        self.projects: list[Project] = []
        self.pictures: list[Picture] = []
        session.noticed.connect(self.notices.append)
        session.findings_changed.connect(self.findings.append)
        session.project_changed.connect(self.projects.append)
        session.pictures.made.connect(self.pictures.append)


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    """A session on the circles, with their data."""
    begun = circles()
    made = Session(begun.project)
    made.loader.adopt(Loaded(begun.project.data, begun.examples, begun.prepared))
    made.open(begun.project)
    yield made
    made.close()


@pytest.fixture
def heard(session: Session) -> Heard:
    """What the session tells."""
    return Heard(session)


def train(session: Session, qtbot: QtBot) -> Run:
    """Train to the end and return the run."""
    runs = len(session.document.runs)
    session.train_again()
    qtbot.waitUntil(lambda: len(session.document.runs) == runs + 1, timeout=20_000)
    return session.document.runs[-1]


def test_the_train_button_trains_pauses_and_goes_on(qtbot: QtBot, session: Session) -> None:
    session.document.edit(endless(), "Longer")
    seen = []
    for _ in range(3):
        session.toggle_training()
        seen.append(session.trainer.state)
    assert seen == ["running", "paused", "running"]


def test_runs_are_kept_with_a_name_of_their_own(qtbot: QtBot, session: Session) -> None:
    first = train(session, qtbot)
    session.document.keep_run(first.with_record(name="Run 7"))
    assert train(session, qtbot).record.name == "Run 8"
    assert session.document.modified


def test_stepping_begins_a_run_that_rests(qtbot: QtBot, session: Session) -> None:
    session.step("step")
    assert session.trainer.state == "paused"
    qtbot.waitUntil(lambda: len(session.trainer.history.step_losses) == 1, timeout=20_000)


def test_an_impossible_network_is_not_trained_and_the_reason_is_told(session: Session, heard: Heard) -> None:
    project = session.project
    session.document.edit(project.with_network(project.network.insert(Dense(units=5))), "Add")
    assert "5" in session.why_not_train()
    for attempt in (session.train_again, session.toggle_training, lambda: session.step("epoch")):
        heard.notices.clear()
        attempt()
        assert session.trainer.state == "idle"
        assert session.why_not_train() in heard.notices[0].text
    session.document.edit(project.with_network(Network()), "Clear")
    assert "no layers" in session.why_not_train()


def test_training_waits_for_data_that_are_on_their_way(qtbot: QtBot, session: Session) -> None:
    session.document.edit(session.project.set(SEED, 5), "Other points")
    assert session.loaded is None
    assert session.why_not_train() == ""
    session.train_again()
    assert session.trainer.state == "idle"
    qtbot.waitUntil(lambda: session.trainer.active, timeout=20_000)


def test_other_data_are_learnt_without_an_undo_step_of_their_own(qtbot: QtBot, session: Session) -> None:
    first = session.project
    session.document.edit(first.set(SEED, 5), "Other points")
    qtbot.waitUntil(lambda: session.loaded is not None)
    assert session.project.signature == first.signature
    assert session.document.stack.count() == 1
    session.document.stack.undo()
    assert session.project is first
    session.document.stack.redo()
    assert session.project.get(SEED) == 5
    assert session.project.signature is not None


def test_undoing_while_other_data_load_has_the_data_again(qtbot: QtBot, session: Session) -> None:
    session.document.edit(session.project.set(SEED, 5), "Other points")
    session.document.stack.undo()
    qtbot.waitUntil(lambda: not session.loader.busy)
    assert session.loaded is not None
    assert session.why_not_train() == ""


def test_there_and_back_by_edits_is_undone_step_by_step(qtbot: QtBot, session: Session) -> None:
    session.document.edit(session.project.set(RATE, 0.5), "Set rate")
    session.document.edit(session.project.set(SEED, 5), "Other points")
    session.document.edit(session.project.set(SEED, 0), "The first points")
    assert session.project.signature is not None, "these data are there already"
    session.document.stack.undo()
    session.document.stack.undo()
    session.document.stack.undo()
    session.document.stack.redo()
    assert (session.project.get(RATE), session.project.get(SEED)) == (0.5, 0)
    qtbot.waitUntil(lambda: not session.loader.busy)


def test_data_that_cannot_be_read_are_noticed_once_and_stop_training(
    qtbot: QtBot, session: Session, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Circles) -> Examples:
        raise DataProblem("points.csv is gone.")

    monkeypatch.setattr(Circles, "load", broken)
    session.document.edit(session.project.set(SEED, 5), "Other points")
    qtbot.waitUntil(lambda: bool(heard.notices))
    assert (heard.notices[0].severity, heard.notices[0].text) == ("bad", "points.csv is gone.")
    assert heard.notices[0].action == "reload"
    assert session.why_not_train() == "points.csv is gone."
    session.document.edit(session.project.set(RATE, 0.5), "Set rate")
    assert not session.loader.busy, "an edit of something else does not read broken data again"
    assert session.why_not_train() == "points.csv is gone."
    session.document.stack.undo()
    session.document.stack.undo()
    assert session.why_not_train() == "", "the data of before are there"


def rate_fix(value: float, restart: bool = False) -> Fix:
    """Return the fix that sets the learning rate."""
    return Fix("rate", f"Learning rate {value:g}", lambda p: p.set(RATE, value), restart)


def test_a_fix_is_one_undo_step_and_says_what_changed(session: Session, heard: Heard) -> None:
    first = session.project
    session.apply(rate_fix(0.01))
    assert session.document.stack.count() == 1
    assert session.document.stack.undoText() == "Fix: Learning rate 0.01"
    assert heard.notices[0] == Notice("info", "Changed: Learning rate 0.001 → 0.01.", action="undo")
    session.apply(rate_fix(0.01))
    assert "done already" in heard.notices[1].text
    assert session.document.stack.count() == 1
    session.document.stack.undo()
    assert session.project is first


def test_a_fix_that_must_wait_says_so(qtbot: QtBot, session: Session, heard: Heard) -> None:
    session.document.edit(endless(), "Longer")
    session.train_again()
    session.apply(rate_fix(0.01))
    session.apply(rate_fix(0.02, restart=True))
    assert [notice.action for notice in heard.notices] == ["undo", "train_again"], "a rate acts at once"
    qtbot.waitUntil(lambda: bool(session.trainer.history.marks), timeout=20_000)


def test_a_fix_for_layers_that_are_gone_is_refused_in_words(session: Session, heard: Heard) -> None:
    def gone(project: Project) -> Project:
        return project.with_network(project.network.replace("n77", Dense()))

    session.apply(Fix("gone", "Widen the layer", gone))
    assert "Widen the layer" in heard.notices[0].text
    assert session.document.stack.count() == 0


def test_the_design_is_checked_a_moment_after_an_edit(qtbot: QtBot, session: Session, heard: Heard) -> None:
    session.document.edit(session.project.set(RATE, 9.0), "Set rate")
    qtbot.waitUntil(lambda: bool(heard.findings) and bool(heard.findings[-1]))
    assert session.findings == heard.findings[-1]


def test_what_the_run_showed_stays_until_reset(qtbot: QtBot, session: Session, heard: Heard) -> None:
    train(session, qtbot)
    shown = session.findings
    assert shown
    session.check_design()
    assert session.findings is shown
    session.reset()
    assert session.trainer.state == "idle"
    assert session.findings != shown


def test_reset_with_new_weights_is_an_edit_of_the_seed(session: Session) -> None:
    session.reset(new_weights=True)
    assert session.project.training.seed == 1
    assert session.document.stack.count() == 1


def test_pictures_come_while_training_while_resting_and_afterwards(
    qtbot: QtBot, session: Session, heard: Heard
) -> None:
    session.document.edit(endless(), "Longer")
    session.want_picture("boundary")
    assert not session.pictures.busy, "nothing is learnt yet"
    session.train_again()
    session.want_picture("boundary")
    qtbot.waitUntil(lambda: len(heard.pictures) == 1, timeout=20_000)
    session.toggle_training()
    steps = len(session.trainer.history.step_losses)
    session.want_picture("boundary")
    qtbot.waitUntil(lambda: len(heard.pictures) == 2)
    assert len(session.trainer.history.step_losses) >= steps
    session.trainer.stop()
    qtbot.waitUntil(lambda: session.trainer.state == "finished")
    session.want_picture("residuals")
    qtbot.waitUntil(lambda: len(heard.pictures) == 3)
    assert heard.pictures[-1].pairs is not None
    assert not heard.notices[:-1], "only the end of the run is noticed"


def test_no_picture_of_a_network_on_data_it_does_not_know(
    qtbot: QtBot, session: Session, heard: Heard
) -> None:
    train(session, qtbot)
    session.document.edit(session.project.set(SEED, 5), "Other points")
    qtbot.waitUntil(lambda: session.loaded is not None)
    session.want_picture("boundary")
    assert not session.pictures.busy


def test_opening_another_project_resets_everything(qtbot: QtBot, session: Session, heard: Heard) -> None:
    train(session, qtbot)
    session.want_picture("boundary")
    session.train_again()
    begun = curve()
    session.loader.adopt(Loaded(begun.project.data, begun.examples, begun.prepared))
    session.open(begun.project)
    assert (session.trainer.state, session.trainer.record) == ("idle", None)
    assert session.document.runs == ()
    assert session.document.stack.count() == 0
    assert not session.document.modified
    assert heard.findings[-1] == ()
    assert heard.projects[-1] is begun.project
    session.want_picture("fit")
    qtbot.waitUntil(lambda: not session.pictures.busy)
    assert heard.pictures == [], "the picture of the network before is not shown"
    assert session.why_not_train() == ""


def test_a_data_problem_is_forgotten_with_its_project(session: Session, heard: Heard) -> None:
    session.data_problem = "points.csv is gone."
    session.open(circles().project)
    assert session.why_not_train() == ""


def test_a_project_with_runs_opens_with_its_last_runs_diagnosis(
    qtbot: QtBot, session: Session, heard: Heard
) -> None:
    run = train(session, qtbot)
    found = {finding.id for finding in session.findings}
    session.open(circles().project, (run,))
    assert {finding.id for finding in session.findings} == found
    session.check_design()
    assert {finding.id for finding in session.findings} == found
    session.want_picture("boundary")
    qtbot.waitUntil(lambda: bool(heard.pictures))


def test_closing_while_everything_runs_leaves_nothing_behind(
    qtbot: QtBot, session: Session, home: Path
) -> None:
    session.document.edit(endless(), "Longer")
    session.train_again()
    session.document.edit(session.project.set(SEED, 5), "Other points")
    session.close()
    assert session.trainer.state == "idle"
    assert not session.loader.busy
