"""The benchmark of the diagnosis draws what it says, knows every problem, and can be repeated."""

from __future__ import annotations

import numpy as np
import pytest

from nnstudio.diagnosis.rules import RULES
from tests.benchmarks.diagnosing.draw_data import MAKERS
from tests.benchmarks.diagnosing.equivalents import EQUIVALENTS, accepted
from tests.benchmarks.diagnosing.faults import INJECTORS
from tests.benchmarks.diagnosing.fixing import verdict
from tests.benchmarks.diagnosing.judge import harmful
from tests.benchmarks.diagnosing.others import TOOLS
from tests.benchmarks.diagnosing.overhead import overhead
from tests.benchmarks.diagnosing.rows import Row, base
from tests.benchmarks.diagnosing.runs import NOTHING, Score, trained
from tests.benchmarks.diagnosing.specs import Data, Spec, program
from tests.benchmarks.diagnosing.table import figures, lines
from tests.benchmarks.diagnosing.tensors import looks

SPECS = [base(seed, 0) for seed in range(40)]
RNG = np.random.default_rng(0)


def blobs() -> Spec:
    """Return a program that learns at once."""
    y = np.arange(120) % 2
    x = (RNG.normal(size=(120, 3)) + 3 * y[:, None]).astype(np.float32)
    parts = {"train": slice(0, 60), "val": slice(60, 90), "test": slice(90, 120)}
    arrays = {
        f"{letter}_{part}": a[rows] for part, rows in parts.items() for letter, a in (("x", x), ("y", y))
    }
    data = Data("blobs", "table", "classification", arrays, classes=2)
    layers = ({"kind": "dense", "units": 8}, {"kind": "dense", "units": 1, "activation": "sigmoid"})
    training = {"optimizer": {"kind": "adam", "rate": 0.01}, "epochs": 60, "early_stopping": {"on": True}}
    return Spec(data, layers, training)


def test_every_problem_is_put_in_somewhere() -> None:
    assert {rule.id for rule in RULES} <= set(INJECTORS)
    for fault, others in EQUIVALENTS.items():
        assert {fault, *others} <= set(INJECTORS)
        assert all(others.values())


@pytest.mark.parametrize("fault", INJECTORS)
def test_a_fault_changes_a_program_that_can_be_built(fault: str) -> None:
    for at, spec in enumerate(SPECS):
        pair = INJECTORS[fault](np.random.default_rng(at), spec)
        if pair is not None:
            assert pair.faulty is not pair.twin
            assert program(pair.faulty).project.trace() is not None
            return
    raise AssertionError("no program can have it")


@pytest.mark.parametrize("maker", [maker for maker, _ in MAKERS], ids=lambda maker: maker.__name__)
def test_a_data_set_repeats_itself(maker: object) -> None:
    one, other = (maker(np.random.default_rng(3)) for _ in range(2))  # type: ignore[operator]
    assert one.name == other.name
    for name, array in one.arrays.items():
        assert np.array_equal(array, other.arrays[name])


def test_a_run_is_scored_and_seen_by_every_tool() -> None:
    run = trained(program(blobs()))
    assert run.score().value > 0.8
    assert all(seconds > 0 for seconds in overhead(run.program))
    seen = looks(run)
    assert [len(layers) for layers in seen] == [2, 2]
    assert all(isinstance(list(tool(run, seen)), list) for tool in TOOLS.values())


def test_a_helpful_fix_is_told_from_none() -> None:
    slow = blobs().optimizer(rate=1e-6)
    run = trained(program(slow.without_stopping()))
    assert harmful(Score(0.95, 0.95, 0.1, 30), run.score()) or run.score().value < 0.9
    tried, first = verdict(run)
    assert list(tried) == [first]
    assert tried[first] in ("better", "no better")
    assert len(verdict(run, every=True)[0]) == len(run.alarms[0].fixes)
    assert harmful(Score(0.95, 0.95, 0.1, 30), NOTHING)


def test_the_table_counts() -> None:
    twin, hurt = {"value": 0.9}, {"value": 0.2}
    told = {name: ["lr_too_high"] for name in TOOLS}
    right = Row(
        2, "a", "lr_too_high", "1", 0, [("nan_or_exploding", "error")], told, twin, hurt, fix="better"
    )
    wrong = Row(4, "b", "lr_too_high", "1", 0, [], told, twin, hurt)
    well = Row(6, "c", attempt=0, others=told, score=twin, blind=2.0, seeing=2.1)
    found = figures([well], [right, wrong])
    assert (found["any"], found["primary"], found["fix"], found["false_alarms"]) == (0.5, 0.5, 1.0, 0)
    assert found["others"]["UMLAUT"] == {"any": 1.0, "primary": 1.0, "false_alarms": 1}  # type: ignore[index]
    assert any(line.startswith("lr_too_high") for line in lines([well], [right, wrong]))
    assert accepted("lr_too_high") >= {"lr_too_high", "nan_or_exploding"}
