"""The loader: the newest wish wins, raw examples serve twice, a failure is told."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from nnstudio.catalog.datasets.playground import Circles
from nnstudio.core.dataset import DataProblem, DataSpec, Examples, Split
from nnstudio.ui.data_loader import DataLoader, Loaded
from tests.ui.begun import circles

SPEC = circles().project.data
OTHER_SPLIT = SPEC.model_copy(update={"split": Split(train=0.5, validation=0.2)})


def spec(seed: int) -> DataSpec:
    """Return other points with the same preparation."""
    return SPEC.model_copy(update={"source": Circles(samples=150, seed=seed)})


class Heard:
    """What a loader has told."""

    def __init__(self, loader: DataLoader) -> None:
        self.loaded: list[Loaded] = []
        self.failures: list[str] = []
        self.busy: list[bool] = []
        loader.loaded.connect(self.loaded.append)
        loader.loaded.connect(lambda _loaded: self.busy.append(loader.busy))
        loader.failed.connect(lambda text, _details: self.failures.append(text))
        loader.failed.connect(lambda _text, _details: self.busy.append(loader.busy))


@pytest.fixture
def loader(qtbot: QtBot) -> Iterator[DataLoader]:
    """A loader that is closed in the end."""
    made = DataLoader()
    yield made
    made.close()


@pytest.fixture
def heard(loader: DataLoader) -> Heard:
    """What the loader tells."""
    return Heard(loader)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """An event for which every source waits before it gives its examples."""
    opened, load = Event(), Circles.load

    def slow(self: Circles) -> Examples:
        opened.wait(10)
        return load(self)

    monkeypatch.setattr(Circles, "load", slow)
    yield opened
    opened.set()


def test_data_are_loaded_and_then_it_rests(qtbot: QtBot, loader: DataLoader, heard: Heard) -> None:
    loader.ask(SPEC)
    assert loader.busy
    qtbot.waitUntil(lambda: bool(heard.loaded))
    assert heard.loaded == [loader.current]
    assert heard.busy == [False], "whoever hears of the data must not be told that they still load"
    loader.ask(SPEC)
    assert not loader.busy, "what is there is not loaded again"


def test_the_newest_wish_wins(qtbot: QtBot, loader: DataLoader, heard: Heard, gate: Event) -> None:
    for seed in (1, 2, 3):
        loader.ask(spec(seed))
    gate.set()
    qtbot.waitUntil(lambda: bool(heard.loaded) and not loader.busy)
    assert [loaded.spec for loaded in heard.loaded] == [spec(3)]


def test_going_back_while_other_data_load_keeps_those_there(
    qtbot: QtBot, loader: DataLoader, heard: Heard, gate: Event
) -> None:
    gate.set()
    loader.ask(spec(1))
    qtbot.waitUntil(lambda: bool(heard.loaded))
    there = loader.current
    gate.clear()
    loader.ask(spec(2))
    loader.ask(spec(1))
    gate.set()
    qtbot.waitUntil(lambda: not loader.busy)
    assert loader.current is there


def test_another_split_uses_the_examples_there_are(qtbot: QtBot, loader: DataLoader, heard: Heard) -> None:
    loader.ask(SPEC)
    qtbot.waitUntil(lambda: len(heard.loaded) == 1)
    loader.ask(OTHER_SPLIT)
    qtbot.waitUntil(lambda: len(heard.loaded) == 2)
    assert heard.loaded[1].examples is heard.loaded[0].examples
    assert len(heard.loaded[1].prepared.train) < len(heard.loaded[0].prepared.train)


def test_loading_again_reads_the_source_again(qtbot: QtBot, loader: DataLoader, heard: Heard) -> None:
    loader.ask(SPEC)
    qtbot.waitUntil(lambda: len(heard.loaded) == 1)
    loader.again(SPEC)
    qtbot.waitUntil(lambda: len(heard.loaded) == 2)
    assert heard.loaded[1].examples is not heard.loaded[0].examples


def test_adopted_data_need_no_loading(loader: DataLoader, heard: Heard) -> None:
    begun = circles()
    loader.adopt(Loaded(SPEC, begun.examples, begun.prepared))
    loader.ask(SPEC)
    assert not loader.busy


def test_a_failure_is_told_and_may_be_tried_again(
    qtbot: QtBot, loader: DataLoader, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Circles) -> Examples:
        raise DataProblem("points.csv is gone: choose another file.")

    with monkeypatch.context() as patch:
        patch.setattr(Circles, "load", broken)
        loader.ask(SPEC)
        qtbot.waitUntil(lambda: bool(heard.failures))
    assert heard.failures == ["points.csv is gone: choose another file."]
    assert heard.busy == [False]
    loader.ask(SPEC)
    qtbot.waitUntil(lambda: bool(heard.loaded))


def test_the_failure_of_an_old_wish_is_nobodys_business(
    qtbot: QtBot, loader: DataLoader, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = Circles.load

    def moody(self: Circles) -> Examples:
        if self.seed == 1:
            raise DataProblem("broken")
        return load(self)

    monkeypatch.setattr(Circles, "load", moody)
    loader.ask(spec(1))
    loader.ask(spec(2))
    qtbot.waitUntil(lambda: bool(heard.loaded))
    assert not heard.failures


def test_whoever_hears_of_data_may_ask_for_others(qtbot: QtBot, loader: DataLoader, heard: Heard) -> None:
    loader.loaded.connect(lambda loaded: loader.ask(spec(2)) if loaded.spec == spec(1) else None)
    loader.ask(spec(1))
    qtbot.waitUntil(lambda: len(heard.loaded) == 2)
    assert loader.current is not None
    assert loader.current.spec == spec(2)


def test_closing_while_loading_leaves_no_thread(loader: DataLoader, heard: Heard, gate: Event) -> None:
    loader.ask(SPEC)
    gate.set()
    loader.close()
    assert not loader.busy
    assert not heard.loaded
