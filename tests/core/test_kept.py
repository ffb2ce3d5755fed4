"""Small tables of what was tried stay small and survive saving."""

from __future__ import annotations

import math
from pathlib import Path

from nnstudio.core.files import Saved, load, save
from nnstudio.core.kept import MOST_KEPT, Kept, KeptScore, KeptSearch, KeptTrial, KeptValidation, thinned
from tests.core.samples import project


def test_a_long_curve_keeps_its_ends_and_few_points() -> None:
    epochs, values = thinned([float(n) for n in range(1000)])
    assert (epochs[0], epochs[-1]) == (1, 1000)
    assert values[0] == 0.0
    assert values[-1] == 999.0
    assert len(values) <= 101
    assert thinned([math.nan, 1.0]) == ((1, 2), (None, 1.0))
    assert thinned([]) == ((), ())


def test_the_newest_are_kept_and_come_back_from_a_file(tmp_path: Path) -> None:
    score = KeptScore(mean=0.5, spread=None, low=0.4, high=0.6)
    kept = Kept()
    for number in range(MOST_KEPT + 3):
        kept = kept.with_validation(
            KeptValidation(created=f"day {number}", folds={"folds": 3}, scores={"val_loss": score})
        )
    trial = KeptTrial(number=1, values={"training.epochs": 3}, status="done", value=0.1, epoch=2)
    kept = kept.with_search(KeptSearch(created="now", strategy="grid", monitor="val_loss", trials=(trial,)))
    assert len(kept.validations) == MOST_KEPT
    assert kept.validations[-1].created == f"day {MOST_KEPT + 2}"
    path = tmp_path / "p.nnproj"
    save(path, Saved(project(), kept=kept))
    assert load(path).kept == kept
    save(path, Saved(project()))
    assert load(path).kept == Kept()
