"""A folder of pictures, a table of texts and a series are dropped on the window and trained on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from nnstudio.ui.pages.kind_dialog import KindDialog
from tests.data import files
from tests.stories.studio import Studio


@pytest.mark.parametrize(
    ("write", "name", "view", "words"),
    [
        (files.images, "pictures", "pictures", "24 images · 32×32 · 2 classes"),
        (files.reviews, "reviews.csv", "tokens", "60 texts · 16 tokens · 2 classes"),
        (files.prose, "tales.txt", "tokens", "windows · 32 tokens"),
        (lambda path: files.months(path, 120), "sales.csv", "series", "12 → 1 steps of 2 variables"),
    ],
    ids=["images", "texts", "text", "series"],
)  # fmt: skip
def test_data_of_every_kind_become_a_trained_network(
    studio: Studio, tmp_path: Path, write: Callable[[Path], Path], name: str, view: str, words: str
) -> None:
    place = write(tmp_path / name)
    with studio.in_dialog(KindDialog, lambda dialog: studio.click("Use these data", dialog)):
        studio.drop_file(place)
        studio.wait(lambda: studio.window.session.loaded is not None and studio.window.page == "design")
    studio.enter("Epochs", "2")
    studio.train()
    assert studio.runs[0].record.status == "done"
    assert len(studio.losses()) == 2
    studio.key("Ctrl+1")
    data = studio.window.work.data
    studio.wait(lambda: words in studio.labels(data))
    assert data.view.views.current() == view
