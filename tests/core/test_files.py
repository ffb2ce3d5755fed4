"""A project file gives back exactly what was put in."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nnstudio.core import archive
from nnstudio.core.advice import Advice
from nnstudio.core.arrays import pack, unpack
from nnstudio.core.files import FileProblem, Saved, load, save
from nnstudio.core.project import Project
from nnstudio.core.run import Epoch, History, Run, Steps
from nnstudio.core.shape import features
from nnstudio.core.verdict import Verdict
from tests.core import samples

FORMAT_TEXT = Path(__file__).parents[2] / "resources" / "texts" / "project_format.md"
PNG = b"\x89PNG\r\n\x1a\n and so on"


def same_curves(a: History, b: History) -> bool:
    """Compare bit for bit, NaN included."""
    columns = list(a.columns) == list(b.columns) and all(
        np.array(a[name]).tobytes() == np.array(b[name]).tobytes() for name in a.columns
    )
    steps = a.step_losses.tobytes() == b.step_losses.tobytes()
    confusion = (a.confusion is None) == (b.confusion is None) and np.array_equal(
        a.confusion if a.confusion is not None else 0, b.confusion if b.confusion is not None else 0
    )
    rest = all(
        getattr(a, n) == getattr(b, n)
        for n in ("layers", "marks", "facts", "steps_per_epoch", "outputs", "initial_loss")
    )
    return bool(columns and steps and confusion and rest)


@pytest.mark.parametrize("make", [samples.project, samples.branched])
def test_round_trip_is_exact(tmp_path: Path, make: Callable[[], Project]) -> None:
    path = tmp_path / "circles.nnproj"
    saved = Saved(make(), (samples.run("r2"), samples.run("r1", os.urandom(5000))), PNG)
    save(path, saved)
    back = load(path)
    assert back.project == saved.project
    assert back.thumbnail == PNG
    assert [run.record for run in back.runs] == [run.record for run in saved.runs]
    assert [run.weights for run in back.runs] == [run.weights for run in saved.runs]
    assert all(same_curves(a.history, b.history) for a, b in zip(back.runs, saved.runs, strict=True))


def test_the_score_of_the_advice_is_kept(tmp_path: Path) -> None:
    verdict = Verdict(finding="overfitting", fix="dropout_0.3", title="Add dropout 0.3", reason="helped")
    advice = Advice().judged(verdict.model_copy(update={"metric": "val_loss", "treatment": 1 / 3}))
    save(tmp_path / "a.nnproj", Saved(samples.project(), advice=advice))
    assert load(tmp_path / "a.nnproj").advice == advice
    save(tmp_path / "old.nnproj", Saved(samples.project()))
    with zipfile.ZipFile(tmp_path / "old.nnproj") as file:
        assert "advice.json" not in file.namelist()
    assert load(tmp_path / "old.nnproj").advice == Advice()


def test_a_project_without_runs_or_known_data(tmp_path: Path) -> None:
    project = samples.project().model_copy(update={"signature": None})
    save(tmp_path / "a.nnproj", Saved(project))
    assert load(tmp_path / "a.nnproj").project == project
    assert load(tmp_path / "a.nnproj").runs == ()


def test_a_run_that_never_finished_an_epoch(tmp_path: Path) -> None:
    empty = Run(samples.run().record, History())
    save(tmp_path / "a.nnproj", Saved(samples.project(), (empty,)))
    (back,) = load(tmp_path / "a.nnproj").runs
    assert same_curves(back.history, History())
    assert back.weights == {}
    back.history.add(Epoch(1, {"train_loss": 1.0}))
    assert back.history.epochs == 1


def test_a_loaded_history_can_be_continued(tmp_path: Path) -> None:
    save(tmp_path / "a.nnproj", Saved(samples.project(), (samples.run(),)))
    history = load(tmp_path / "a.nnproj").runs[0].history
    history.add(Steps(34, 3.1, np.ones(1, np.float32), 1.0))
    history.add(Epoch(4, {"train_loss": 0.1}))
    assert history.epochs == 4
    assert len(history.step_losses) == 34


def test_a_history_without_the_newer_numbers_is_read(tmp_path: Path) -> None:
    kept, words = samples.run(), ("initial_loss",)
    save(tmp_path / "a.nnproj", Saved(samples.project(), (kept,)))
    manifest, members = archive.read(tmp_path / "a.nnproj")
    new = ("layers.weight_size", "layers.weight_growth")
    arrays = unpack(members["runs/r1/history.npz"])
    old = {n: a for n, a in arrays.items() if not n.startswith("outputs.") and n not in new}
    told = json.loads(members["runs/r1/history.json"])
    members["runs/r1/history.npz"] = pack(old)
    members["runs/r1/history.json"] = json.dumps({k: v for k, v in told.items() if k not in words}).encode()
    archive.write(tmp_path / "a.nnproj", members, manifest.uuid)
    (found,) = load(tmp_path / "a.nnproj").runs
    assert found.history.outputs == {}
    assert found.history.layers == kept.history.layers


def test_the_uuid_is_kept_over_saves(tmp_path: Path) -> None:
    path = tmp_path / "a.nnproj"
    save(path, Saved(samples.project()))
    first = load(path).uuid
    save(path, Saved(samples.branched()))
    assert first == load(path).uuid
    save(tmp_path / "b.nnproj", Saved(samples.project()))
    assert load(tmp_path / "b.nnproj").uuid != first


def test_equal_projects_are_equal_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        save(tmp_path / name, Saved(samples.project(), (samples.run(),), PNG, uuid="u"))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_container_is_as_documented(tmp_path: Path) -> None:
    save(tmp_path / "a.nnproj", Saved(samples.project(), (samples.run(),), PNG))
    with zipfile.ZipFile(tmp_path / "a.nnproj") as file:
        infos = file.infolist()
        assert [info.filename for info in infos] == [
            "mimetype", "manifest.json", "document.json", "runs/r1/record.json", "runs/r1/history.json",
            "runs/r1/history.npz", "runs/r1/best.safetensors", "runs/r1/last.safetensors", "thumbnail.png",
        ]  # fmt: skip
        assert infos[0].compress_type == zipfile.ZIP_STORED
        assert (tmp_path / "a.nnproj").read_bytes()[38:60] == b"application/x-nnstudio"
        manifest = json.loads(file.read("manifest.json"))
        with np.load(file.open("runs/r1/history.npz"), allow_pickle=False) as arrays:
            assert arrays["column.val_loss"][2] == 2 * (0.1 + 0.2)
    assert manifest["format"] == manifest["min_reader"] == 1
    assert set(manifest["members"]) == {info.filename for info in infos[2:]}
    text = FORMAT_TEXT.read_text(encoding="utf-8")
    for part in ("mimetype", "manifest.json", "document.json", "record.json", "history.json", "history.npz"):
        assert f"`{part}`" in text or f"/{part}`" in text


def test_a_curve_of_a_million_equal_losses_stays_readable(tmp_path: Path) -> None:
    run = samples.run()
    run.history.step_losses = np.zeros(1_000_000, np.float32)
    save(tmp_path / "a.nnproj", Saved(samples.project(), (run,)))
    assert len(load(tmp_path / "a.nnproj").runs[0].history.step_losses) == 1_000_000


def test_a_score_that_does_not_exist_is_left_out(tmp_path: Path) -> None:
    run = samples.run().with_record(test={"accuracy": 0.5, "r2": float("nan")})
    save(tmp_path / "a.nnproj", Saved(samples.project(), (run,)))
    assert load(tmp_path / "a.nnproj").runs[0].record.test == {"accuracy": 0.5}


def test_a_project_that_would_not_open_again_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "a.nnproj"
    save(path, Saved(samples.project()))
    training = samples.project().training.model_copy(update={"batch_size": -1})
    with pytest.raises(FileProblem, match="batch_size"):
        save(path, Saved(samples.project().model_copy(update={"training": training})))
    assert load(path).project == samples.project()


def test_more_than_would_be_opened_again_is_not_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 1000)
    with pytest.raises(FileProblem, match="Delete some of them"):
        save(tmp_path / "a.nnproj", Saved(samples.project(), (samples.run(),)))
    assert not (tmp_path / "a.nnproj").exists()


def test_a_link_is_followed_and_rights_are_kept(tmp_path: Path) -> None:
    real, link = tmp_path / "real.nnproj", tmp_path / "link.nnproj"
    save(real, Saved(samples.project()))
    os.chmod(real, 0o640)
    link.symlink_to(real)
    save(link, Saved(samples.branched()))
    assert link.is_symlink()
    assert load(real).project == samples.branched()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.nnproj", "real.nnproj"]


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="There is no file"):
        load(tmp_path / "none.nnproj")
    with pytest.raises(FileProblem, match="is a folder"):
        load(tmp_path)
    with pytest.raises(FileProblem, match="there is no folder"):
        save(tmp_path / "no" / "such" / "a.nnproj", Saved(samples.project()))


def test_huge_layers_are_refused_before_anything_is_built(tmp_path: Path) -> None:
    huge = samples.project().with_signature(samples.SIGNATURE.model_copy(update={"input": features(10**12)}))
    save(tmp_path / "a.nnproj", Saved(huge))
    with pytest.raises(FileProblem, match=r"layer n1 \(Dense\) is so large"):
        load(tmp_path / "a.nnproj")


def test_run_ids_name_folders() -> None:
    with pytest.raises(ValueError, match="id"):
        samples.run("../../etc")


def test_the_format_number_is_the_documented_one() -> None:
    assert f"format {archive.FORMAT}" in FORMAT_TEXT.read_text(encoding="utf-8")
