"""Files that are damaged, foreign, newer or made to do harm are refused in a sentence."""

from __future__ import annotations

import io
import json
import pickle
import random
import stat
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnstudio.core import archive
from nnstudio.core.files import FileProblem, Saved, load, save
from tests.core import samples


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "work.nnproj"
    save(file, Saved(samples.branched(), (samples.run(),), b"\x89PNG"))
    return file


def rewritten(path: Path, changes: dict[str, bytes | None], *, stamps: bool = True) -> None:
    """Write the file again with parts changed, added or (None) left out; with checksums that fit."""
    _, members = archive.read(path)
    members |= {name: data for name, data in changes.items() if data is not None}
    for name, data in changes.items():
        if data is None:
            del members[name]
    if stamps:
        archive.write(path, members, "u")
        return
    with zipfile.ZipFile(path) as old:
        manifest = old.read("manifest.json")
    with zipfile.ZipFile(path, "w") as file:
        for name, data in {
            "mimetype": b"application/x-nnstudio",
            "manifest.json": manifest,
            **members,
        }.items():
            file.writestr(name, data)


def changed_document(path: Path, old: str, new: str) -> None:
    text = archive.read(path)[1]["document.json"].decode()
    assert old in text
    rewritten(path, {"document.json": text.replace(old, new).encode()})


def refusal(path: Path) -> str:
    with pytest.raises(FileProblem) as caught:
        load(path)
    text = str(caught.value)
    assert "\n" not in text
    assert path.name in text
    return text


# -- damage ------------------------------------------------------------------------------------------


def test_every_truncation_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        refusal(path)


def test_no_flipped_bit_goes_unnoticed(path: Path) -> None:
    whole, expected = path.read_bytes(), load(path)
    dice = random.Random(0)
    for _ in range(1500):
        at, bit = dice.randrange(len(whole)), 1 << dice.randrange(8)
        path.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
        try:
            found = load(path)
        except FileProblem:
            continue
        # A date or an attribute inside the zip may flip without harm; the contents may not.
        assert (found.project, found.uuid, found.thumbnail) == (
            expected.project,
            expected.uuid,
            expected.thumbnail,
        )
        assert [r.weights for r in found.runs] == [r.weights for r in expected.runs]
        assert [r.history.columns["val_loss"][2] for r in found.runs] == [2 * (0.1 + 0.2)]


def test_a_changed_part_does_not_match_its_checksum(path: Path) -> None:
    rewritten(path, {"runs/r1/best.safetensors": b"other"}, stamps=False)
    assert "does not match its checksum" in refusal(path)


@pytest.mark.parametrize("name", ["document.json", "runs/r1/record.json", "runs/r1/history.npz"])
def test_a_missing_part_is_named(path: Path, name: str) -> None:
    rewritten(path, {name: None})
    assert "damaged" in refusal(path)


def test_a_part_that_nobody_listed(path: Path) -> None:
    rewritten(path, {"extra.json": b"{}"}, stamps=False)
    assert "extra.json" in refusal(path)


@pytest.mark.parametrize("data", [b"", b"not an archive", b"PK\x05\x06" + b"\0" * 18])
def test_curves_that_are_none(path: Path, data: bytes) -> None:
    rewritten(path, {"runs/r1/history.npz": data})
    assert "curves of run r1" in refusal(path)


# -- foreign and newer -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "an empty file"),
        (b"\x89PNG\r\n", "a PNG picture"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\x89HDF\r\n", "an HDF5 file"),
        (b"a,b\n1,2\n", "a plain text"),
        (b'{"a": 1}', "a JSON text"),
        (pickle.dumps([1]), "a Python pickle"),
        (b"\x00\x01\x02", "a file of another kind"),
    ],
)
def test_foreign_files_are_named(tmp_path: Path, data: bytes, kind: str) -> None:
    file = tmp_path / "thing.nnproj"
    file.write_bytes(data)
    assert f"is {kind}" in refusal(file)


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("[Content_Types].xml", "an Office document"),
        ("archive/data.pkl", "a PyTorch file"),
        ("metadata.json", "a Keras model"),
        ("x.npy", "an archive of NumPy arrays"),
        ("notes.txt", "an ordinary zip archive"),
    ],
)
def test_foreign_archives_are_named(tmp_path: Path, part: str, kind: str) -> None:
    file = tmp_path / "thing.nnproj"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(part, b"x")
    assert f"is {kind}" in refusal(file)


def test_an_open_document_is_another_program_s(tmp_path: Path) -> None:
    file = tmp_path / "thing.nnproj"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    assert "a document of another program" in refusal(file)


def test_a_newer_format_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FORMAT", 3)
    save(path, Saved(samples.project()))
    monkeypatch.undo()
    assert "made by a newer NN Studio: format 3, this one reads 1" in refusal(path)


