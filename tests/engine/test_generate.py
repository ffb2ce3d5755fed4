"""A network that has learnt a text writes it on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nnstudio.catalog.datasets.sklearn_sets import Iris
from nnstudio.catalog.presets.sequences import GRUStyle
from nnstudio.catalog.tokenisers import BytePairs, Characters, Unigram, WordPiece, Words
from nnstudio.core.run import Finished
from nnstudio.data.beginning import Beginning, begin, changed
from nnstudio.data.text_files import PlainText
from nnstudio.engine.build import build
from nnstudio.engine.checkpoint import pack
from nnstudio.engine.generate import CannotWrite, generate
from nnstudio.engine.train import train

SONG = "one two three four five, once I caught a fish alive. "


@pytest.fixture
def begun(tmp_path: Path) -> Beginning:
    """The same line again and again: what follows is certain once it is learnt."""
    file = tmp_path / "song.txt"
    file.write_text(SONG * 40, encoding="utf-8")
    start = begin(PlainText(path=str(file), step=3), preset=GRUStyle(units=32, dropout=0))
    project = start.project.set("training.optimizer.rate", 0.01).set("training.epochs", 12)
    return changed(start, project)


def untrained(begun: Beginning) -> bytes:
    return pack(build(begun.project.network, begun.prepared.signature.input, 0))


def test_what_was_learnt_is_written(begun: Beginning) -> None:
    *_, end = train(begun.project, begun.prepared)
    assert isinstance(end, Finished), end
    text = "".join(generate(begun.project, begun.prepared, end.best, SONG[:20], 60, 0.0))
    assert (SONG * 3)[20:].startswith(text)
    assert len(text) == 60


def test_the_seed_decides_and_temperature_makes_bold(begun: Beginning) -> None:
    weights = untrained(begun)

    def write(temperature: float, seed: int) -> str:
        return "".join(generate(begun.project, begun.prepared, weights, "one", 80, temperature, seed))

    assert write(1.0, 0) == write(1.0, 0) != write(1.0, 1)
    assert write(0.0, 0) == write(0.0, 1)
    assert len(set(write(5.0, 0))) >= len(set(write(0.05, 0)))


@pytest.mark.parametrize("tokeniser", [Words(), Characters(), BytePairs(), WordPiece(), Unigram()])
@pytest.mark.parametrize("prompt", ["", "one two", SONG * 2, "¿"])
def test_any_tokeniser_and_prompt(begun: Beginning, tokeniser: object, prompt: str) -> None:
    project = begun.project
    step = type(project.data.preparation[0])(tokeniser=tokeniser, vocabulary=60, length=8)
    ready = changed(begun, project.set("data.preparation", (step,)))
    pieces = list(generate(ready.project, ready.prepared, untrained(ready), prompt, 30, 1.0))
    assert len(pieces) == 30
    text = "".join(pieces)
    assert text.strip()
    assert not {"[UNK]", "[PAD]"} & set(text.split())


def test_numbers_gone_wrong_still_give_a_token(begun: Beginning) -> None:
    graph = build(begun.project.network, begun.prepared.signature.input, 0)
    for part in graph.parameters():
        part.data.fill_(float("nan"))
    assert len(list(generate(begun.project, begun.prepared, pack(graph), "one", 5))) == 5


def test_other_projects_cannot_write() -> None:
    iris = begin(Iris())
    weights: dict[str, np.ndarray] = {}
    with pytest.raises(CannotWrite, match="text to be continued"):
        generate(iris.project, iris.prepared, weights, "Once")
