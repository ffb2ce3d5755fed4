"""Arrows beside the sliders: the way the founding documents turn each knob."""

from nnstudio.catalog.presets import Funnel
from nnstudio.core.finding import Finding
from nnstudio.diagnosis.method import arrows
from nnstudio.diagnosis.method.cheat_sheet import (
    BATCH,
    CHEAT_SHEET,
    DECAY,
    DEPTH,
    DROPOUT,
    EPOCHS,
    RATE,
    TOO_FREE,
    TOO_WEAK,
    WIDTH,
)  # fmt: skip
from nnstudio.diagnosis.rules import RULES
from tests.diagnosis.simulate import project


def found(id: str) -> dict[str, str]:
    of = project(preset=Funnel(width=32, dropout=0.3), training__weight_decay=0.01)
    problem = Finding(id, "A problem", {}, "", primary=True)
    return {path: arrow.direction for path, arrow in arrows([problem], of).items()}


def test_a_network_that_underfits_wants_more_of_everything_but_brakes() -> None:
    assert found("underfitting") == {
        RATE: "up", BATCH: "down", DEPTH: "up", WIDTH: "up", DROPOUT: "down", DECAY: "down", EPOCHS: "up",
    }  # fmt: skip


def test_a_network_that_overfits_wants_the_opposite() -> None:
    assert found("overfitting") == TOO_FREE
    assert all(TOO_FREE[knob] != way for knob, way in TOO_WEAK.items())


def test_a_healthy_project_gets_no_advice() -> None:
    assert arrows([Finding("learning", "Fine", {}, "", severity="ok", primary=True)], project()) == {}
    assert arrows([], project()) == {}


def test_what_is_off_cannot_go_down() -> None:
    of = project(preset=Funnel(width=32, dropout=0.0), training__weight_decay=0.0)
    ways = arrows([Finding("underfitting", "A problem", {}, "", primary=True)], of)
    assert DROPOUT not in ways
    assert DECAY not in ways


def test_a_network_of_ones_own_has_no_knobs_for_its_shape() -> None:
    own = project().with_network(project().network)
    ways = arrows([Finding("overfitting", "A problem", {}, "", primary=True)], own)
    assert DEPTH not in ways
    assert ways[RATE].why == "A problem: lowering this helps."


def test_every_line_is_about_a_problem_that_is_diagnosed() -> None:
    assert set(CHEAT_SHEET) <= {rule.id for rule in RULES}
