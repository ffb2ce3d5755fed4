"""The window of the five phases shows what comes next and takes the step."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from nnstudio.diagnosis.method import Standing, checklists, journey
from nnstudio.ui.panels.method import ItemList, MethodPanel
from tests.diagnosis.cases import overfitting_run
from tests.diagnosis.method.test_phases import run_of, standing
from tests.diagnosis.simulate import healthy_run


def shown(qtbot: QtBot, at: Standing) -> MethodPanel:
    panel = MethodPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.show_journey(journey(at), checklists(at), at.project)
    return panel


def marks(items: ItemList) -> list[str]:
    return [label.text() for label in items.findChildren(QLabel) if label.accessibleName()]


def test_the_next_step_is_a_fix_that_one_click_applies(qtbot: QtBot) -> None:
    panel = shown(qtbot, standing(run_of(overfitting_run())))
    assert panel.phases.current() == "4"
    assert panel.next.title.text().startswith("Next: ")
    with qtbot.waitSignal(panel.fix_chosen) as chosen:
        qtbot.mouseClick(panel.button, Qt.MouseButton.LeftButton)
    before = standing(run_of(overfitting_run())).project
    assert chosen.args[0].apply(before) != before


def test_or_the_page_where_it_is_taken(qtbot: QtBot) -> None:
    panel = shown(qtbot, standing(run_of(healthy_run(100))))
    assert panel.button.text() == "Go to Tune"
    with qtbot.waitSignal(panel.page_wanted) as wanted:
        qtbot.mouseClick(panel.button, Qt.MouseButton.LeftButton)
    assert wanted.args == ["tune"]


def test_another_phase_can_be_looked_at_and_stays_until_the_work_moves_on(qtbot: QtBot) -> None:
    at = standing(run_of(healthy_run(100)))
    panel = shown(qtbot, at)
    panel.phases.chosen.emit("1")
    panel.phases.set_current("1")
    panel.show_journey(journey(at), checklists(at), at.project)
    assert panel.phases.current() == "1"
    moved = replace(at, runs=())
    panel.show_journey(journey(moved), checklists(moved), moved.project)
    assert panel.phases.current() == "2"


def test_lines_carry_a_tick_a_circle_or_a_question_mark(qtbot: QtBot) -> None:
    panel = shown(qtbot, standing(run_of(healthy_run(100))))
    panel.lists.set_current("checklist_after")
    panel.lists.chosen.emit("checklist_after")
    assert set(marks(panel.list_items)) == {"✓", "○", "?"}
    with qtbot.waitSignal(panel.term_wanted) as wanted:
        panel.term_wanted.emit("phases")
    assert wanted.args == ["phases"]
