"""Every check on demand tells a sound project from the fault that it looks for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nnstudio.catalog.activations import Linear, ReLU, Softmax
from nnstudio.catalog.glossary import Glossary
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.layers.regularise import Dropout
from nnstudio.catalog.optimizers import SGD, Adam
from nnstudio.core.check import CheckId, CheckProgress, CheckResult, checks
from nnstudio.core.dataset import Part, Prepared
from nnstudio.core.project import Project
from nnstudio.engine.checks import RUNNERS, checks_called, run_checks
from tests.engine.made import classes, images, numbers, project_for

SLOW = SGD(rate=1e-6)


def result(id: CheckId, project: Project, prepared: Prepared) -> CheckResult:
    *progress, last = run_checks(checks_called([id]), project, prepared)
    assert isinstance(last, CheckResult)
    shares = [event.share for event in progress if isinstance(event, CheckProgress)]
    assert shares == sorted(shares)
    assert shares[-1] <= 1
    assert last.id == id
    assert last.verdict.endswith((".", "?"))
    return last


def data(seed: int = 0) -> Prepared:
    return classes(3, rows=260, seed=seed, validation=100)


def shuffled(prepared: Prepared) -> Prepared:
    def dealt(part: Part) -> Part:
        return replace(part, y=np.random.default_rng(1).permutation(part.y))

    return replace(prepared, train=dealt(prepared.train), validation=dealt(prepared.validation))


def test_every_check_has_a_runner_and_a_page() -> None:
    assert set(RUNNERS) == {check.id for check in checks()}
    glossary = Glossary.load()
    assert all(glossary[check.page].title == check.title for check in checks())
    assert [check.id for check in checks_called(["all"])] == [check.id for check in checks()]
    with pytest.raises(ValueError, match="there is no check 'two_batches'"):
        checks_called(["two_batches"])


def test_a_sound_network_passes_them_all() -> None:
    prepared = data()
    project = project_for(prepared, optimizer=Adam(rate=0.01), epochs=20)
    found = {
        event.id: event for event in run_checks(checks(), project, prepared) if isinstance(event, CheckResult)
    }
    assert {id: event.outcome for id, event in found.items()} == {
        "one_batch": "good", "rate_range": "good", "input_independent": "good", "shuffled_labels": "good",
        "no_regularisation": "unclear", "seeds": "good",
    }  # fmt: skip


@pytest.mark.parametrize("prepared", [numbers(2, rows=200), images(rows=120)], ids=["numbers", "images"])
def test_other_kinds_of_data_are_checked_too(prepared: Prepared) -> None:
    from nnstudio.catalog.layers.dense import Flatten

    layers = (Flatten(),) if prepared.train.x.ndim == 4 else ()
    last = Softmax() if prepared.train.y.ndim == 1 else Linear()
    project = project_for(
        prepared, *layers, Dense(units=24), Dense(units=prepared.signature.target.count, activation=last),
        optimizer=Adam(rate=0.01),
    )  # fmt: skip
    assert result("one_batch", project, prepared).outcome == "good"
    assert result("input_independent", project, prepared).outcome == "good"


def test_steps_that_are_too_small_are_told_from_a_faulty_network() -> None:
    prepared = data()
    slow = result("one_batch", project_for(prepared, optimizer=SLOW), prepared)
    assert slow.outcome == "bad"
    assert slow.numbers["mended by Adam"] == 1
    dead = Dense(units=8, init="constant", init_value=0.0, activation=ReLU())
    faulty = project_for(prepared, dead, Dense(units=3, activation=Softmax()))
    broken = result("one_batch", faulty, prepared)
    assert broken.outcome == "bad"
    assert broken.numbers["mended by Adam"] == 0


@pytest.mark.parametrize("rate", [8.0, 1e-6])
def test_the_rate_is_set_against_the_range_test(rate: float) -> None:
    prepared = data()
    found = result("rate_range", project_for(prepared, optimizer=SGD(rate=rate)), prepared)
    assert found.outcome == "bad"
    assert found.numbers["rate"] == rate


def test_inputs_that_do_not_reach_the_output() -> None:
    prepared = data()
    dead = Dense(units=8, init="constant", init_value=0.0, activation=ReLU())
    project = project_for(prepared, dead, Dense(units=3, activation=Softmax()))
    assert result("input_independent", project, prepared).outcome == "bad"


def test_answers_that_do_not_belong_to_their_rows() -> None:
    prepared = shuffled(data())
    project = project_for(prepared, optimizer=Adam(rate=0.01))
    assert result("shuffled_labels", project, prepared).outcome == "bad"


def test_regularisation_that_prevents_learning() -> None:
    prepared = data()
    held = project_for(
        prepared, Dense(units=16), Dropout(rate=0.3), Dense(units=3, activation=Softmax()),
        optimizer=Adam(rate=0.01), weight_decay=1.0,
    )  # fmt: skip
    assert result("no_regularisation", held, prepared).outcome == "bad"
    light = project_for(prepared, optimizer=Adam(rate=0.01), weight_decay=1e-4)
    assert result("no_regularisation", light, prepared).outcome == "good"


def test_seeds_tell_their_noise() -> None:
    prepared = data()
    found = result("seeds", project_for(prepared, optimizer=Adam(rate=0.01)), prepared)
    assert found.numbers["runs"] == 3
    assert 0 < found.numbers["loss noise"] < found.numbers["loss"]


def test_a_check_can_be_broken_off() -> None:
    prepared = data()
    running = run_checks(checks_called(["seeds"]), project_for(prepared), prepared)
    assert isinstance(next(running), CheckProgress)
    assert isinstance(next(running), CheckProgress)
    running.close()
    assert list(running) == []
