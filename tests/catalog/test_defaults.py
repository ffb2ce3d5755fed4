"""A project fits itself to its data, and leaves alone what was chosen on purpose."""

from __future__ import annotations

import pytest

from nnstudio.catalog.defaults import loss_for, new_project, refit
from nnstudio.catalog.losses import BinaryCrossEntropy, CrossEntropy, Huber, MeanSquaredError
from nnstudio.catalog.presets import Constant
from nnstudio.core.dataset import DataSpec
from nnstudio.core.project import Project
from nnstudio.core.shape import features
from nnstudio.core.trace import Signature, Target
from nnstudio.core.training import Loss
from tests.core import samples


def signature(task: str, count: int) -> Signature:
    names = tuple(f"c{i}" for i in range(count))
    return Signature(input=features(2), target=Target.model_validate({"task": task, "names": names}))


TWO, FOUR = signature("classification", 2), signature("classification", 4)
NUMBER = signature("regression", 1)


def project(known: Signature, loss: Loss | None = None) -> Project:
    made = new_project("p", DataSpec(source=samples.project().data.source), known, Constant())
    return made.set("training.loss", loss) if loss else made


@pytest.mark.parametrize(
    ("before", "loss", "now", "after"),
    [
        (TWO, None, TWO, BinaryCrossEntropy()),
        (TWO, None, FOUR, CrossEntropy()),
        (FOUR, None, TWO, BinaryCrossEntropy()),
        (TWO, None, NUMBER, MeanSquaredError()),
        (NUMBER, None, FOUR, CrossEntropy()),
        (NUMBER, Huber(), NUMBER, Huber()),
        (NUMBER, Huber(), TWO, BinaryCrossEntropy()),
        (TWO, MeanSquaredError(), TWO, MeanSquaredError()),
        (TWO, MeanSquaredError(), FOUR, MeanSquaredError()),
        (TWO, CrossEntropy(), TWO, CrossEntropy()),
    ],
)
def test_the_loss_follows_the_data_but_not_a_choice_made_on_purpose(
    before: Signature, loss: Loss | None, now: Signature, after: Loss
) -> None:
    start = project(before, loss)
    forgotten = start.set("data.source.noise", 0.2)
    assert refit(forgotten, now, before).training.loss == after
    assert refit(start, now).training.loss == after


@pytest.mark.parametrize("known", [TWO, FOUR, NUMBER])
def test_a_new_project_fits_its_data(known: Signature) -> None:
    made = project(known)
    table = made.trace()
    assert table is not None
    assert table.valid
    assert made.training.loss == loss_for(known.target)
    assert refit(made, known) == made
