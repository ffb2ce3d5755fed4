"""A script varies the training rows as the studio does: every augmentation trains to the same curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from nnstudio.catalog.activations import Sigmoid, Softmax
from nnstudio.catalog.augmentations import FeatureNoise, Mixup
from nnstudio.catalog.layers.dense import Dense, Flatten
from nnstudio.catalog.layers.regularise import BatchNorm
from nnstudio.catalog.layers.sequence import GRU, Embedding
from nnstudio.catalog.losses import Focal
from nnstudio.core.dataset import Part, Prepared
from nnstudio.core.network import Layer
from nnstudio.core.project import Project
from nnstudio.core.run import fold
from nnstudio.core.shape import sequence
from nnstudio.core.training import AUGMENTATIONS, Augmentation
from nnstudio.engine.train import train
from nnstudio.export.script import script
from tests.engine.made import classes, images, project_for
from tests.export.made import Told, texts, told_by

WORDS = ("[PAD]", "[UNK]", "good", "great", "film", "movie", "a", "##ness", "the", "soup", "broth")
END = Dense(units=3, activation=Softmax())


def series() -> Prepared:
    """Return classes of nine steps with two features."""
    data = classes(columns=18)
    signature = data.signature.model_copy(update={"input": sequence(9, 2)})

    def steps(part: Part) -> Part:
        return replace(part, x=part.x.reshape(-1, 9, 2))

    return replace(
        data, signature=signature, train=steps(data.train), validation=steps(data.validation),
        test=steps(data.test),
    )  # fmt: skip


def words() -> Prepared:
    """Return texts that know their words."""
    return replace(texts(), states=({"tokeniser": {"vocabulary": list(WORDS)}},))


KINDS: dict[str, tuple[Callable[[], Prepared], tuple[Layer, ...]]] = {
    "images": (images, (Flatten(), END)),
    "tables": (classes, (Dense(units=6), END)),
    "series": (series, (GRU(units=4), END)),
    "texts": (words, (Embedding(units=4), GRU(units=4), END)),
}


def one(entry: type[Augmentation]) -> tuple[Project, Prepared]:
    """Return a project that varies its rows in one way."""
    make, layers = KINDS[entry.family]
    data = make()
    return project_for(data, *layers, epochs=2, augmentations=(entry(),)), data


def all_of_pictures() -> tuple[Project, Prepared]:
    """Return pictures varied in every way, with a last batch of one."""
    data = images(rows=79)
    chosen = tuple(entry() for entry in AUGMENTATIONS if entry.family == "images")
    return project_for(data, Flatten(), BatchNorm(), END, epochs=3, augmentations=chosen), data


def blended() -> tuple[Project, Prepared]:
    """Return rows blended twice, balanced, with added-up gradients and a loss on shares of classes."""
    data = classes()
    chosen = (Mixup(), FeatureNoise(), Mixup(alpha=1.0))
    project = project_for(data, loss=Focal(alpha="balanced"), class_weights=True, accumulate=2,
                          augmentations=chosen)  # fmt: skip
    return project, data


def yes_or_no() -> tuple[Project, Prepared]:
    """Return two classes on one output, whose answers are numbers already."""
    data = classes(count=2)
    last = Dense(units=1, activation=Sigmoid())
    return project_for(data, last, augmentations=(Mixup(),), shuffle=False), data


CASES: dict[str, Callable[[], tuple[Project, Prepared]]] = {
    **{entry.kind: lambda entry=entry: one(entry) for entry in AUGMENTATIONS},  # type: ignore[misc]
    **{make.__name__: make for make in (all_of_pictures, blended, yes_or_no)},
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Return what every script has printed."""
    return told_by(CASES, tmp_path_factory.mktemp("varied"))


@pytest.mark.parametrize("name", CASES)
def test_the_script_trains_to_the_same_curve(name: str, told: Told) -> None:
    project, data = CASES[name]()
    history = fold(train(project, data))
    for column in told[name][0]:
        assert [epoch[column] for epoch in told[name]] == history[column], column
    plain = fold(train(project.set("training.augmentations", ()), data))
    assert not np.array_equal(plain["train_loss"], history["train_loss"]), "nothing was varied"


def test_only_what_is_in_use_is_printed() -> None:
    noise = script(*CASES["feature_noise"]())
    assert "class FeatureNoise(Spread)" in noise
    for absent in ("class Mixup", "class Jitter", "def moved", "blends"):
        assert absent not in noise
    project, data = yes_or_no()
    text = script(project.set("training.augmentations", ()), data)
    assert "varied" not in text
    assert "order_of_rows" not in text, "the rows are not shuffled"


def test_many_synonyms_are_written_in_lines_of_a_readable_length() -> None:
    text = script(*CASES["replace_tokens"]())
    assert "ReplaceTokens(0.2, ((2, 3), (4, 5), (9, 10)), (7,))" in text.replace("\n    ", " ")
    assert max(map(len, text.splitlines())) <= 120