@pytest.mark.parametrize("manifest", [b"", b"[]", b"{}", b'{"format": 1, "min_reader": "x"}', b"[" * 100_000])
def test_a_manifest_that_is_none(path: Path, manifest: bytes) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/x-nnstudio")
        file.writestr("manifest.json", manifest)
    assert "manifest" in refusal(path)


# -- made to do harm ---------------------------------------------------------------------------------


def with_part(path: Path, info: zipfile.ZipInfo, data: bytes, packed: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(info, data, packed)


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/passwd",
        "a/../../b",
        "C:\\x",
        "a\\b",
        "a//b",
        "a/",
        ".hidden",
        "a/b/c/d/e",
        "é",
        "a b",
        "x" * 200,
    ],
)
def test_odd_paths(path: Path, name: str) -> None:
    with_part(path, zipfile.ZipInfo(name), b"x")
    assert "has a path that no project has" in refusal(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["document.json", "Document.JSON"])
def test_a_path_that_is_there_twice(path: Path, name: str) -> None:
    with_part(path, zipfile.ZipInfo(name), b"{}")
    assert "is there twice" in refusal(path)


def test_links(path: Path) -> None:
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with_part(path, info, b"/etc/passwd")
    assert "is a link" in refusal(path)


@pytest.mark.parametrize("packed", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_packing(path: Path, packed: int) -> None:
    with_part(path, zipfile.ZipInfo("x"), b"x" * 100, packed)
    assert "is packed in an unknown way" in refusal(path)


def test_encryption(path: Path) -> None:
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(data)
    assert "is encrypted" in refusal(path)


def test_a_bomb_is_not_unpacked(path: Path) -> None:
    with_part(path, zipfile.ZipInfo("x"), b"\0" * 20_000_000, zipfile.ZIP_DEFLATED)
    assert "more than 200 times its size" in refusal(path)


def test_sizes_that_lie_are_noticed(path: Path) -> None:
    with_part(path, zipfile.ZipInfo("x"), b"\0" * 20_000_000, zipfile.ZIP_DEFLATED)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    path.write_bytes(data)
    refusal(path)


def test_too_much_in_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 1000)
    assert "unpacked it would take more than" in refusal(path)


def test_too_many_parts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_MEMBERS", 5)
    assert "parts are more than a project has" in refusal(path)


def test_unknown_layers_are_named(path: Path) -> None:
    changed_document(path, '"kind": "dropout"', '"kind": "teleport"')
    text = refusal(path)
    assert "unknown layer 'teleport'" in text
    assert "dense" in text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"units": 16', '"units": -1', "units"),
        ('"units": 16', '"units": 1e300', "units"),
        ('"noise": 0.1', '"noise": NaN', "noise"),
        ('"noise": 0.1', '"noise": 1e999', "noise"),
        ('"name": "Stem"', '"nom": "Stem"', "nom"),
        ('"id": "n1"', '"id": "n4"', "n4"),
        ('"sizes": [\n    2\n   ]', '"sizes": []', "sizes"),
        ('"sizes": [\n    2\n   ]', '"sizes": [0]', "at least 1"),
        ('"sizes": [\n    2\n   ]', '"sizes": [1000000000000000]', "so large"),
    ],
)
def test_settings_that_cannot_be(path: Path, old: str, new: str, said: str) -> None:
    changed_document(path, old, new)
    assert said in refusal(path)


@pytest.mark.parametrize("text", [b"", b"{", b"null", b"[1]", b"\xff\xfe", b'{"a":' * 50_000])
def test_documents_that_are_none(path: Path, text: bytes) -> None:
    rewritten(path, {"document.json": text})
    assert "document.json" in refusal(path)


def arrays_with(header: bytes, data: bytes) -> bytes:
    part = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + data
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("step_losses.npy", part)
    return made.getvalue()


@pytest.mark.parametrize(
    "header",
    [
        b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }\n",
        b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n",
        b"{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }\n",
        b"{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,), }\n",
        b"nonsense\n",
    ],
)
def test_arrays_that_promise_what_is_not_there(path: Path, header: bytes) -> None:
    rewritten(path, {"runs/r1/history.npz": arrays_with(header, b"\0" * 4)})
    assert "curves of run r1" in refusal(path)


def test_packed_arrays_are_not_unpacked(path: Path) -> None:
    made = io.BytesIO()
    np.savez_compressed(made, step_losses=np.zeros(10_000_000, np.float32))
    rewritten(path, {"runs/r1/history.npz": made.getvalue()})
    assert "curves of run r1" in refusal(path)


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"marks": [{"epoch": 1}], "facts": None, "layers": ["n1", "n3"]},
        {"marks": [], "facts": {"rows": 1}, "layers": ["n1", "n3"]},
        {"marks": [], "facts": None, "layers": []},
        {"marks": 5, "facts": None, "layers": ["n1", "n3"]},
    ],
)
def test_words_about_curves_that_do_not_fit(path: Path, words: dict[str, Any]) -> None:
    rewritten(path, {"runs/r1/history.json": json.dumps(words).encode()})
    assert "curves of run r1" in refusal(path)
