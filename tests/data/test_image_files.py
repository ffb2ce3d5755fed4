"""Images from folders and tables: broken ones are listed, hopeless folders refused, large sets mapped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nnstudio.core.dataset import DataProblem, DataSpec
from nnstudio.data import row_store
from nnstudio.data.image_files import ImageFolder, ImageTable
from nnstudio.data.prepare import default_spec, prepare
from tests.data import files


@pytest.fixture
def small_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let everything but a few pixels go to the cache folder; return the folder."""
    folder = tmp_path / "cache"
    monkeypatch.setattr(row_store, "BUDGET", 1000)
    monkeypatch.setattr(row_store, "cache_folder", lambda: folder)
    return folder


def test_every_folder_is_a_class(tmp_path: Path) -> None:
    examples = ImageFolder(path=str(files.images(tmp_path / "own")), size=6).load()
    assert examples.pixels is not None
    assert examples.pixels.shape == (24, 3, 6, 6)
    assert examples.title == "own"
    brightness = examples.pixels.mean(axis=(1, 2, 3))
    assert (
        brightness[examples.target.values == "dark"].max()
        < brightness[examples.target.values == "light"].min()
    )


def test_grey_is_one_channel_and_files_are_in_natural_order(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    for name in ("a", "b"):
        (folder / name).mkdir(parents=True)
        for i in (10, 9, 1):
            Image.new("L", (4, 4), 20 * i).save(folder / name / f"{i}.png")
    pixels = ImageFolder(path=str(folder), size=4, colour="grey").load().pixels
    assert pixels is not None
    assert np.allclose(pixels[:3, 0, 0, 0] * 255, [20, 180, 200])


def test_the_longer_side_is_cut_off_or_squeezed(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        wide = np.zeros((8, 24), np.uint8)
        wide[:, 8:16] = 255
        Image.fromarray(wide).save(tmp_path / name / "wide.png")
    cropped = ImageFolder(path=str(tmp_path), size=8, colour="grey").load().pixels
    stretched = ImageFolder(path=str(tmp_path), size=8, colour="grey", fit="stretch").load().pixels
    assert cropped is not None
    assert stretched is not None
    assert cropped.min() > 0.9
    assert stretched[:, :, :, 0].max() < 0.1


def test_broken_and_foreign_files_are_named_and_left_out(tmp_path: Path) -> None:
    folder = files.images(tmp_path / "own")
    for i in range(7):
        (folder / "dark" / f"torn{i}.png").write_bytes(b"\x89PNG\r\n\x1a\n nonsense")
    (folder / "light" / "readme.txt").write_text("no picture")
    (folder / "empty").mkdir()
    examples = ImageFolder(path=str(folder), size=6).load()
    assert len(examples) == 24
    notes = " ".join(examples.notes)
    assert "left out: 7 (torn0.png, torn1.png, torn2.png, torn3.png, torn4.png and 2 more)" in notes
    assert "passed over: 1." in notes
    assert "Folders without images: empty." in notes


def test_folders_may_say_what_is_for_training(tmp_path: Path) -> None:
    for part, each in (("train", 8), ("val", 3), ("test", 2)):
        files.images(tmp_path / part, each=each)
    source = ImageFolder(path=str(tmp_path), size=4)
    prepared = prepare(source.load(), default_spec(source, source.load()))
    assert [len(p) for p in (prepared.train, prepared.validation, prepared.test)] == [16, 6, 4]


def test_folders_that_cannot_be_learnt_from_are_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="does not exist"):
        ImageFolder(path=str(tmp_path / "gone")).load()
    with pytest.raises(DataProblem, match="There are no images"):
        ImageFolder(path=str(tmp_path)).load()
    files.images(tmp_path / "one", classes=("only",))
    with pytest.raises(DataProblem, match="single class, 'only'"):
        ImageFolder(path=str(tmp_path / "one")).load()
    with pytest.raises(DataProblem, match="12 images of only lie beside each other"):
        ImageFolder(path=str(tmp_path / "one" / "only")).load()
    with pytest.raises(DataProblem, match="is a file"):
        ImageFolder(path=str(tmp_path / "one" / "only" / "1.png")).load()


def test_nothing_but_broken_files_is_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.png").write_bytes(b"nonsense")
    with pytest.raises(DataProblem, match="None of the 2 images can be read"):
        ImageFolder(path=str(tmp_path)).load()


def test_a_table_names_files_beside_it_and_missing_ones_are_told(tmp_path: Path) -> None:
    path = files.image_table(tmp_path / "own")
    (path.parent / "pictures" / "dark" / "3.png").unlink()
    examples = ImageTable(path=str(path), column="file", target="kind", size=6).load()
    assert len(examples) == 23
    assert "left out: 1 (3.png)" in " ".join(examples.notes)
    assert set(examples.target.values) == {"dark", "light"}


def test_a_table_may_ask_for_a_number(tmp_path: Path) -> None:
    files.images(tmp_path / "p")
    rows = [(f"p/{name}/{i}.png", 0.5 * i + 0.1) for name in ("dark", "light") for i in range(12)]
    path = files.table(tmp_path / "t.csv", ("file", "age"), rows)
    source = ImageTable(path=str(path), column="file", target="age", size=6)
    examples = source.load()
    assert examples.task == "regression"
    assert prepare(examples, default_spec(source, examples)).train.y.shape == (17, 1)


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = files.image_table(tmp_path / "own")
    with pytest.raises(DataProblem, match="no column 'path'; there are: file, kind"):
        ImageTable(path=str(path)).load()


def test_more_than_fits_in_memory_lies_in_a_file_and_gives_the_same(
    tmp_path: Path, small_budget: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = files.images(tmp_path / "own")
    (folder / "dark" / "torn.png").write_bytes(b"nonsense")
    source = ImageFolder(path=str(folder), size=6)
    mapped = source.load()
    assert isinstance(mapped.pixels, np.memmap)
    assert list(small_budget.glob("*.npy"))
    assert not list(small_budget.glob("*.part"))
    spec = DataSpec.model_validate({"source": source, "preparation": ["normalise_pixels"]})
    from_file = prepare(mapped, spec)
    assert isinstance(from_file.train.x, np.memmap)
    monkeypatch.setattr(row_store, "BUDGET", 1 << 30)
    in_memory = prepare(source.load(), spec)
    assert np.array_equal(from_file.train.x, in_memory.train.x)
    assert np.array_equal(from_file.test.y, in_memory.test.y)
    assert mapped.notes == source.load().notes


def test_a_cached_set_is_not_read_again_until_a_file_changes(tmp_path: Path, small_budget: Path) -> None:
    folder = files.images(tmp_path / "own")
    source = ImageFolder(path=str(folder), size=6)
    source.load()
    before = {path: path.stat().st_mtime_ns for path in small_budget.iterdir()}
    source.load()
    assert {path: path.stat().st_mtime_ns for path in small_budget.iterdir()} == before
    Image.new("RGB", (5, 5), "white").save(folder / "dark" / "0.png")
    pixels = source.load().pixels
    assert pixels is not None
    assert pixels[0].min() == 1


def test_old_cache_files_make_room(
    tmp_path: Path, small_budget: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = files.images(tmp_path / "own")
    ImageFolder(path=str(folder), size=6).load()
    (old,) = small_budget.glob("*.npy")
    monkeypatch.setattr(row_store, "CACHE_BYTES", 1000)
    ImageFolder(path=str(folder), size=7).load()
    assert not old.exists()
    assert len(list(small_budget.glob("*.npy"))) == 1
