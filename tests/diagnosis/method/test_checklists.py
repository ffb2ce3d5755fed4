"""Checklists tick themselves, and only for what is so."""

from nnstudio.core.finding import Finding
from nnstudio.diagnosis.method import Standing, checklists
from tests.diagnosis.method.test_phases import run_of, standing
from tests.diagnosis.simulate import facts, healthy_run, project, stuck_run


def ticks(at: Standing, which: int) -> dict[str, bool | None]:
    return {item.key: item.done for item in checklists(at)[which].items}


def test_before_training_everything_but_the_data_can_be_settled() -> None:
    found = ticks(Standing(project()), 0)
    assert not any(found[key] for key in ("read", "clean", "split", "prepared"))
    assert all(found[key] for key in ("architecture", "settings", "stopping", "metrics"))
    assert all(ticks(standing(), 0).values())


def test_what_is_wrong_is_not_ticked_and_named() -> None:
    doubt = Finding("wrong_loss", "The loss does not fit", {}, "", severity="error")
    dirty = Finding("data_leakage", "Rows in both parts", {}, "")
    at = Standing(project(training__early_stopping__on=False), facts(), (), (doubt, dirty))
    before = {item.key: item for item in checklists(at)[0].items}
    assert {key for key, item in before.items() if not item.done} == {"clean", "settings", "stopping"}
    assert before["settings"].note == "The loss does not fit"
    assert before["clean"].note == "Rows in both parts"


def test_during_training_the_curves_are_looked_at() -> None:
    assert not any(ticks(standing(), 1).values())
    assert all(ticks(standing(run_of(healthy_run(50))), 1).values())
    assert ticks(standing(run_of(stuck_run(60))), 1)["falling"] is False


def test_after_training_only_what_was_done_is_ticked() -> None:
    run = run_of(healthy_run(50), project(notes="")).with_record(test={"accuracy": 0.9})
    found = ticks(standing(run), 2)
    assert found == {"test": True, "mistakes": None, "measured": True, "notes": False, "saved": True}
    lists = checklists(standing(run))
    assert lists[2].ticked == 3
