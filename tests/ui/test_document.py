"""The document: undo steps, amendments, runs, and whether there is something to save."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from nnstudio.core.project import Project
from nnstudio.core.run import History, Run, RunRecord
from nnstudio.ui.document import Document
from tests.ui.begun import circles

RATE = "training.optimizer.rate"


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    """A document with nothing done to it."""
    return Document(circles().project)


def with_rate(document: Document, rate: float) -> Project:
    """Return the document's project with another learning rate."""
    return document.project.set(RATE, rate)


def run(id: str, project: Project) -> Run:
    """Return a run that has learnt nothing."""
    return Run(RunRecord(id=id, name=id, created="2026-01-01T00:00:00+00:00", project=project), History())


def test_undo_and_redo_return_the_very_projects(document: Document) -> None:
    first = document.project
    document.edit(with_rate(document, 0.5), "Set rate")
    second = document.project
    document.stack.undo()
    assert document.project is first
    document.stack.redo()
    assert document.project is second


def test_a_drag_is_one_step_and_another_drag_another(document: Document) -> None:
    first = document.project
    for rate in (0.1, 0.2, 0.3):
        document.edit(with_rate(document, rate), "Set rate", "rate/a")
    for rate in (0.4, 0.5):
        document.edit(with_rate(document, rate), "Set rate", "rate/b")
    assert document.stack.count() == 2
    document.stack.undo()
    assert document.project.get(RATE) == 0.3
    document.stack.undo()
    assert document.project is first


def test_edits_without_a_key_are_never_merged(document: Document) -> None:
    document.edit(with_rate(document, 0.1), "Set rate")
    document.edit(with_rate(document, 0.2), "Set rate")
    assert document.stack.count() == 2


def test_a_drag_back_to_where_it_began_leaves_no_step(document: Document) -> None:
    before = document.project
    document.edit(with_rate(document, 0.5), "Set rate", "rate/a")
    document.edit(before.set(RATE, before.get(RATE)), "Set rate", "rate/a")
    assert document.stack.count() == 0
    assert not document.modified


def test_an_equal_project_is_no_edit(document: Document) -> None:
    heard: list[Project] = []
    document.changed.connect(heard.append)
    document.edit(with_rate(document, document.project.get(RATE)), "Set rate")
    assert not heard
    assert document.stack.count() == 0


def test_a_drag_goes_on_after_saving_as_a_step_of_its_own(document: Document) -> None:
    document.edit(with_rate(document, 0.1), "Set rate", "rate/a")
    document.set_saved()
    document.edit(with_rate(document, 0.2), "Set rate", "rate/a")
    assert document.modified
    document.stack.undo()
    assert not document.modified
    assert document.project.get(RATE) == 0.1


def test_what_is_found_out_makes_no_step_and_survives_undo_and_redo(document: Document) -> None:
    document.edit(with_rate(document, 0.1), "Set rate")
    document.amend(document.project.model_copy(update={"notes": "found"}))
    document.edit(with_rate(document, 0.2), "Set rate")
    assert document.stack.count() == 2
    document.stack.undo()
    assert document.project.notes == "found"
    document.stack.undo()
    document.stack.redo()
    assert (document.project.notes, document.project.get(RATE)) == ("found", 0.1)


def test_what_is_found_out_with_steps_undone_is_there_when_they_are_undone_again(document: Document) -> None:
    document.edit(with_rate(document, 0.1), "Set rate")
    document.stack.undo()
    document.amend(document.project.model_copy(update={"notes": "found"}))
    document.stack.redo()
    document.stack.undo()
    assert document.project.notes == "found"


def test_a_listener_may_amend_the_step_being_taken(document: Document) -> None:
    def number(project: Project) -> None:
        if not project.notes:
            document.amend(project.model_copy(update={"notes": f"rate {project.get(RATE):g}"}))

    document.edit(with_rate(document, 0.1), "Set rate")
    document.changed.connect(number)
    document.edit(with_rate(document, 0.2), "Set rate")
    assert document.project.notes == "rate 0.2"
    document.stack.undo()
    document.stack.undo()
    document.stack.redo()
    assert document.project.get(RATE) == 0.1, "the step before must not take the amendment"
    document.stack.redo()
    assert (document.project.get(RATE), document.project.notes) == (0.2, "rate 0.2")


def test_runs_are_kept_replaced_and_deleted_and_count_as_changes(document: Document) -> None:
    told: list[bool] = []
    document.modified_changed.connect(told.append)
    document.keep_run(run("a", document.project))
    document.keep_run(run("b", document.project))
    document.keep_run(run("a", document.project).with_record(name="renamed"))
    assert [r.record.name for r in document.runs] == ["renamed", "b"]
    assert document.modified
    document.set_saved()
    assert not document.modified
    document.delete_runs({"b"})
    assert document.run("b") is None
    assert document.run("a") is not None
    assert document.modified
    assert told[-1] is True
    assert False in told


def test_undo_back_to_the_saved_state_is_saved_unless_there_are_new_runs(document: Document) -> None:
    document.edit(with_rate(document, 0.1), "Set rate")
    document.set_saved()
    document.stack.undo()
    assert document.modified
    document.stack.redo()
    assert not document.modified
    document.keep_run(run("a", document.project))
    document.stack.undo()
    document.stack.redo()
    assert document.modified


def test_opening_forgets_the_history_of_edits(document: Document) -> None:
    document.edit(with_rate(document, 0.1), "Set rate")
    document.keep_run(run("a", document.project))
    document.open(circles().project)
    assert (document.stack.count(), document.runs, document.modified) == (0, (), False)
    document.open(circles().project, (run("b", document.project),), modified=True)
    assert document.modified
    assert len(document.runs) == 1


def test_a_document_with_changes_may_be_thrown_away(qtbot: QtBot) -> None:
    document = Document(circles().project)
    document.edit(with_rate(document, 0.1), "Set rate")
    delete(document)  # A slot that speaks of the dead document fails this test.
