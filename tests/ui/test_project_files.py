"""Project files: save, open, refuse, recover, and the question before leaving."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from nnstudio.core.archive import FileProblem
from nnstudio.core.files import Saved, load
from nnstudio.core.recovery import Autosave
from nnstudio.ui.data_loader import Loaded
from nnstudio.ui.notice import Notice
from nnstudio.ui.project_files import Answer, ProjectFiles
from nnstudio.ui.session import Session
from tests.ui.begun import circles, endless

RATE = "training.optimizer.rate"


@pytest.fixture
def files(qtbot: QtBot) -> Iterator[ProjectFiles]:
    """The files of a session on the circles, in a small window."""
    begun = circles()
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(320, 200)
    session = Session(begun.project, window)
    session.loader.adopt(Loaded(begun.project.data, begun.examples, begun.prepared))
    made = ProjectFiles(session, window)
    made.start(Saved(begun.project))
    yield made
    session.close()
    made.close()


@pytest.fixture
def notices(files: ProjectFiles) -> list[Notice]:
    """What the person is told."""
    told: list[Notice] = []
    files.session.noticed.connect(told.append)
    return told


def change(files: ProjectFiles, rate: float = 0.5) -> None:
    """Do some work."""
    files.session.document.edit(files.session.project.set(RATE, rate), "Set rate")


def answering(monkeypatch: pytest.MonkeyPatch, files: ProjectFiles, answer: Answer) -> list[bool]:
    """Answer the question before leaving; return what was asked."""
    asked: list[bool] = []

    def answered(training: bool) -> Answer:
        asked.append(training)
        return answer

    monkeypatch.setattr(files, "ask_leave", answered)
    return asked


def test_saving_asks_for_a_file_once_and_names_the_project_after_it(
    files: ProjectFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def chosen(start: str) -> str:
        asked.append(start)
        return str(tmp_path / "rings")

    monkeypatch.setattr(files, "ask_save_path", chosen)
    change(files)
    assert files.save()
    assert files.path == tmp_path / "rings.nnproj"
    assert files.session.project.name == "rings"
    assert not files.session.document.modified
    change(files, 0.25)
    assert files.save()
    assert len(asked) == 1
    saved = load(files.path)
    assert saved.project.get(RATE) == 0.25
    assert saved.thumbnail is not None
    assert saved.thumbnail.startswith(b"\x89PNG")


def test_not_choosing_a_file_is_not_saving(files: ProjectFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ask_save_path", lambda _start: "")
    change(files)
    assert not files.save()
    assert files.session.document.modified


def test_undo_after_saving_is_a_change_and_redo_is_none(files: ProjectFiles, tmp_path: Path) -> None:
    change(files)
    assert files.save_to(tmp_path / "a.nnproj")
    files.session.document.stack.undo()
    assert files.session.document.modified
    files.session.document.stack.redo()
    assert not files.session.document.modified
    assert files.session.project == load(tmp_path / "a.nnproj").project


def test_opening_brings_project_and_runs_back(qtbot: QtBot, files: ProjectFiles, tmp_path: Path) -> None:
    session = files.session
    session.train_again()
    qtbot.waitUntil(lambda: len(session.document.runs) == 1, timeout=20_000)
    assert files.save_to(tmp_path / "a.nnproj")
    kept = session.project
    files.start(Saved(circles().project.set(RATE, 0.7)))
    assert files.path is None
    assert files.open(tmp_path / "a.nnproj")
    assert session.project == kept
    assert session.document.runs[0].history.epochs == 4
    assert not session.document.modified
    assert files.recent == [tmp_path / "a.nnproj"]


@pytest.mark.parametrize("content", [b"", b"PK not a project", None])
def test_a_file_that_is_no_project_is_refused_in_words_and_nothing_is_lost(
    files: ProjectFiles, notices: list[Notice], tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "broken.nnproj"
    if content is not None:
        path.write_bytes(content)
    change(files)
    assert not files.open(path)
    assert "broken.nnproj" in notices[0].text
    assert files.session.document.modified
    assert files.path is None


def test_a_save_that_fails_keeps_the_old_file_and_says_why(
    files: ProjectFiles, notices: list[Notice], tmp_path: Path
) -> None:
    change(files)
    assert not files.save_to(tmp_path / "no such folder" / "a.nnproj")
    assert notices[0].severity == "bad"
    assert files.session.document.modified
    assert files.path is None


def test_recent_files_are_newest_first_and_only_those_there_are(files: ProjectFiles, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.nnproj" for name in "abc"]
    for path in paths:
        assert files.save_to(path)
    assert files.recent == paths[::-1]
    assert files.open(paths[0])
    paths[1].unlink()
    assert files.recent == [paths[0], paths[2]]


def test_nothing_is_asked_when_nothing_would_be_lost(
    files: ProjectFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answering(monkeypatch, files, "cancel")
    assert files.may_leave()
    assert not asked


@pytest.mark.parametrize(("answer", "left", "modified"), [("cancel", False, True), ("discard", True, True)])
def test_staying_and_throwing_away(
    files: ProjectFiles, monkeypatch: pytest.MonkeyPatch, answer: Answer, left: bool, modified: bool
) -> None:
    change(files)
    assert answering(monkeypatch, files, answer) == []
    assert files.may_leave() is left
    assert files.session.document.modified is modified


def test_leaving_with_save_needs_a_file(
    files: ProjectFiles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    change(files)
    answering(monkeypatch, files, "save")
    monkeypatch.setattr(files, "ask_save_path", lambda _start: "")
    assert not files.may_leave()
    monkeypatch.setattr(files, "ask_save_path", lambda _start: str(tmp_path / "a.nnproj"))
    assert files.may_leave()
    assert (tmp_path / "a.nnproj").exists()


@pytest.mark.parametrize("resting", [False, True])
def test_leaving_while_training_keeps_the_run_when_asked_to(
    qtbot: QtBot, files: ProjectFiles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, resting: bool
) -> None:
    session = files.session
    files.path = tmp_path / "a.nnproj"
    session.document.edit(endless(), "Longer")
    session.train_again()
    qtbot.waitUntil(lambda: session.trainer.history.epochs > 1, timeout=20_000)
    if resting:
        session.toggle_training()
    asked = answering(monkeypatch, files, "save")
    assert files.may_leave()
    assert asked == [True]
    (run,) = load(files.path).runs
    assert run.record.status == "stopped"
    assert run.weights["best"]


def test_leaving_while_training_throws_the_run_away_when_asked_to(
    files: ProjectFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.session.document.edit(endless(), "Longer")
    files.session.train_again()
    answering(monkeypatch, files, "discard")
    assert files.may_leave()
    assert files.session.trainer.state == "idle"
    assert files.session.document.runs == ()


def test_opening_the_same_file_again_after_saving_shows_what_was_saved(
    files: ProjectFiles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert files.save_to(tmp_path / "a.nnproj")
    change(files)
    answering(monkeypatch, files, "save")
    assert files.open(tmp_path / "a.nnproj")
    assert files.session.project.get(RATE) == 0.5


def crashed(rate: float, original: Path | None) -> None:
    """Leave unsaved work behind as a window that dies does."""
    copy = Autosave()
    copy.keep(Saved(circles().project.set(RATE, rate)), original)
    copy._lock.close()  # The system does this when a process dies.


def test_work_left_behind_is_recovered_as_unsaved(files: ProjectFiles, tmp_path: Path) -> None:
    crashed(0.3, tmp_path / "a.nnproj")
    (copy,) = files.left_behind()
    assert files.recover(copy)
    assert files.session.project.get(RATE) == 0.3
    assert files.session.document.modified
    assert files.path == tmp_path / "a.nnproj"
    assert not copy.file.exists()
    assert files.last_copy, "it is kept in a copy of this window now"


def test_the_only_copy_stays_when_no_new_one_can_be_made(
    files: ProjectFiles, notices: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise FileProblem("the disk is full")

    crashed(0.3, None)
    (copy,) = files.left_behind()
    monkeypatch.setattr(Autosave, "keep", full)
    assert files.recover(copy)
    assert "disk is full" in notices[-1].text
    assert copy.file.exists()


def test_recovering_asks_about_the_work_at_hand(files: ProjectFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    crashed(0.3, None)
    change(files, 0.9)
    assert answering(monkeypatch, files, "cancel") == []
    (copy,) = files.left_behind()
    assert not files.recover(copy)
    assert files.session.project.get(RATE) == 0.9
    assert copy.file.exists()


def test_a_copy_is_kept_of_changes_only_and_dropped_when_saved(
    files: ProjectFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Saved] = []
    keep = Autosave.keep

    def counted(self: Autosave, saved: Saved, original: Path | None) -> None:
        made.append(saved)
        keep(self, saved, original)

    monkeypatch.setattr(Autosave, "keep", counted)
    assert files.keep_copy()
    assert not made
    change(files)
    assert files.keep_copy()
    assert files.keep_copy()
    assert len(made) == 1, "the same work is not written twice"
    change(files, 0.25)
    assert files.keep_copy()
    assert [saved.project.get(RATE) for saved in made] == [0.5, 0.25]
    assert files.left_behind() == [], "a living window's copy is its own"
    assert files.save_to(tmp_path / "a.nnproj")
    assert files.last_copy == ""


@pytest.mark.parametrize(
    ("label", "answer"), [("Save", "save"), ("Throw away", "discard"), ("Cancel", "cancel")]
)
def test_the_question_has_three_answers(
    files: ProjectFiles, monkeypatch: pytest.MonkeyPatch, label: str, answer: Answer
) -> None:
    def press(box: QMessageBox) -> int:
        assert files.session.project.name in box.text()
        next(button for button in box.findChildren(QPushButton) if button.text() == label).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", press)
    assert files.ask_leave(training=False) == answer


def test_the_dialog_puts_the_suffix_on_before_it_asks_to_replace(
    files: ProjectFiles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def choose(dialog: QFileDialog) -> int:
        assert dialog.defaultSuffix() == "nnproj"
        dialog.selectFile(str(tmp_path / "a"))
        return 1

    monkeypatch.setattr(QFileDialog, "exec", choose)
    assert files.ask_save_path(str(tmp_path / "b.nnproj")) == str(tmp_path / "a.nnproj")
    monkeypatch.setattr(QFileDialog, "exec", lambda _dialog: 0)
    assert files.ask_save_path(str(tmp_path / "b.nnproj")) == ""
